from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from features.builder import build
from features.engines import single
from features.records_of import records_of
from tests.features.oracle import Oracle
from tests.features.small_city import catalogue_of
from tests.features.spec.case import Case
from tests.features.spec.page import PAGE, SUBJECTS, markdown
from tests.features.tables import parsed
from tests.features.worlds import Cell, spine_of, write_world

CASES = [case for subject in SUBJECTS for case in subject.CASES]
Values = list[dict[str, float | None]]


def _value(cell: Cell) -> float | None:
    return None if cell is None else float(Fraction(str(cell)))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.says)
def test_every_engine_and_the_oracle_say(case: Case, tmp_path: Path) -> None:
    catalogue = catalogue_of(case.features)
    rows = {source: parsed(table) for source, table in case.records.items()}
    world = write_world(tmp_path / "world", catalogue, rows, parsed(case.profiles))
    table = parsed(case.expected)
    names = [feature.name for feature in case.features]
    expected: Values = [{name: _value(row[name]) for name in names} for row in table]
    pairs = [(str(row["entity_id"]), int(row["as_of_day"] or 0)) for row in table]
    out = case.without_disputed

    matrix = build(catalogue, world.snapshot, spine_of(pairs), tmp_path, exclude_disputed=out)
    assert matrix.read(names).to_pylist() == expected

    peers = single.Peers.read(matrix.peers)
    alone = [
        single.compute(
            catalogue, records_of(catalogue, world.snapshot, entity), day, peers,
            exclude_disputed=out,
        )
        for entity, day in pairs
    ]  # fmt: skip
    assert alone == expected

    oracle = Oracle(catalogue, world.rows, world.people, pairs, out)
    obvious: Values = [
        {f.name: None if (v := oracle.value(f, *pair)) is None else float(v) for f in case.features}
        for pair in pairs
    ]
    assert obvious == expected


def test_the_page_tells_these_cases() -> None:
    assert PAGE.read_text(encoding="utf-8") == markdown(), "python -m tests.features.spec.page"
