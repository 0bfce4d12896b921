"""The whole explanation of a business: its answer, the records behind it, the data used."""

from __future__ import annotations

from dataclasses import dataclass

from features.contracts import CityWide, Phrase
from serving import canonical
from serving.answers.answer import Answer, answer_of, stands, subject_of
from serving.answers.cited_records import RecordTold, cited_records
from serving.answers.edition import Edition
from serving.answers.standing import Standing
from serving.formats import iso_day
from serving.render.views import View
from serving.render.words import WORDS


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

    def to_json(self, view: View = "auditor") -> bytes:
        """``decision`` (as ``POST /v1/score`` gives it), ``records``, ``data``, ``role``.

        The subject sees what its own records say, not those of others that a reason
        is about.
        """
        records = self.records
        if view == "subject":
            own = self.answer.decision.business_id
            records = tuple(one for one in records if one.business_id in ("", own))
        return canonical.encode(
            {
                "decision": self.answer.seen_by(view),
                "records": records,
                "data": self.data,
                "role": WORDS["role"],
            }
        )


def explain(edition: Edition, business_id: str) -> Explained:
    """The explanation of a business; raises Refused when it is unknown or not scored."""
    subject = subject_of(edition, business_id)
    standing = stands(edition, subject)
    told = answer_of(edition, standing)
    return Explained(told, cited_records(edition, standing, told), _data(edition, standing))


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
