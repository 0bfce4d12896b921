"""Which records are new, which correct one that is held, which say nothing new.

Records with the same key are versions of one record. What decides:

* The same content as the version that is held: a duplicate, not stored again.
* Other content in a later delivery: a new version, known from when the
  department says it was, or else from the day it was received. The old version
  stays and is superseded on that day.
* Other content in one delivery: the later known instant is the later version.
  Where the department does not say, or says the same, nothing tells which row is
  right; choosing one would be a guess, so all of them go to quarantine.
* Other content that the department dates before the version held: outdated, to
  quarantine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from features.contracts import ByCode, Source
from features.identity import Scheme
from features.identity_sql import verdict_sql
from features.ingest.load import Loaded
from features.ingest.reconciliation import FileCount
from features.ingest.record import drops_codes, kept_columns
from features.quoting import identifier, literal


@dataclass(frozen=True)
class Settled:
    """Accounts of the files after duplicates and versions were told apart."""

    counts: tuple[FileCount, ...]
    contested: int


def check_identifiers(
    connection: duckdb.DuckDBPyConnection, source: Source, scheme: Scheme
) -> None:
    """Bring table ``warned`` up to date: codes that were kept though a check digit fails.

    Each code is checked once, however many records of however many sources name it.
    """
    connection.execute("CREATE TABLE IF NOT EXISTS checked (code VARCHAR, fails BOOLEAN)")
    connection.execute("CREATE VIEW IF NOT EXISTS warned AS SELECT code FROM checked WHERE fails")
    if scheme == "uscc" and isinstance(source.subject, ByCode):
        connection.execute(
            f"INSERT INTO checked SELECT code, {verdict_sql('code')} = 'checksum_warning' "
            "FROM (SELECT DISTINCT _entity AS code FROM records WHERE _entity IS NOT NULL "
            "AND _entity NOT IN (SELECT code FROM checked))"
        )


def settle(
    connection: duckdb.DuckDBPyConnection,
    source: Source,
    loaded: Sequence[Loaded],
    held: Sequence[Path],
) -> Settled:
    """Mark each row of ``records`` in a table ``contested`` unless its key stands alone.

    ``contested(file_no, row_no, fate)`` has a fate for every row whose key occurs
    twice: ``first``, ``version``, ``duplicate``, ``contradiction``, ``outdated``.
    """
    keys = "SELECT hash(event_key) AS h FROM records"
    known = f"SELECT hash(event_key) AS h FROM {_files(held)}" if held else None
    # Equal hashes only nominate; keys themselves decide below.
    repeated = f"SELECT h FROM ({keys}) GROUP BY h HAVING count(*) > 1"
    if known:
        repeated += f" UNION SELECT h FROM ({keys}) WHERE h IN ({known})"
    connection.execute(f"CREATE OR REPLACE TABLE repeated AS {repeated}")
    connection.execute(
        "CREATE OR REPLACE TABLE contested (_file_no INTEGER, _row_no BIGINT, fate VARCHAR)"
    )
    number = connection.execute("SELECT count(*) FROM repeated").fetchall()[0][0]
    if number:
        connection.execute(f"INSERT INTO contested {_fates(source, held)}")
    fates = {
        (file_no, fate): count
        for file_no, fate, count in connection.execute(
            "SELECT _file_no, fate, count(*) FROM contested GROUP BY ALL"
        ).fetchall()
    }
    accepted = dict(
        connection.execute("SELECT _file_no, count(*) FROM records GROUP BY ALL").fetchall()
    )
    dropped = "OR _code_dropped " if drops_codes(source) else ""
    warned = dict(
        connection.execute(
            "SELECT _file_no, count(*) FROM records "
            f"WHERE _entity IN (SELECT code FROM warned) {dropped}GROUP BY ALL"
        ).fetchall()
    )
    counts = []
    for one in loaded:
        of = {fate: fates.get((one.number, fate), 0) for fate in _FATES}
        aside = sum(of.values()) - of["first"]
        counts.append(
            replace(
                one.count,
                accepted=accepted.get(one.number, 0) - aside,
                new_versions=of["version"],
                duplicates=of["duplicate"],
                quarantined=one.count.quarantined + of["contradiction"] + of["outdated"],
                warnings=warned.get(one.number, 0),
            )
        )
    return Settled(tuple(counts), sum(fates.values()))


_FATES = ("first", "version", "duplicate", "contradiction", "outdated")


def _files(paths: Sequence[Path]) -> str:
    names = ", ".join(literal(str(path)) for path in paths)
    return f"read_parquet([{names}], union_by_name=true)"


def _fates(source: Source, held: Sequence[Path]) -> str:
    # What was dated by its receipt would differ with every delivery; the declared
    # columns below say what the department said.
    days = ["event_day", "known_day"] if source.dates.undated == "quarantined" else []
    columns = [
        "_entity", *days, "known_us", "_declared", "retracted_day",
        "repaired_day", "usable_until_day", "disputed_day", "settled_day", "final_day",
        *(identifier(c.name) for c in kept_columns(source)),
    ]  # fmt: skip
    # 128 bits, compared only among rows of one key and within one run.
    content = f"concat(hash({', '.join(columns)}), ':', hash('', {', '.join(columns[::-1])}))"
    # When each row became known; without a column for it nobody says.
    said = "COALESCE(r.known_us, z._start_us)" if source.dates.known else "CAST(NULL AS BIGINT)"
    timed = "AS r LEFT JOIN zone AS z ON z._day = r.known_day"
    nominated = "WHERE hash(event_key) IN (SELECT h FROM repeated)"
    fresh = (
        f"SELECT _file_no, _row_no, event_key, _declared, {content} AS content, {said} AS said "
        f"FROM records {timed} {nominated}"
    )
    older = "SELECT NULL AS event_key, NULL AS content, NULL AS said, 0 AS nth WHERE FALSE"
    if held:
        older = (
            f"SELECT event_key, {content} AS content, {said} AS said, "
            f"row_number() OVER (PARTITION BY event_key ORDER BY _batch_no, {said}, _row_no) "
            f"AS nth FROM {_files(held)} {timed} {nominated}"
        )
    return f"""
        WITH fresh AS MATERIALIZED ({fresh}), older AS MATERIALIZED ({older}),
        latest AS (
            SELECT event_key, arg_max(content, nth) AS content, max(said) AS said
            FROM older GROUP BY event_key
        ),
        told AS (
            SELECT *, row_number() OVER (
                PARTITION BY event_key, content ORDER BY _file_no, _row_no) AS nth
            FROM fresh
        ),
        contents AS (
            SELECT event_key, count(*) AS n, count(DISTINCT said) AS moments
            FROM told WHERE nth = 1 GROUP BY event_key
        ),
        judged AS (
            SELECT t._file_no, t._row_no, t.event_key, t.said, l.event_key IS NOT NULL AS held,
                CASE
                    WHEN t.nth > 1 THEN 'duplicate'
                    WHEN l.content = t.content THEN 'duplicate'
                    WHEN t._declared AND EXISTS (
                        SELECT 1 FROM older AS o
                        WHERE o.event_key = t.event_key AND o.content = t.content
                    ) THEN 'duplicate'
                    WHEN c.n > 1 AND c.moments < c.n THEN 'contradiction'
                    WHEN t._declared AND t.said < l.said THEN 'outdated'
                END AS fate
            FROM told AS t
            JOIN contents AS c ON c.event_key = t.event_key
            LEFT JOIN latest AS l ON l.event_key = t.event_key
        )
        SELECT _file_no, _row_no, COALESCE(fate, CASE
            WHEN held OR row_number() OVER (
                PARTITION BY event_key, fate IS NULL ORDER BY said, _file_no, _row_no) > 1
            THEN 'version' ELSE 'first' END)
        FROM judged
    """
