from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.engines.coding import chunk_of, coded
from features.engines.parquet import Chunk, Writer, texts

SCHEMA = pa.schema(
    [
        pa.field("id", pa.int64(), nullable=False),
        pa.field("name", pa.string(), nullable=False),
        pa.field("number", pa.float64(), nullable=False),
        pa.field("days", pa.float64()),
    ]
)
Row = tuple[int, str, float, float | None]
WHOLE = st.integers(-300, 9_000).map(float)
ANY = st.floats(allow_nan=False, allow_subnormal=True).map(lambda value: value + 0.0)
ROWS = st.lists(
    st.tuples(
        st.integers(-(2**63), 2**63 - 1),
        st.text(st.characters(exclude_categories=["Cs"]), max_size=4),
        WHOLE | ANY,
        st.none() | WHOLE | st.just(0.5),
    ),
    max_size=30,
)


def chunks(rows: list[Row]) -> list[Chunk]:
    """Columns of a row group; a step gives every other number, whose value of nothing is 7."""
    n = len(rows)
    ids, names, numbers, days = zip(*rows, strict=True) if rows else ((), (), (), ())
    held = np.arange(0, n, 2)
    some = coded(np.array(numbers, np.float64)[held], empty=7)
    none_where_missing = np.array([np.nan if day is None else day for day in days], np.float64)
    every = np.arange(n)
    return [
        Chunk(n, np.array(ids, np.int64)),
        Chunk(n, texts(pa.array(names, pa.string()))),
        chunk_of(some, n, held, np.arange(len(held))),
        chunk_of(coded(none_where_missing, empty=None), n, every, every),
    ]


def written(path: Path, groups: list[list[Row]]) -> Path:
    with path.open("wb") as file:
        writer = Writer(file, SCHEMA)
        for rows in groups:
            writer.row_group(len(rows), chunks(rows))
        writer.close()
    return path


def expected(groups: list[list[Row]]) -> list[Row]:
    return [
        (one, name, number if place % 2 == 0 else 7.0, day)
        for rows in groups
        for place, (one, name, number, day) in enumerate(rows)
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(ROWS, max_size=3))
def test_two_readers_read_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, groups: list[list[Row]]
) -> None:
    groups = [rows for rows in groups if rows]
    path = written(tmp_path_factory.mktemp("parquet") / "file.parquet", groups)
    table = pq.read_table(path)
    assert table.schema.equals(SCHEMA)
    rows = expected(groups)
    assert [tuple(row.values()) for row in table.to_pylist()] == rows
    with duckdb.connect() as connection:
        found = connection.execute(f"SELECT * FROM read_parquet('{path}')").fetchall()
    assert found == rows


def test_a_file_without_rows_has_its_columns(tmp_path: Path) -> None:
    path = written(tmp_path / "file.parquet", [])
    assert pq.read_table(path).schema.equals(SCHEMA)
    assert pq.read_metadata(path).num_row_groups == 0


@pytest.mark.parametrize("rows", [1, 7, 8, 9, 131_072])
def test_row_groups_of_any_size_keep_their_places(tmp_path: Path, rows: int) -> None:
    drawn = np.random.default_rng(rows)
    made: list[Row] = [
        (i, str(i), float(drawn.integers(0, 5_000)), None if i % 3 else float(i % 11))
        for i in range(rows)
    ]
    table = pq.read_table(written(tmp_path / "file.parquet", [made, made]))
    assert [tuple(row.values()) for row in table.to_pylist()] == expected([made, made])


def test_bounds_say_which_row_groups_a_reader_may_skip(tmp_path: Path) -> None:
    schema, low, high = pa.schema([SCHEMA.field("id")]), np.array([1, 5]), np.array([6, 9])
    with (tmp_path / "file.parquet").open("wb") as file:
        writer = Writer(file, schema)
        for values in (low, high):
            bounds = values.min().tobytes(), values.max().tobytes()
            writer.row_group(2, [Chunk(2, values, bounds=bounds)])
        writer.close()
    said = pq.read_metadata(tmp_path / "file.parquet")
    found = [said.row_group(i).column(0).statistics for i in range(2)]
    assert [(one.min, one.max, one.null_count) for one in found] == [(1, 5, 0), (6, 9, 0)]
    assert pq.read_table(tmp_path / "file.parquet", filters=[("id", ">", 5)]).num_rows == 2


def test_texts_of_a_part_are_those_of_the_part() -> None:
    column = pa.array(["甲", "", "abc", "d"])
    assert texts(column.slice(1, 2)).tobytes() == b"\0\0\0\0\3\0\0\0abc"
