"""One request and its answer: the headers every answer carries, no framework's errors."""

from __future__ import annotations

import re
import uuid
from collections.abc import Sequence

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import Message, Receive, Scope, Send

from serving.auth.sessions import COOKIE, IDLE_SECONDS
from serving.doors.addresses import UNMATCHED, Door

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
            for name, value in (*_SECURITY, *self._mode):
                headers.setdefault(name, value)
            if self.cookie is not None and "set-cookie" not in headers:
                headers["set-cookie"] = set_cookie(self.cookie, self.headers)
        if not self.withheld:
            await self._send(message)


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
