"""What the clocks of a record say, in both languages: why it is left aside, what runs.

The declared law is read out with its reference, so that a business can check it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast

from features.as_of import NOT_YET_FINAL, disputed_at
from features.business import BusinessRecords
from features.clocks import decisive_rule, exclusion_of, remedies_at, term_of
from features.contracts import Deadline, Jurisdiction, Phrase, Source
from features.expressions import Row
from features.working_days import Due, NoCalendar, after
from serving.decision.decided import NotUsed, WhyNot
from serving.formats import day_of, day_text
from serving.store import Left

_ASSUMED = Phrase(
    "(按周一至周五推算,以届时公布的放假安排为准)",
    " (counted Monday to Friday; the holidays of that year are not announced yet)",
)


def not_used(
    city: Jurisdiction, records: BusinessRecords, left: Sequence[Left], day: int
) -> tuple[NotUsed, ...]:
    """The records left aside, each with what its clock says."""
    told = []
    for one in left:
        why, source = cast("WhyNot", one.why), city.source(one.source)
        row = _current(records.own.get(one.source, ()), one.event_key, day)
        clock = None if row is None else _why(city, source, row, why)
        told.append(NotUsed(one.source, one.event_key, why, clock))
    return tuple(told)


def running(city: Jurisdiction, source: Source, row: Row, day: int) -> tuple[Phrase, ...]:
    """What runs on a record that is used: its period, its finality, what is due."""
    told = []
    if row["usable_until_day"] is not None:
        told.append(_period(source, row))
    if not is_final(source, row, day):
        told.append(_pending(source, row))
    if disputed_at(row, day):
        told += _due(city, row, "disputed")
    return tuple(told)


def is_final(source: Source, row: Row, day: int) -> bool:
    """Whether the record can no longer be challenged, or never could."""
    final = row["final_day"]
    return source.dates.finality is None or (isinstance(final, int) and final <= day)


def _current(rows: Sequence[Row], event_key: str, day: int) -> Row | None:
    """The version of the record in force on the day."""
    for row in reversed(rows):
        superseded = row["superseded_day"]
        if row["event_key"] == event_key and (
            superseded is None or (isinstance(superseded, int) and superseded > day)
        ):
            return row
    return None


def _why(city: Jurisdiction, source: Source, row: Row, why: WhyNot) -> Phrase | None:
    match why:
        case "excluded":
            found = exclusion_of(source, row)
            return None if found is None else _with(found.why, found.reference)
        case "expired":
            return _period(source, row)
        case "not_final":
            return _pending(source, row)
        case "disputed":
            return _joined(_due(city, row, "disputed"))
        case "retracted":
            on = _day_words(row["retracted_day"])
            since = Phrase(f"撤销日期为{on.zh}", f"the annulment is of {on.en}")
            return _joined([since, *_due(city, row, "retracted")])
        case "repaired":
            on = _day_words(row["repaired_day"])
            return Phrase(
                f"{on.zh}起不再公示、共享和使用",
                f"from {on.en} on neither shown, shared nor used",
            )
        case _:
            return None


def _period(source: Source, row: Row) -> Phrase:
    """Until when the record is used, and which rule says so."""
    until = _day_words(row["usable_until_day"])
    rule = decisive_rule(source, row)
    term = None if rule is None else term_of(source, rule, row)
    if rule is None or term is None:
        return Phrase(
            f"来源部门载明的使用期至{until.zh}止",
            f"used until {until.en}, as its department states",
        )
    if term.months == 0:
        said = Phrase(f"{term.level.zh}:不使用", f"{term.level.en}: not used")
    else:
        said = Phrase(
            f"{term.level.zh}:使用期{term.months}个月,至{until.zh}止",
            f"{term.level.en}: used for {term.months} months, until {until.en}",
        )
    return _with(said, rule.reference)


def _pending(source: Source, row: Row) -> Phrase:
    """Until when a decision can be challenged, or that it is being challenged."""
    finality, event, final = source.dates.finality, row["event_day"], row["final_day"]
    if finality is None or not isinstance(event, int):
        return Phrase("尚未确定", "not final yet")
    if not isinstance(final, int) or final >= NOT_YET_FINAL:
        on = _day_words(row["disputed_day"])
        said = Phrase(
            f"自{on.zh}起处于复议、诉讼或异议中,尚未确定",
            f"under challenge since {on.en}, not final yet",
        )
        return _with(said, finality.reference)
    ways = [remedy.title for remedy in remedies_at(finality, event)]
    on = _day_words(final)
    said = Phrase(
        f"{'、'.join(way.zh for way in ways)}期限未满,至{on.zh}方可确定",
        f"still open to {' or '.join(way.en for way in ways)}; final from {on.en} at the earliest",
    )
    return _with(said, finality.reference)


def due_from(
    city: Jurisdiction, starts: str, started: int
) -> Iterator[tuple[Deadline, Due | None]]:
    """The limits in force that start with something on a day, and their last days.

    Counted in working days; none where the calendar does not reach that day.
    """
    for limit in city.deadlines:
        if limit.starts == starts and (
            not limit.effective_from or started >= day_of(limit.effective_from)
        ):
            try:
                yield limit, after(started, limit.working_days, city.working_days)
            except NoCalendar:
                yield limit, None


def _due(city: Jurisdiction, row: Row, starts: str) -> Iterator[Phrase]:
    """What is due, counted in working days from the day that started it."""
    started = row[f"{starts}_day"]
    for limit, due in due_from(city, starts, started) if isinstance(started, int) else ():
        by = _limit(limit, due)
        said = Phrase(f"{limit.title.zh}:{by.zh}", f"{limit.title.en} {by.en}")
        yield _with(said, limit.reference)


def _limit(limit: Deadline, due: Due | None) -> Phrase:
    if due is None:
        return Phrase(
            f"{limit.working_days}个工作日内", f"within {limit.working_days} working days"
        )
    on, doubt = day_text(due.day), _ASSUMED if due.assumed else Phrase("", "")
    return Phrase(f"{on.zh}前{doubt.zh}", f"by {on.en}{doubt.en}")


def _with(said: Phrase, reference: str) -> Phrase:
    return Phrase(f"{said.zh}({reference})", f"{said.en} ({reference})")


def _joined(parts: Iterator[Phrase] | Sequence[Phrase]) -> Phrase | None:
    told = list(parts)
    if not told:
        return None
    return Phrase(";".join(p.zh for p in told), "; ".join(p.en for p in told))


def _day_words(day: int | str | None) -> Phrase:
    return day_text(day) if isinstance(day, int) else Phrase("", "")
