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
from features.linkage.weights import COMPARED, ON_ROSTER, Weights

if TYPE_CHECKING:  # imported only when there is something to link
    from splink.internals.comparison_creator import ComparisonCreator
    from splink.internals.comparison_level_creator import ComparisonLevelCreator

# Raised whenever names are taken apart or compared otherwise.
_VERSION = 2
# A pair of characters on so many names of the roster nominates nobody.
_COMMON = 200
_NOMINATORS = 2  # rarest pairs of characters of a name that nominate candidates
# A small roster does not make a likeness of names more telling.
_FEWEST = 1_000
# Below this nothing is ever listed, whatever a contract says.
_NEGLIGIBLE = 0.01


@dataclass(frozen=True)
class Called:
    """What something is called and what else is known of it, as given.

    `id` is the caller's: a mention of a business in records, or a business.
    """

    id: str
    name: str
    address: str | None = None
    phone: str | None = None
    representative: str | None = None


@dataclass(frozen=True)
class Candidate:
    """A business that a mention may mean.

    `weight` is the log2 odds that it does, `probability` the same as a probability.
    """

    mention: str
    entity_id: str
    roster_no: int
    weight: float
    probability: float


def candidates(
    reader: NameReader, mentions: Sequence[Called], roster: Sequence[Called]
) -> list[Candidate]:
    """Every plausible pair, the likeliest of each (mention, business), sorted.

    A business may stand on the roster under several names; `Candidate.roster_no` is
    the position of the one that fits best.
    """
    if not mentions or not roster:
        return []
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        _create(connection, "mention", mentions, reader)
        _create(connection, "roster", roster, reader)
        _nominate(connection)
        businesses = len({one.id for one in roster})
        rows = _scored(connection, businesses)
    return [
        Candidate(mentions[m].id, roster[r].id, r, weight, probability)
        for m, r, weight, probability in _best(rows, roster)
    ]


def fingerprint() -> str:
    """Hash of everything that decides how likely a pair is; equal exactly when that is."""
    meaning = (_VERSION, COMPARED, ON_ROSTER, _COMMON, _NOMINATORS, _FEWEST, _NEGLIGIBLE)
    return hashlib.sha256(repr(meaning).encode()).hexdigest()


def _best(
    rows: Sequence[tuple[int, int, float]], roster: Sequence[Called]
) -> list[tuple[int, int, float, float]]:
    found: dict[tuple[int, str], tuple[float, int]] = {}
    for mention, place, weight in rows:
        pair = (mention, roster[place].id)
        # Rounded, so that no order of sums can show; of equals the first name counts.
        entry = (round(weight, 4), -place)
        if pair not in found or found[pair] < entry:
            found[pair] = entry
    return [
        (mention, -place, weight, probability_of(weight))
        for (mention, _), (weight, place) in sorted(found.items())
    ]


def probability_of(weight: float) -> float:
    """The probability of log2 odds.

    >>> probability_of(0.0), round(probability_of(10.0), 6)
    (0.5, 0.999024)
    """
    return 1 / (1 + 2**-weight) if weight > -60 else 0.0


_TEXTS = ("full", "core", "place", "form", "branch", "address", "phone", "representative")


def _create(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    called: Sequence[Called],
    reader: NameReader,
) -> None:
    parts = reader.read([one.name for one in called])
    columns = {
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
        f"CREATE TABLE {table} AS SELECT *, {_pairs('core')} AS bigrams, "
        f"{_pairs('address')} AS address_bigrams "
        f"FROM (SELECT unnest(range(?)) AS unique_id, {unnested})",
        [len(called), *columns.values()],
    )


def _bare(text: str | None) -> str | None:
    """Text without blanks and punctuation; none where nothing is left."""
    return re.sub(r"[\W_]+", "", text).upper() or None if text else None


def _pairs(text: str) -> str:
    """The distinct pairs of neighbouring characters of a text in SQL; see `NameParts.bigrams`."""
    return (
        f"list_sort(list_distinct([substr({text}, i, 2) FOR i IN "
        f"range(1, greatest(length({text}), 2))]))"
    )


def _nominate(connection: duckdb.DuckDBPyConnection) -> None:
    """Columns ``rare``: the pairs of characters by which names nominate each other."""
    connection.execute(
        "CREATE TABLE frequency AS SELECT pair, count(*) AS n FROM "
        f"(SELECT unnest(bigrams) AS pair FROM roster) GROUP BY pair HAVING n <= {_COMMON}"
    )
    for table, most in (("mention", _NOMINATORS), ("roster", None)):
        kept = "list(pair ORDER BY n, pair)" + (f"[1:{most}]" if most else "")
        connection.execute(
            f"CREATE TABLE {table}_called AS SELECT t.*, COALESCE(r.rare, []) AS rare "
            f"FROM {table} AS t LEFT JOIN (SELECT unique_id, {kept} AS rare FROM "
            f"(SELECT unique_id, unnest(bigrams) AS pair FROM {table}) JOIN frequency USING (pair) "
            "GROUP BY unique_id) AS r USING (unique_id)"
        )


def _scored(connection: duckdb.DuckDBPyConnection, businesses: int) -> list[tuple[int, int, float]]:
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.getLogger("splink").setLevel(logging.ERROR)
    api = DuckDBAPI(connection)
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[_comparison(weights) for weights in COMPARED],
        blocking_rules_to_generate_predictions=[
            block_on("full"), block_on("core"), block_on("rare", arrays_to_explode=["rare"]),
        ],
        probability_two_random_records_match=ON_ROSTER / max(businesses, _FEWEST),
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
