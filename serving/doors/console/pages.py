"""Render pages: one language, no outside asset, everything escaped."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from functools import cache, partial
from importlib import resources
from urllib.parse import quote, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Scope

from features.contracts import Phrase
from serving.answers.desk import Desk, desk_of
from serving.doors.console.words import LEVEL_WORDS, TIER_WORDS, WORDS
from serving.doors.replies import reply
from serving.formats import day_of, day_text
from serving.language import LANGUAGES, TAGS, Language, say
from serving.problems import Problem, Refused
from serving.render.typesetting import typeset
from serving.render.words import (
    WHY_NOT,
    against_words,
    chance_words,
    flag_words,
    record_name,
    rule_words,
)

HTML = "text/html; charset=utf-8"
_FOLDER = resources.files("serving.doors.console")
Handler = Callable[[Request], Awaitable[Response]]


def asset(name: str) -> bytes:
    """A file the pages refer to."""
    return _FOLDER.joinpath("assets", name).read_bytes()


@cache
def version_of(name: str) -> str:
    """What an asset's address carries, so that a browser may keep it for good."""
    return hashlib.sha256(asset(name)).hexdigest()[:12]


def page_language(request: Request, desk: Desk) -> Language:
    """``?lang=`` when the reader chose one, else by Accept-Language."""
    chosen = request.query_params.get("lang")
    for language in LANGUAGES:
        if chosen == language:
            return language
    return desk.language(request)


def page(
    request: Request, template: str, context: Mapping[str, object], status: int = 200
) -> Response:
    """The page as a response, with an ETag; equal content has equal bytes."""
    language = page_language(request, desk_of(request))
    desk = desk_of(request)
    shown = {
        "mode": "demo" if desk.gatekeeper.is_demo else "",
        "session": desk.caller if desk.caller.by == "session" else None,
        **context,
    }
    body = _render(request, template, language, shown)
    headers = {"content-language": TAGS[language], "vary": "accept-language"}
    return reply(request, body, HTML, status=status, headers=headers)


def refusal_page(scope: Scope, problem: Problem) -> Response:
    """The problem as a page; where nobody is signed in, it is the way in."""
    request = Request(scope)
    if problem.type.status == 401:
        reading = scope["method"] == "GET"
        query = f"?{request.url.query}" if request.url.query else ""
        context: dict[str, object] = {
            "problem": problem if "error=" in problem.headers["www-authenticate"] else None,
            "then": request.url.path + query if reading else "/",
        }
        response = page(request, "sign_in.html.j2", context, 401)
    else:
        response = page(request, "problem.html.j2", {"problem": problem}, problem.type.status)
    response.headers.update(problem.headers)
    response.headers["x-problem"] = problem.type.slug
    response.headers["cache-control"] = "no-store"
    return response


def _render(
    request: Request, template: str, language: Language, context: Mapping[str, object]
) -> bytes:
    chosen = "lang" in request.query_params
    other = next(one for one in LANGUAGES if one != language)
    text = _environment().get_template(template).render(
        language=language,
        tag=TAGS[language],
        other_tag=TAGS[other],
        other=other,
        t=partial(_word, language),
        say=partial(_say, language),
        say_other=partial(_say, other),
        date=partial(_date, language),
        url=partial(_url, language if chosen else None),
        switch=_switched(request, other),
        version_of=version_of,
        **context,
    )  # fmt: skip
    return text.encode()


def told_as_page(handler: Handler) -> Handler:
    """The handler, whose refusals are pages that say the same as the problem."""

    async def answer(request: Request) -> Response:
        try:
            return await handler(request)
        except Refused as refused:
            return refusal_page(request.scope, refused.problem)

    return answer


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(str(_FOLDER.joinpath("templates"))),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        tier_words=TIER_WORDS,
        level_words=LEVEL_WORDS,
        why_not=WHY_NOT,
        chance=chance_words,
        effect=rule_words,
        flag=flag_words,
        record_name=record_name,
        against=against_words,
        thousands=lambda n: f"{n:,}",
        share=lambda part: f"{part:.1%}",
    )
    return environment


def _word(language: Language, name: str, **slots: object) -> str:
    text = say(WORDS[name], language)
    return _set(language, text.format(**slots) if slots else text)


def _say(language: Language, phrase: Phrase | None) -> str:
    return _set(language, say(phrase, language)) if phrase else ""


def _set(language: Language, text: str) -> str:
    return typeset(text) if language == "zh" else text


def _date(language: Language, iso: str) -> str:
    return say(day_text(day_of(iso)), language)


def _url(language: Language | None, path: str, *parts: str, **query: object) -> str:
    """An address of the service; ``{}`` in `path` stand for `parts`, percent-encoded."""
    for part in parts:
        path = path.replace("{}", quote(part, safe=""), 1)
    given = {name: value for name, value in query.items() if value not in (None, "", 0)}
    if language:
        given["lang"] = language
    return f"{path}?{urlencode(given)}" if given else path


def _switched(request: Request, other: Language) -> str:
    """The same page in the other language."""
    query = [(k, v) for k, v in request.query_params.multi_items() if k != "lang"]
    return f"{quote(request.url.path)}?{urlencode([*query, ('lang', other)])}"
