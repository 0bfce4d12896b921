"""The way back against dice-ml, by the same measures. See README.md."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow.parquet as pq

from features.snapshot import Snapshot
from serving.answers.answer import answer_of, stands, subject_of
from serving.decision.grading import score_tenths
from serving.manifest import CREDIT, TIERS
from serving.paths import Case, Means, way_back
from serving.paths.way_back import _Search
from training.cli.decisions import edition_of
from training.cli.place import Place

BUSINESSES, ROWS, SEED = 30, 1000, 7
MISSING = -1.0


@dataclass
class Tally:
    """What became of the proposals of one method."""

    asked: int = 0
    proposals: int = 0
    in_model: int = 0
    rerun: int = 0
    frozen: int = 0
    changed: int = 0
    contradictory: int = 0
    stopped: int = 0
    seconds: float = 0.0
    cpu: float = 0.0


class Town:
    """The scored city, and futures of its businesses."""

    def __init__(self, home: Path) -> None:
        self.place = Place("ningbo", home)
        self.edition = edition_of(self.place)
        one = self.edition
        self.means = Means(one.catalogue, one.engine, one.store.peers, one.bundle)
        self.names = list(one.bundle.feature_names)
        self.scorer = one.bundle.models[CREDIT].scorer
        city = one.catalogue.jurisdiction
        touched = {a.about.source for a in city.actions} | {
            e.source for a in city.actions for e in a.effects if hasattr(e, "source")
        }
        self.actionable = [
            f.name for f in city.features if f.source in touched and f.via is None
        ]  # fmt: skip

    def case(self, business_id: str) -> Case:
        subject = subject_of(self.edition, business_id)
        records = self.edition.store.records(subject)
        told = answer_of(self.edition, stands(self.edition, subject, records))
        left_out = told.contested is not None and told.contested.applies == "without"
        return Case(
            told.decision, records, self.edition.store.as_of_day, left_out,
            contested=told.contested is not None,
        )  # fmt: skip

    def tenths(self, X: np.ndarray) -> np.ndarray:
        margins = self.scorer.margins(np.ascontiguousarray(X))
        scale = self.edition.bundle.manifest.score
        return np.array([score_tenths(margin, scale) for margin in margins.tolist()])


def contradictory(row: np.ndarray, names: list[str]) -> bool:
    """Whether numbers of one business cannot all be true.

    Counts are whole and not negative, and a longer window holds no fewer records.
    """
    families: dict[str, list[tuple[int, float]]] = defaultdict(list)
    for name, value in zip(names, row.tolist(), strict=True):
        if "_count" not in name or name.endswith("_vs_peers") or math.isnan(value):
            continue
        if value < 0 or value != round(value):
            return True
        window = re.fullmatch(r"(.+_count)_(\d+)m", name)
        if window:
            families[window[1]].append((int(window[2]), value))
    return any(
        later < earlier
        for family in families.values()
        for (_, earlier), (_, later) in zip(sorted(family), sorted(family)[1:], strict=False)
    )


def judge(town: Town, tally: Tally, business: Asked, proposed: np.ndarray) -> None:
    """Put one proposal through every measure."""
    changed = {
        name: b
        for name, a, b in zip(town.names, business.today.tolist(), proposed.tolist(), strict=True)
        if not (math.isclose(a, b, rel_tol=1e-3, abs_tol=0.01) or (math.isnan(a) and math.isnan(b)))
    }
    tally.proposals += 1
    tally.in_model += bool(town.tenths(proposed[None, :])[0] >= business.cut)
    tally.changed += len(changed)
    tally.frozen += not all(business.possible(name, value) for name, value in changed.items())
    tally.contradictory += contradictory(proposed, town.names)
    tally.rerun += rerun(town, business, set(changed))


def rerun(town: Town, business: Asked, changed: set[str]) -> bool:
    """Whether the tier is reached once every step on a changed feature's source is taken."""
    city = town.edition.catalogue.jurisdiction
    sources = {city.feature(name).source for name in changed}
    search = business.search
    chosen = frozenset(i for i, s in enumerate(search._steps) if s.touches & sources)
    chosen = search._closed(chosen)
    if not chosen:
        return False
    return business.reaches(chosen)


class Asked:
    """One business: today's numbers, the cut of the next tier, what its steps can move."""

    def __init__(self, town: Town, business_id: str) -> None:
        self.case = town.case(business_id)
        self.search = _Search(self.case, town.means, 36, 128)
        self.tier = TIERS.index(self.case.decision.model_tier) - 1
        self.cut = int(getattr(town.edition.bundle.manifest.tiers, TIERS[self.tier]))
        vector = self.case.decision.vector
        self.today = np.array(
            [math.nan if vector[n] is None else vector[n] for n in town.names], dtype=np.float64
        )
        self.untouched = self._first(frozenset())
        self.ways = self.search._ways
        # Every value that any future the search looked at gives a feature, as an interval.
        self._bounds: dict[str, tuple[float, float, bool]] = {}
        names = town.edition.engine.names
        for _, part in self.search._timeline._known.values():
            for place, values in zip(part.places, part.values, strict=True):
                known = values[~np.isnan(values)].tolist()
                low, high, missing = self._bounds.get(names[place], (math.inf, -math.inf, False))
                self._bounds[names[place]] = (
                    min([low, *known]), max([high, *known]), missing or len(known) < len(values),
                )  # fmt: skip

    def possible(self, name: str, value: float) -> bool:
        """Whether the feature can be so, on some day, by some steps or none."""
        low, high, missing = self._bounds[name]
        if math.isnan(value):
            return missing
        slack = max(0.01, 1e-3 * abs(value))  # dice-ml rounds
        return low - slack <= value <= high + slack

    def matrix(self, chosen: frozenset[int]) -> np.ndarray:
        """The features of that future, day by day."""
        return self.search._timeline.values(self.search._after(chosen))

    def _first(self, chosen: frozenset[int]) -> int | None:
        """The first day from which the model's score reaches the tier for a month."""
        good = self.search._outlook(chosen).tenths >= min(self.cut, 10_000)
        run = 0
        for day in range(1, len(good)):
            run = run + 1 if good[day] else 0
            if run >= 31:
                return day - 30
        return None

    def reaches(self, chosen: frozenset[int]) -> bool:
        first = self._first(chosen)
        return first is not None and (self.untouched is None or first < self.untouched)

    def ours(self) -> tuple[frozenset[int], int] | None:
        """The soonest way to the tier by score that `serving.paths` finds, as steps and a day."""
        found = []
        for chosen in self.ways.seen:
            own = frozenset(self.search._worth[i] for i in chosen)
            if own and self.reaches(own):
                found.append((self._first(own) or 0, self.ways.effort(chosen), sorted(own)))
        best = min(found, default=None)
        return None if best is None else (frozenset(best[2]), best[0])


def drawn(town: Town) -> list[str]:
    rows = pq.read_table(town.edition.scores.table).to_pylist()
    below = sorted(r["entity_id"] for r in rows if r["model_tier"] != "A")
    return np.random.default_rng(SEED).permutation(below)[:BUSINESSES].tolist()


def rows_of(town: Town) -> list[list[float | None]]:
    store = town.edition.store
    ids = sorted(r["entity_id"] for r in pq.read_table(town.edition.scores.table).to_pylist())
    chosen = np.random.default_rng(SEED).permutation(ids)[:ROWS].tolist()
    vectors = [store.vector(store.subject(one).no) for one in chosen]
    return [[None if math.isnan(v) else v for v in vector.tolist()] for vector in vectors]


def main(home: Path, python: str) -> None:
    town = Town(home)
    ids = drawn(town)
    tallies = {"ours": Tally()}
    way_back(town.case(ids[0]), town.means)  # compile
    businesses = {}
    for one in ids:
        case = town.case(one)
        start, cpu = time.perf_counter(), time.process_time()
        way_back(case, town.means)
        tallies["ours"].seconds += time.perf_counter() - start
        tallies["ours"].cpu += time.process_time() - cpu
        tallies["ours"].asked += 1
        businesses[one] = Asked(town, one)
    places = [town.edition.engine.names.index(name) for name in town.names]
    for business in businesses.values():
        found = business.ours()
        if found is not None:
            judge(town, tallies["ours"], business, business.matrix(found[0])[found[1], places])
    scale = town.edition.bundle.manifest.score
    model = home / "bundles" / town.edition.bundle.name / "models" / "credit.txt"
    with TemporaryDirectory() as folder:
        question = {
            "features": town.names, "model": model.read_text(), "rows": rows_of(town),
            "actionable": town.actionable,
            "queries": {
                one: {
                    "row": [None if math.isnan(v) else v for v in b.today.tolist()],
                    "cut": (scale.offset - (b.cut - 0.5) / 10) / scale.factor,
                }
                for one, b in businesses.items()
            },
        }  # fmt: skip
        Path(folder, "question.json").write_text(json.dumps(question))
        side = Path(__file__).with_name("dice_side.py")
        for method in ("random", "genetic"):
            subprocess.run([python, str(side), folder, method], check=True, timeout=3600)
            for free in ("free", "told"):
                answered = json.loads(Path(folder, f"answer-{method}-{free}.json").read_text())
                tally = tallies[f"dice-ml {method}, {free}"] = Tally()
                for one, told in answered.items():
                    tally.asked += 1
                    tally.seconds += told["seconds"]
                    tally.cpu += told["cpu"]
                    tally.stopped += told["failed"] == "Stopped"
                    for row in told["proposed"]:
                        x = np.array(row)
                        x = np.where(x == MISSING, np.nan, x)
                        judge(town, tally, businesses[one], x)
    report(town, tallies, sum(b.untouched is not None for b in businesses.values()))


def report(town: Town, tallies: dict[str, Tally], by_time: int) -> None:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    snapshot = Snapshot.current(town.place.home).name[:16]
    lines = [
        "# Results", "",
        f"Commit {commit}; synthetic city, snapshot {snapshot}; {BUSINESSES} businesses below "
        f"tier A by score, seed {SEED}; {len(town.names)} features. {by_time} of them reach "
        "the next tier by time alone, which ours says and counts as no proposal.", "",
        "| | proposals | stopped | reach the tier in the model | reach it when records are re-run "
        "| change what cannot be | contradict themselves | features changed "
        "| s per business (processor s) |",
        "|---|---|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for name, t in tallies.items():
        n = t.proposals or 1
        lines.append(
            f"| {name} | {t.proposals} of {t.asked} | {t.stopped} | {t.in_model / n:.0%} "
            f"| {t.rerun / n:.0%} | {t.frozen / n:.0%} | {t.contradictory / n:.0%} "
            f"| {t.changed / n:.1f} | {t.seconds / t.asked:.2f} ({t.cpu / t.asked:.2f}) |"
        )
    text = "\n".join(lines) + "\n"
    Path(__file__).with_name("results.md").write_text(text)
    print(text)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
