"""Write the online store of one scored snapshot (tables: `serving.store.schema`).

Rows stream from the snapshot's Parquet through DuckDB, in the order they are
stored in, so that memory stays small and SQLite only ever appends.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from features import as_of
from features.builder import Matrix
from features.catalogue import Catalogue
from features.contracts import CityWide, Nearby, Source
from features.peers import PEER_COLUMNS
from features.progress import Progress, silent
from features.snapshot import Snapshot
from serving.store import schema
from serving.store.linking import held_by_several, linked_rows
from serving.store.names import index_text
from serving.store.naming import candidates_sql, mentions_sql, named_rows_sql

_ROWS = 20_000  # moved at once
_PROFILE = (
    "name", "district", "sector", "form", "latitude", "longitude", "established_day", "closed_day",
)  # fmt: skip
# Why a current version is not seen, in the order `as_of.why_not_seen` asks.
_WHY = f"""CASE WHEN r.retracted_day <= {{day}} THEN 'retracted'
  WHEN r.repaired_day <= {{day}} THEN 'repaired'
  WHEN r.counted_from_day = {as_of.NEVER_COUNTED} THEN 'excluded'
  WHEN r.usable_until_day < {{day}} THEN 'expired'
  WHEN r.counted_from_day > {{day}} THEN 'not_final' END"""


@dataclass(frozen=True)
class Contents:
    """What goes into a store.

    Parameters
    ----------
    scores
        The numbered table of `serving.batch.table`.
    meta
        What the store says about itself, but for its format and features.
    """

    catalogue: Catalogue
    snapshot: Snapshot
    matrix: Matrix
    as_of_day: int
    scores: pa.Table
    meta: dict[str, str]


def write_store(path: Path, contents: Contents, progress: Progress = silent) -> None:
    """Write the store to the file `path`, or go on with one that a killed run began.

    Each step is one transaction that counts itself in ``user_version``; those that are
    in the file are not done again, and the file becomes the same to the byte.
    """
    with duckdb.connect() as engine, closing(writing(path)) as file:
        engine.execute("SET enable_progress_bar = false")
        engine.execute(f"SET temp_directory = {_text(path.parent / '.spill')}")
        store = _Writing(contents, engine, file)
        steps = [*store.steps(), ("indexes", store.indexes)]
        done = steps_done(file)
        if done < len(steps):
            store.number()
        for place, (stage, step) in enumerate(steps[done:], start=done):
            progress(stage, place, len(steps))
            with one_step(file, place + 1):
                step()
        progress("indexes", len(steps), len(steps))


def writing(path: Path) -> sqlite3.Connection:
    """A connection that writes the store: what a killed transaction left is undone by it."""
    file = sqlite3.connect(path, isolation_level=None)
    for pragma in ("journal_mode = DELETE", "synchronous = FULL", "cache_size = -200000"):
        file.execute(f"PRAGMA {pragma}")
    return file


def steps_done(file: sqlite3.Connection) -> int:
    """How many steps the file holds."""
    return int(file.execute("PRAGMA user_version").fetchone()[0])


@contextmanager
def one_step(file: sqlite3.Connection, number: int) -> Iterator[None]:
    """A transaction after which the file holds `number` steps."""
    file.execute("BEGIN IMMEDIATE")
    try:
        yield
        file.execute(f"PRAGMA user_version = {number}")
        file.execute("COMMIT")
    except BaseException:
        file.execute("ROLLBACK")
        raise


class _Writing:
    """One store being written: what moves from the engine to the file."""

    def __init__(
        self, contents: Contents, engine: duckdb.DuckDBPyConnection, file: sqlite3.Connection
    ) -> None:
        self._contents = contents
        self._engine = engine
        self._file = file
        self._day = contents.as_of_day
        self._city = contents.catalogue.jurisdiction

    def steps(self) -> list[tuple[str, Callable[[], None]]]:
        """What to do, in order."""
        return [
            ("meta", self._meta),
            ("businesses", self._businesses),
            ("names", self._names),
            ("vectors", self._vectors),
            *((source.name, partial(self._source, source)) for source in self._city.sources),
            ("mentions", self._mentions),
            ("links", self._links),
            ("peers", self._peers),
        ]

    def _meta(self) -> None:
        for statement in schema.statements(self._contents.catalogue):
            self._file.execute(statement)
        meta = {
            **self._contents.meta,
            "format": str(schema.FORMAT),
            "features": json.dumps(self._contents.matrix.features),
        }
        self._file.executemany("INSERT INTO meta VALUES (?, ?)", sorted(meta.items()))
        places = [
            (source.name, place, name)
            for source in self._city.sources
            for place, name in enumerate(schema.record_columns(source))
        ]
        self._file.executemany('INSERT INTO "column" VALUES (?, ?, ?)', places)

    def indexes(self) -> None:
        """Make the indexes, and count what they hold for the query planner."""
        for statement in schema.indexes(self._contents.catalogue):
            self._file.execute(statement)
        self._file.execute("ANALYZE")

    def _businesses(self) -> None:
        profile = ", ".join(f"p.{column}" for column in _PROFILE)
        current = (
            f"SELECT n.no, n.entity_id, {profile} FROM numbers n "
            f"LEFT JOIN {self._profiles(f'from_day <= {self._day}')} p USING (entity_id) "
            "QUALIFY row_number() OVER (PARTITION BY n.no ORDER BY p.from_day DESC) = 1 "
            "ORDER BY n.no"
        )
        self._move(current, "business", 2 + len(_PROFILE))
        history = (
            f"SELECT n.no, {profile}, p.from_day, p.to_day FROM numbers n "
            f"JOIN {self._profiles('TRUE')} p USING (entity_id) ORDER BY n.no, p.from_day"
        )
        self._move(history, "profile", 3 + len(_PROFILE))
        columns = "no, tier, model_tier, tenths, level, rules, flags"
        self._move(f"SELECT {columns} FROM scores ORDER BY no", "score", 7)
        for column in self._contents.scores.column_names:
            if column.startswith("level_"):
                outcome = column.removeprefix("level_")
                chance = f"CAST(ROUND(chance_{outcome} * 10000) AS INTEGER)"
                query = (
                    f"SELECT '{outcome}', {column}, {chance}, no FROM scores "
                    f"WHERE {column} IS NOT NULL ORDER BY no"
                )
                self._move(query, "warning", 4)

    def _names(self) -> None:
        named = self._file.execute("SELECT no, name FROM business WHERE name IS NOT NULL")
        while rows := named.fetchmany(_ROWS):
            self._file.executemany(
                "INSERT INTO search (rowid, name) VALUES (?, ?)",
                [(no, index_text(name)) for no, name in rows],
            )

    def number(self) -> None:
        """Tell the engine the number of every business."""
        self._engine.register("scores", self._contents.scores)
        self._engine.execute(
            "CREATE TEMP TABLE numbers AS SELECT no, entity_id FROM scores UNION ALL "
            "SELECT (SELECT COUNT(*) FROM scores) + row_number() OVER (ORDER BY entity_id), "
            f"entity_id FROM (SELECT DISTINCT entity_id FROM {self._profiles('TRUE')} p "
            "WHERE entity_id NOT IN (SELECT entity_id FROM scores))"
        )

    def _vectors(self) -> None:
        features = ", ".join(f"m.{name}" for name in self._contents.matrix.features)
        query = (
            f"SELECT n.no, {features} FROM read_parquet({_text(self._contents.matrix.path)}) m "
            f"JOIN numbers n USING (entity_id) WHERE m.as_of_day = {self._day} ORDER BY n.no"
        )
        for batch in self._batches(query):
            numbers = batch.column(0).to_pylist()
            columns = [column.to_numpy(zero_copy_only=False) for column in batch.columns[1:]]
            X = np.column_stack(columns).astype("<f8")
            rows = [(no, row.tobytes()) for no, row in zip(numbers, X, strict=True)]
            self._file.executemany("INSERT INTO vector VALUES (?, ?)", rows)

    def _source(self, source: Source) -> None:
        known = (
            f"(SELECT * FROM read_parquet({_text(self._contents.snapshot.source(source.name))}) "
            f"WHERE known_day <= {self._day})"
        )
        record = _json(source)
        if source.names_business:
            query = (
                f"SELECT n.no, '[' || string_agg({record}, ',' ORDER BY r.record_no) || ']' "
                f"FROM {known} r JOIN numbers n USING (entity_id) GROUP BY n.no ORDER BY n.no"
            )
            self._move(query, f"own_{source.name}", 2)
            self._not_seen(source, known)
        else:
            query = (
                f"SELECT DISTINCT ON (r.record_no) r.record_no, {record} FROM {known} r "
                "ORDER BY r.record_no"
            )
            self._move(query, f"record_{source.name}", 2)
        if source.by_name is not None:
            query = named_rows_sql(source, known, partial(_json, source), self._engine)
            self._move(query, f"named_{source.name}", 2)
        if isinstance(source.subject, Nearby):
            self._near(source, known)
        self._seen(source, known)

    def _near(self, source: Source, known: str) -> None:
        parts = ", ".join(
            f"list(COALESCE(r.{column}, -1) ORDER BY r.record_no, r.known_day)"
            for column in schema.NEAR
        )
        query = (
            f"SELECT n.no, {parts} FROM {known} r JOIN numbers n USING (entity_id) "
            "GROUP BY n.no ORDER BY n.no"
        )
        for batch in self._batches(query):
            columns = (column.to_pylist() for column in batch.columns)
            rows = [
                (no, np.array(parts, dtype="<i8").T.tobytes())
                for no, *parts in zip(*columns, strict=True)
            ]
            self._file.executemany(f"INSERT INTO near_{source.name} VALUES (?, ?)", rows)

    def _seen(self, source: Source, known: str) -> None:
        seen = as_of.seen_sql("s", str(self._day))
        lifetime = f"(SELECT r.*, {as_of.lifetime_sql('r')} FROM {known} r)"
        if not isinstance(source.subject, CityWide):
            query = (
                f"SELECT n.no, '{source.name}', COUNT(*), MAX(s.event_day) FROM {lifetime} s "
                f"JOIN numbers n USING (entity_id) WHERE {seen} GROUP BY n.no ORDER BY n.no"
            )
            self._move(query, "used", 4)
        query = (
            f"SELECT '{source.name}', COUNT(DISTINCT s.record_no) FILTER (WHERE {seen}), "
            f"MAX(s.event_day) FILTER (WHERE {seen}), MAX(s.known_day) FROM {lifetime} s"
        )
        self._move(query, "source", 4)

    def _not_seen(self, source: Source, known: str) -> None:
        day = self._day
        current = f"COALESCE(r.superseded_day > {day}, TRUE)"
        why = _WHY.format(day=day)
        query = (
            f"SELECT DISTINCT n.no, '{source.name}', r.event_key, {why} FROM {known} r "
            f"JOIN numbers n USING (entity_id) WHERE {current} AND {why} IS NOT NULL ORDER BY ALL"
        )
        self._move(query, "not_used", 4)
        seen, disputed = as_of.seen_sql("s", str(day)), as_of.disputed_sql("s", str(day))
        lifetime = f"(SELECT r.*, {as_of.lifetime_sql('r')} FROM {known} r)"
        query = (
            f"SELECT DISTINCT n.no, '{source.name}', s.event_key FROM {lifetime} s "
            f"JOIN numbers n USING (entity_id) WHERE {seen} AND {disputed} ORDER BY ALL"
        )
        self._move(query, "disputed", 3)

    def _mentions(self) -> None:
        file = _text(self._contents.snapshot.mentions)
        self._move(mentions_sql(file), "mention", 6)
        ids = dict(self._file.execute("SELECT id, no FROM mention"))
        for batch in self._batches(candidates_sql(file)):
            rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
            self._file.executemany(
                "INSERT INTO candidate VALUES (?, ?, ?, ?, ?, ?)",
                [(ids[name], *candidate) for name, *candidate in rows],
            )
        self._file.executemany(
            "INSERT INTO decided VALUES (?, ?, ?, ?, ?, ?)",
            [
                (no, one.mention, one.entity_id, one.same, one.decided_on, one.decided_by)
                for no, one in enumerate(self._contents.snapshot.manifest.decisions, start=1)
            ],
        )

    def _links(self) -> None:
        for link in self._city.links:
            encode = self._contents.catalogue.encode(link.source)
            query = held_by_several(
                link, encode, _text(self._contents.snapshot.source(link.source)), self._day
            )
            insert = f"INSERT INTO link_{link.name} VALUES (?, ?, ?, ?)"
            self._file.executemany(insert, linked_rows(self._batches(query), link.max_size))

    def _peers(self) -> None:
        columns = ", ".join(("feature", "as_of_day", *PEER_COLUMNS, "total", "count"))
        path = _text(self._contents.matrix.peers)
        where = f"WHERE as_of_day = {self._day}"
        query = f"SELECT {columns} FROM read_parquet({path}) {where} ORDER BY ALL"
        self._move(query, "peer", 4 + len(PEER_COLUMNS))

    def _profiles(self, condition: str) -> str:
        path = _text(self._contents.snapshot.profiles)
        return f"(SELECT * FROM read_parquet({path}) WHERE {condition})"

    def _batches(self, query: str) -> Iterator[pa.RecordBatch]:
        reader: pa.RecordBatchReader = self._engine.sql(query).to_arrow_reader(_ROWS)
        yield from reader

    def _move(self, query: str, table: str, width: int) -> None:
        insert = f"INSERT INTO {table} VALUES ({', '.join('?' * width)})"
        for batch in self._batches(query):
            columns: Sequence[Sequence[object]] = [column.to_pylist() for column in batch.columns]
            self._file.executemany(insert, zip(*columns, strict=True))


def _json(source: Source, *first: str) -> str:
    """A record of `source` as a JSON array, in SQL, after the columns `first`.

    Rows are formatted by the engine.
    """
    texts = schema.text_columns(source)
    values = [f"COALESCE(CAST({column} AS VARCHAR), 'null')" for column in first] + [
        f"COALESCE(CAST({f'to_json(r.{c})' if c in texts else f'r.{c}'} AS VARCHAR), 'null')"
        for c in schema.record_columns(source)
    ]
    return "'[' || " + " || ',' || ".join(values) + " || ']'"


def _text(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"
