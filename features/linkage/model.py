"""How likely a record without a code concerns each business of a similar name.

Fellegi-Sunter with Splink on the embedded engine. The weights are fixed figures
(`features.linkage.weights`), so that the same names give the same probabilities
whatever else is delivered, and nothing is estimated while records are ingested.
"""

from __future__ import annotations

import hashlib
import logging
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from features.linkage.names import NameReader
from features.linkage.roster import COMMON, NOMINATORS, Called, Roster, nominated, pairs_sql
from features.linkage.weights import COMPARED, NAME, ON_ROSTER, Weights, name_weights

if TYPE_CHECKING:  # imported only when there is something to link
    from splink.internals.comparison_creator import ComparisonCreator
    from splink.internals.comparison_level_creator import ComparisonLevelCreator

# Raised whenever names are taken apart or compared otherwise.
_VERSION = 3
# A small roster does not make a likeness of names more telling.
_FEWEST = 1_000
# Below this nothing is ever listed, whatever a contract says.
_NEGLIGIBLE = 0.01


@dataclass(frozen=True)
class Candidate:
    """A business that a mention may mean.

    Parameters
    ----------
    mention, entity_id
        The pair.
    name, from_day
        The name of the business that fits best, and since when it was known to have it.
    weight
        Log2 odds that it is meant.
    probability
        The same as a probability.
    """

    mention: str
    entity_id: str
    name: str
    from_day: int
    weight: float
    probability: float


def candidates(
    connection: duckdb.DuckDBPyConnection, reader: NameReader, mentions: Sequence[Called]
) -> list[Candidate]:
    """Every plausible pair, the likeliest name of each (mention, business), sorted.

    Needs the table or view ``roster``; see `nominated`.
    """
    if not mentions:
        return []
    roster = nominated(connection, reader, mentions)
    if not roster.called:
        return []
    with duckdb.connect() as own:
        own.execute("SET enable_progress_bar = false")
        _create(own, "mention", mentions, reader)
        _create(own, "roster", roster.called, reader)
        _nominate(own, roster)
        rows = _scored(own, roster)
    return [
        Candidate(mentions[m].id, called.id, called.name, called.from_day, weight,
                  probability_of(weight))
        for m, called, weight in _best(rows, roster.called)
    ]  # fmt: skip


def fingerprint() -> str:
    """Hash of everything that decides how likely a pair is; equal exactly when that is."""
    names = (NAME, name_weights(1_000_000, 2_000))
    meaning = (_VERSION, names, COMPARED, ON_ROSTER, COMMON, NOMINATORS, _FEWEST, _NEGLIGIBLE)
    return hashlib.sha256(repr(meaning).encode()).hexdigest()


def _best(
    rows: Sequence[tuple[int, int, float]], roster: Sequence[Called]
) -> list[tuple[int, Called, float]]:
    found: dict[tuple[int, str], tuple[float, int]] = {}
    for mention, place, weight in rows:
        pair = (mention, roster[place].id)
        # Rounded, so that no order of sums can show; of equals the first name counts.
        entry = (round(weight, 4), -place)
        if pair not in found or found[pair] < entry:
            found[pair] = entry
    return [
        (mention, roster[-place], weight) for (mention, _), (weight, place) in sorted(found.items())
    ]


def probability_of(weight: float) -> float:
    """The probability of log2 odds.

    >>> probability_of(0.0), round(probability_of(10.0), 6)
    (0.5, 0.999024)
    """
    return 1 / (1 + 2**-weight) if weight > -60 else 0.0


_TEXTS = ("id", "full", "core", "place", "form", "branch", "address", "phone", "representative")


def _create(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    called: Sequence[Called],
    reader: NameReader,
) -> None:
    parts = reader.read([one.name for one in called])
    columns = {
        "id": [one.id for one in called],
        "full": [p.full for p in parts],
        "core": [p.core for p in parts],
        "place": [p.place or None for p in parts],
        "form": [p.form or None for p in parts],
        "branch": [p.branch for p in parts],
        "address": [_bare(one.address) for one in called],
        "phone": [_bare(one.phone) for one in called],
        "representative": [_bare(one.representative) for one in called],
    }
    unnested = ", ".join(f"unnest(?::VARCHAR[]) AS {name}" for name in _TEXTS)
    connection.execute(
        f"CREATE TABLE {table} AS SELECT *, {pairs_sql('core')} AS bigrams, "
        f"{pairs_sql('address')} AS address_bigrams "
        f"FROM (SELECT unnest(range(?)) AS unique_id, {unnested})",
        [len(called), *columns.values()],
    )


def _bare(text: str | None) -> str | None:
    """Text without blanks and punctuation; none where nothing is left."""
    return re.sub(r"[\W_]+", "", text).upper() or None if text else None


def _nominate(connection: duckdb.DuckDBPyConnection, roster: Roster) -> None:
    """Columns ``rare``: the pairs of characters by which names nominate each other."""
    connection.execute(
        "CREATE TABLE frequency AS SELECT unnest(?::VARCHAR[]) AS pair, unnest(?::BIGINT[]) AS n",
        [list(roster.frequency), list(roster.frequency.values())],
    )
    alone = 'count(DISTINCT t.id) OVER (PARTITION BY t."full") = 1'
    for table, most, single in (("mention", NOMINATORS, "TRUE"), ("roster", None, alone)):
        kept = "list(pair ORDER BY n, pair)" + (f"[1:{most}]" if most else "")
        connection.execute(
            f"CREATE TABLE {table}_called AS SELECT t.* EXCLUDE (id), {single} AS alone, "
            "COALESCE(r.rare, []) AS rare "
            f"FROM {table} AS t LEFT JOIN (SELECT unique_id, {kept} AS rare FROM "
            f"(SELECT unique_id, unnest(bigrams) AS pair FROM {table}) JOIN frequency USING (pair) "
            "GROUP BY unique_id) AS r USING (unique_id)"
        )


def _scored(connection: duckdb.DuckDBPyConnection, roster: Roster) -> list[tuple[int, int, float]]:
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI(connection)
    compared = (name_weights(roster.single, roster.twofold), *COMPARED)
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[_comparison(weights) for weights in compared],
        blocking_rules_to_generate_predictions=[
            block_on("full"), block_on("core"), block_on("rare", arrays_to_explode=["rare"]),
        ],
        probability_two_random_records_match=ON_ROSTER / max(roster.businesses, _FEWEST),
        retain_matching_columns=False,
    )  # fmt: skip
    tables = [
        api.register(f"{name}_called", dataset_display_name=name) for name in ("mention", "roster")
    ]
    linker = Linker(tables, settings, log_level=None)
    found = linker.inference.predict(threshold_match_probability=_NEGLIGIBLE)
    rows = connection.execute(
        "SELECT CASE WHEN source_dataset_l = 'mention' THEN unique_id_l ELSE unique_id_r END AS m, "
        "CASE WHEN source_dataset_l = 'mention' THEN unique_id_r ELSE unique_id_l END AS r, "
        f"match_weight FROM {found.physical_name} ORDER BY m, r"
    ).fetchall()
    return [(int(m), int(r), float(weight)) for m, r, weight in rows]


def _comparison(weights: Weights) -> ComparisonCreator:
    from splink import comparison_level_library as levels
    from splink import comparison_library as comparisons

    compared: list[ComparisonLevelCreator | dict[str, object]] = []
    if weights.missing is not None:
        compared.append(levels.CustomLevel(weights.missing).configure(is_null_level=True))
    for condition, m, u in weights.levels:
        compared.append(levels.CustomLevel(condition).configure(m_probability=m, u_probability=u))
    compared.append(
        levels.ElseLevel().configure(
            m_probability=weights.otherwise[0], u_probability=weights.otherwise[1]
        )
    )
    return comparisons.CustomComparison(compared, output_column_name=weights.name)
