"""Why a business's score and tier changed between two days or two sets of scores."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from features.as_of import disputed_at, seen, usable_from_day
from features.business import BusinessRecords
from features.contracts import Phrase
from features.expressions import Row
from features.moves import moved_features
from features.record_changes import Side, record_changes
from serving import canonical
from serving.answers.answer import answer_of, stands, stood, subject_of
from serving.answers.cited_records import record_told
from serving.answers.earlier import Seen, earlier
from serving.answers.edition import Edition
from serving.answers.past import PastEditions
from serving.answers.standing import Standing
from serving.answers.which import Which, which
from serving.decision.change import change
from serving.decision.changed import CauseGroup, Change, End
from serving.formats import day_text
from serving.problems import Refused, unknown_business
from serving.render.case_file import RecordTold, Status
from serving.render.words import WORDS


@dataclass(frozen=True)
class Changes:
    """The account of a change, the records it names, and how far it can be believed."""

    change: Change
    records: tuple[RecordTold, ...]
    notes: tuple[Phrase, ...]

    def to_json(self) -> bytes:
        """``change``, ``records``, ``notes``, ``role`` as canonical JSON."""
        return canonical.encode(
            {
                "change": self.change,
                "records": self.records,
                "notes": self.notes,
                "role": WORDS["role"],
            }
        )


def changes(
    current: Edition, past: PastEditions, business_id: str, since: str | None, until: str | None
) -> Changes:
    """Why the score and the tier changed from `since` to `until`.

    Parameters
    ----------
    since, until
        A day (``YYYY-MM-DD``) or the name of a published set of scores, or its
        beginning. A day on which a set was published means that set; any other is
        worked out anew from the later set's records. Without `until`, the scores
        in force; without `since`, the month end before.

    Raises
    ------
    Refused
        The business is unknown or had no tier at one end; the ends cannot be compared.
    """
    ends = which(current, past, since, until)
    sides = _ends(business_id, ends)
    (before, old), (after, new) = sides
    moved = moved_features(after.edition.catalogue, old.side, new.side)
    touched = tuple(record_changes(after.edition.catalogue, old.side, new.side))
    titles = {one.name: one.title for one in after.edition.catalogue.jurisdiction.sources}
    told = change(_end(before, old), _end(after, new), moved, touched, titles)
    return Changes(
        told,
        tuple(_records(after.edition, told, old.side, new.side)),
        (*_notes(ends), *_arrived(after, new)),
    )


def _ends(
    business_id: str, ends: tuple[Which, Which]
) -> tuple[tuple[Which, Seen], tuple[Which, Seen]]:
    before, after = ends
    subject = subject_of(after.edition, business_id)
    records = after.edition.store.records(subject, since_day=before.day)
    first = as_it_was(before, business_id, records if before.edition is after.edition else None)
    if after.basis == "published":
        second = seen_of(after.edition, stands(after.edition, subject, records))
    else:
        second = earlier(after.edition, records, after.day)
    return (before, first), (after, second)


def as_it_was(before: Which, business_id: str, records: BusinessRecords | None = None) -> Seen:
    """The business at an earlier end; `records` are those of that end's set, where read before.

    Raises
    ------
    Refused
        It was unknown then, or had no tier.
    """
    edition = before.edition
    if records is None:
        older = edition.store.subject(business_id)
        if older is None:
            raise Refused(unknown_business())
        records = edition.store.records(older, since_day=before.day)
    if before.basis == "published":
        return _published(edition, records, business_id)
    return earlier(edition, records, before.day)


def _published(edition: Edition, records: BusinessRecords, business_id: str) -> Seen:
    """The business as it was scored, without what arrived since."""
    return seen_of(edition, stood(edition, subject_of(edition, business_id), records))


def seen_of(edition: Edition, standing: Standing) -> Seen:
    """The decision on a business that stands so, and what it was made from."""
    told = answer_of(edition, standing)
    without = told.contested is not None and told.contested.applies == "without"
    side = Side(
        standing.records, standing.as_of_day, edition.store.peers, exclude_disputed=without
    )  # fmt: skip
    return Seen(told.decision, side)


def _end(one: Which, seen_then: Seen) -> End:
    return End(
        seen_then.decision, one.edition.bundle, seen_then.side.day, one.basis, one.edition.name
    )


def _records(edition: Edition, told: Change, before: Side, after: Side) -> Iterator[RecordTold]:
    """Every record a group names, once, newest first; as it counts or counted last."""
    named: dict[tuple[str, str, str], CauseGroup] = {}
    for group in told.causes:
        for record in group.records:
            named.setdefault((group.source or "", record.business_id, record.record_id), group)
    found = [
        record_told(edition, edition.catalogue.jurisdiction.source(key[0]), row, status, after.day)
        for key, group in named.items()
        for row, status in [_row(key, group.via, before, after)]
    ]
    yield from sorted(
        found, key=lambda one: (one.happened_on, one.source, one.business_id, one.record_id)
    )[::-1]


def _row(
    key: tuple[str, str, str], via: str | None, before: Side, after: Side
) -> tuple[Row, Status]:
    """The row of a record, as features see it now, or else as they did, or as it came."""
    source, entity_id, event_key = key
    held = [
        (row, side)
        for side in (after, before)
        for row in side.rows(source, via)
        if row["event_key"] == event_key
        and (row["entity_id"] or "") == entity_id
        and usable_from_day(row) <= side.day
    ]
    for row, side in held:
        if seen(row, side.day):
            disputed = disputed_at(row, side.day)
            status: Status = "disputed" if disputed else "used"
            return row, status if side is after else "not_used"
    return held[-1][0], "not_used"


def _notes(ends: tuple[Which, Which]) -> Iterator[Phrase]:
    for one in ends:
        if one.basis == "recomputed":
            on, of = day_text(one.day), day_text(one.edition.store.as_of_day)
            yield Phrase(
                f"{on.zh}没有公布的评分批次,该日结果按当时已知的记录,用{of.zh}批次的模型重新计算;"
                f"同行平均值只存有{of.zh}的,两端均按该日计。",
                f"No set of scores was published for {on.en}: that result is worked out anew from "
                f"what was known then, with the model of the scores of {of.en}. Averages of peers "
                f"are kept for {of.en} only and are taken for both ends.",
            )


def _arrived(after: Which, new: Seen) -> Iterator[Phrase]:
    if after.basis == "published" and "+" in (new.decision.provenance.snapshot or ""):
        yield Phrase(
            "较晚一端含评分公布后报送的记录以及作出的异议处理、名称关联认定。",
            "The later end counts what came after its scores were published: records that were "
            "pushed, objections, decisions about names.",
        )
