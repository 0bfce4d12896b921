"""What a snapshot holds of each source and of each file of its delivery, and how linked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import duckdb

from features.business import LinkedBy
from features.contracts import Nearby, Source
from features.ingest.assemble import batch_files
from features.ingest.holdings import Holdings
from features.ingest.reconciliation import FileCount, Reconciliation, SourceCount
from features.ingest.whom import whom_of
from features.quoting import literal


def completed(
    connection: duckdb.DuckDBPyConnection, holdings: Holdings, account: Reconciliation, folder: Path
) -> Reconciliation:
    """The account with what the snapshot in `folder` holds of each source."""
    connection.execute(
        "CREATE OR REPLACE TABLE registered AS SELECT DISTINCT entity_id FROM profiles"
    )
    businesses = _number(connection, "SELECT count(*) FROM registered")
    counts = {count.source: count for count in account.sources}
    sources = tuple(
        _held(connection, holdings, source, counts[source.name], folder)
        for source in holdings.jurisdiction.sources
    )
    return replace(account, businesses=businesses, sources=sources)


def _held(
    connection: duckdb.DuckDBPyConnection,
    holdings: Holdings,
    source: Source,
    count: SourceCount,
    folder: Path,
) -> SourceCount:
    file = _file(folder / f"{source.name}.parquet")
    if isinstance(source.subject, Nearby):
        stored = holdings.files(source.name)
        records = sum(_number(connection, f"SELECT count(*) FROM {_file(p)}") for p in stored)
        pairs, attached = next(
            _rows(connection, f"SELECT count(*), count(DISTINCT record_no) FROM {file}")
        )
        return replace(count, records=records, attached=pairs, unlinked=records - attached)
    if not source.names_business:
        return replace(count, records=_number(connection, f"SELECT count(*) FROM {file}"))
    records, unnamed, unlinked = next(
        _rows(
            connection,
            "SELECT count(*), count(*) FILTER (entity_id IS NULL), "
            "count(*) FILTER (entity_id IS NOT NULL AND "
            f"entity_id NOT IN (SELECT entity_id FROM registered)) FROM {file}",
        )
    )
    count = replace(count, records=records, unlinked=unlinked, unnamed=unnamed)
    if source.by_name is not None:
        named = f"linked_by > {LinkedBy.NUMBER.value}"
        by_name = _number(connection, f"SELECT count(*) FROM {file} WHERE {named}")
        waiting = _number(
            connection,
            "SELECT COALESCE(CAST(sum(records) AS BIGINT), 0) FROM mentions "
            f"WHERE source = {literal(source.name)} AND place = 0 AND state = 'review'",
        )
        count = replace(count, by_name=by_name, for_review=waiting)
    return replace(count, files=_linked_files(connection, holdings, source, count))


def _linked_files(
    connection: duckdb.DuckDBPyConnection, holdings: Holdings, source: Source, count: SourceCount
) -> tuple[FileCount, ...]:
    """The files of this delivery with how many of their records are linked, and how."""
    if source.name not in holdings.changed:
        return count.files
    whom = whom_of(connection, source)
    stored = batch_files(holdings.files(source.name)[-1:])
    rows = connection.execute(
        "SELECT _file_no, count(*) FILTER (known AND NOT named), "
        "count(*) FILTER (known AND named), count(*) FROM (SELECT r._file_no, "
        f"{whom.named} AS named, {whom.entity} IN (SELECT entity_id FROM registered) AS known "
        f"FROM {stored} AS r {whom.join}) GROUP BY 1"
    ).fetchall()
    linked = {number: (code, name, total - code - name) for number, code, name, total in rows}
    read = [not file.unchanged and file.refusal is None for file in count.files]
    return tuple(
        replace(file, by_code=of[0], by_name=of[1], unlinked=of[2]) if new else file
        for file, new in zip(count.files, read, strict=True)
        for of in [linked.get(file.number, (0, 0, 0))]
    )


def _file(path: Path) -> str:
    return f"read_parquet({literal(str(path))})"


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[int, ...]]:
    yield from connection.execute(query).fetchall()


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    (found,) = next(_rows(connection, query))
    return found
