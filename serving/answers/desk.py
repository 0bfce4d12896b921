"""The one place where questions about a business are answered.

Every door, the public API, BentoML's own method and the console, asks here, so
that all say the same; and what must happen with every answer has one place.
"""

from __future__ import annotations

from dataclasses import dataclass

from starlette.requests import Request

from serving.answers.answer import Answer, answer, subject_of
from serving.answers.changes import Changes, changes
from serving.answers.edition import Edition, Editions
from serving.answers.explained import Explained, explain
from serving.answers.history import History, history
from serving.answers.past import PastEditions
from serving.language import Language, choose
from serving.metrics import Metrics
from serving.settings import Settings


@dataclass(frozen=True)
class Desk:
    """What the endpoints of one service share."""

    settings: Settings
    metrics: Metrics
    editions: Editions
    past: PastEditions

    @classmethod
    def of(cls, settings: Settings) -> Desk:
        """A desk for `settings`; the edition is opened when first needed."""
        metrics = Metrics()
        return cls(settings, metrics, Editions(settings, metrics), PastEditions(settings))

    def score(self, business_id: str, edition: Edition | None = None) -> Answer:
        """The decision on a business, explained; raises Refused."""
        edition = edition or self.editions.current()
        told = answer(edition, subject_of(edition, business_id))
        self.metrics.scored.labels(told.decision.tier).inc()
        return told

    def explain(self, business_id: str, edition: Edition | None = None) -> Explained:
        """The decision with the records behind it and the data used; raises Refused."""
        told = explain(edition or self.editions.current(), business_id)
        self.metrics.scored.labels(told.answer.decision.tier).inc()
        return told

    def changes(
        self, business_id: str, since: str | None, until: str | None,
        edition: Edition | None = None,
    ) -> Changes:  # fmt: skip
        """Why score and tier changed between two days or sets of scores; raises Refused."""
        return changes(edition or self.editions.current(), self.past, business_id, since, until)

    def history(self, business_id: str, months: int, edition: Edition | None = None) -> History:
        """Score and tier on past month ends; raises Refused."""
        return history(edition or self.editions.current(), business_id, months)

    def language(self, request: Request) -> Language:
        """The language the reader of the answer prefers."""
        return choose(request.headers.get("accept-language"), self.settings.language)


def desk_of(request: Request) -> Desk:
    """The desk of the application that the request came to."""
    desk = request.app.state.desk
    assert isinstance(desk, Desk)  # set where the application is made
    return desk
