"""One request and its answer: the headers every answer carries, no framework's errors."""

from __future__ import annotations

import re
import secrets
import uuid
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from serving.auth.sessions import COOKIE, IDLE_SECONDS
from serving.doors.addresses import UNMATCHED, Door

_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_TRACE = re.compile(
    r"(?!ff)[0-9a-f]{2}-(?P<trace>(?!0{32})[0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-(?P<flags>[0-9a-f]{2})"
)
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


class Exchange:
    """One request and what has been answered to it so far."""

    def __init__(
        self, scope: Scope, receive: Receive, send: Send, mode: Sequence[tuple[str, str]] = ()
    ) -> None:
        self._mode = mode
        self.door: Door | None = None
        self.cookie: str | None = None
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
        self.trace = _continued(self.headers.getlist("traceparent"))

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
            if self.trace is not None:
                headers["traceresponse"] = self.trace
            for name, value in (*_SECURITY, *self._mode):
                headers.setdefault(name, value)
            if self.cookie is not None and "set-cookie" not in headers:
                headers["set-cookie"] = set_cookie(self.cookie, self.headers)
        if not self.withheld:
            await self._send(message)


def _continued(given: Sequence[str]) -> str | None:
    """Our part of the caller's trace (W3C Trace Context); None without a usable one.

    >>> told = _continued(["00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"])
    >>> told.startswith("00-4bf92f3577b34da6a3ce929d0e0e4736-"), told.endswith("-01")
    (True, True)
    >>> _continued(["00-00000000000000000000000000000000-00f067aa0ba902b7-01"]) is None
    True
    """
    found = _TRACE.fullmatch(given[0]) if len(given) == 1 else None
    if found is None:
        return None
    return f"00-{found['trace']}-{secrets.token_hex(8)}-{found['flags']}"


def is_local_name(host: str) -> bool:
    """Whether a Host header names this machine.

    >>> is_local_name("127.0.0.1:3000"), is_local_name("evil.example")
    (True, False)
    """
    return _LOCAL_NAME.fullmatch(host) is not None


def set_cookie(cookie: str, headers: Headers) -> str:
    """The header that keeps a session in the browser, or ends it (`cookie` empty).

    Browsers on this machine speak plain HTTP; every other name is behind TLS.
    """
    lifetime = IDLE_SECONDS if cookie else 0
    secure = "" if is_local_name(headers.get("host", "")) else "; Secure"
    return f"{COOKIE}={cookie}; Path=/; Max-Age={lifetime}; HttpOnly; SameSite=Strict{secure}"
