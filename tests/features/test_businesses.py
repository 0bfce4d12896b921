from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from features.engines.businesses import Businesses


def test_each_row_has_the_place_of_its_business_in_order_of_first_mention() -> None:
    column = pa.chunked_array([["b", "a", "b"], [], ["c", "a"]], pa.string())
    businesses, numbers = Businesses.of(column)
    assert businesses.ids.to_pylist() == ["b", "a", "c"]
    assert numbers.tolist() == [0, 1, 0, 2, 1]
    assert businesses.numbers(column).tolist() == numbers.tolist()


def test_a_column_without_rows_names_nobody() -> None:
    businesses, numbers = Businesses.of(pa.chunked_array([], pa.string()))
    assert (len(businesses.ids), len(numbers)) == (0, 0)


def test_businesses_of_records_follow_and_keep_the_numbers_before_them(tmp_path: Path) -> None:
    pq.write_table(pa.table({"entity_id": ["d", None, "a"]}), tmp_path / "records.parquet")
    businesses, _ = Businesses.of(pa.chunked_array([["b", "a"]]))
    wider = businesses.and_those_in([tmp_path / "records.parquet"])
    assert wider.ids.to_pylist() == ["b", "a", "d"]
    (numbers,) = businesses.numbers_in([tmp_path / "records.parquet"])
    assert numbers.to_pylist() == [None, None, 1]
