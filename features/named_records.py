"""Records that name no code, attached to a business or taken from it as persons decided.

What `features.ingest` does with a decision when it makes the next snapshot, this does
to the few records of one business: the same choice, the same day from which it counts.
Two things are left to the snapshot, because they concern whom nobody spoke of: a
refusal may let likeness, or the registration, find another business.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import cast
from zoneinfo import ZoneInfo

from features.arrivals import in_layout_order
from features.business import BusinessRecords, LinkedBy
from features.contracts import ByName, Jurisdiction
from features.expressions import Row
from features.ingest.zone import midnight_us
from features.linkage.choice import Choice, choose, known_from
from features.linkage.decision import LinkDecision
from features.linkage.model import Candidate
from features.marks import overlaid


@dataclass(frozen=True)
class NamedRecords:
    """A name that records of one source give, whom it may mean, and the records.

    Parameters
    ----------
    mention
        ``source:hash``: the same words in the same source.
    rows
        As a snapshot's rows; ``entity_id`` is whom the snapshot takes each to be about,
        none where it does not know.
    """

    source: str
    mention: str
    name: str
    candidates: tuple[Candidate, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class Decided:
    """Records that give a name, with everything persons said about it, oldest first."""

    named: NamedRecords
    decisions: tuple[LinkDecision, ...]

    def choice(self, by_name: ByName) -> Choice:
        """Whom the name means where the registration does not answer."""
        return choose(self.named.candidates, self.decisions, by_name)

    def says(self, entity_id: str) -> LinkDecision | None:
        """The last word on one business; none where nobody spoke of it."""
        about = [one for one in self.decisions if one.entity_id == entity_id]
        return about[-1] if about else None

    def rows_of(self, entity_id: str, by_name: ByName, zone: ZoneInfo) -> Iterator[Row]:
        """The records that concern a business, as it counts them."""
        choice = self.choice(by_name)
        confirmed = choice.decided is not None and choice.candidate is not None
        is_it = confirmed and cast("Candidate", choice.candidate).entity_id == entity_id
        for row in self.named.rows:
            held = row["entity_id"]
            if self._registered(row):
                if held == entity_id:
                    yield row
            elif confirmed:
                if is_it:
                    yield self._attached(row, choice, by_name, zone)
            elif held == entity_id and not self._is_refused(entity_id):
                yield row

    def _registered(self, row: Row) -> bool:
        """Whether the registration says whom the record concerns, and nobody refused it."""
        by_register = row["linked_by"] == LinkedBy.REGISTERED_NAME.value
        return by_register and not self._is_refused(str(row["entity_id"]))

    def _is_refused(self, entity_id: str) -> bool:
        said = self.says(entity_id)
        return said is not None and not said.same

    def _attached(self, row: Row, choice: Choice, by_name: ByName, zone: ZoneInfo) -> Row:
        """The record as one whose business a person confirmed."""
        named, chosen = self.named.candidates, cast("Candidate", choice.candidate)
        day = known_from(choice, named, self.decisions, by_name)
        attached: dict[str, int | str | None] = {
            **row, "entity_id": chosen.entity_id, "linked_by": LinkedBy.PERSON.value,
            "link_probability": round(chosen.probability * 1_000_000) if chosen in named else None,
        }  # fmt: skip
        if day > cast("int", row["known_day"]):
            attached |= {"known_day": day, "known_us": midnight_us(day, zone)}
        return attached


def attached(
    records: BusinessRecords, decided: Iterable[Decided], city: Jurisdiction
) -> BusinessRecords:
    """The business's records as persons decided; the same object when that changes nothing."""
    zone = ZoneInfo(city.timezone)
    changed: dict[str, Sequence[Row]] = {}
    for one in decided:
        source = city.source(one.named.source)
        assert source.by_name is not None  # else it gives no names
        own = changed.get(source.name, records.own[source.name])
        said = {_version(row) for row in one.named.rows}
        before = [row for row in own if _version(row) in said]
        after = list(one.rows_of(records.entity_id, source.by_name, zone))
        if _alike(before, after):
            continue
        others = [row for row in own if _version(row) not in said]
        changed[source.name] = in_layout_order([*others, *after])
    return replace(records, own=overlaid(changed, records.own)) if changed else records


def _version(row: Row) -> tuple[str, int]:
    return str(row["event_key"]), cast("int", row["version"])


def _alike(before: Sequence[Row], after: Sequence[Row]) -> bool:
    """Whether both are the same rows; their numbers follow from the others' among them."""

    def told(rows: Sequence[Row]) -> list[dict[str, int | str | None]]:
        return [{**row, "record_no": 0} for row in sorted(rows, key=_version)]

    return told(before) == told(after)
