"""Measure linking by likeness alone in a large synthetic city; write ``results-big-city.md``.

    python experiments/2026-11-name-linkage/big_city.py CITY

CITY is the folder of a synthetic Ningbo (``xinheng records synthetic``, or
`features.synthetic.generate`). The names under which its businesses filed annual reports
are linked, their codes hidden, to the names they are registered under. A third of the
businesses is left off the register, as businesses of elsewhere are: whatever links one
of their names links it wrongly.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
from collections.abc import Iterator
from pathlib import Path

import duckdb
from run import HERE, _share

from features.catalogue import load_catalogue
from features.contracts import ByName
from features.ingest.named import reader_of
from features.linkage.choice import LinkState, choose
from features.linkage.model import Candidate, candidates
from features.linkage.roster import Called
from features.quoting import literal

ASKED = 4_000  # names, about


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("city", type=Path)
    city: Path = parser.parse_args().city
    commit = subprocess.run(["git", "-C", str(HERE), "rev-parse", "--short=12", "HEAD"],
                            capture_output=True, text=True, check=True).stdout.strip()  # fmt: skip
    with duckdb.connect() as connection:
        text = [f"# Results, a large synthetic city\n\nCommit `{commit}`, made by `big_city.py`.\n"]
        text += _measured(connection, city)
    (HERE / "results-big-city.md").write_text("\n".join(text) + "\n", encoding="utf-8")


def _measured(connection: duckdb.DuckDBPyConnection, city: Path) -> Iterator[str]:
    _create(connection, city)
    [(businesses, all_of_them)] = connection.execute(
        "SELECT (SELECT count(DISTINCT id) FROM roster), count(DISTINCT id) FROM everyone"
    ).fetchall()
    asked = connection.execute("SELECT DISTINCT name, id FROM asked ORDER BY ALL").fetchall()
    reader = reader_of(load_catalogue("ningbo").jurisdiction)
    mentions = [Called(str(i), name) for i, (name, _) in enumerate(asked)]
    found: dict[int, list[Candidate]] = {}
    for one in candidates(connection, reader, mentions):
        found.setdefault(int(one.mention), []).append(one)
    on = {id_ for (id_,) in connection.execute("SELECT DISTINCT id FROM roster").fetchall()}
    shared = {name for (name,) in connection.execute(
        "SELECT p.\"full\" FROM roster JOIN name_parts AS p USING (name) GROUP BY 1 "
        "HAVING count(DISTINCT id) > 1"
    ).fetchall()}  # fmt: skip
    yield (
        f"{businesses:,} businesses on the register of {all_of_them:,}; {len(shared):,} of their "
        f"names belong to several. {len(asked):,} names asked for.\n"
    )
    yield "| link at | right of those linked | found of those registered | strangers linked |"
    yield "|---|---|---|---|"
    for link_at in (0.95, 0.98, 0.99, 0.995):
        rule = ByName("name", link_at=link_at)
        linked = {
            i: choice.candidate.entity_id
            for i in range(len(asked))
            if (choice := choose(found.get(i, []), [], rule)).state is LinkState.LINKED
            and choice.candidate is not None
        }
        right = sum(asked[i][1] == whom for i, whom in linked.items())
        known = sum(whom in on for _, whom in asked)
        strangers = sum(asked[i][1] not in on for i in linked)
        yield (
            f"| {link_at:g} | {_share(right, len(linked))} | {_share(right, known)} "
            f"| {_share(strangers, len(asked) - known)} |"
        )


def _create(connection: duckdb.DuckDBPyConnection, city: Path) -> None:
    """Tables ``everyone``, ``roster`` and ``asked``."""
    connection.create_function("is_away", _is_away, ["VARCHAR"], "BOOLEAN")

    def said(kind: str, name: str) -> str:
        files = f"read_csv({literal(str(city))} || '/delivery-1/*{kind}.csv', all_varchar=true)"
        return f'SELECT DISTINCT "统一社会信用代码" AS id, "{name}" AS name FROM {files}'

    connection.execute(f"CREATE TABLE everyone AS {said('市场主体登记信息', '企业名称')}")
    connection.execute(
        "CREATE TABLE roster AS SELECT *, NULL::VARCHAR AS address, NULL::VARCHAR AS phone, "
        "NULL::VARCHAR AS representative, 0 AS from_day FROM everyone WHERE NOT is_away(id)"
    )
    connection.execute(
        f"CREATE TABLE asked AS SELECT * FROM ({said('年度报告信息', '企业名称')}) "
        "WHERE id IN (SELECT id FROM everyone) AND name IS NOT NULL "
        f"ORDER BY md5(id), name LIMIT {ASKED}"
    )


def _is_away(code: str) -> bool:
    return hashlib.sha256(code.encode()).digest()[1] % 3 == 0


if __name__ == "__main__":
    main()
