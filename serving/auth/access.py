"""What a door declares: what is done there, who may, whom it is about, what is recorded.

>>> from serving.auth.access import Access, REGULATOR, SUBJECT
>>> Access("explain", REGULATOR, SUBJECT, about="one business").admits("registry")
False
"""

from __future__ import annotations

from typing import Literal

Role = Literal["registry", "regulator", "subject", "auditor", "data_scientist", "administrator"]
REGISTRY: Role = "registry"  # the registry system: tier and flags
REGULATOR: Role = "regulator"  # everything about the businesses of its districts
SUBJECT: Role = "subject"  # a business about itself
AUDITOR: Role = "auditor"  # everything, and the proof of what was answered
DATA_SCIENTIST: Role = "data_scientist"  # models and figures, no business
ADMINISTRATOR: Role = "administrator"  # keys and running, no business
ROLES: tuple[Role, ...] = (
    REGISTRY, REGULATOR, SUBJECT, AUDITOR, DATA_SCIENTIST, ADMINISTRATOR,
)  # fmt: skip
SCOPES = (
    "score", "explain", "list", "pages", "model", "audit", "heads", "keys", "metrics", "records",
    "objections", "overrides", "links",
)  # fmt: skip
# Roles that must say why they look, each time.
MUST_SAY_WHY: frozenset[Role] = frozenset({REGULATOR, AUDITOR})

About = Literal["one business", "many businesses", "no business"]
Recorded = Literal["answer", "lines", "act", "nothing"]


class Access:
    """Who may use a door, and what is recorded of it.

    Parameters
    ----------
    scope
        What is done there, one of `SCOPES`; a key may be limited to some. It is the
        ``action`` of the audit record.
    roles
        Roles that may; without any, everyone may, also without a key.
    about
        ``one business``: named by ``business_id`` in the path or the body; a caller
        limited to districts, or to itself, is refused others at the door.
        ``many businesses``: the endpoint itself leaves out those the caller may not
        see (`Caller.sees`).
    recorded
        ``answer``: the request and the hash of the answer, which can be made again.
        ``lines``: the endpoint records each line it streams. ``act``: that it was
        done, without the request, which may hold a secret. ``nothing``: no business
        and no decision is in the answer.
    """

    __slots__ = ("about", "recorded", "roles", "scope")

    def __init__(
        self,
        scope: str,
        *roles: Role,
        about: About = "no business",
        recorded: Recorded = "answer",
    ) -> None:
        if roles and scope not in SCOPES:
            raise ValueError(f"{scope} is none of the scopes {', '.join(SCOPES)}")
        self.scope = scope
        self.roles = frozenset(roles)
        self.about: About = about
        self.recorded: Recorded = recorded

    @property
    def is_open(self) -> bool:
        """Whether no key is needed."""
        return not self.roles

    def admits(self, role: str) -> bool:
        """Whether a caller of that role may."""
        return self.is_open or role in self.roles


def open_to_all(scope: str, recorded: Recorded = "nothing") -> Access:
    """A door that everyone may use: health, assets, the description, the way in."""
    return Access(scope, recorded=recorded)
