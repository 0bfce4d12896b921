"""Clocks through the gate: what a delivered row becomes under dated law."""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.as_of import NEVER_COUNTED, NOT_YET_FINAL
from features.catalogue import faults_of
from features.clocks import decisive_rule, exclusion_of, months_after
from features.contracts import (
    Dates,
    Deadline,
    Exclusion,
    Finality,
    Kind,
    Phrase,
    Remedy,
    Source,
    Term,
    UseRule,
)
from features.expressions import col
from tests.features.ingest.town import Office, column, day, town, with_columns
from tests.features.tables import parsed
from tests.features.worlds import Cell

GRAVE = Phrase("严重", "grave")
LEVELS = (
    Term(GRAVE, 36, col("level").equals("grave")),
    Term(Phrase("限制", "ban"), 36, col("level").equals("ban"), as_delivered=True),
    Term(Phrase("轻微", "minor"), 0, col("level").equals("minor")),
    Term(Phrase("一般", "general"), 12),
)
OLD = UseRule("", (Term(Phrase("处罚", "penalty"), 36),), "old law")
NEW = UseRule("2025-12-25", LEVELS, "new law", earlier_records=True)
REMEDIES = (
    Remedy(Phrase("复议", "review"), "law", days=60),
    Remedy(Phrase("诉讼", "suit"), "law", months=6, effective_from="2015-05-01"),
)
STRICT = Finality("when_final", "strict", REMEDIES, "law")
NEVER = (Exclusion(col("level").equals("warning"), Phrase("警告", "a warning"), "law"),)
DATES = Dates(
    event="day", trust="exact", retracted="gone", usable_until="until", disputed="doubted",
    settled="settled", final="final", use=(OLD, NEW), finality=STRICT,
)  # fmt: skip


def penalties(**changes: object) -> Source:
    levels = ("grave", "ban", "minor", "general", "warning")
    days = [column(name, Kind.DAY) for name in ("gone", "until", "doubted", "settled", "final")]
    level = column("level", Kind.CODE, labels=levels)
    return with_columns(level, *days, dates=DATES, never=NEVER, **changes)


def through_the_gate(folder: Path, rows: list[dict[str, Cell]], source: Source) -> list[dict]:  # type: ignore[type-arg]  # rows of a Parquet file
    names = ("level", "until", "doubted", "settled", "final", "gone")
    office = Office(folder, source)
    lines = [
        ",".join([f"A{i}", "1", _iso(row["decided"]), "", *(_iso(row.get(n)) for n in names)])
        for i, row in enumerate(rows)
    ]
    office.deliver("penalties.csv", "\n".join([f"no,code,day,fine,{','.join(names)}", *lines]))
    office.ingest(dt.date(2026, 11, 24))
    stored = {row["event_key"]: row for row in office.rows()}
    return [stored[f"A{i}"] for i in range(len(rows))]


def _iso(value: Cell) -> str:
    if isinstance(value, int):
        return (dt.date(1970, 1, 1) + dt.timedelta(days=value)).isoformat()
    return str(value or "")


# Each case can be counted on one's fingers. The new law is in force from 2025-12-25
# and also shortens what was decided before.
PERIODS = """
  case                                     | decided    | level   | until      | last used  | by
  --------------------------------------------------------------------------------------------------
  decided and over under the old law       | 2022-06-30 | general | -          | 2025-06-30 | old law
  old, general: cut when the new law began | 2024-03-01 | general | -          | 2025-12-24 | new law
  old, general: ends a year after it       | 2025-06-30 | general | -          | 2026-06-30 | new law
  old, grave: three years either way       | 2025-06-30 | grave   | -          | 2028-06-30 | old law
  old, minor: gone when the new law began  | 2025-12-01 | minor   | -          | 2025-12-24 | new law
  the last day of the old law              | 2025-12-24 | general | -          | 2026-12-24 | new law
  the first day of the new law             | 2025-12-25 | general | -          | 2026-12-25 | new law
  new, minor: never used                   | 2026-01-10 | minor   | -          | 2026-01-09 | new law
  the department says earlier              | 2026-01-10 | general | 2026-03-31 | 2026-03-31 | -
  the department says later                | 2026-01-10 | general | 2029-01-10 | 2027-01-10 | new law
  a ban that lasts longer                  | 2026-01-10 | ban     | 2031-01-10 | 2031-01-10 | -
  a period that ends in a shorter month    | 2024-02-29 | grave   | -          | 2027-02-28 | old law
"""  # noqa: E501  # a table is read by its columns
_PERIODS = parsed(PERIODS)


def test_a_record_is_used_as_long_as_the_law_of_its_level_and_date_lets_it(
    tmp_path: Path,
) -> None:
    source = penalties()
    rows = through_the_gate(tmp_path, _PERIODS, source)
    told = [
        (case["case"], row["usable_until_day"], rule.reference if rule else None)
        for case, row in zip(_PERIODS, rows, strict=True)
        for rule in [decisive_rule(source, row)]
    ]
    assert told == [(case["case"], case["last used"], case["by"]) for case in _PERIODS]


# Sixty days for review, six months for a suit: the longer of the two lapses.
FINAL = """
  case                                | decided    | level   | doubted    | settled    | final      | final from | counts from
  ------------------------------------------------------------------------------------------------------------------------
  nobody challenged it                | 2026-01-10 | general | -          | -          | -          | 2026-07-11 | 2026-07-11
  the department says when            | 2026-01-10 | general | -          | -          | 2026-03-12 | 2026-03-12 | 2026-03-12
  under challenge                     | 2026-01-10 | general | 2026-02-01 | -          | -          | -          | pending
  upheld after the window             | 2026-01-10 | general | 2026-02-01 | 2026-09-01 | -          | 2026-09-01 | 2026-09-01
  upheld, a suit still possible       | 2026-01-10 | general | 2026-02-01 | 2026-04-01 | -          | 2026-07-11 | 2026-07-11
  challenged when it was too late     | 2026-01-10 | general | 2026-07-11 | -          | -          | 2026-07-11 | 2026-07-11
  before six months were the time     | 2015-01-10 | general | -          | -          | -          | 2015-03-12 | 2015-03-12
  a warning never counts              | 2026-01-10 | warning | -          | -          | 2026-03-12 | 2026-03-12 | never
"""  # noqa: E501  # a table is read by its columns
_FINAL = parsed(FINAL)
_WORDS = {"pending": NOT_YET_FINAL, "never": NEVER_COUNTED}


def test_a_decision_is_final_when_nothing_can_be_done_against_it_any_more(tmp_path: Path) -> None:
    source = penalties()
    rows = through_the_gate(tmp_path, _FINAL, source)
    told = [(row["final_day"], row["counted_from_day"]) for row in rows]
    expected = [
        (case["final from"], _WORDS.get(str(case["counts from"]), case["counts from"]))
        for case in _FINAL
    ]
    assert told == expected
    assert [exclusion_of(source, row) for row in rows] == [None] * 7 + [NEVER[0]]


def test_under_the_other_policy_what_is_published_counts_at_once(tmp_path: Path) -> None:
    published = replace(STRICT, counts="when_published", policy="published")
    source = penalties()
    source = replace(source, dates=replace(source.dates, finality=published))
    rows = through_the_gate(tmp_path, _FINAL, source)
    assert [row["counted_from_day"] for row in rows] == [None] * 7 + [NEVER_COUNTED]
    assert [row["final_day"] for row in rows] == [case["final from"] for case in _FINAL]


def test_a_new_law_needs_a_new_snapshot_and_no_delivery_anew(tmp_path: Path) -> None:
    before = penalties(files="penalties*")
    before = replace(before, dates=replace(before.dates, use=(OLD,)))
    (row,) = through_the_gate(tmp_path, [{"decided": day("2024-03-01")}], before)
    assert row["usable_until_day"] == day("2027-03-01")
    office = Office(tmp_path, penalties(files="penalties*"))
    account = office.ingest(dt.date(2026, 11, 25))
    assert account.source("penalties").files[0].unchanged
    assert [row["usable_until_day"] for row in office.rows()] == [day("2025-12-24")]


def _expected(decided: dt.date, given: dt.date | None, grave: bool) -> dt.date:
    """The rule of the table above, told once more without the code under test."""

    def later(years: int) -> dt.date:
        year = decided.year + years
        last = calendar.monthrange(year, decided.month)[1]
        return decided.replace(year=year, day=min(decided.day, last))

    new_from = dt.date(2025, 12, 25)
    new = later(3) if grave else later(1)
    if decided >= new_from:
        end = new
    else:
        end = min(later(3), max(new, new_from - dt.timedelta(days=1)))
        if given is not None and given < new_from:
            return min(end, given)
    return end if given is None else min(end, given)


_DAYS = st.dates(dt.date(2021, 1, 1), dt.date(2028, 12, 31))


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.tuples(_DAYS, st.none() | _DAYS, st.booleans()), min_size=40, max_size=40))
def test_any_record_ends_as_the_rule_says(
    drawn: list[tuple[dt.date, dt.date | None, bool]],
) -> None:
    cases: list[dict[str, Cell]] = [
        {
            "decided": day(decided.isoformat()),
            "level": "grave" if grave else "general",
            "until": given.isoformat() if given else None,
        }
        for decided, given, grave in drawn
    ]
    with TemporaryDirectory() as folder:
        rows = through_the_gate(Path(folder), cases, penalties())
    expected = [day(_expected(*one).isoformat()) for one in drawn]
    assert [row["usable_until_day"] for row in rows] == expected


def test_months_end_on_the_corresponding_day_or_the_last_of_the_month() -> None:
    assert months_after(day("2020-01-31"), 1) == day("2020-02-29")
    assert months_after(day("2020-01-10"), 36) == day("2023-01-10")
    assert months_after(day("2019-12-31"), 0) == day("2019-12-31")


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"use": (replace(NEW, reference=" "),)}, "no reference"),
        ({"use": (replace(NEW, effective_from="25.12.2025"),)}, "not a day"),
        ({"use": (NEW, OLD)}, "rules out of order"),
        ({"use": (replace(OLD, terms=()),)}, "rule without terms"),
        ({"use": (replace(OLD, earlier_records=True),)}, "rule without a first day"),
        ({"use": (replace(NEW, terms=LEVELS[::-1]),)}, "unreachable term"),
        ({"use": (replace(NEW, terms=(Term(GRAVE, -1),)),)}, "negative period"),
        ({"use": (replace(NEW, terms=(Term(GRAVE, 1, ~col("final").is_null()),)),)},
         "level that changes later"),
        ({"use": (replace(NEW, terms=(Term(GRAVE, 1, col("colour").is_null()),)),)},
         "unknown column"),
        ({"finality": replace(STRICT, remedies=())}, "no remedy"),
        ({"finality": replace(STRICT, remedies=(replace(REMEDIES[0], days=0),))}, "no time"),
    ],
)  # fmt: skip
def test_a_clock_that_contradicts_itself_is_refused(
    changed: dict[str, object], complaint: str
) -> None:
    source = penalties()
    source = replace(source, dates=replace(source.dates, **changed))  # type: ignore[arg-type]
    found = [str(fault) for fault in faults_of(town(source).jurisdiction)]
    assert any(complaint in fault for fault in found), found


def test_a_limit_without_law_or_time_is_refused() -> None:
    limit = Deadline("answer", "disputed", Phrase("答复", "answer"), 0, "")
    city = replace(town(penalties()).jurisdiction, deadlines=(limit,))
    found = " ".join(str(fault) for fault in faults_of(city))
    assert "no reference in deadline answer" in found
    assert "no time in deadline answer" in found
