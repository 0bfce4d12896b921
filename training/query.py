"""One SQL question to the records of a snapshot, answered as an Arrow table."""

from __future__ import annotations

from collections.abc import Mapping

import duckdb
import pyarrow as pa


def arrow(query: str, parameters: Mapping[str, object], **tables: pa.Table) -> pa.Table:
    """The rows of `query`; its ``$names`` are parameters, `tables` its relations.

    >>> arrow("SELECT n + $more AS m FROM t", {"more": 1}, t=pa.table({"n": [1, 2]}))["m"]
    ... # doctest: +ELLIPSIS
    <pyarrow.lib.ChunkedArray object at ...>
    [
      [
        2,
        3
      ]
    ]
    """
    with duckdb.connect() as connection:
        for name, table in tables.items():
            connection.register(name, table)
        relation = connection.sql(query, params=dict(parameters))
        if relation is None:  # pragma: no cover - every query here selects rows
            raise TypeError("the query selects nothing")
        return relation.to_arrow_table()
