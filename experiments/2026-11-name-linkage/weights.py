"""Count how often each level of `features.linkage.weights` is met, on one half of Beijing.

    python experiments/2026-11-name-linkage/weights.py HOME

Pairs of the same business come from different sources; pairs of different businesses
are all those that could be candidates, counted against all pairs there are (a pair that
is no candidate meets no level).
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb
from hidden_codes import Named, names_of

from features.catalogue import load_catalogue
from features.ingest.named import reader_of
from features.linkage import model
from features.linkage.roster import COMMON, Called, Roster
from features.linkage.weights import COMPARED, NAME, Weights
from features.snapshot import Snapshot

CITY = Path(__file__).resolve().parents[1] / "cities" / "beijing"
WEIGHED = 1  # the half that is never measured


def main() -> None:
    """Print m and u of every level."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    catalogue = load_catalogue(str(CITY))
    names = names_of(catalogue, Snapshot.current(parser.parse_args().home))
    called, codes, sources = _called(names)
    with duckdb.connect() as connection:
        model._create(connection, "mention", called, reader_of(catalogue.jurisdiction))
        connection.execute("CREATE TABLE roster AS SELECT * FROM mention")
        frequency = connection.execute(
            "SELECT pair, count(*) AS n FROM (SELECT unnest(bigrams) AS pair FROM roster) "
            f"GROUP BY pair HAVING n <= {COMMON}"
        ).fetchall()
        model._nominate(connection, Roster(called, len(set(codes)), dict(frequency), 0, 0))
        connection.execute(
            "CREATE TABLE whose AS SELECT unnest(range(?)) AS unique_id, "
            "unnest(?::VARCHAR[]) AS code, unnest(?::VARCHAR[]) AS source",
            [len(called), codes, sources],
        )
        _count(connection, len(set(codes)))


def _called(names: list[Named]) -> tuple[list[Called], list[str], list[str]]:
    rows = [
        (one.name, code, one.source)
        for one in names
        if one.half == WEIGHED
        for code in sorted(one.codes)
    ]
    return (
        [Called(str(i), name) for i, (name, _, _) in enumerate(rows)],
        [code for _, code, _ in rows],
        [source for _, _, source in rows],
    )


def _count(connection: duckdb.DuckDBPyConnection, businesses: int) -> None:
    columns = ("full", "core", "place", "form", "branch", "bigrams")
    both = ", ".join(f"l.{c} AS {c}_l, r.{c} AS {c}_r" for c in columns)
    connection.execute(
        f"CREATE TABLE same AS SELECT {both} FROM mention AS l JOIN whose AS a USING (unique_id) "
        "JOIN whose AS b ON a.code = b.code AND a.source < b.source "
        "JOIN mention AS r ON r.unique_id = b.unique_id"
    )
    pairs = (
        "SELECT DISTINCT l.unique_id AS i, r.unique_id AS j FROM "
        "(SELECT unique_id, unnest(rare) AS pair FROM mention_called) AS l JOIN "
        "(SELECT unique_id, unnest(rare) AS pair FROM roster_called) AS r USING (pair) UNION "
        "SELECT l.unique_id, r.unique_id FROM mention AS l JOIN roster AS r USING (core)"
    )
    connection.execute(
        f"CREATE TABLE other AS SELECT {both} FROM ({pairs}) AS p JOIN whose AS a "
        "ON a.unique_id = p.i JOIN whose AS b ON b.unique_id = p.j AND a.code < b.code "
        "JOIN mention AS l ON l.unique_id = p.i JOIN mention AS r ON r.unique_id = p.j"
    )
    same = connection.execute("SELECT count(*) FROM same").fetchall()[0][0]
    print(f"{businesses:,} businesses, {same:,} pairs of the same")
    for weights in (NAME, *COMPARED):
        if weights.name in ("address", "phone", "representative"):
            continue
        _levels(connection, weights, businesses)


def _levels(connection: duckdb.DuckDBPyConnection, weights: Weights, businesses: int) -> None:
    cases = " ".join(f"WHEN {c} THEN {i}" for i, (c, _, _) in enumerate(weights.levels))
    missing = f"WHEN {weights.missing} THEN -1" if weights.missing else ""
    level = f"CASE {missing} {cases} ELSE {len(weights.levels)} END"
    m, u = (
        dict(connection.execute(f"SELECT {level}, count(*) FROM {t} GROUP BY 1").fetchall())
        for t in ("same", "other")
    )
    told = {i: n for i, n in m.items() if i >= 0}
    # Names meet by chance among all pairs; the other parts among candidates alone.
    all_pairs = businesses * (businesses - 1) / 2
    others = all_pairs if weights.name == "name" else sum(n for i, n in u.items() if i >= 0)
    for i in range(len(weights.levels) + 1):
        print(
            f"{weights.name:8} level {i}: m {told.get(i, 0):6,} "
            f"{told.get(i, 0) / max(1, sum(told.values())):.4f}  "
            f"u {u.get(i, 0):9,} {u.get(i, 0) / others:.2e}"
        )


if __name__ == "__main__":
    main()
