"""No audit, no answer: what is answered is recorded, durably, before it is given.

The layer behind the guard. It gives each request a desk of its own, refuses a
business the caller may not look at, holds the answer back until its record is on
disk, and tells its name in ``x-audit-id``. Streams record each line themselves.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from features.contracts import Phrase
from serving import canonical, problems
from serving.answers.desk import Desk
from serving.audit import AuditUnavailable, Entry, Found, Who
from serving.auth import Caller
from serving.auth.refusals import outside_your_district
from serving.database import Unavailable
from serving.doors import refusals
from serving.doors.addresses import Door, Page
from serving.language import choose
from serving.problems import Problem, Refused

AUDIT_ID = "x-audit-id"
_MOST_LANGUAGE = 200


class Recorder:
    """ASGI layer between the guard and the application.

    Parameters
    ----------
    app
        What answers.
    desk
        The service's desk.
    doors
        Every address there is.
    page
        How a problem is told at doors that answer with pages.
    """

    def __init__(self, app: ASGIApp, desk: Desk, doors: Sequence[Door], page: Page) -> None:
        self._app = app
        self._desk = desk
        self._doors = {route_of(door): door for door in doors}
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        door: Door = scope["xinheng.door"]
        desk = scope["xinheng.desk"] = self._desk.serving(scope["xinheng.caller"])
        scope["xinheng.again"] = self.again
        if door.access.recorded in ("nothing", "lines"):
            await self._app(scope, receive, send)
            return
        answer = await self._answer(scope, receive)
        (found,) = await recorded(desk, entry_of(scope, answer, desk))
        MutableHeaders(raw=answer.start["headers"])[AUDIT_ID] = found.audit_id
        await send(answer.start)
        for message in answer.rest:
            await send(message)

    async def again(self, kept: bytes, route: str, desk: Desk) -> Held:
        """What is answered to a kept request at a desk of that time; nothing is recorded."""
        scope = _scope_again(kept, desk, self._doors[route])

        given = False

        async def body() -> Message:
            nonlocal given
            if given:  # the caller stays until it has the answer
                await asyncio.Event().wait()
            given = True
            asked = scope["xinheng.json"]
            content = b"" if asked is None else json.dumps(asked).encode()
            return {"type": "http.request", "body": content, "more_body": False}

        return await self._answer(scope, body)

    async def _answer(self, scope: Scope, receive: Receive) -> Held:
        """What the application answers, or the problem it refuses with, held back."""
        desk: Desk = scope["xinheng.desk"]
        door: Door = scope["xinheng.door"]
        answer = Held()
        try:
            scope["xinheng.about"] = _about(scope, desk, door)
            await self._app(scope, receive, answer.hold)
            status = answer.start["status"]
            if status >= 400 and "x-problem" not in Headers(raw=answer.start["headers"]):
                raise Refused(refusals.instead_of(status))
        except (Refused, Unavailable) as refused:
            problem = refused.problem if isinstance(refused, Refused) else problems.no_store()
            if not desk.is_again:
                desk.metrics.problems.labels(problem.type.slug).inc()
            answer = Held()
            scope.pop("xinheng.sha256", None)
            if door.page:
                response = self._page(scope, problem)
            else:
                accepted = Headers(scope=scope).get("accept-language")
                language = choose(accepted, desk.settings.language)
                response = problem.response(language)
            await response(scope, receive, answer.hold)
        return answer


@dataclass
class Held:
    """An answer that is not given yet."""

    start: Message = field(default_factory=dict)
    rest: list[Message] = field(default_factory=list)

    async def hold(self, message: Message) -> None:
        """Keep one message."""
        if message["type"] == "http.response.start":
            message["headers"] = list(message.get("headers", ()))
            self.start, self.rest = message, []
        else:
            self.rest.append(message)

    @property
    def body(self) -> bytes:
        """The body so far."""
        return b"".join(one.get("body", b"") for one in self.rest)


async def recorded(desk: Desk, *entries: Entry) -> list[Found]:
    """The entries in the log; raises Refused (503) when it cannot be written."""
    try:
        return await desk.audit.append(*entries)
    except AuditUnavailable:
        raise Refused(no_audit()) from None


def entry_of(scope: Scope, answer: Held, desk: Desk) -> Entry:
    """What is recorded of an answer that is about to be given."""
    door: Door = scope["xinheng.door"]
    caller: Caller = scope["xinheng.caller"]
    decision = desk.decided[0] if len(desk.decided) == 1 else None
    return Entry(
        action=door.access.scope,
        route=route_of(door),
        who=who_of(caller),
        purpose=caller.purpose,
        about=scope.get("xinheng.about"),
        request=b"" if door.access.recorded == "act" else request_of(scope),
        basis=desk.basis,
        status=answer.start["status"],
        # What `reply` answered with; for 304 and HEAD it is what the caller holds.
        sha256=scope.get("xinheng.sha256") or hashlib.sha256(answer.body).hexdigest(),
        inputs=decision.inputs if decision else None,
        tier=decision.tier if decision else None,
    )


def route_of(door: Door) -> str:
    """Method and template of the address, as the log names it."""
    return f"{door.method} {door.template}"


def who_of(caller: Caller) -> Who:
    """The caller as the log names it."""
    return Who(
        caller.name, caller.role, caller.department, tuple(sorted(caller.districts)), caller.by
    )


def request_of(scope: Scope, body: object = None) -> bytes:
    """The request as canonical JSON: all that its answer depends on beside the caller."""
    return canonical.encode(
        {
            "body": scope.get("xinheng.json") if body is None else body,
            "language": Headers(scope=scope).get("accept-language", "")[:_MOST_LANGUAGE],
            "method": scope["method"],
            "path": scope["path"],
            "query": scope.get("query_string", b"").decode("latin-1"),
        }
    )


def no_audit() -> Problem:
    """The record could not be written: the answer is withheld."""
    return Problem(
        problems.NO_AUDIT,
        Phrase(
            "审计日志暂时无法写入;没有审计就没有答复。",
            "The audit log cannot be written now; without a record there is no answer.",
        ),
        Phrase(
            "请稍后重试;如持续出现,请告知管理员(磁盘空间、审计目录)。",
            "Try again shortly; if it lasts, tell the operator (disk space, audit folder).",
        ),
        headers={"retry-after": "5"},
    )


def _about(scope: Scope, desk: Desk, door: Door) -> str | None:
    """The business the request is about; raises Refused when the caller may not look at it."""
    if door.access.about != "one business":
        return None
    named: object = door.part(scope["path"], "business_id")
    if named is None:
        body = scope.get("xinheng.json")
        named = body.get("business_id") if isinstance(body, Mapping) else None
    if not isinstance(named, str) or not named.isprintable():
        return None  # the endpoint says what is wrong with it
    if desk.caller.is_limited and not may_look(desk, named):
        raise Refused(outside_your_district())
    return named


def may_look(desk: Desk, business_id: str) -> bool:
    """Whether the caller may look at the business; at one there is none of, it may."""
    if desk.caller.role == "subject":
        return desk.caller.sees(business_id, None)
    subject = desk.editions.current().store.subject(business_id)
    return subject is None or desk.caller.sees(subject.entity_id, subject.district)


def looking(desk: Desk) -> Callable[[str], bool]:
    """Whether the caller may look at a business, of any role."""
    return lambda business_id: not desk.caller.is_limited or may_look(desk, business_id)


def _scope_again(request: bytes, desk: Desk, door: Door) -> Scope:
    """The scope of a kept request, to be asked again of a past edition."""
    kept = json.loads(request)
    language = kept["language"].encode("latin-1", "replace")
    headers = [(b"accept-language", language)] if language else []
    if kept["body"] is not None:
        headers.append((b"content-type", b"application/json"))
    return {
        "type": "http",
        "http_version": "1.1",
        "method": "GET" if kept["method"] == "HEAD" else kept["method"],
        "scheme": "http",
        "path": kept["path"],
        "raw_path": kept["path"].encode(),
        "root_path": "",
        "query_string": kept["query"].encode("latin-1"),
        "headers": [*headers, (b"host", b"127.0.0.1")],
        "client": None,
        "server": None,
        "state": {},
        "xinheng.door": door,
        "xinheng.caller": desk.caller,
        "xinheng.desk": desk,
        "xinheng.json": kept["body"],
    }


def again_of(request: Request) -> Callable[[bytes, str, Desk], Awaitable[Held]]:
    """How a past request is answered again: `Recorder.again` of this service."""
    again: Callable[[bytes, str, Desk], Awaitable[Held]] = request.scope["xinheng.again"]
    return again
