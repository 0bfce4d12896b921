"""From a request's headers to a caller; the one place where keys, tokens and cookies are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import CookieError, SimpleCookie
from pathlib import Path

from anyio import to_thread

from serving.auth import purposes, refusals
from serving.auth.access import Access
from serving.auth.callers import ANONYMOUS, DEMO, Caller
from serving.auth.keys import ApiKeys
from serving.auth.rates import Rates
from serving.auth.sessions import COOKIE, Sessions
from serving.auth.tokens import Issuer, Tokens
from serving.database import Database
from serving.problems import Refused

_READING = frozenset({"GET", "HEAD"})


@dataclass(frozen=True)
class Admitted:
    """Who was let in, and the session cookie to go on with, when there is a new one."""

    caller: Caller
    cookie: str | None = None


class Gatekeeper:
    """Who may come in.

    Parameters
    ----------
    folder
        Where secrets are kept.
    database
        The store of the keys; without one, a file in the folder.
    is_demo
        Whether everybody on this machine is let in as `DEMO`.
    issuer
        Whose tokens are believed; None for nobody's.
    """

    def __init__(
        self,
        folder: Path,
        database: Database | None = None,
        *,
        is_demo: bool = False,
        issuer: Issuer | None = None,
        rates: Rates | None = None,
    ) -> None:
        self.is_demo = is_demo
        self.keys = ApiKeys(folder, database)
        self.sessions = Sessions(folder, self.keys)
        self._tokens = Tokens(issuer) if issuer else None
        self._rates = rates or Rates()

    async def admit(self, access: Access, method: str, headers: Mapping[str, str]) -> Admitted:
        """The caller, who may use the door; raises Refused with the reason."""
        if self.is_demo:
            admitted = Admitted(DEMO)
        elif access.is_open:
            return Admitted(ANONYMOUS)
        else:
            admitted = await self._who(method, headers)
        caller = admitted.caller
        if not caller.may(access):
            raise Refused(refusals.not_allowed(access.scope))
        self.charge(caller)
        return Admitted(_with_purpose(caller, access, headers), admitted.cookie)

    def charge(self, caller: Caller, cost: float = 1.0) -> None:
        """Count `cost` requests of the caller; raises Refused when they are too many."""
        wait = self._rates.wait(caller.name, caller.role, cost)
        if wait:
            raise Refused(refusals.too_many(wait))

    async def _who(self, method: str, headers: Mapping[str, str]) -> Admitted:
        shown = headers.get("authorization")
        if shown is not None:
            scheme, _, text = shown.partition(" ")
            caller = await self._bearer(text.strip()) if scheme.lower() == "bearer" else None
            if caller is None:
                raise Refused(refusals.unauthenticated(shown=True))
            return Admitted(caller)
        # A cookie comes with every request the browser makes: it opens reading only.
        cookie = _cookie(headers.get("cookie", "")) if method in _READING else ""
        session = self.sessions.caller(cookie) if cookie else None
        if session is None:
            raise Refused(refusals.unauthenticated(shown=bool(cookie)))
        return Admitted(*session)

    async def _bearer(self, text: str) -> Caller | None:
        if text.startswith("xh_"):
            return self.keys.caller(text)
        tokens = self._tokens
        if tokens is None:
            return None
        known = tokens.remembered(text)
        if known is not None:
            return known
        key_id = tokens.key_id(text)
        if key_id is None:
            return None
        if tokens.keys.should_ask(key_id):
            await to_thread.run_sync(tokens.keys.ask)
        return tokens.caller(text)


def _with_purpose(caller: Caller, access: Access, headers: Mapping[str, str]) -> Caller:
    header = headers.get(purposes.HEADER)
    if header is not None:
        purpose = purposes.stated(header)
        fault = purposes.purpose_fault(purpose)
        if fault:
            raise Refused(refusals.purpose_missing(fault))
        return caller.saying(purpose)
    if caller.must_say_why and not caller.purpose and access.recorded != "nothing":
        raise Refused(refusals.purpose_missing())
    return caller


def _cookie(header: str) -> str:
    try:
        morsel = SimpleCookie(header).get(COOKIE)
    except CookieError:
        return ""
    return morsel.value if morsel else ""
