"""Mentions of businesses without a code, and which business each is linked to.

A mention is what records of one source say of their business: name, and address,
phone or representative where the contract declares them. Where the registration says
who alone had that name on a record's day, it is that business. Any other mention is
scored, once for as long as the roster stays the same; a person's decisions are applied
every time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from features.business import LinkedBy
from features.contracts import ByCode, ByName, Jurisdiction, Kind, Source
from features.identity import organisation_part
from features.ingest.named import (
    NAMELESS,
    NUMBERED,
    OLD_NUMBERS,
    create_named_on,
    mention_sql,
    name_links_sql,
    reader_of,
    registered_mentions_sql,
)
from features.linkage.choice import LinkState, choose, known_from
from features.linkage.decision import LinkDecision
from features.linkage.model import Candidate, candidates
from features.linkage.roster import Called
from features.quoting import identifier, literal

_KEPT = 5  # candidates of a mention that are remembered
_ROLES = ("address", "phone", "representative")
_COLUMNS = (
    "source VARCHAR, mention VARCHAR, name VARCHAR, records BIGINT, place INTEGER, "
    "entity_id VARCHAR, roster_name VARCHAR, from_day INTEGER, weight DOUBLE, "
    "probability INTEGER, state VARCHAR, decided_on VARCHAR, linked_by INTEGER"
)


@dataclass(frozen=True)
class Mentioned:
    """A mention, and how many records make it."""

    source: str
    called: Called
    records: int


@dataclass(frozen=True)
class Stored:
    """What names are linked from.

    Parameters
    ----------
    files
        Source → its stored records.
    decisions
        What persons decided, oldest first.
    before
        The file of mentions of the snapshot before, when the roster is the same as then.
    """

    files: Mapping[str, Sequence[Path]]
    decisions: Sequence[LinkDecision]
    before: Path | None


def create_name_links(
    connection: duckdb.DuckDBPyConnection, jurisdiction: Jurisdiction, stored: Stored, target: Path
) -> None:
    """Tables ``old_numbers``, ``named_on``, ``name_links``; file `target` of all mentions.

    Needs the tables ``links``, ``held_names`` and ``zone``.
    """
    files = stored.files
    named = [s for s in jurisdiction.sources if s.by_name is not None and files.get(s.name)]
    _create_old_numbers(connection, [path for s in named for path in files[s.name]])
    create_named_on(connection, reader_of(jurisdiction), named, files, stored.decisions)
    mentions = [one for source in named for one in _mentions(connection, source, files)]
    known = _remembered(connection, stored.before)
    new = [one for one in mentions if (one.source, one.called.id) not in known]
    if new:
        known |= _score(connection, jurisdiction, files, new)
    said: dict[str, list[LinkDecision]] = {}
    for decision in stored.decisions:
        said.setdefault(decision.mention, []).append(decision)
    contracts = {source.name: source.by_name for source in named}
    connection.execute(f"CREATE OR REPLACE TABLE mentions ({_COLUMNS})")
    rows = [
        row
        for one in mentions
        for row in _rows(
            one, known[one.source, one.called.id],
            said.get(f"{one.source}:{one.called.id}", []), contracts[one.source],
        )
    ]  # fmt: skip
    _insert(connection, rows)
    connection.execute(f"INSERT INTO mentions {registered_mentions_sql()}")
    connection.execute(
        "COPY (SELECT * FROM mentions ORDER BY source, mention, place, entity_id) "
        f"TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd)"
    )
    connection.execute(f"CREATE OR REPLACE TABLE name_links AS {name_links_sql()}")
    connection.execute("DROP TABLE IF EXISTS name_parts")


def _create_old_numbers(connection: duckdb.DuckDBPyConnection, paths: Sequence[Path]) -> None:
    """Registration numbers of before the unified code: they contain no organisation code."""
    connection.execute("CREATE OR REPLACE TABLE old_numbers (given VARCHAR)")
    if not paths:
        return
    given = connection.execute(
        f"SELECT DISTINCT _entity FROM {_read(paths)} WHERE length(_entity) = 15"
    ).fetchall()
    old = sorted(code for (code,) in given if organisation_part(code) is None)
    if old:
        connection.execute("INSERT INTO old_numbers SELECT unnest(?::VARCHAR[])", [old])


def _mentions(
    connection: duckdb.DuckDBPyConnection, source: Source, files: Mapping[str, Sequence[Path]]
) -> Iterator[Mentioned]:
    by_name = source.by_name
    assert by_name is not None
    said = ", ".join(_said(source, getattr(by_name, role)) for role in _ROLES)
    name = _said(source, by_name.name)
    rows = connection.execute(
        f"SELECT {mention_sql(by_name)} AS id, any_value({name}), {_any(said)}, count(*) "
        f"FROM {_read(files[source.name])} AS r {NUMBERED} {OLD_NUMBERS} "
        f"WHERE {NAMELESS} AND {name} IS NOT NULL AND NOT EXISTS ("
        f"SELECT 1 FROM named_on AS h WHERE h.source = {literal(source.name)} "
        f"AND h.mention = {mention_sql(by_name)} AND h.event_day = r.event_day) "
        "GROUP BY id ORDER BY id"
    ).fetchall()
    for identity, called, address, phone, representative, records in rows:
        yield Mentioned(
            source.name, Called(identity, called, address, phone, representative), records
        )


def _any(said: str) -> str:
    return ", ".join(f"any_value({text})" for text in said.split(", "))


def _said(source: Source, column: str | None) -> str:
    return "CAST(NULL AS VARCHAR)" if column is None else f"r.{identifier(column)}"


def _score(
    connection: duckdb.DuckDBPyConnection,
    jurisdiction: Jurisdiction,
    files: Mapping[str, Sequence[Path]],
    mentions: Sequence[Mentioned],
) -> dict[tuple[str, str], tuple[Candidate, ...]]:
    """The candidates of mentions never scored before."""
    texts: dict[tuple[str | None, ...], list[Mentioned]] = {}
    for one in mentions:
        texts.setdefault(_texts(one.called), []).append(one)
    distinct = [Called(str(i), *text) for i, text in enumerate(texts)]  # type: ignore[arg-type]  # a name is never none
    found: dict[str, list[Candidate]] = {}
    if _create_roster(connection, jurisdiction, files):
        for candidate in candidates(connection, reader_of(jurisdiction), distinct):
            found.setdefault(candidate.mention, []).append(candidate)
    for several in found.values():
        several.sort(key=lambda c: (-c.weight, c.entity_id))
    return {
        (one.source, one.called.id): tuple(found.get(str(i), [])[:_KEPT])
        for i, several in enumerate(texts.values())
        for one in several
    }


def _texts(called: Called) -> tuple[str | None, ...]:
    return (called.name, called.address, called.phone, called.representative)


def _create_roster(
    connection: duckdb.DuckDBPyConnection,
    jurisdiction: Jurisdiction,
    files: Mapping[str, Sequence[Path]],
) -> bool:
    """View ``roster``: names of businesses with a unified code, and since when; if anyone says."""
    parts = []
    for name in jurisdiction.roster:
        source = jurisdiction.source(name)
        column = source.profile.get("name")
        if column is None or not files.get(name) or not isinstance(source.subject, ByCode):
            continue
        if source.column(column).kind is not Kind.TEXT:
            continue
        said = ", ".join(f"{_said(source, source.profile.get(role))} AS {role}" for role in _ROLES)
        parts.append(
            f"SELECT COALESCE(l._entity, r._entity) AS id, {_said(source, column)} AS name, "
            f"{said}, r.known_day AS from_day FROM {_read(files[name])} AS r "
            "LEFT JOIN links AS l ON l.given = r._entity WHERE r._entity IS NOT NULL"
        )
    if parts:
        connection.execute(
            f"CREATE OR REPLACE VIEW roster AS SELECT * FROM ({' UNION ALL '.join(parts)}) "
            "WHERE length(id) = 18 AND name IS NOT NULL"
        )
    return bool(parts)


def _remembered(
    connection: duckdb.DuckDBPyConnection, before: Path | None
) -> dict[tuple[str, str], tuple[Candidate, ...]]:
    if before is None:
        return {}
    found: dict[tuple[str, str], list[Candidate]] = {}
    for source, mention, entity_id, name, from_day, weight, probability in connection.execute(
        "SELECT source, mention, entity_id, roster_name, from_day, weight, probability "
        f"FROM read_parquet({literal(str(before))}) WHERE weight IS NOT NULL OR entity_id IS NULL "
        "ORDER BY source, mention, weight DESC, entity_id"
    ).fetchall():
        several = found.setdefault((source, mention), [])
        if entity_id is not None:
            known = Candidate(mention, entity_id, name, from_day, weight, probability / 1e6)
            several.append(known)
    return {key: tuple(several) for key, several in found.items()}


_Row = tuple[
    str, str, str, int, int, str | None, str | None, int | None, float | None, int | None,
    str, str | None, int | None,
]  # fmt: skip


def _rows(
    one: Mentioned,
    remembered: Sequence[Candidate],
    decisions: Sequence[LinkDecision],
    by_name: ByName | None,
) -> Iterator[_Row]:
    """A mention's candidates as written, the chosen one at place 0."""
    assert by_name is not None
    choice = choose(remembered, decisions, by_name)
    chosen = choice.candidate.entity_id if choice.candidate is not None else None
    named = {c.entity_id: c for c in remembered}
    start = (one.source, one.called.id, one.called.name, one.records)
    decided_on = choice.decided.decided_on if choice.decided else None
    by = None
    if choice.state is LinkState.LINKED:
        by = (LinkedBy.PERSON if choice.decided else LinkedBy.LIKENESS).value
    since = 0 if choice.candidate is None else known_from(choice, remembered, decisions, by_name)
    if chosen is None or chosen not in named:
        yield (*start, 0, chosen, None, since, None, None, choice.state, decided_on, by)
    others = [c for c in remembered if c.entity_id != chosen]
    first = [named[chosen]] if chosen in named else []
    for place, c in enumerate([*first, *others], 1 - len(first)):
        yield (
            *start, place, c.entity_id, c.name, since if place == 0 else c.from_day,
            c.weight, round(c.probability * 1_000_000), choice.state, decided_on, by,
        )  # fmt: skip


def _insert(connection: duckdb.DuckDBPyConnection, rows: Sequence[_Row]) -> None:
    types = [column.split()[-1] for column in _COLUMNS.split(", ")]
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        unnested = ", ".join(f"unnest(?::{kind}[])" for kind in types)
        connection.execute(f"INSERT INTO mentions SELECT {unnested}", columns)


def _read(paths: Sequence[Path]) -> str:
    names = ", ".join(literal(str(path)) for path in paths)
    return f"read_parquet([{names}], union_by_name=true)"
