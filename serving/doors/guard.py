"""The outermost layer: what reaches the service is known, small, well-formed and in time.

A request passes when its address and method are declared, it comes from this
machine, its body is strict JSON within the door's limit, and it is answered
before the door's deadline. Everything else is told a problem (RFC 9457) here,
before any framework sees it, and an error that a framework words itself is
replaced by one. Nothing that was sent is ever logged: a line holds the route
template, the method, the status, the time taken and the request's id.

Lifespan scopes pass untouched. The body, once read, is replayed to the
application; its parsed form stands in ``scope["xinheng.json"]``.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import re
import time
import traceback
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from serving.doors import refusals
from serving.doors.addresses import UNMATCHED, Directory, Door
from serving.doors.strict_json import Json, NotStrictJson, parse
from serving.language import Language, choose
from serving.metrics import Metrics
from serving.problems import Problem, Refused, our_bug

BODY_SECONDS = 5.0
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_LOCAL_NAME = re.compile(r"(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]{1,5})?")
_SECURITY = (
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("x-frame-options", "DENY"),
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'",
    ),
)
log = logging.getLogger("xinheng.access")

Check = Callable[[Json], object]


@dataclass(frozen=True)
class Limits:
    """What the guard allows at once; per process."""

    concurrent: int = 64
    body_seconds: float = BODY_SECONDS
    query_bytes: int = 2048
    path_bytes: int = 1024


class Guard:
    """ASGI middleware that admits only what the doors declare.

    Parameters
    ----------
    app
        What answers behind the guard.
    doors
        The addresses that exist.
    language
        Language of problems whose reader states none.
    metrics
        Where requests and refusals are counted.
    checks
        Template → check of the parsed body, for doors whose application would
        log what it rejects. A check raises `Refused`.
    limits
        Bounds that hold for all doors together.
    """

    def __init__(
        self,
        app: ASGIApp,
        doors: Sequence[Door],
        *,
        language: Language,
        metrics: Metrics,
        checks: dict[str, Check] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._app = app
        self._directory = Directory(doors)
        self._language: Language = language
        self._metrics = metrics
        self._checks = checks or {}
        self._limits = limits or Limits()
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await self._request(_Exchange(scope, receive, send))
        else:  # websockets: none are declared
            await send({"type": "websocket.close", "code": 1008})

    async def _request(self, exchange: _Exchange) -> None:
        started = time.perf_counter()
        language = choose(exchange.headers.get("accept-language"), self._language)
        try:
            await self._admit(exchange)
        except Refused as refused:
            await self._refuse(exchange, refused.problem, language)
        except TimeoutError:
            await self._refuse(exchange, refusals.too_slow(), language)
        except Exception as error:
            # Frames only: an exception's own text may hold what was sent or read.
            frames = traceback.extract_tb(error.__traceback__)
            where = " < ".join(f"{f.name} ({f.filename}:{f.lineno})" for f in reversed(frames))
            log.error("%s %s in %s", exchange.request_id, type(error).__name__, where)
            await self._refuse(exchange, our_bug(), language)
        taken = time.perf_counter() - started
        method = exchange.method if exchange.route != UNMATCHED else "any"
        self._metrics.requests.labels(exchange.route, method, str(exchange.status)).inc()
        self._metrics.seconds.labels(exchange.route).observe(taken)
        log.info(
            "%s %s %s %d %.1f ms",
            exchange.request_id, method, exchange.route, exchange.status, taken * 1000,
        )  # fmt: skip

    async def _admit(self, exchange: _Exchange) -> None:
        self._only_from_here(exchange)
        door = self._door(exchange)
        exchange.route = door.template
        exchange.scope["xinheng.route"] = door.template
        if door.metered and self._under_way >= self._limits.concurrent:
            raise Refused(refusals.busy())
        self._under_way += door.metered
        try:
            async with asyncio.timeout(door.seconds):
                body = await self._body(exchange, door)
                if door.body_bytes:
                    self._json(exchange, door, body)
                await self._app(exchange.scope, exchange.replay(body), exchange.send)
        finally:
            self._under_way -= door.metered
        if exchange.withheld:
            raise Refused(refusals.instead_of(exchange.withheld))

    def _only_from_here(self, exchange: _Exchange) -> None:
        for end in ("client", "server"):
            address = exchange.scope.get(end)
            if address is not None and not _is_loopback(address[0]):
                raise Refused(refusals.not_loopback())
        # A page of another site could point its own name at 127.0.0.1.
        if not _LOCAL_NAME.fullmatch(exchange.headers.get("host", "")):
            raise Refused(refusals.not_loopback())

    def _door(self, exchange: _Exchange) -> Door:
        scope = exchange.scope
        path = scope["path"]
        if len(scope.get("query_string", b"")) > self._limits.query_bytes:
            raise Refused(refusals.query_too_long(self._limits.query_bytes))
        if len(path.encode("utf-8", "surrogatepass")) > self._limits.path_bytes:
            raise Refused(refusals.unknown_path())
        doors = self._directory.at(path)
        if not doors:
            raise Refused(refusals.unknown_path())
        for door in doors:
            if exchange.method in door.methods:
                return door
        exchange.route = doors[0].template
        raise Refused(refusals.wrong_method([m for door in doors for m in door.methods]))

    async def _body(self, exchange: _Exchange, door: Door) -> bytes:
        declared = exchange.headers.get("content-length")
        if declared is not None and declared.isdigit() and int(declared) > door.body_bytes:
            raise Refused(refusals.body_too_large(door.body_bytes))
        body = bytearray()
        try:
            async with asyncio.timeout(self._limits.body_seconds):
                while True:
                    message = await exchange.receive()
                    if message["type"] == "http.disconnect":
                        return b""
                    body += message.get("body", b"")
                    if len(body) > door.body_bytes:
                        raise Refused(refusals.body_too_large(door.body_bytes))
                    if not message.get("more_body", False):
                        return bytes(body)
        except TimeoutError:
            raise Refused(refusals.slow_body()) from None

    def _json(self, exchange: _Exchange, door: Door, body: bytes) -> None:
        media_type = exchange.headers.getlist("content-type")
        if not _is_json(media_type) or exchange.headers.get("content-encoding"):
            raise Refused(refusals.wrong_media_type())
        try:
            value = parse(body)
        except NotStrictJson as fault:
            raise Refused(refusals.malformed_json(str(fault))) from None
        exchange.scope["xinheng.json"] = value
        check = self._checks.get(door.template)
        if check is not None:
            check(value)

    async def _refuse(self, exchange: _Exchange, problem: Problem, language: Language) -> None:
        self._metrics.problems.labels(problem.type.slug).inc()
        if exchange.status:  # already answering: left incomplete, so that the server cuts it
            return
        response = problem.response(language)
        await response(exchange.scope, exchange.receive, exchange.send)


class _Exchange:
    """One request and what has been answered to it so far."""

    def __init__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.scope = scope
        self.receive = receive
        self._send = send
        self.headers = Headers(scope=scope)
        self.method: str = scope["method"]
        self.route = UNMATCHED
        self.status = 0
        self.withheld = 0
        given = self.headers.get("x-request-id", "")
        self.request_id = given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex

    def replay(self, body: bytes) -> Receive:
        """A receive channel that gives the body once more, then the client's own."""
        given = False

        async def receive() -> Message:
            nonlocal given
            if given:
                return await self.receive()
            given = True
            return {"type": "http.request", "body": body, "more_body": False}

        return receive

    async def send(self, message: Message) -> None:
        """Pass the message on, with the headers that every answer carries.

        An error that is no problem of ours is withheld.
        """
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if message["status"] >= 400 and "x-problem" not in headers:
                self.withheld = message["status"]
                return
            self.withheld = 0
            self.status = message["status"]
            del headers["server"]
            headers["x-request-id"] = self.request_id
            for name, value in _SECURITY:
                headers.setdefault(name, value)
        if not self.withheld:
            await self._send(message)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_json(content_types: Sequence[str]) -> bool:
    if len(content_types) != 1:
        return False
    media_type, _, parameter = content_types[0].partition(";")
    return media_type.strip().lower() == "application/json" and parameter.strip().lower() in (
        "", "charset=utf-8", 'charset="utf-8"',
    )  # fmt: skip
