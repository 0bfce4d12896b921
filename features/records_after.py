"""The records of a business once it has done what it may do.

What the departments' feeds would then hold: an ended record, a new version, a new
record. Nothing else changes, and looked at on an earlier day nothing has changed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from features import as_of
from features.business import BusinessRecords
from features.catalogue import Catalogue
from features.contracts import Added, Corrected, Later, Moment, Repaired, Source
from features.contracts.actions import Value
from features.expressions import Encode, Row
from features.steps import Step, Times, day_in, whole
from features.windows import months_after

_DAY_US = 86_400_000_000
Rows = Sequence[Row]
Cells = dict[str, int | str | None]


def records_after(
    catalogue: Catalogue, records: BusinessRecords, steps: Sequence[Step]
) -> BusinessRecords:
    """The business's records once `steps` are done, on whatever day they are looked at.

    Sources that no step touches keep their very rows.
    """
    changed: dict[str, Rows] = {}
    for name in sorted({source for step in steps for source in step.touches}):
        source = catalogue.jurisdiction.source(name)
        rows = records.own.get(name, ())
        changed[name] = rows_after(source, catalogue.encode(name), rows, steps, records.entity_id)
    return replace(records, own={**records.own, **changed})


def rows_after(
    source: Source, encode: Encode, rows: Rows, steps: Sequence[Step], entity_id: str
) -> Rows:
    """The rows of one source once those of `steps` that touch it are done."""
    result: list[Row] = list(rows)
    for step in sorted(steps, key=lambda one: (one.counted_day, one.key)):
        for effect in step.action.effects:
            for year, times in zip(step.years or (None,), step.times, strict=True):
                if isinstance(effect, Added):
                    if effect.source == source.name:
                        result.append(
                            _added(source, encode, result, (effect, step, year, times), entity_id)
                        )
                elif step.source == source.name:
                    _changed(source, encode, result, (effect, step, times))
    ranked = sorted(result, key=_rank)
    return [{**row, "record_no": number} for number, row in enumerate(ranked, start=1)]


def linked_as_today(records: BusinessRecords, day: int) -> BusinessRecords:
    """The records with the links of `day` held on every later day."""
    links = {
        link: {
            other: ((day, as_of.FOREVER),)
            for other, intervals in of.items()
            if any(start <= day < end for start, end in intervals)
        }
        for link, of in records.links.items()
    }
    return replace(records, links=links)


def _changed(
    source: Source,
    encode: Encode,
    rows: list[Row],
    what: tuple[Repaired | Corrected, Step, Times],
) -> None:
    """Put the record's end or its new version into `rows`."""
    effect, step, times = what
    versions = [i for i, row in enumerate(rows) if row["event_key"] == step.record_id]
    at = max(versions, key=lambda i: whole(rows[i], "version"))
    row = rows[at]
    if isinstance(effect, Repaired):
        own = {source.dates.repaired: times.counted_day} if source.dates.repaired else {}
        rows[at] = {**row, **own, "repaired_day": times.counted_day}
        return
    told = {
        name: _value(encode, name, value, (row, None, times))
        for name, value in effect.values.items()
    }
    rows[at] = {**row, "superseded_day": times.counted_day}
    known = {"known_day": times.counted_day, "known_us": times.counted_day * _DAY_US}
    rows.append({**row, **told, **known, "version": whole(row, "version") + 1})


def _added(
    source: Source,
    encode: Encode,
    rows: Rows,
    what: tuple[Added, Step, int | None, Times],
    entity_id: str,
) -> Row:
    """The record that an action adds, like the business's last one but for what it says."""
    effect, step, year, times = what
    latest = max(rows, key=_rank, default=None)
    like: Cells = {c.name: None for c in source.columns if not c.personal}
    if latest is not None:
        like = {name: latest[name] for name in like}
    dates = source.dates
    ends = (dates.retracted, dates.repaired, dates.usable_until, dates.disputed, dates.settled,
            dates.final)  # fmt: skip
    told = {
        name: _value(encode, name, value, (like, year, times))
        for name, value in effect.values.items()
    }
    return {
        **like,
        **dict.fromkeys(filter(None, ends)),
        **({dates.event: times.event_day} if dates.event else {}),
        **told,
        "entity_id": entity_id,
        "event_key": f"{step.key}/{year if year is not None else times.done_day}",
        "record_no": 0,
        "version": 1,
        "event_day": times.event_day,
        "known_day": times.counted_day,
        "known_us": times.counted_day * _DAY_US,
        **dict.fromkeys(
            ("superseded_day", "retracted_day", "repaired_day", "usable_until_day",
             "disputed_day", "settled_day", "final_day", "counted_from_day")
        ),
    }  # fmt: skip


def _value(
    encode: Encode, name: str, value: Value, known: tuple[Row, int | None, Times]
) -> int | str | None:
    row, year, times = known
    match value:
        case None:
            return None
        case Moment.DONE:
            return times.event_day
        case Moment.DECIDED:
            return times.counted_day
        case Moment.YEAR:
            return year
        case Later(column, months):
            day = day_in(row, column)
            return None if day is None else months_after(day, months)
        case _:
            return encode(name, value)


def _rank(row: Row) -> tuple[int, int, str, int]:
    """The snapshot's order of records: by event, then by when known, then by key."""
    known_us = row["known_us"]
    known = known_us if isinstance(known_us, int) else whole(row, "known_day") * _DAY_US
    return (whole(row, "event_day"), known, str(row["event_key"]), whole(row, "version"))
