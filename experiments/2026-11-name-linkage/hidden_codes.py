"""Records whose code is known, hidden from linking and compared with what it found."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from features.catalogue import Catalogue
from features.contracts import ByCode, ByName
from features.identity import IdentifierKind, check
from features.ingest.named import reader_of
from features.linkage.choice import LinkState, choose
from features.linkage.model import Candidate, candidates
from features.linkage.roster import Called
from features.snapshot import Snapshot


@dataclass(frozen=True)
class Named:
    """A name in one source, and the businesses whose codes stand beside it there."""

    source: str
    name: str
    codes: frozenset[str]

    @property
    def half(self) -> int:
        """0 or 1 by a hash of the code: one half weighs, the other is measured."""
        return hashlib.sha256(min(self.codes).encode()).digest()[0] % 2


@dataclass(frozen=True)
class Hidden:
    """A name whose code is hidden: whether its business is on the roster, and its candidates."""

    named: Named
    on_roster: bool
    candidates: tuple[Candidate, ...]

    def found(self, by_name: ByName) -> Found:
        """What becomes of it under these thresholds."""
        choice = choose(self.candidates, [], by_name)
        chosen = choice.candidate.entity_id if choice.candidate else None
        return Found(self.named, choice.state, chosen, self.on_roster)


@dataclass(frozen=True)
class Found:
    """What became of one hidden name: linked to whom, and whether that could be right."""

    named: Named
    state: LinkState
    entity_id: str | None
    on_roster: bool

    @property
    def right(self) -> bool:
        return self.entity_id in self.named.codes


def names_of(catalogue: Catalogue, snapshot: Snapshot) -> list[Named]:
    """Every name with a unified code beside it, source by source."""
    found: dict[tuple[str, str], set[str]] = {}
    with duckdb.connect() as connection:
        for source in catalogue.jurisdiction.sources:
            column = source.profile.get("name") or (source.by_name and source.by_name.name)
            if not column or not isinstance(source.subject, ByCode):
                continue
            linked = "AND linked_by IS NULL" if source.by_name else ""
            rows = connection.execute(
                f'SELECT DISTINCT "{column}", entity_id FROM read_parquet(?) '
                f'WHERE length(entity_id) = 18 AND "{column}" IS NOT NULL {linked}',
                [str(snapshot.source(source.name))],
            ).fetchall()
            for name, code in rows:
                if check(code).kind is IdentifierKind.USCC:
                    found.setdefault((source.name, name), set()).add(code)
    return [Named(s, n, frozenset(codes)) for (s, n), codes in sorted(found.items())]


def _is_away(code: str) -> bool:
    """One business in three, by a hash of its code."""
    return hashlib.sha256(code.encode()).digest()[1] % 3 == 0


def hidden(
    catalogue: Catalogue,
    names: Sequence[Named],
    source: str,
    half: int,
    *,
    some_away: bool = False,
) -> list[Hidden]:
    """The names of one half of `source`, and whom they may mean as all other sources name them.

    With `some_away` a third of the businesses is left off the roster, as businesses of
    elsewhere are: whoever links their names does so wrongly.
    """
    roster = {
        (code, one.name)
        for one in names
        if one.source != source
        for code in sorted(one.codes)
        if not (some_away and _is_away(code))
    }
    known = {code for code, _ in roster}
    chosen = [one for one in names if one.source == source and one.half == half]
    asked = [Called(str(i), one.name) for i, one in enumerate(chosen)]
    by_mention: dict[str, list[Candidate]] = {}
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE roster AS SELECT *, NULL::VARCHAR AS address, NULL::VARCHAR AS phone, "
            "NULL::VARCHAR AS representative, 0 AS from_day FROM "
            "(SELECT unnest(?::VARCHAR[]) AS id, unnest(?::VARCHAR[]) AS name)",
            [list(column) for column in zip(*sorted(roster), strict=True)],
        )
        for candidate in candidates(connection, reader_of(catalogue.jurisdiction), asked):
            by_mention.setdefault(candidate.mention, []).append(candidate)
    return [
        Hidden(one, bool(one.codes & known), tuple(by_mention.get(str(i), ())))
        for i, one in enumerate(chosen)
    ]
