"""Replaying a past day gives what was known then (11.15), whatever came later."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features import as_of
from features.contracts import Dates, Exclusion, Finality, Kind, Phrase, Remedy, Term, UseRule
from features.expressions import col
from features.ingest.run import submit
from features.snapshot import Snapshot
from tests.features.ingest.town import TOWN, Cell, Office, column, day, only, read, with_columns

_LAW = (
    UseRule("", (Term(TOWN, 1),), "old law"),
    UseRule("2024-03-20", (Term(TOWN, 0, col("fine") > 2_500), Term(TOWN, 2)), "new law", "", True),
)
SOURCE = with_columns(
    *(column(name, Kind.DAY) for name in ("known", "gone", "fixed", "doubted", "settled")),
    dates=Dates(
        event="day", trust="exact", known="known", retracted="gone", repaired="fixed",
        disputed="doubted", settled="settled", use=_LAW,
        finality=Finality("when_final", "strict", (Remedy(TOWN, "law", days=10),), "law"),
    ),
    never=(Exclusion(col("fine").equals(100), Phrase("小额", "small"), "law"),),
)  # fmt: skip
FIRST = date(2024, 3, 1)
_DAY = st.none() | st.integers(0, 40)


@st.composite
def deliveries(draw: st.DrawFn) -> list[tuple[date, list[dict[str, str | None]]]]:
    """Up to six days on which a department tells what it then knows of three records."""
    told = []
    for received in sorted(draw(st.sets(st.integers(0, 40), min_size=2, max_size=6))):
        rows = []
        for number in draw(st.sets(st.sampled_from("ABC"), min_size=1)):
            # What has happened by then, and only that, can have been told.
            happened = {
                name: min(at, received)
                for name in ("day", "gone", "fixed", "doubted", "settled")
                if (at := draw(_DAY)) is not None and at <= received
            }
            happened.setdefault("day", 0)
            row = {name: (FIRST + timedelta(at)).isoformat() for name, at in happened.items()}
            known = (FIRST + timedelta(received)).isoformat()
            fine = draw(st.sampled_from(("1", "20", "30")))
            rows.append({"no": number, "code": "1", "fine": fine, "known": known, **row})
        told.append((FIRST + timedelta(received), rows))
    return told


def as_seen(snapshot: Snapshot, when: int) -> list[tuple[Cell, ...]]:
    """What features see of the records of `snapshot` as of a day, and how it stood then."""
    later = as_of.learned_later(SOURCE)
    rows = [row for row in read(snapshot.source("penalties")) if as_of.seen(row, when)]  # type: ignore[arg-type]  # no floats in records
    stood = [as_of.as_known_at(row, when, later) for row in rows]  # type: ignore[arg-type]  # no floats in records
    names = (
        "event_key",
        "version",
        "event_day",
        "fine",
        "disputed_day",
        "settled_day",
        "final_day",
    )
    return sorted(only(stood, *names), key=str)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(deliveries())
def test_todays_snapshot_asked_for_a_past_day_says_what_that_days_snapshot_said(
    told: list[tuple[date, list[dict[str, str | None]]]],
) -> None:
    with TemporaryDirectory() as folder:
        office = Office(Path(folder), SOURCE)
        then: dict[date, Snapshot] = {}
        for received, rows in told:
            submit(office.catalogue, office.home, "penalties", rows, received)
            then[received] = Snapshot.current(office.home)
        today = Snapshot.current(office.home)
        for number, (received, _) in enumerate(told):
            until = told[number + 1][0] if number + 1 < len(told) else received + timedelta(3)
            for when in range(day(received.isoformat()), day(until.isoformat())):
                assert as_seen(today, when) == as_seen(then[received], when)


def test_a_record_that_came_late_counts_from_the_day_its_department_vouches_for(
    tmp_path: Path,
) -> None:
    """The limit of the promise: the exchange platform's own day is believed."""
    office = Office(tmp_path, SOURCE)
    early = {"no": "A", "code": "1", "fine": "20", "day": "2024-03-01", "known": "2024-03-02"}
    submit(office.catalogue, office.home, "penalties", [early], date(2024, 3, 2))
    then = Snapshot.current(office.home)
    late = {**early, "no": "B", "known": "2024-03-03"}
    submit(office.catalogue, office.home, "penalties", [late], date(2024, 3, 20))
    when = day("2024-03-12")
    assert [key for key, *_ in as_seen(then, when)] == ["A"]
    assert [key for key, *_ in as_seen(Snapshot.current(office.home), when)] == ["A", "B"]
