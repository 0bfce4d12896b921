"""Which businesses are linked on which days, worked out for everyone at once.

The days are kept, and not only who is linked on the as-of day, so that features
about linked businesses can be computed for earlier days from the same store.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby
from operator import itemgetter

import pyarrow as pa

from features.contracts import Link
from features.expressions import Encode
from features.links import Held, held_sql, linked_days


def held_by_several(link: Link, encode: Encode, records: str, day: int) -> str:
    """Select who held which value when, as far as known by `day`, value after value.

    Parameters
    ----------
    records
        The Parquet file of the link's source, as an SQL literal.

    Returns
    -------
    str
        Columns link_value, no, seen_from_day, usable_to_day, of values that more
        than one business has held; reads the table ``numbers``.
    """
    held = held_sql(link, encode).replace(f"source_{link.source} r", f"read_parquet({records}) r")
    return (
        f"WITH held AS ({held}), known AS ("
        "SELECT h.link_value, n.no, h.seen_from_day, h.usable_to_day "
        "FROM held h JOIN numbers n USING (entity_id) "
        f"WHERE h.seen_from_day <= {day} AND h.seen_from_day < h.usable_to_day) "
        "SELECT * FROM known WHERE link_value IN "
        "(SELECT link_value FROM known GROUP BY link_value HAVING COUNT(DISTINCT no) > 1) "
        "ORDER BY ALL"
    )


def linked_rows(
    held: Iterable[pa.RecordBatch], max_size: int
) -> Iterator[tuple[int, int, int, int]]:
    """(no, other, from_day, to_day) of every two holders of one value, in both orders."""
    rows = (
        row
        for batch in held
        for row in zip(*(column.to_pylist() for column in batch.columns), strict=True)
    )
    for _, group in groupby(rows, key=itemgetter(0)):
        holders = [Held(str(no), start, end) for _, no, start, end in group]
        for pair in linked_days(holders, max_size):
            for start, end in pair.intervals:
                yield int(pair.entity_id), int(pair.other), start, end
