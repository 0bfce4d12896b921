"""What the store says of records without a code: which names they give, and the records.

Made from the snapshot when the store is written; `serving.store.named` reads it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import duckdb

from features.business import LinkedBy
from features.contracts import Source
from features.identity import organisation_part
from features.ingest.named import mention_sql
from features.quoting import identifier, literal

_BY_NAME = ", ".join(
    str(one.value) for one in (LinkedBy.REGISTERED_NAME, LinkedBy.LIKENESS, LinkedBy.PERSON)
)


def mentions_sql(file: str) -> str:
    """Every name once, those with most records first; `file` is the snapshot's, as a literal.

    A name that the registration answers on some days is what likeness makes of it on
    the others.
    """
    return f"""
        SELECT row_number() OVER (ORDER BY records DESC, id), * FROM (
            SELECT source || ':' || mention AS id, source, min(name) AS name,
                CAST(sum(records) FILTER (WHERE place = 0) AS BIGINT) AS records,
                COALESCE(min(state) FILTER (
                    WHERE linked_by IS DISTINCT FROM {LinkedBy.REGISTERED_NAME.value}
                ), 'linked') AS state
            FROM read_parquet({file}) GROUP BY source, mention
        ) ORDER BY 1
    """


def candidates_sql(file: str) -> str:
    """Whom each name may mean, or means, by the name's id."""
    return (
        "SELECT DISTINCT source || ':' || mention AS id, entity_id, roster_name, from_day, weight, "
        f"probability FROM read_parquet({file}) WHERE entity_id IS NOT NULL "
        "ORDER BY id, weight DESC NULLS LAST, entity_id, from_day"
    )


def named_rows_sql(
    source: Source, known: str, row: Callable[[str], str], engine: duckdb.DuckDBPyConnection
) -> str:
    """The records of `source` that a name decides, gathered by name.

    Parameters
    ----------
    known
        The snapshot's rows, as a table expression.
    row
        A stored record ``r`` as a JSON array in SQL, after the columns given.
    """
    assert source.by_name is not None
    numbers = sorted(_old_numbers(engine, known))
    named = ", ".join(literal(one) for one in numbers) or "NULL"
    nameless = (
        f"(r.linked_by IN ({_BY_NAME}) OR (r.linked_by IS NULL AND "
        f"(r.entity_id IS NULL OR r.entity_id IN ({named}))))"
    )
    return (
        f"SELECT {mention_sql(source.by_name)} AS mention, "
        f"'[' || string_agg({row('to_json(r.entity_id)')}, ',' ORDER BY r.record_no) || ']' "
        f"FROM {known} r WHERE {nameless} AND r.{identifier(source.by_name.name)} IS NOT NULL "
        "GROUP BY 1 ORDER BY 1"
    )


def _old_numbers(engine: duckdb.DuckDBPyConnection, known: str) -> Iterator[str]:
    """Numbers of before the unified code that nobody is known by: a name decides instead."""
    found = engine.execute(
        f"SELECT DISTINCT entity_id FROM {known} WHERE length(entity_id) = 15 AND linked_by IS NULL"
    ).fetchall()
    yield from (number for (number,) in found if organisation_part(number) is None)
