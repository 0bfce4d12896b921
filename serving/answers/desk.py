"""The one place where questions about a business are answered.

Every door, the public API, BentoML's own method and the console, asks here, so
that all say the same. Each request gets a desk of its own (`Desk.serving`), which
knows who asks and keeps to one edition from beginning to end.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from starlette.requests import Request

from serving.answers.addendum import Addendum, addendum
from serving.answers.answer import Answer, answer, subject_of
from serving.answers.changes import Changes, changes
from serving.answers.edition import Edition, Editions
from serving.answers.explained import Explained, explain
from serving.answers.history import History, history
from serving.answers.past import PastEditions
from serving.answers.told import Noted, Told, told
from serving.answers.way_back import way_back_of
from serving.answers.what_if import Supposed, WhatIf, what_if
from serving.audit import Audit, Basis
from serving.auth import DEMO, Caller
from serving.auth.gatekeeper import Gatekeeper
from serving.database import Stores
from serving.inbox import Inbox
from serving.language import Language, choose
from serving.metrics import Metrics
from serving.paths import WayBack
from serving.render.views import View
from serving.review import Reviews
from serving.settings import Settings

# What each role is shown of a decision; those without a view look at no business.
VIEWS: Mapping[str, View] = {
    "registry": "registry",
    "regulator": "regulator",
    "subject": "subject",
    "auditor": "auditor",
    "demo": "auditor",
}


def utc_now() -> datetime:
    """The instant a request came in."""
    return datetime.now(UTC)


class InForce(Protocol):
    """Says which edition answers."""

    def current(self) -> Edition:
        """The edition in force; raises Refused while there is none."""

    def refresh(self) -> None:
        """Take up what was published meanwhile."""


class OneEdition:
    """The edition in force when it was first asked for, and that one from then on."""

    def __init__(self, editions: InForce, edition: Edition | None = None) -> None:
        self._editions = editions
        self.asked = edition

    def current(self) -> Edition:
        """The edition of this request; raises Refused while there is none."""
        if self.asked is None:
            self.asked = self._editions.current().asked_at(utc_now())
        return self.asked

    def refresh(self) -> None:
        """Nothing: a request keeps to its edition."""


@dataclass(frozen=True)
class Desk:
    """What the endpoints of one service share; or, by `serving`, those of one request.

    Parameters
    ----------
    caller
        Who asks; what may be shown follows from it.
    decided
        The decisions this request was given, for the audit record.
    stores
        What changes while the service runs.
    is_again
        Whether a past answer is made again: nothing is recorded then.
    """

    settings: Settings
    metrics: Metrics
    editions: InForce
    audit: Audit
    gatekeeper: Gatekeeper
    past: PastEditions
    stores: Stores
    caller: Caller = DEMO
    decided: list[Noted] = field(default_factory=list)
    is_again: bool = False

    @classmethod
    def of(cls, settings: Settings) -> Desk:
        """A desk for `settings`; edition and audit log are opened when first needed."""
        metrics = Metrics()
        stores = Stores.of(settings.home, settings.stores)
        return cls(
            settings,
            metrics,
            Editions(settings, metrics, Inbox(stores.inbox), Reviews(stores.review)),
            Audit(stores.audit, settings.home / "keys" / "audit", settings.audit_heads),
            Gatekeeper(
                settings.home / "auth", stores.auth, is_demo=settings.is_demo,
                issuer=settings.issuer,
            ),
            PastEditions(settings),
            stores,
        )  # fmt: skip

    def serving(self, caller: Caller, past: Edition | None = None) -> Desk:
        """The desk of one request of `caller`; answering from a `past` edition when given."""
        return replace(
            self, editions=OneEdition(self.editions, past), caller=caller, decided=[],
            is_again=past is not None,
        )  # fmt: skip

    @property
    def view(self) -> View:
        """What the caller is shown of a decision."""
        return VIEWS[self.caller.role]

    @property
    def basis(self) -> Basis | None:
        """What the answers of this request rest on; None when it asked no edition."""
        edition = self.editions.asked if isinstance(self.editions, OneEdition) else None
        return edition.basis if edition else None

    def told(self, business_id: str) -> Told:
        """The decision on a business as the caller may see it, explained; raises Refused."""
        said = told(self.editions.current(), business_id, self.view)
        self._note(said.noted)
        return said

    def score(self, business_id: str, edition: Edition | None = None) -> Answer:
        """The whole decision on a business, explained; raises Refused."""
        edition = edition or self.editions.current()
        found = answer(edition, subject_of(edition, business_id))
        self._note(_noted(found))
        return found

    def explain(self, business_id: str, edition: Edition | None = None) -> Explained:
        """The decision with the records behind it and the data used; raises Refused."""
        told = explain(edition or self.editions.current(), business_id)
        self._note(_noted(told.answer))
        return told

    def changes(
        self, business_id: str, since: str | None, until: str | None,
        edition: Edition | None = None,
    ) -> Changes:  # fmt: skip
        """Why score and tier changed between two days or sets of scores; raises Refused."""
        return changes(edition or self.editions.current(), self.past, business_id, since, until)

    def addendum(
        self, business_id: str, of: str | None, edition: Edition | None = None
    ) -> Addendum:
        """What became known since the answer of a day; raises Refused."""
        return addendum(edition or self.editions.current(), self.past, business_id, of)

    def what_if(self, business_id: str, supposed: Supposed) -> WhatIf:
        """Both decisions, as it is and as it would be; raises Refused.

        The record names the one that applies: nobody decided the other.
        """
        told = what_if(self.editions.current(), business_id, supposed)
        self._note(_noted(told.now))
        return told

    def history(self, business_id: str, months: int, edition: Edition | None = None) -> History:
        """Score and tier on past month ends; raises Refused."""
        return history(edition or self.editions.current(), business_id, months)

    def way_back(self, business_id: str, edition: Edition | None = None) -> WayBack:
        """What the business may do, and when better tiers are reached; raises Refused."""
        told, today = way_back_of(edition or self.editions.current(), business_id)
        self._note(_noted(today))
        return told

    def language(self, request: Request) -> Language:
        """The language the reader of the answer prefers."""
        return choose(request.headers.get("accept-language"), self.settings.language)

    def _note(self, noted: Noted) -> None:
        self.metrics.scored.labels(noted.tier).inc()
        self.decided.append(noted)


def _noted(answer: Answer) -> Noted:
    return Noted(answer.decision.provenance.vector, answer.tier)


def desk_of(request: Request) -> Desk:
    """The desk of this request."""
    desk = request.scope["xinheng.desk"]
    assert isinstance(desk, Desk)  # set where the caller was let in
    return desk
