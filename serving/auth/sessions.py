"""Sessions of the console: begun with a key, short, and ended when the key is revoked.

A session is a cookie that the service signs: key, purpose, beginning, end. It
opens pages for reading only (GET), is sent by the browser to this site only
(SameSite=Strict) and to no script (HttpOnly).
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from serving import canonical
from serving.auth.callers import Caller
from serving.auth.keys import ApiKeys
from serving.database.stores import agree
from serving.kept_secret import kept_secret

COOKIE = "xinheng-session"
IDLE_SECONDS = 30 * 60
LONGEST_SECONDS = 10 * 3600
_SECRET = "sessions.secret"


@dataclass(frozen=True)
class Session:
    """Who looks at pages, why, since when (Unix seconds), and until when unless used."""

    key_id: str
    purpose: str
    began: int
    until: int


class Sessions:
    """The sessions of one service; nothing about them is kept but the signing secret."""

    def __init__(self, folder: Path, keys: ApiKeys, clock: Callable[[], float] = time.time) -> None:
        self._folder, self._keys, self._clock = folder, keys, clock
        self._secret = b""

    def begin(self, key_id: str, purpose: str) -> str:
        """The cookie of a new session."""
        now = int(self._clock())
        return self._signed(Session(key_id, purpose, now, now + IDLE_SECONDS))

    def caller(self, cookie: str) -> tuple[Caller, str | None] | None:
        """Who looks, and the cookie to go on with when half its time is over; or None."""
        session = self._read(cookie)
        now = int(self._clock())
        if session is None or not session.began <= now < session.until:
            return None
        caller = self._keys.by_id(session.key_id)
        if caller is None:
            return None
        until = min(now + IDLE_SECONDS, session.began + LONGEST_SECONDS)
        go_on = session.until - now < IDLE_SECONDS // 2 and until > session.until
        renewed = self._signed(replace(session, until=until)) if go_on else None
        return replace(caller, by="session", purpose=session.purpose or caller.purpose), renewed

    def _signed(self, session: Session) -> str:
        content = canonical.encode(session)
        return f"{_text(content)}.{_text(self._mac(content))}"

    def _read(self, cookie: str) -> Session | None:
        content, _, mac = cookie.partition(".")
        try:
            raw = _bytes(content)
            if not hmac.compare_digest(self._mac(raw), _bytes(mac)):
                return None
            return Session(**json.loads(raw))
        except (ValueError, TypeError):
            return None

    def _mac(self, content: bytes) -> bytes:
        if not self._secret:
            secret = kept_secret(self._folder / _SECRET)
            agree(self._keys.database, "secret of sessions", secret)
            self._secret = secret
        return hmac.new(self._secret, content, hashlib.sha256).digest()


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
