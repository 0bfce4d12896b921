"""Who came to a door."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from serving.auth.access import MUST_SAY_WHY, Access, Role

Shown = Literal["key", "token", "session", "demo", "nothing"]


@dataclass(frozen=True, slots=True)
class Caller:
    """A caller as a key, a token or a session says it is.

    Parameters
    ----------
    name
        ``key:<id>`` or ``token:<issuer's name for it>``; no person's name.
    role
        One of `Role`, ``demo`` or ``nobody``.
    scopes
        What it may do, of what its role may; empty for all of that.
    districts
        Districts it is limited to; empty for the whole city.
    business_id
        The business that a subject is.
    purpose
        Why it looks: said with the request, or standing with the key.
    """

    name: str
    role: Role | Literal["demo", "nobody"]
    by: Shown
    department: str = ""
    scopes: frozenset[str] = frozenset()
    districts: frozenset[str] = frozenset()
    business_id: str | None = None
    purpose: str = ""

    def may(self, access: Access) -> bool:
        """Whether role and scopes open the door."""
        if access.is_open or self.role == "demo":
            return True
        return access.admits(self.role) and (not self.scopes or access.scope in self.scopes)

    @property
    def must_say_why(self) -> bool:
        """Whether it may not look without a purpose."""
        return self.role in MUST_SAY_WHY

    @property
    def is_limited(self) -> bool:
        """Whether some businesses are hidden from it."""
        return bool(self.districts) or self.role == "subject"

    def sees(self, business_id: str, district: str | None) -> bool:
        """Whether a business is one of those it may look at."""
        if self.role == "subject":
            return business_id == self.business_id
        return not self.districts or district in self.districts

    def saying(self, purpose: str) -> Caller:
        """The caller with the purpose it stated."""
        return replace(self, purpose=purpose)


DEMO = Caller("demo", "demo", "demo", purpose="demo")
ANONYMOUS = Caller("nobody", "nobody", "nothing")
