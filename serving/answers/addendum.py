"""What became known since an earlier answer about the records it rested on.

An answer that was given is never changed: whoever holds it can have it made again,
byte for byte. That a record behind it was annulled, repaired, corrected or taken from
the business afterwards stands in an addendum to it, worked out when somebody reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, cast

from features.as_of import disputed_at, learned_later, seen, usable_from_day
from features.contracts import Phrase, Source
from features.expressions import Row
from serving import canonical
from serving.answers.answer import stands, subject_of
from serving.answers.changes import as_it_was, seen_of
from serving.answers.cited_records import Key, named_by
from serving.answers.earlier import Seen
from serving.answers.edition import Edition
from serving.answers.past import PastEditions
from serving.answers.standing import Now, records_now
from serving.answers.which import which
from serving.formats import day_text, iso_day

What = Literal["retracted", "repaired", "corrected", "unlinked", "disputed", "settled"]


@dataclass(frozen=True)
class Later:
    """One record the answer rested on, and what became known of it since.

    Parameters
    ----------
    on
        Day it took effect; for a record taken from the business, the day of the scores
        that first lack it.
    named
        Whether the answer named it as a reason, a positive or a rule's ground.
    """

    source: str
    title: Phrase
    record_id: str
    what: What
    on: str
    named: bool
    text: Phrase


@dataclass(frozen=True)
class Addendum:
    """What is to be added to an earlier answer, gravest first; nothing when `entries` is empty.

    Parameters
    ----------
    of
        The day the answer was as known at the end of.
    scores
        The set of scores it came from.
    as_of
        The day up to which is told what became known.
    """

    business_id: str
    of: str
    scores: str
    as_of: str
    entries: tuple[Later, ...]
    note: Phrase

    def to_json(self) -> bytes:
        """The addendum as canonical JSON."""
        return canonical.encode(self)


def addendum(current: Edition, past: PastEditions, business_id: str, of: str | None) -> Addendum:
    """What is to be added to the answer of a day.

    Parameters
    ----------
    of
        A day or the name of a published set of scores, as `which` reads it; without
        one, the month end before the scores in force.

    Raises
    ------
    Refused
        The business is unknown or had no tier then; the day cannot be answered for.
    """
    before, _ = which(current, past, of, None)
    then = as_it_was(before, business_id)
    return _added(current, business_id, then, before.edition.name)


def addendum_to(then: Edition, current: Edition, business_id: str) -> Addendum:
    """What is to be added to an answer given from the edition `then`."""
    standing = stands(then, subject_of(then, business_id))
    return _added(current, business_id, seen_of(then, standing), then.name)


def _added(current: Edition, business_id: str, then: Seen, scores: str) -> Addendum:
    subject = subject_of(current, business_id)
    held = current.store.records(subject, since_day=then.side.day)
    now = records_now(current, subject, held)
    named = set(named_by(then.decision))
    entries = [
        _later(source, key, found, key in named)
        for source in current.catalogue.jurisdiction.sources
        if source.names_business
        for key, found in _since(source, then, now)
    ]
    order = tuple(_SAID)
    entries.sort(key=lambda one: (not one.named, order.index(one.what), one.source, one.record_id))
    return Addendum(
        business_id, iso_day(then.side.day), scores, iso_day(now.day), tuple(entries), _NOTE
    )


def _since(source: Source, then: Seen, now: Now) -> Iterator[tuple[Key, tuple[What, int]]]:
    """Records of a source that were seen then and of which something else is known now."""
    day, excluded = then.side.day, then.side.exclude_disputed
    held: dict[str, Row] = {}
    for row in now.records.own.get(source.name, ()):
        latest = held.get(str(row["event_key"]))
        if usable_from_day(row) <= now.day and (latest is None or _version(latest) < _version(row)):
            held[str(row["event_key"])] = row
    for row in then.side.records.own.get(source.name, ()):
        if seen(row, day, exclude_disputed=excluded):
            key = str(row["event_key"])
            found = _what(source, (row, day), held.get(key), now.day)
            if found is not None:
                yield (source.name, key), found


def _what(
    source: Source, then: tuple[Row, int], latest: Row | None, today: int
) -> tuple[What, int] | None:
    """What became known of a record since, and from which day it holds."""
    row, day = then
    if latest is None:
        return "unlinked", today
    for what, column in _ENDED.items():
        on = latest[column]
        if isinstance(on, int) and on <= today:
            return what, on
    if _version(latest) > _version(row) and _content(source, latest) != _content(source, row):
        return "corrected", usable_from_day(latest)
    was, is_now = disputed_at(row, day), disputed_at(latest, today)
    if is_now and not was:
        return "disputed", cast("int", latest["disputed_day"])
    if was and not is_now and isinstance(latest["settled_day"], int):
        return "settled", latest["settled_day"]
    return None


_ENDED: Mapping[What, str] = {"retracted": "retracted_day", "repaired": "repaired_day"}


def _content(source: Source, row: Row) -> Row:
    """What a version says of the matter, without what is learned later about its use."""
    later = {*learned_later(source), source.dates.known}
    return {c.name: row[c.name] for c in source.columns if not c.personal and c.name not in later}


def _version(row: Row) -> int:
    return cast("int", row["version"])


def _later(source: Source, key: Key, found: tuple[What, int], named: bool) -> Later:
    what, on = found
    said = _SAID[what](source.title, key[1], day_text(on))
    return Later(source.name, source.title, key[1], what, iso_day(on), named, said)


_SAID: Mapping[What, Callable[[Phrase, str, Phrase], Phrase]] = {
    "retracted": lambda title, key, on: Phrase(
        f"{title.zh} {key} 已于{on.zh}撤销", f"{title.en} {key} was annulled on {on.en}"
    ),
    "unlinked": lambda title, key, on: Phrase(
        f"{title.zh} {key} 截至{on.zh}已不再认定为本主体的记录",
        f"{title.en} {key} is, as of {on.en}, no longer taken to be about this business",
    ),
    "repaired": lambda title, key, on: Phrase(
        f"{title.zh} {key} 已于{on.zh}完成信用修复,此后不再公示、共享和使用",
        f"{title.en} {key} was repaired on {on.en} and is neither shown, shared nor used since",
    ),
    "corrected": lambda title, key, on: Phrase(
        f"{title.zh} {key} 已更正,更正内容自{on.zh}起获知",
        f"{title.en} {key} was corrected; the correction is known since {on.en}",
    ),
    "disputed": lambda title, key, on: Phrase(
        f"{title.zh} {key} 自{on.zh}起处于异议处理中",
        f"{title.en} {key} is disputed since {on.en}",
    ),
    "settled": lambda title, key, on: Phrase(
        f"{title.zh} {key} 的异议已于{on.zh}办结",
        f"the objection to {title.en} {key} was settled on {on.en}",
    ),
}
_NOTE = Phrase(
    "原答复保持不变,可按其审计编号逐字节重现;此处为其作出之后获知的情况。",
    "The earlier answer stays as it was given and can be made again, byte for byte, by its audit "
    "id; this is what became known since.",
)
