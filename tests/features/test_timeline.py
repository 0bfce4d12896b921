from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.as_of import FOREVER
from features.contracts import Count, Days, DaysSince, Months
from features.engines.single import SingleEngine
from features.engines.timeline import Span, Timeline, held_features
from features.peers import Peers
from features.records_after import linked_as_today
from features.records_of import RecordReader
from tests.features.random_worlds import AS_OF, BUSINESSES, Drawn, worlds
from tests.features.small_city import catalogue_of, feature
from tests.features.worlds import Cell, own_records, write_world

_SETTINGS = settings(deadline=None, suppress_health_check=list(HealthCheck))


def _agree(drawn: Drawn, folder: Path, first: int, days: int, exclude_disputed: bool) -> None:
    plain = [replace(one, peers=()) for one in drawn.features]
    world = write_world(folder, catalogue_of(plain), drawn.rows, drawn.profiles)
    engine, span = SingleEngine(world.catalogue), Span(first, first + days)
    held = held_features(world.catalogue.jurisdiction)
    with RecordReader(world.catalogue, world.snapshot, FOREVER) as reader:
        for entity in BUSINESSES:
            records = linked_as_today(reader.of(entity), first)
            timeline = Timeline(engine, span, Peers(), exclude_disputed=exclude_disputed)
            values = timeline.values(records)
            for row, day in zip(values, span.days, strict=True):
                computed = engine.compute(records, day, Peers(), exclude_disputed=exclude_disputed)
                for name, got in zip(engine.names, row.tolist(), strict=True):
                    expected = computed[name]
                    if name not in held:
                        assert (np.nan if expected is None else expected) == pytest.approx(
                            got, rel=0, abs=0, nan_ok=True
                        ), f"{name} of {entity} on {day}"


@settings(_SETTINGS, max_examples=12)
@given(worlds(), st.sampled_from(AS_OF), st.booleans())
def test_every_day_of_a_timeline_is_what_the_engine_computes_for_it(
    drawn: Drawn, first: int, exclude_disputed: bool
) -> None:
    with TemporaryDirectory() as folder:
        _agree(drawn, Path(folder), first, 70, exclude_disputed)


@pytest.mark.slow
@settings(_SETTINGS, max_examples=20)
@given(worlds(features_drawn=16), st.sampled_from(AS_OF), st.booleans())
def test_a_timeline_of_two_years_is_right_on_every_day(
    drawn: Drawn, first: int, exclude_disputed: bool
) -> None:
    with TemporaryDirectory() as folder:
        _agree(drawn, Path(folder), first, 750, exclude_disputed)


def test_a_record_leaves_its_window_and_days_go_on_counting(tmp_path: Path) -> None:
    catalogue = catalogue_of(
        [
            feature("recent", "penalties", Count(), None, Days(3)),
            feature("since", "penalties", DaysSince(), None, None, scale=100),
            feature("month", "penalties", Count(), None, Months(1)),
        ]
    )
    rows: list[dict[str, Cell]] = [{"entity_id": "a", "event_key": "p", "event_day": 100}]
    records = own_records(write_world(tmp_path, catalogue, {"penalties": rows}), "a")
    values = Timeline(SingleEngine(catalogue), Span(101, 104), Peers()).values(records)
    assert values[:, 0].tolist() == [1, 1, 0, 0]
    assert values[:, 1].tolist() == [0.01, 0.02, 0.03, 0.04]
    assert values[:, 2].tolist() == [1, 1, 1, 1]


def test_what_is_about_the_place_or_the_city_stays_as_it_is_today(tmp_path: Path) -> None:
    catalogue = catalogue_of([feature("burglaries", "burglaries", Count(), None, Days(2))])
    rows: list[dict[str, Cell]] = [{"entity_id": "a", "event_key": "b", "event_day": 100}]
    records = own_records(write_world(tmp_path, catalogue, {"burglaries": rows}), "a")
    values = Timeline(SingleEngine(catalogue), Span(101, 110), Peers()).values(records)
    assert held_features(catalogue.jurisdiction) == {"burglaries"}
    assert set(values[:, 0].tolist()) == {1.0}


def test_a_value_against_peers_is_measured_from_todays_mean(tmp_path: Path) -> None:
    catalogue = catalogue_of([feature("f", "penalties", Count(), None, Days(3), peers=("sector",))])
    rows: list[dict[str, Cell]] = [{"entity_id": "a", "event_key": "p", "event_day": 100}]
    people: list[dict[str, Cell]] = [
        {"entity_id": "a", "sector": "F", "from_day": 0, "to_day": None}
    ]
    records = own_records(write_world(tmp_path, catalogue, {"penalties": rows}, people), "a")
    peers = Peers({("f", 101, (None, "F", None)): (500_000, 2)}, [101])
    engine, span = SingleEngine(catalogue), Span(101, 104)
    values = Timeline(engine, span, peers).values(records)
    assert values[:, 0].tolist() == [0.75, 0.75, -0.25, -0.25]
    assert [engine.compute(records, day, peers)["f"] for day in span.days] == values[:, 0].tolist()


def test_variants_that_share_rows_share_their_values(tmp_path: Path) -> None:
    catalogue = catalogue_of(
        [
            feature("penalties", "penalties", Count()),
            feature("registrations", "registrations", Count()),
        ]
    )
    rows: list[dict[str, Cell]] = [{"entity_id": "a", "event_key": "p", "event_day": 100}]
    records = own_records(write_world(tmp_path, catalogue, {"penalties": rows}), "a")
    other = replace(records, own={**records.own, "penalties": []})
    timeline = Timeline(SingleEngine(catalogue), Span(101, 110), Peers())
    same = [
        one is two for one, two in zip(timeline.parts(records), timeline.parts(other), strict=True)
    ]
    assert sorted(same) == [False, True]
    assert timeline.values(other)[:, 0].tolist() == [0.0] * 10
