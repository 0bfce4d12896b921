"""A number for every business of a run, so that engines need not compare ids.

The numbers are the run's own: spine, records and results of one build use them, and
nothing that is written does.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Businesses:
    """Distinct ids; a business's number is its place among them."""

    ids: pa.Array

    @classmethod
    def of(cls, column: pa.ChunkedArray) -> tuple[Businesses, Ints]:
        """The businesses named in a column, in order of first mention, and each row's number."""
        if not len(column):
            return cls(pa.array([], column.type)), np.zeros(0, np.int64)
        encoded = column.dictionary_encode().unify_dictionaries()
        numbers: Ints = np.concatenate(
            [c.indices.to_numpy() for c in encoded.chunks], dtype=np.int64
        )
        return cls(encoded.chunk(0).dictionary), numbers

    def and_those_in(self, files: Iterable[Path]) -> Businesses:
        """With the businesses of these records after them."""
        columns = [pq.read_table(file, columns=["entity_id"])["entity_id"] for file in files]
        chunks = [self.ids, *(chunk for column in columns for chunk in column.chunks)]
        ids = pa.chunked_array(chunks, pa.string()).unique()
        return Businesses(ids.drop_null())

    def numbers(self, column: pa.ChunkedArray) -> Ints:
        """The number of each business in a column of ids; -1 where it is none of them."""
        found = pc.index_in(column, value_set=self.ids)
        numbers: Ints = found.fill_null(-1).to_numpy().astype(np.int64)
        return numbers

    def numbers_in(self, files: Sequence[Path]) -> list[pa.ChunkedArray]:
        """The number of the business of each record of each file, null where it is none.

        The files are looked through in as many parts as there are processors: for each
        part the ids are put into a table once.
        """
        workers = os.cpu_count() or 1
        parts = [files[i::workers] for i in range(workers)]
        with ThreadPoolExecutor(workers) as threads:
            found = list(threads.map(self._numbers_in, parts))
        return [found[i % workers][i // workers] for i in range(len(files))]

    def _numbers_in(self, files: Sequence[Path]) -> list[pa.ChunkedArray]:
        columns = [pq.read_table(file, columns=["entity_id"])["entity_id"] for file in files]
        chunks = [chunk for column in columns for chunk in column.chunks]
        found = pc.index_in(pa.chunked_array(chunks, pa.string()), value_set=self.ids)
        starts = np.cumsum([0, *(len(column) for column in columns)])
        return [
            found.slice(start, len(column))
            for start, column in zip(starts.tolist(), columns, strict=False)
        ]


def with_ids(table: pa.Table, numbers: Ints) -> pa.Table:
    """The table with numbers in the place of the businesses' ids."""
    place = table.schema.get_field_index("entity_id")
    return table.set_column(place, "entity_id", pa.array(numbers.astype(np.int32)))
