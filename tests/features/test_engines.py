from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, given, settings

from features.as_of import FOREVER
from features.builder import build
from features.contracts import Growth, Mean, Share
from features.engines import single
from features.records_of import RecordReader
from tests.features.oracle import Oracle
from tests.features.random_worlds import Drawn, worlds
from tests.features.small_city import catalogue_of
from tests.features.worlds import Cell, World, spine_of, write_world

Values = dict[tuple[str, int], dict[str, float | None]]
_SETTINGS = settings(deadline=None, suppress_health_check=list(HealthCheck))


def _written(drawn: Drawn, folder: Path) -> World:
    return write_world(folder, catalogue_of(drawn.features), drawn.rows, drawn.profiles)


def _batch(world: World, drawn: Drawn, home: Path, without_disputed: bool = False) -> Values:
    matrix = build(
        world.catalogue, world.snapshot, spine_of(drawn.spine), home,
        exclude_disputed=without_disputed,
    )  # fmt: skip
    names = matrix.features
    return {
        (row["entity_id"], row["as_of_day"]): {name: row[name] for name in names}
        for row in matrix.read().to_pylist()
    }


def _one_by_one(world: World, drawn: Drawn, home: Path, without_disputed: bool = False) -> Values:
    # The batch's statistics, as in serving: building again returns the same matrix.
    matrix = build(
        world.catalogue, world.snapshot, spine_of(drawn.spine), home,
        exclude_disputed=without_disputed,
    )  # fmt: skip
    peers = single.Peers.read(matrix.peers)
    with RecordReader(world.catalogue, world.snapshot, FOREVER) as reader:
        records = {e: reader.of(e) for e in dict(drawn.spine)}
    return {
        (entity, day): single.compute(
            world.catalogue, records[entity], day, peers, exclude_disputed=without_disputed
        )
        for entity, day in drawn.spine
    }


def _agree_with_oracle(world: World, drawn: Drawn, values: Values, without_disputed: bool) -> None:
    oracle = Oracle(world.catalogue, world.rows, world.people, drawn.spine, without_disputed)
    for entity, day in drawn.spine:
        for feature in drawn.features:
            expected = oracle.value(feature, entity, day)
            got = values[entity, day][feature.name]
            where = f"{feature} of {entity} as of {day}"
            if expected is None or got is None:
                assert (expected is None) == (got is None), where
            elif not feature.peers:
                assert got == float(expected), where
            else:
                # A mean of shares or means takes each to the nearest millionth, and what
                # is left when peers are subtracted keeps the own value's rounding.
                rough = isinstance(feature.measure, Growth | Mean | Share)
                tolerance = Fraction(1, 10**6) if rough else Fraction(1, 10**9)
                own = oracle.own_value(feature, entity, day)
                assert own is not None, where
                rounding = abs(own) / 2**50
                allowed = tolerance * (1 + abs(expected)) + rounding
                assert abs(Fraction(got) - expected) <= allowed, where


def _check(drawn: Drawn, without_disputed: bool) -> None:
    with TemporaryDirectory() as folder:
        world = _written(drawn, Path(folder) / "world")
        batch = _batch(world, drawn, Path(folder), without_disputed)
        assert batch == _one_by_one(world, drawn, Path(folder), without_disputed)
        _agree_with_oracle(world, drawn, batch, without_disputed)


@settings(_SETTINGS, max_examples=20)
@given(worlds())
def test_batch_and_single_agree_with_the_oracle(drawn: Drawn) -> None:
    _check(drawn, without_disputed=False)


@settings(_SETTINGS, max_examples=6)
@given(worlds())
def test_all_engines_leave_out_what_was_under_dispute_on_the_day(drawn: Drawn) -> None:
    _check(drawn, without_disputed=True)


@pytest.mark.slow
@settings(_SETTINGS, max_examples=60)
@given(worlds(features_drawn=20, records_drawn=14))
def test_engines_agree_on_many_larger_worlds(drawn: Drawn) -> None:
    _check(drawn, without_disputed=False)


def _forgotten(row: dict[str, Cell], cutoff: int) -> dict[str, Cell]:
    """The row without what was learned of it after the cutoff."""
    learned = ("superseded_day", "retracted_day", "repaired_day", "disputed_day", "settled_day",
               "final_day", "upheld_on", "objected_on", "corrected_on")  # fmt: skip
    later = [name for name in learned if isinstance(at := row.get(name), int) and at > cutoff]
    return {**row, **dict.fromkeys(later)}


@settings(_SETTINGS, max_examples=12)
@given(worlds())
def test_nothing_changes_when_all_that_was_known_later_is_deleted(drawn: Drawn) -> None:
    cutoff = drawn.spine[0][1]
    past = Drawn(
        drawn.features,
        {
            source: [_forgotten(row, cutoff) for row in rows if (row["known_day"] or 0) <= cutoff]  # type: ignore[operator]  # days are integers
            for source, rows in drawn.rows.items()
        },
        [p for p in drawn.profiles if p["from_day"] <= cutoff],  # type: ignore[operator]  # days are integers
        [(entity, day) for entity, day in drawn.spine if day == cutoff],
    )
    whole = Drawn(drawn.features, drawn.rows, drawn.profiles, past.spine)
    with TemporaryDirectory() as folder:
        now = _batch(_written(whole, Path(folder) / "now"), whole, Path(folder))
        then = _batch(_written(past, Path(folder) / "then"), past, Path(folder))
    assert now == then
