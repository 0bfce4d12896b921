"""How often reasons change when only the reference rows do. See README.md."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, partial
from itertools import combinations
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from features.snapshot import Snapshot
from serving.answers.answer import answer, subject_of
from serving.decision.content import better
from serving.decision.explanation import FromReference, share_out
from serving.decision.grading import score_tenths
from serving.decision.reasons import choose
from serving.manifest import CREDIT, TIERS, Tier
from serving.model.contributions import AgainstReference
from training.cli.decisions import edition_of
from training.cli.place import Place
from training.reference import just_inside

DRAWS, MOST, RANDOM_ROWS, SEED = 20, 400, 100, 7
Floats = NDArray[np.float64]
Key = tuple[Tier, str | None]
References = Callable[["Asked"], AgainstReference]


@dataclass(frozen=True)
class Asked:
    """A business below tier A, what its decision says, and which pinned set that used."""

    business_id: str
    x: Floats
    tenths: int
    key: Key


@dataclass(frozen=True)
class Told:
    """Top feature by contribution alone; codes of the reasons the product tells, in order."""

    feature: str
    codes: tuple[str, ...]


class City:
    """The scored city: everybody's features and scores, and the bundle."""

    def __init__(self, home: Path) -> None:
        self.place = Place("ningbo", home)
        self.edition = edition_of(self.place)
        self.bundle, store = self.edition.bundle, self.edition.store
        rows = pq.read_table(self.edition.scores.table, columns=["entity_id"]).to_pylist()
        ids = sorted(row["entity_id"] for row in rows)
        subjects = [subject_of(self.edition, one) for one in ids]
        scored = [(one, v) for one in subjects if (v := store.vector(one.no)) is not None]
        self.subjects = [one for one, _ in scored]
        self.X = np.ascontiguousarray(np.vstack([v for _, v in scored]))
        margins = self.bundle.models[CREDIT].scorer.margins(self.X)
        scale = self.bundle.manifest.score
        self.tenths = np.array([score_tenths(m, scale) for m in margins.tolist()])
        self.sectors = np.array([one.business.sector or "" for one in self.subjects])
        self.pinned = {(one.tier, one.sector): one for one in self.bundle.manifest.references}

    def asked(self) -> list[Asked]:
        """Everybody below tier A by the model; a sample where there are many."""
        cuts = self.bundle.manifest.tiers
        below = np.flatnonzero(self.tenths < cuts.A)
        drawn = np.random.default_rng(SEED).permutation(below)[:MOST]
        found = []
        for i in np.sort(drawn).tolist():
            tier = next(t for t in "BCD" if t == "D" or self.tenths[i] >= getattr(cuts, t))
            above = better(tier)  # type: ignore[arg-type]  # a tier
            keys = [(above, self.sectors[i] or None), (above, None)]
            key = next((one for one in keys if one in self.pinned), None)
            if key is not None:
                business = self.subjects[i].entity_id
                found.append(Asked(business, self.X[i : i + 1], int(self.tenths[i]), key))
        return found

    def tell(self, one: Asked, against: AgainstReference) -> Told:
        """What is said of a business measured from these rows."""
        row = against.contributions(one.x)[0]
        scale = self.bundle.manifest.score
        shared = share_out(row, one.tenths, scale)
        values = [None if np.isnan(v) else v for v in one.x[0].tolist()]
        chosen = choose(self.bundle, values, FromReference(shared), self.evidence(one.business_id))
        # A higher margin is a lower score.
        return Told(
            self.bundle.feature_names[int(np.argmax(row[:-1]))],
            tuple(reason.code for reason in chosen.reasons),
        )

    @cache  # noqa: B019  # lives as long as the run
    def evidence(self, business_id: str) -> Callable[[str], tuple[str, ...]]:
        """The records behind each feature of a business."""
        records = self.edition.store.records(subject_of(self.edition, business_id))
        day = self.edition.store.as_of_day
        return cache(lambda feature: self.edition.engine.evidence(feature, records, day))

    def set_of(self, key: Key) -> Floats:
        """The rows of a pinned set."""
        one = self.pinned[key]
        return self.bundle.references._rows[one.first : one.first + one.count]


def random_rows(city: City, draw: np.random.Generator) -> References:
    """One draw of 100 rows of all businesses, for everybody."""
    rows = draw.choice(len(city.X), RANDOM_ROWS, replace=False)
    against = city.bundle.explainer.against(np.ascontiguousarray(city.X[rows]))
    return lambda _: against


def drawn_anew(city: City, draw: np.random.Generator, times: int = 1) -> References:
    """The sets that the product's rule picks from a city drawn with replacement.

    `times` as many businesses as are pinned.
    """
    who = draw.choice(len(city.X), len(city.X), replace=True)
    manifest = city.bundle.manifest
    most = times * max(one.count for one in manifest.references)
    sets = just_inside(city.tenths[who], manifest.tiers, most, city.sectors[who])

    @cache
    def against(key: Key) -> AgainstReference:
        return city.bundle.explainer.against(np.ascontiguousarray(city.X[who[sets[key]]]))

    return lambda one: against(one.key if one.key in sets else (one.key[0], None))


def halved(city: City, draw: np.random.Generator) -> References:
    """A random half of each pinned set."""
    keep = {
        key: np.sort(draw.permutation(one.count)[: one.count // 2])
        for key, one in city.pinned.items()
    }

    @cache
    def against(key: Key) -> AgainstReference:
        return city.bundle.explainer.against(np.ascontiguousarray(city.set_of(key)[keep[key]]))

    return lambda one: against(one.key)


def shares(draws: Sequence[Sequence[object]]) -> tuple[float, float]:
    """Share of (business, pair of draws) that differ, and of businesses not always the same."""
    by_business = list(zip(*draws, strict=True))
    pairs = [a != b for told in by_business for a, b in combinations(told, 2)]
    return sum(pairs) / len(pairs), sum(len(set(t)) > 1 for t in by_business) / len(by_business)


def line(name: str, told: list[list[Told]]) -> str:
    """A row of the table."""
    columns = [
        [[one.feature for one in draw] for draw in told],
        [[one.codes[:1] for one in draw] for draw in told],
        [[frozenset(one.codes) for one in draw] for draw in told],
    ]
    cells = " | ".join(f"{pair:.1%} | {ever:.0%}" for pair, ever in map(shares, columns))
    return f"| {name} | {cells} |"


def pinned_again(city: City, businesses: Sequence[Asked]) -> int:
    """How many decisions differ by a byte when a newly loaded bundle is asked."""
    first, again = city.edition, edition_of(city.place)
    return sum(
        answer(first, subject_of(first, one.business_id)).to_json()
        != answer(again, subject_of(again, one.business_id)).to_json()
        for one in businesses
    )


def main(home: Path) -> None:
    """Measure and write `results.md`."""
    city = City(home)
    businesses = city.asked()
    lines = []
    for name, draw_of in (
        ("100 random rows", random_rows),
        ("ours, city drawn anew", drawn_anew),
        ("ours, city drawn anew, four times as many", partial(drawn_anew, times=4)),
        ("ours, halved", halved),
    ):
        draw = np.random.default_rng(SEED)
        told = []
        for _ in range(DRAWS):
            of = draw_of(city, draw)
            told.append([city.tell(one, of(one)) for one in businesses])
        lines.append(line(name, told))
        print(lines[-1], flush=True)
    differ = pinned_again(city, businesses)
    lines.append(f"| ours, pinned | {'0.0% | 0% | ' * 2}0.0% | 0% |")
    assert differ == 0, differ
    report(city, businesses, lines)


def report(city: City, businesses: Sequence[Asked], lines: Sequence[str]) -> None:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    snapshot = Snapshot.current(city.place.home).name[:16]
    below = {t: sum(TIERS.index(one.key[0]) + 1 == TIERS.index(t) for one in businesses)
             for t in "BCD"}  # fmt: skip
    trees = city.bundle.explainer.trees
    text = [
        "# Results", "",
        f"Commit {commit}; synthetic city, snapshot {snapshot}, {len(city.X):,} scored "
        f"businesses; {len(businesses)} of them below tier A by the model "
        f"({', '.join(f'{n} in {t}' for t, n in below.items())}), seed {SEED}; "
        f"{trees.n_features} features, {trees.n_trees} trees of {trees.n_leaves} leaves in all; "
        f"{DRAWS} draws of each; pinned sets of "
        f"{max(one.count for one in city.pinned.values())}.", "",
        "*pairs*: share of (business, pair of draws) in which it differs; *ever*: share of "
        "businesses for which it is not the same in all draws.", "",
        "| reference | top feature: pairs | ever | top reason told: pairs | ever "
        "| set of reasons told: pairs | ever |",
        "|---|---|---|---|---|---|---|",
        *lines, "",
        f"Pinned: {len(businesses)} whole answers equal to the byte from a bundle loaded anew.",
    ]  # fmt: skip
    Path(__file__).with_name("results.md").write_text("\n".join(text) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
