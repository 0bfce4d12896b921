"""Processor time of an account of a change, beside an explanation of the same businesses.

    python experiments/benchmarks/changes.py --jurisdiction ningbo --home var/ningbo

Each business is explained, then its change over a month, a year and its last
twelve months are told, one after the other in the same process, so that all are
measured under the same load. Days without a published set are worked out anew.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from explain_models import commit_of

from features.catalogue import load_catalogue
from serving.answers.changes import changes
from serving.answers.edition import Edition, open_edition
from serving.answers.explained import explain
from serving.answers.history import history
from serving.answers.past import PastEditions
from serving.problems import Refused
from serving.settings import Settings
from serving.store.scores import Scores

RESULTS = Path(__file__).parent / "results" / "changes.md"


def businesses(edition: Edition, number: int) -> list[str]:
    """So many scored businesses, spread from the riskiest to the safest."""
    rows = edition.store.rows.execute(
        "SELECT b.entity_id FROM business b JOIN score s USING (no) ORDER BY no"
    ).fetchall()
    return [one for (one,) in rows[:: max(1, len(rows) // number)]]


def measured(edition: Edition, past: PastEditions, ids: list[str]) -> dict[str, list[float]]:
    """Milliseconds of processor time of each answer, by what was asked."""
    on = date.fromisoformat(edition.as_of)
    year = on.replace(year=on.year - 1, day=min(on.day, 28)).isoformat()
    asked: dict[str, Callable[[str], object]] = {
        "explanation": lambda one: explain(edition, one).to_json(),
        "change since the month end before": lambda one: changes(
            edition, past, one, None, None
        ).to_json(),
        "change over a year": lambda one: changes(edition, past, one, year, None).to_json(),
        "history of twelve months": lambda one: history(edition, one, 12).to_json(),
    }
    taken: dict[str, list[float]] = {name: [] for name in asked}
    for place, one in enumerate(ids):
        for name, ask in asked.items():
            began = time.process_time()
            try:
                ask(one)
            except Refused:  # not open a year ago
                continue
            if place:  # the first one compiles and opens
                taken[name].append(1000 * (time.process_time() - began))
    return taken


def main() -> None:
    """Measure and write `results/changes.md`."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--jurisdiction", default="ningbo")
    parser.add_argument("--home", type=Path, required=True)
    parser.add_argument("--businesses", type=int, default=200)
    given = parser.parse_args()
    settings = Settings(jurisdiction=given.jurisdiction, home=given.home)
    scores = Scores.current(given.home)
    if scores is None:
        raise SystemExit("no scores; run `xinheng score`")
    edition = open_edition(settings, scores, load_catalogue(given.jurisdiction))
    taken = measured(edition, PastEditions(settings), businesses(edition, given.businesses))
    base = statistics.median(taken["explanation"])
    trees = edition.bundle.explainer.trees
    lines = [
        "# What an account of a change costs", "",
        f"Commit {commit_of()}; {edition.bundle.manifest.jurisdiction.name}, "
        f"{edition.scores.manifest.businesses:,} businesses, scores as of {edition.as_of}, "
        f"snapshot {edition.scores.manifest.inputs.snapshot[:16]}; {trees.n_trees} trees of "
        f"{trees.n_leaves:,} leaves in all, {trees.n_features} features; {given.businesses} "
        "businesses from the riskiest to the safest, one after the other in one process, "
        "processor time. Made by `python experiments/benchmarks/changes.py`.", "",
        "| answer | n | median ms | 99th ms | times an explanation |",
        "|---|---|---|---|---|",
    ]  # fmt: skip
    for name, values in taken.items():
        values.sort()
        middle, high = statistics.median(values), values[int(len(values) * 0.99)]
        lines.append(
            f"| {name} | {len(values)} | {middle:.1f} | {high:.1f} | {middle / base:.1f} |"
        )
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
