"""The outermost layer: what reaches the service is known, small, well-formed and in time.

A request passes when its address and method are declared, it names one of our
hosts, the gatekeeper lets its caller in, its body is strict JSON within the
door's limit, and it is answered before the door's deadline. Everything else is
told a problem (RFC 9457) here, before any framework sees it, and an error that a
framework words itself is replaced by one. Nothing that was sent is ever logged: a
line holds the route template, the method, the status, the time taken, the
request's id and, where the caller traces, our part of its trace.

Lifespan scopes pass untouched. The body, once read, is replayed to the
application; its parsed form stands in ``scope["xinheng.json"]``, the caller in
``scope["xinheng.caller"]`` and the door in ``scope["xinheng.door"]``.
"""

from __future__ import annotations

import asyncio
import ipaddress
import logging
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from serving.auth.gatekeeper import Gatekeeper
from serving.auth.refusals import cross_site
from serving.database import Unavailable
from serving.doors import refusals
from serving.doors.addresses import UNMATCHED, Directory, Door, Page
from serving.doors.exchange import Exchange, is_local_name
from serving.doors.idempotency import refuse_unnamed
from serving.doors.strict_json import Json, NotStrictJson, parse
from serving.language import Language, choose
from serving.metrics import Metrics
from serving.problems import Problem, Refused, no_store, our_bug

BODY_SECONDS = 5.0
_DEMO = (("x-xinheng-mode", "demo"),)
log = logging.getLogger("xinheng.access")

Check = Callable[[Json], object]


@dataclass(frozen=True)
class Limits:
    """What the guard allows at once; per process."""

    concurrent: int = 64
    body_seconds: float = BODY_SECONDS
    query_bytes: int = 2048
    path_bytes: int = 1024


@dataclass(frozen=True)
class Reach:
    """From where, and under which names, the service may be asked.

    Parameters
    ----------
    names
        Host names in addition to those of this machine.
    only_here
        Whether only requests from this machine are answered.
    """

    names: frozenset[str] = frozenset()
    only_here: bool = True


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
    gatekeeper
        Who may come in.
    reach
        From where it may be asked.
    page
        How a problem is told at doors that answer with pages.
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
        gatekeeper: Gatekeeper,
        reach: Reach | None = None,
        page: Page | None = None,
        checks: dict[str, Check] | None = None,
        limits: Limits | None = None,
    ) -> None:
        self._app = app
        self._directory = Directory(doors)
        self._language: Language = language
        self._metrics = metrics
        self._gatekeeper = gatekeeper
        self._reach = reach or Reach()
        self._page = page
        self._checks = checks or {}
        self._limits = limits or Limits()
        self._under_way = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            mode = _DEMO if self._gatekeeper.is_demo else ()
            await self._request(Exchange(scope, receive, send, mode))
        else:  # websockets: none are declared
            await send({"type": "websocket.close", "code": 1008})

    async def _request(self, exchange: Exchange) -> None:
        started = time.perf_counter()
        language = choose(exchange.headers.get("accept-language"), self._language)
        try:
            await self._admit(exchange)
        except Refused as refused:
            await self._refuse(exchange, refused.problem, language)
        except Unavailable:
            await self._refuse(exchange, no_store(), language)
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
            "%s %s %s %d %.1f ms%s",
            exchange.request_id, method, exchange.route, exchange.status, taken * 1000,
            f" trace {exchange.trace}" if exchange.trace else "",
        )  # fmt: skip

    async def _admit(self, exchange: Exchange) -> None:
        self._within_reach(exchange)
        door = self._door(exchange)
        exchange.route, exchange.door = door.template, door
        exchange.scope["xinheng.door"] = door
        admitted = await self._gatekeeper.admit(door.access, exchange.method, exchange.headers)
        exchange.scope["xinheng.caller"] = admitted.caller
        exchange.cookie = admitted.cookie
        if door.writes:
            refuse_unnamed(exchange.headers)
        if door.metered and self._under_way >= self._limits.concurrent:
            raise Refused(refusals.busy())
        self._under_way += door.metered
        try:
            async with asyncio.timeout(door.seconds):
                body = await self._body(exchange, door)
                if door.takes_form:
                    exchange.scope["xinheng.form"] = self._form(exchange, body)
                elif door.body_bytes:
                    self._json(exchange, door, body)
                await self._app(exchange.scope, exchange.replay(body), exchange.send)
        finally:
            self._under_way -= door.metered
        if exchange.withheld:
            raise Refused(refusals.instead_of(exchange.withheld))

    def _within_reach(self, exchange: Exchange) -> None:
        if self._reach.only_here:
            for end in ("client", "server"):
                address = exchange.scope.get(end)
                if address is not None and not _is_loopback(address[0]):
                    raise Refused(refusals.not_loopback())
        # A page of another site could point its own name at our address.
        host = exchange.headers.get("host", "")
        if not is_local_name(host) and host.lower() not in self._reach.names:
            raise Refused(refusals.not_loopback() if self._reach.only_here else refusals.no_name())

    def _door(self, exchange: Exchange) -> Door:
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

    async def _body(self, exchange: Exchange, door: Door) -> bytes:
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

    def _json(self, exchange: Exchange, door: Door, body: bytes) -> None:
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

    def _form(self, exchange: Exchange, body: bytes) -> dict[str, str]:
        """The fields of a form that a page of ours sent, each once."""
        if not _is_same_site(exchange.headers):
            raise Refused(cross_site())
        if exchange.headers.get("content-type", "") != "application/x-www-form-urlencoded":
            raise Refused(refusals.wrong_media_type())
        try:
            pairs = parse_qsl(body.decode("ascii"), True, True, max_num_fields=16, errors="strict")
        except ValueError:
            raise Refused(refusals.invalid()) from None
        return dict(pairs)

    async def _refuse(self, exchange: Exchange, problem: Problem, language: Language) -> None:
        self._metrics.problems.labels(problem.type.slug).inc()
        if exchange.status:  # already answering: left incomplete, so that the server cuts it
            return
        if self._page and exchange.door and exchange.door.page:
            response = self._page(exchange.scope, problem)
        else:
            response = problem.response(language)
        await response(exchange.scope, exchange.receive, exchange.send)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _is_same_site(headers: Headers) -> bool:
    """Whether a page of ours sent the form, as far as the browser says (RFC 6454, Fetch)."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = headers.get("origin")
    return origin is None or origin.partition("://")[2] == headers.get("host")


def _is_json(content_types: Sequence[str]) -> bool:
    if len(content_types) != 1:
        return False
    media_type, _, parameter = content_types[0].partition(";")
    return media_type.strip().lower() == "application/json" and parameter.strip().lower() in (
        "", "charset=utf-8", 'charset="utf-8"',
    )  # fmt: skip
