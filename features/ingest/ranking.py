"""The order of all versions of a source's records, and how long each was valid.

Works on the few columns that decide it; the records themselves are joined once,
when they are written.
"""

from __future__ import annotations

import duckdb

# Columns that the table ``ranked`` decides about a stored record.
RANKED = ("record_no", "version", "known_day", "known_us", "superseded_day")
_IDENTITY = "_batch_no, _file_no, _row_no"


def rank_versions(connection: duckdb.DuckDBPyConnection, stored: str) -> None:
    """Table ``ranked``: a row for each row of `stored`, the rows of all batches.

    ``record_no`` ranks by event, then by when it was known, then by key and
    version. Needs the table ``zone``.
    """
    connection.execute(
        f"CREATE OR REPLACE TABLE stored AS SELECT {_IDENTITY}, _received_day, _declared, "
        "event_key, event_day, known_day, COALESCE(known_us, z._start_us) AS _said_us "
        f"FROM {stored} LEFT JOIN zone AS z ON z._day = known_day"
    )
    connection.execute(
        "CREATE OR REPLACE TABLE corrected AS "
        "SELECT hash(event_key) AS h FROM stored GROUP BY 1 HAVING count(*) > 1"
    )
    connection.execute(
        f"CREATE OR REPLACE TABLE ranked AS SELECT {_IDENTITY}, version, known_day, known_us, "
        "superseded_day, row_number() OVER (ORDER BY event_day, known_us, event_key, version) "
        f"AS record_no FROM ({_alone()} UNION ALL {_several()})"
    )
    connection.execute("DROP TABLE stored")


def _alone() -> str:
    """Records that were never corrected."""
    return (
        f"SELECT {_IDENTITY}, event_key, event_day, CAST(1 AS INTEGER) AS version, known_day, "
        "_said_us AS known_us, CAST(NULL AS INTEGER) AS superseded_day FROM stored "
        "WHERE hash(event_key) NOT IN (SELECT h FROM corrected)"
    )


def _several() -> str:
    """Versions of corrected records, each known from an honest day.

    The first is known from when the department says, or the event and its lag.
    A later one is known from when the department says if that is later than all
    before it, and otherwise from the day it was received.
    """
    ordered = (
        "SELECT s.*, z._start_us AS _received_us, CAST(row_number() OVER w AS INTEGER) AS version, "
        "max(_said_us) OVER (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS _before_us "
        "FROM stored AS s LEFT JOIN zone AS z ON z._day = s._received_day "
        "WHERE hash(event_key) IN (SELECT h FROM corrected) "
        "WINDOW w AS (PARTITION BY event_key ORDER BY _batch_no, _said_us, _file_no, _row_no)"
    )
    believed = "version = 1 OR (_declared AND _said_us > _before_us)"
    running = "PARTITION BY event_key ORDER BY version ROWS UNBOUNDED PRECEDING"
    known = (
        f"SELECT {_IDENTITY}, event_key, event_day, version, "
        f"max(CASE WHEN {believed} THEN known_day ELSE _received_day END) OVER ({running}) "
        "AS known_day, "
        f"max(CASE WHEN {believed} THEN _said_us ELSE _received_us END) OVER ({running}) "
        f"AS known_us FROM ({ordered})"
    )
    return (
        "SELECT *, lead(known_day) OVER (PARTITION BY event_key ORDER BY version) "
        f"AS superseded_day FROM ({known})"
    )
