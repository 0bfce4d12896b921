"""Measure linking by name with hidden codes; write ``results.md`` beside this file.

    python experiments/2026-11-name-linkage/run.py --beijing HOME --ningbo HOME --truth FOLDER

Each HOME is a workspace into which the city's deliveries were ingested, FOLDER the
``truth/`` of the synthetic city. Thresholds are chosen on the half of the businesses
that was weighed, and what they give is reported on the other half.
"""

from __future__ import annotations

import argparse
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import sqrt
from pathlib import Path

import duckdb
from hidden_codes import Found, Hidden, hidden, names_of

from features.catalogue import load_catalogue
from features.contracts import ByName
from features.linkage.choice import LinkState
from features.snapshot import Snapshot

HERE = Path(__file__).resolve().parent
MEASURED, WEIGHED = 0, 1  # halves of the businesses; weights and thresholds see the second
BEIJING = ("inspections", "environment_penalties", "objections", "urban_inspections",
           "tax_penalties", "safety_licences", "rental_grades")  # fmt: skip
NINGBO = ("complaints", "penalties", "shops")
THRESHOLDS = (0.8, 0.9, 0.95, 0.98, 0.99, 0.995)
LEADS = (8.0, 32.0, 128.0)
ENOUGH = 0.99  # of the links that a rule makes by itself, so many have to be right


@dataclass(frozen=True)
class Measured:
    """What became of the hidden names of one source."""

    source: str
    found: Sequence[Found]

    @property
    def linked(self) -> list[Found]:
        return [f for f in self.found if f.state is LinkState.LINKED]

    @property
    def on_roster(self) -> list[Found]:
        return [f for f in self.found if f.on_roster]

    def cells(self) -> Iterator[str]:
        linked, on = self.linked, self.on_roster
        right = sum(f.right for f in linked)
        waiting = [f for f in self.found if f.state is LinkState.REVIEW]
        strangers = [f for f in self.found if not f.on_roster]
        wrong = sum(f.state is LinkState.LINKED for f in strangers)
        yield self.source
        yield f"{len(self.found):,}"
        yield f"{len(on):,}"
        yield _share(right, len(linked))
        yield _share(sum(f.right and f.state is LinkState.LINKED for f in on), len(on))
        yield f"{len(waiting):,} ({sum(f.right for f in waiting)} right)"
        yield _share(wrong, len(strangers))


def _share(hits: int, of: int) -> str:
    """A share with its 95 % interval (Wilson)."""
    if of == 0:
        return "–"
    z, p = 1.959964, hits / of
    centre, spread = p + z * z / (2 * of), z * sqrt(p * (1 - p) / of + z * z / (4 * of * of))
    low, high = ((centre + s) / (1 + z * z / of) for s in (-spread, spread))
    return f"{p:.4f} ({max(0.0, low):.4f} to {min(1.0, high):.4f}), {hits:,} of {of:,}"


def scored(
    city: str, home: Path, sources: Sequence[str], half: int, *, some_away: bool = False
) -> dict[str, list[Hidden]]:
    """Each source's hidden names of one half, compared with how the others name businesses."""
    catalogue = load_catalogue(city)
    names = names_of(catalogue, Snapshot.current(home))
    return {
        source: hidden(catalogue, names, source, half, some_away=some_away) for source in sources
    }


def judged(names: Mapping[str, Sequence[Hidden]], rule: ByName) -> list[Measured]:
    """What becomes of each source's names under one rule."""
    return [Measured(s, [one.found(rule) for one in several]) for s, several in names.items()]


def chosen(names: Mapping[str, Sequence[Hidden]]) -> tuple[ByName, list[str]]:
    """The rule that links most of those on the roster among the `ENOUGH` right; and all tried."""
    lines = ["| link at | lead | precision of links | recall | for review |", "|" + "---|" * 5]
    best: tuple[tuple[int, float, float], ByName] | None = None
    for link_at, lead in product(THRESHOLDS, LEADS):
        rule = ByName("name", link_at=link_at, lead=lead)
        found = [f for one in judged(names, rule) for f in one.found]
        linked = [f for f in found if f.state is LinkState.LINKED]
        right = sum(f.right for f in linked)
        on = sum(f.on_roster for f in found)
        hits = sum(f.right and f.on_roster for f in linked)
        waiting = sum(f.state is LinkState.REVIEW for f in found)
        lines.append(
            f"| {link_at:g} | {lead:g} | {_share(right, len(linked))} | {_share(hits, on)} "
            f"| {waiting:,} |"
        )
        # Of equals, the stricter: more links by less evidence would be by chance.
        merit = (hits, link_at, lead)
        if linked and right >= ENOUGH * len(linked) and (best is None or merit > best[0]):
            best = (merit, rule)
    return best[1] if best else ByName("name"), lines


def records_without_code(home: Path, truth: Path) -> Iterator[str]:
    """Ningbo's records whose code their department left out, against whom they are about."""
    snapshot = Snapshot.current(home)
    catalogue = load_catalogue("ningbo")
    yield from ("## Ningbo: records without a code, against the truth", "",
                "| source | records | by number | by registered name | by likeness "
                "| precision of links | recall | not linked, of a shared name |",
                "|" + "---|" * 8)  # fmt: skip
    total = [0] * 7
    for source in catalogue.jurisdiction.sources:
        if source.by_name is None or len(source.key) != 1:
            continue
        counts = _against_truth(snapshot, source.name, source.by_name.name, truth)
        if counts[0]:
            total = [a + b for a, b in zip(total, counts, strict=True)]
            yield _truth_row(source.name, counts)
    yield _truth_row("all", total)
    yield ""


def _truth_row(name: str, counts: Sequence[int]) -> str:
    records, linked, right, number, registered, like, shared = counts
    return (
        f"| {name} | {records:,} | {number:,} | {registered:,} | {like:,} "
        f"| {_share(right, linked)} | {_share(right, records)} | {shared:,} |"
    )


def _against_truth(snapshot: Snapshot, source: str, name: str, truth: Path) -> list[int]:
    """Records, linked, rightly; by number, registered name, likeness; unlinked of a shared name."""
    with duckdb.connect() as connection:
        row = connection.execute(
            "SELECT count(*), count(s.linked_by), count(*) FILTER (s.entity_id = t.uscc), "
            "count(*) FILTER (s.linked_by = 1), count(*) FILTER (s.linked_by = 2), "
            "count(*) FILTER (s.linked_by = 3), "
            "count(*) FILTER (s.linked_by IS NULL AND p.n > 1) "
            "FROM read_parquet($snapshot) AS s JOIN (SELECT DISTINCT key, uscc FROM "
            "read_parquet($truth) WHERE source = $source AND uscc IS NOT NULL) AS t "
            "ON t.key = s.event_key "
            "LEFT JOIN (SELECT name, count(DISTINCT entity_id) AS n FROM read_parquet($profiles) "
            f'GROUP BY name) AS p ON p.name = s."{name}" '
            "WHERE s.superseded_day IS NULL AND (s.entity_id IS NULL OR s.linked_by IS NOT NULL)",
            {
                "snapshot": str(snapshot.source(source)),
                "truth": str(truth),
                "source": source,
                "profiles": str(snapshot.profiles),
            },
        ).fetchall()[0]
    return list(row)


def lines(title: str, rows: Sequence[Measured]) -> Iterator[str]:
    """One table."""
    together = Measured("all", [f for one in rows for f in one.found])
    heads = ("source", "names", "on the roster", "precision of links", "recall", "for review",
             "wrongly linked, not on the roster")  # fmt: skip
    yield from (f"## {title}", "", f"| {' | '.join(heads)} |", "|" + "---|" * len(heads))
    for row in (*rows, together):
        yield f"| {' | '.join(row.cells())} |"
    yield ""


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--beijing", type=Path)
    parser.add_argument("--ningbo", type=Path)
    parser.add_argument("--truth", type=Path, help="folder truth/ of the synthetic city")
    parser.add_argument("--out", type=Path, default=HERE)
    options = parser.parse_args()
    commit = subprocess.run(["git", "-C", str(HERE), "rev-parse", "--short=12", "HEAD"],
                            capture_output=True, text=True, check=True).stdout.strip()  # fmt: skip
    text = ["# Results", "", f"Commit `{commit}`, made by `run.py`; 95 % intervals (Wilson).", ""]
    rule = ByName("name")
    if options.beijing:
        city = str(HERE.parent / "cities" / "beijing")
        made_from = f"Beijing, snapshot `{Snapshot.current(options.beijing).name[:12]}`"
        rule, tried = chosen(scored(city, options.beijing, BEIJING, WEIGHED))
        text += [f"## {made_from}: rules tried on the weighed half", "", *tried, ""]
        text += [f"Chosen: link at {rule.link_at:g}, lead {rule.lead:g}.", ""]
        other = scored(city, options.beijing, BEIJING, MEASURED)
        text += lines(f"{made_from}: the other half, by the chosen rule", judged(other, rule))
        if rule != ByName("name"):
            contract = judged(other, ByName("name"))
            text += lines(f"{made_from}: the other half, by the contracts' default", contract)
    if options.ningbo:
        made_from = f"Ningbo, synthetic, snapshot `{Snapshot.current(options.ningbo).name[:12]}`"
        names = scored("ningbo", options.ningbo, NINGBO, MEASURED)
        text += lines(f"{made_from}: by likeness alone, by the chosen rule", judged(names, rule))
        names = scored("ningbo", options.ningbo, NINGBO, MEASURED, some_away=True)
        text += lines(f"{made_from}: the same with a third off the roster", judged(names, rule))
        text += records_without_code(options.ningbo, options.truth / "without_code.parquet")
    (options.out / "results.md").write_text("\n".join(text), encoding="utf-8")


if __name__ == "__main__":
    main()
