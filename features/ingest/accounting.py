"""What a snapshot holds of each source and of each file of its delivery, and how linked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from features.business import LinkedBy
from features.contracts import Nearby, Source
from features.ingest.holdings import Holdings
from features.ingest.ranking import batch_files
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
    told = _told(connection, holdings, source)
    if told and len(holdings.files(source.name)) == 1:  # the delivery is all there is
        records, unnamed, unlinked, named = (
            sum(getattr(one, part) for one in told.values())
            for part in ("records", "unnamed", "unlinked", "named")
        )
    else:
        linked = "count(*) FILTER (linked_by > $1)" if source.by_name is not None else "$1 * 0"
        records, unnamed, unlinked, named = connection.execute(
            "SELECT count(*), count(*) FILTER (entity_id IS NULL), "
            "count(*) FILTER (entity_id IS NOT NULL AND "
            f"entity_id NOT IN (SELECT entity_id FROM registered)), {linked} FROM {file}",
            [LinkedBy.NUMBER.value],
        ).fetchall()[0]
    count = replace(count, records=records, unlinked=unlinked, unnamed=unnamed)
    if source.by_name is not None:
        waiting = _number(
            connection,
            "SELECT COALESCE(CAST(sum(records) AS BIGINT), 0) FROM mentions "
            f"WHERE source = {literal(source.name)} AND place = 0 AND state = 'review'",
        )
        count = replace(count, by_name=named, for_review=waiting)
    return replace(count, files=_linked_files(count, told)) if told is not None else count


@dataclass(frozen=True)
class _Told:
    """Records of one file: on the roster by code and by name, and what they name otherwise."""

    by_code: int
    by_name: int
    records: int
    named: int
    unnamed: int

    @property
    def unlinked(self) -> int:
        """Those that name a business nobody registered."""
        return self.records - self.by_code - self.by_name - self.unnamed


def _told(
    connection: duckdb.DuckDBPyConnection, holdings: Holdings, source: Source
) -> dict[int, _Told] | None:
    """The files of this delivery by number; None where it brought nothing of the source."""
    if source.name not in holdings.changed:
        return None
    whom = whom_of(connection, source)
    stored = batch_files(holdings.files(source.name)[-1:])
    rows = connection.execute(
        "SELECT _file_no, count(*) FILTER (known AND NOT named), "
        "count(*) FILTER (known AND named), count(*), count(*) FILTER (named), "
        "count(*) FILTER (entity IS NULL) FROM (SELECT *, "
        "entity IN (SELECT entity_id FROM registered) AS known FROM (SELECT r._file_no, "
        f"{whom.named} AS named, {whom.entity} AS entity FROM {stored} AS r {whom.join})) "
        "GROUP BY 1"
    ).fetchall()
    return {number: _Told(*told) for number, *told in rows}


def _linked_files(count: SourceCount, told: Mapping[int, _Told]) -> tuple[FileCount, ...]:
    """The files of this delivery with how many of their records are linked, and how."""
    nothing = _Told(0, 0, 0, 0, 0)
    read = [not file.unchanged and file.refusal is None for file in count.files]
    return tuple(
        replace(file, by_code=of.by_code, by_name=of.by_name, unlinked=of.unlinked + of.unnamed)
        if new
        else file
        for file, new in zip(count.files, read, strict=True)
        for of in [told.get(file.number, nothing)]
    )


def _file(path: Path) -> str:
    return f"read_parquet({literal(str(path))})"


def _rows(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[tuple[int, ...]]:
    yield from connection.execute(query).fetchall()


def _number(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    (found,) = next(_rows(connection, query))
    return found
