"""What moves a feature between two ends of a comparison, and why."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings

from features.as_of import FOREVER
from features.builder import build
from features.business import BusinessRecords
from features.catalogue import Catalogue
from features.contracts import Change, Count, Days, DaysSince, Feature, Latest, Sum
from features.engines import single
from features.engines.single import Peers
from features.expressions import col
from features.moves import MOST_ALONE, Moved, moved_features
from features.record_changes import Side, record_changes
from features.records_of import RecordReader
from tests.features.random_worlds import Drawn, worlds
from tests.features.small_city import catalogue_of, feature
from tests.features.tables import parsed
from tests.features.worlds import Cell, own_records, spine_of, write_world

BEFORE, AFTER = 100, 200
HEAD = "entity_id | event_key | event_day | "
COUNT = feature("count", "penalties", Count())


def moved(
    folder: Path, declared: Feature, rows: list[dict[str, Cell]], **sides: object
) -> list[Moved]:
    """What moved the one feature of business a between day 100 and day 200."""
    catalogue = catalogue_of([declared])
    records = own_records(write_world(folder, catalogue, {"penalties": rows}), "a")
    exclude = bool(sides.get("exclude_disputed"))
    before = Side(records, BEFORE, Peers(), exclude)
    return list(moved_features(catalogue, before, Side(records, AFTER, Peers(), exclude)))


@pytest.mark.parametrize(
    ("table", "cause", "values"),
    [
        (HEAD + "known_day\n a | p1 | 90 | 150", "arrived", (0, 1)),
        (HEAD + "known_day\n a | p1 | 150 | 50", "arrived", (0, 1)),
        (HEAD + "retracted_day\n a | p1 | 90 | 150", "retracted", (1, 0)),
        (HEAD + "repaired_day\n a | p1 | 90 | 150", "repaired", (1, 0)),
        (HEAD + "usable_until_day\n a | p1 | 90 | 150", "expired", (1, 0)),
        (HEAD + "counted_from_day\n a | p1 | 90 | 150", "final", (0, 1)),
    ],
)
def test_a_record_that_comes_or_goes_moves_a_count_by_one_and_is_named_with_its_cause(
    tmp_path: Path, table: str, cause: str, values: tuple[int, int]
) -> None:
    (one,) = moved(tmp_path, COUNT, parsed(table))
    (mover,) = one.movers
    assert (mover.cause, [r.event_key for r in mover.records]) == (cause, ["p1"])
    assert (one.value(0), one.value(1)) == values


@pytest.mark.parametrize(
    ("table", "cause", "values"),
    [
        (HEAD + "disputed_day\n a | p1 | 90 | 150", "disputed", (1, 0)),
        (HEAD + "disputed_day | settled_day\n a | p1 | 90 | 95 | 150", "settled", (0, 1)),
    ],
)
def test_with_disputed_records_left_out_an_objection_takes_a_record_away_and_gives_it_back(
    tmp_path: Path, table: str, cause: str, values: tuple[int, int]
) -> None:
    (one,) = moved(tmp_path, COUNT, parsed(table), exclude_disputed=True)
    assert ([m.cause for m in one.movers], one.value(0), one.value(1)) == ([cause], *values)


def test_a_feature_that_asks_for_finality_moves_when_the_decision_becomes_final(
    tmp_path: Path,
) -> None:
    final = feature("final", "penalties", Count(), ~col("final_day").is_null())
    (one,) = moved(tmp_path, final, parsed(HEAD + "final_day\n a | p1 | 90 | 150"))
    assert ([m.cause for m in one.movers], one.value(0), one.value(1)) == (["final"], 0, 1)


def test_a_corrected_record_moves_a_sum_by_what_was_corrected(tmp_path: Path) -> None:
    fines = feature("fines", "penalties", Sum("fine_fen"), scale=100)
    rows = parsed(
        """
        entity_id | event_key | version | event_day | known_day | superseded_day | fine_fen
        a         | p1        | 1       | 90        | 90        | 150            | 50000
        a         | p1        | 2       | 90        | 150       | -              | 20000
        a         | p2        | 1       | 95        | 95        | -              | 100
        """
    )
    (one,) = moved(tmp_path, fines, rows)
    assert [m.cause for m in one.movers] == ["corrected"]
    assert (one.value(0), one.value(1)) == (501, 201)


def test_a_record_that_left_the_window_stands_and_no_longer_counts_there(tmp_path: Path) -> None:
    recent = feature("recent", "penalties", Count(), None, Days(50))
    rows = parsed(HEAD + "known_day\n a | p1 | 90 | 90\n a | p2 | 160 | 160")
    (one,) = moved(tmp_path, recent, rows)
    assert [(m.cause, m.records[0].event_key) for m in one.movers] == [
        ("arrived", "p2"), ("aged_out", "p1"),
    ]  # fmt: skip
    # Each alone moves the value, both together leave it: they are told all the same.
    assert [one.value(happened) for happened in range(4)] == [1, 2, 0, 1]


def test_a_change_between_windows_is_moved_by_the_record_that_passes_from_one_to_the_other(
    tmp_path: Path,
) -> None:
    trend = feature("trend", "penalties", Change(), None, Days(100))
    (one,) = moved(tmp_path, trend, parsed(HEAD + "known_day\n a | p1 | 50 | 50"))
    assert ([m.cause for m in one.movers], one.value(0), one.value(1)) == (["aged_out"], 1, -1)


def test_days_since_a_record_move_with_time_alone(tmp_path: Path) -> None:
    since = feature("since", "penalties", DaysSince("first"))
    (one,) = moved(tmp_path, since, parsed(HEAD + "known_day\n a | p1 | 40 | 40"))
    assert [(m.cause, m.records) for m in one.movers] == [("time", ())]
    assert (one.value(0), one.value(1)) == (60, 160)


def test_nothing_moves_a_feature_whose_records_stay_as_they_are(tmp_path: Path) -> None:
    assert moved(tmp_path, COUNT, parsed(HEAD + "known_day\n a | p1 | 40 | 40")) == []


def test_peers_that_changed_and_a_business_that_changed_its_sector_are_told_apart(
    tmp_path: Path,
) -> None:
    relative = feature("relative", "penalties", Count(), peers=("sector",))
    catalogue = catalogue_of([relative])
    people: list[dict[str, Cell]] = [
        {"entity_id": "a", "sector": "F", "from_day": 0, "to_day": 150},
        {"entity_id": "a", "sector": "C", "from_day": 150, "to_day": None},
    ]
    rows = parsed(HEAD + "known_day\n a | p1 | 40 | 40")
    records = own_records(write_world(tmp_path, catalogue, {"penalties": rows}, people), "a")

    def mean(sector: str, day: int, total: int) -> dict[object, tuple[int, int]]:
        return {("relative", day, (None, sector, None)): (total * 1_000_000, 10)}

    then = Peers(mean("F", BEFORE, 5) | mean("C", BEFORE, 20), [BEFORE])  # type: ignore[arg-type]
    now = Peers(mean("F", AFTER, 8) | mean("C", AFTER, 30), [AFTER])  # type: ignore[arg-type]
    (one,) = moved_features(catalogue, Side(records, BEFORE, then), Side(records, AFTER, now))
    assert [m.cause for m in one.movers] == ["profile", "peers"]
    assert [one.value(happened) for happened in range(4)] == [0.5, -1.0, pytest.approx(0.2), -2.0]


def test_records_of_a_business_that_becomes_linked_are_told_as_such(tmp_path: Path) -> None:
    catalogue = catalogue_of([feature("linked", "penalties", Count(), via="representative")])
    shared: dict[str, Cell] = {"representative": "li"}
    rows: dict[str, list[dict[str, Cell]]] = {
        "registrations": [
            {"entity_id": "a", "event_key": "r1", "event_day": 10, **shared},
            {"entity_id": "b", "event_key": "r2", "event_day": 150, **shared},
        ],
        "penalties": parsed(HEAD + "known_day\n b | p1 | 40 | 40"),
    }
    world = write_world(tmp_path, catalogue, rows)
    with RecordReader(catalogue, world.snapshot, FOREVER) as reader:
        records = reader.of("a")
    before, after = Side(records, BEFORE, Peers()), Side(records, AFTER, Peers())
    (one,) = moved_features(catalogue, before, after)
    (mover,) = one.movers
    assert (mover.cause, mover.via, mover.records[0].entity_id) == ("linked", "representative", "b")
    assert (one.value(0), one.value(1)) == (0, 1)


def test_many_changed_records_of_a_source_move_together_by_cause(tmp_path: Path) -> None:
    rows = [
        {"entity_id": "a", "event_key": f"p{i}", "event_day": 90, "known_day": 150}
        for i in range(MOST_ALONE)
    ]
    gone: dict[str, Cell] = {
        "entity_id": "a",
        "event_key": "q",
        "event_day": 9,
        "retracted_day": 120,
    }
    (alone,) = moved(tmp_path / "alone", COUNT, list(rows))
    (together,) = moved(tmp_path / "together", COUNT, [*rows, gone])
    assert len(alone.movers) == MOST_ALONE
    assert [(m.cause, len(m.records)) for m in together.movers] == [
        ("arrived", MOST_ALONE), ("retracted", 1),
    ]  # fmt: skip
    assert together.value(0b01) == MOST_ALONE + 1


def test_the_latest_record_is_the_same_one_when_two_snapshots_number_it_differently(
    tmp_path: Path,
) -> None:
    latest = feature("latest", "penalties", Latest("pages"))
    catalogue = catalogue_of([latest])
    old = parsed(HEAD + "pages\n a | p1 | 40 | 1\n a | p2 | 50 | 2")
    late = parsed(HEAD + "known_day | pages\n a | p0 | 30 | 150 | 3\n a | p00 | 20 | 150 | 4")
    then = own_records(write_world(tmp_path / "1", catalogue, {"penalties": old}), "a")
    now = own_records(write_world(tmp_path / "2", catalogue, {"penalties": [*late, *old]}), "a")
    (one,) = moved_features(catalogue, Side(then, BEFORE, Peers()), Side(now, AFTER, Peers()))
    assert [m.cause for m in one.movers] == ["arrived", "arrived"]
    assert {one.value(happened) for happened in range(4)} == {2}


def test_every_own_record_that_changed_is_told_also_where_no_feature_reads_it(
    tmp_path: Path,
) -> None:
    catalogue = catalogue_of([feature("other", "registrations", Count())])
    rows = parsed(
        HEAD + "known_day | repaired_day\n a | p1 | 90 | 150 | -\n a | p2 | 90 | 90 | 150"
    )
    records = own_records(write_world(tmp_path, catalogue, {"penalties": rows}), "a")
    before, after = Side(records, BEFORE, Peers()), Side(records, AFTER, Peers())
    told = [(c.record.event_key, c.cause) for c in record_changes(catalogue, before, after)]
    assert told == [("p1", "arrived"), ("p2", "repaired")]
    assert moved_features(catalogue, before, after) == ()


_SETTINGS = settings(deadline=None, suppress_health_check=list(HealthCheck))


@settings(_SETTINGS, max_examples=3)
@given(worlds(features_drawn=8, records_drawn=6))
def test_no_mover_gives_the_value_before_and_all_movers_give_the_value_after(drawn: Drawn) -> None:
    _check(drawn)


@pytest.mark.slow
@settings(_SETTINGS, max_examples=25)
@given(worlds())
def test_movers_lead_from_one_end_to_the_other_in_many_worlds(drawn: Drawn) -> None:
    _check(drawn)


def _check(drawn: Drawn) -> None:
    catalogue = catalogue_of(drawn.features)
    with TemporaryDirectory() as folder:
        world = write_world(Path(folder) / "w", catalogue, drawn.rows, drawn.profiles)
        matrix = build(catalogue, world.snapshot, spine_of(drawn.spine), Path(folder))
        peers = Peers.read(matrix.peers)
        with RecordReader(catalogue, world.snapshot, FOREVER) as reader:
            held = {entity: reader.of(entity) for entity in dict(drawn.spine)}
    days = sorted({day for _, day in drawn.spine})
    for first, second in combinations(days, 2):
        for records in held.values():
            for exclude in (False, True):
                _same_values(catalogue, records, (first, second), peers, exclude)


def _same_values(
    catalogue: Catalogue,
    records: BusinessRecords,
    days: tuple[int, int],
    peers: Peers,
    exclude: bool,
) -> None:
    sides = [Side(records, days[0], peers), Side(records, days[1], peers, exclude)]
    ends = [
        single.compute(catalogue, s.records, s.day, peers, exclude_disputed=s.exclude_disputed)
        for s in sides
    ]
    told = {one.feature: one for one in moved_features(catalogue, *sides)}
    for name in ends[0]:
        if name in told:
            one = told[name]
            assert (one.value(0), one.value(one.all_moved)) == (ends[0][name], ends[1][name])
        else:
            assert ends[0][name] == ends[1][name]
