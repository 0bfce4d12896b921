"""``/sign-in`` and ``/sign-out``: the way into the pages, with a key.

A session is for reading pages. Forms are taken from our own pages only (the guard
checks), and nothing but these two doors takes a form.
"""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from serving.answers.desk import desk_of
from serving.auth import Caller
from serving.auth.access import AUDITOR, REGULATOR, SUBJECT, open_to_all
from serving.auth.purposes import purpose_fault
from serving.auth.refusals import not_allowed, purpose_missing, unauthenticated
from serving.doors.addresses import Door, Endpoint
from serving.doors.console.pages import page, told_as_page
from serving.doors.exchange import set_cookie
from serving.problems import Refused

_OURS = re.compile(r"/(?!/)[A-Za-z0-9/_.%~-]*(\?[A-Za-z0-9_=&%+.~-]*)?")
_MAY = frozenset({REGULATOR, AUDITOR, SUBJECT})


async def form(request: Request) -> Response:
    """The form."""
    return page(request, "sign_in.html.j2", {"problem": None, "then": "/"})


@told_as_page
async def sign_in(request: Request) -> Response:
    """Begin a session with a key and a purpose, and go on to the page that was wanted."""
    given: dict[str, str] = request.scope["xinheng.form"]
    desk = desk_of(request)
    desk.gatekeeper.charge(desk.caller)
    caller = desk.gatekeeper.keys.caller(given.get("key", "").strip())
    if caller is None:
        raise Refused(unauthenticated(shown=True))
    request.scope["xinheng.caller"] = caller  # the record says whose session it is
    if caller.role not in _MAY or (caller.scopes and "pages" not in caller.scopes):
        raise Refused(not_allowed("pages"))
    purpose = given.get("purpose", "").strip() or caller.purpose
    if fault := _purpose_fault(caller, purpose):
        raise Refused(purpose_missing(fault))
    request.scope["xinheng.caller"] = caller.saying(purpose)
    cookie = desk.gatekeeper.sessions.begin(caller.name.removeprefix("key:"), purpose)
    return _away(request, cookie, given.get("then", "/"))


async def sign_out(request: Request) -> Response:
    """End the session in this browser."""
    return _away(request, "", "/sign-in")


def _purpose_fault(caller: Caller, purpose: str) -> str | None:
    if not purpose and not caller.must_say_why:
        return None
    return purpose_fault(purpose)


def _away(request: Request, cookie: str, then: str) -> Response:
    response = RedirectResponse(then if _OURS.fullmatch(then) else "/", status_code=303)
    response.headers["set-cookie"] = set_cookie(cookie, request.headers)
    response.headers["cache-control"] = "no-store"
    return response


ENDPOINTS = (
    Endpoint(Door("/sign-in", "GET", open_to_all("sign-in"), page=True), form),
    Endpoint(
        Door(
            "/sign-in", "POST", open_to_all("sign-in", recorded="act"),
            body_bytes=2048, page=True, takes_form=True,
        ),
        sign_in,
    ),
    Endpoint(
        Door(
            "/sign-out", "POST", open_to_all("sign-out"),
            body_bytes=256, page=True, takes_form=True,
        ),
        sign_out,
    ),
)  # fmt: skip
