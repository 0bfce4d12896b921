"""The whole explanation of a business: its answer, the records behind it, the data used."""

from __future__ import annotations

from dataclasses import dataclass

from features.contracts import CityWide, Phrase
from serving import canonical
from serving.answers.answer import Answer, answer_of, stands, subject_of
from serving.answers.cited_records import cited_records
from serving.answers.edition import Edition
from serving.answers.standing import Standing
from serving.decision.decided import Decision
from serving.formats import iso_day
from serving.render.case_file import CaseFile, RecordTold
from serving.render.views import View
from serving.render.words import WORDS
from serving.review import objections_of


@dataclass(frozen=True)
class SourceTold:
    """What one department's records contributed, and how fresh they are.

    Parameters
    ----------
    records, latest_on
        How many records of the business are used, and the last one's day; for a
        city-wide source those of the city.
    known_on
        The last day on which anything new of this source became known.
    """

    source: str
    title: Phrase
    department: Phrase
    legal_basis: str
    records: int
    latest_on: str | None
    known_on: str | None


@dataclass(frozen=True)
class Explained:
    """An answer with everything needed to check it."""

    answer: Answer
    records: tuple[RecordTold, ...]
    data: tuple[SourceTold, ...]
    objections_open: int

    @property
    def decision(self) -> Decision:
        """The decision that applies, without what people set in its place."""
        return self.answer.decision

    def case_file(self, view: View) -> CaseFile:
        """What stands beside the decision, for a rendering of what `view` may see."""
        return CaseFile(self.answer.override, self.objections_open, self._records(view))

    def to_json(self, view: View = "auditor") -> bytes:
        """``decision`` (as ``POST /v1/score`` gives it), ``records``, ``data``, ``role``.

        The subject sees what its own records say, not those of others that a reason
        is about.
        """
        return canonical.encode(
            {
                "decision": self.answer.seen_by(view),
                "records": self._records(view),
                "data": self.data,
                "role": WORDS["role"],
            }
        )

    def _records(self, view: View) -> tuple[RecordTold, ...]:
        if view != "subject":
            return self.records
        own = self.answer.decision.business_id
        return tuple(one for one in self.records if one.business_id in ("", own))


def explain(edition: Edition, business_id: str) -> Explained:
    """The explanation of a business; raises Refused when it is unknown or not scored."""
    subject = subject_of(edition, business_id)
    standing = stands(edition, subject)
    told = answer_of(edition, standing)
    open_ = sum(one.is_open for one in objections_of(edition.acts(business_id)))
    return Explained(told, cited_records(edition, standing, told), _data(edition, standing), open_)


def _data(edition: Edition, standing: Standing) -> tuple[SourceTold, ...]:
    city = edition.catalogue.jurisdiction
    used = {one.source: one for one in standing.used}
    told = []
    for source in city.sources:
        known = edition.store.known[source.name]
        own = known if isinstance(source.subject, CityWide) else used.get(source.name)
        told.append(
            SourceTold(
                source=source.name,
                title=source.title,
                department=city.departments[source.department],
                legal_basis=source.legal_basis,
                records=own.records if own else 0,
                latest_on=_date(own.latest_day if own else None),
                known_on=_date(known.known_day),
            )
        )
    return tuple(told)


def _date(day: int | None) -> str | None:
    return None if day is None else iso_day(day)
