"""The monthly look at a model in force: what moved, how far, and what to do about it.

A month is compared with the same month a year before, as both were known on their
days: half a city files its reports in spring, and July looks unlike January every year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from features.builder import build
from features.catalogue import Catalogue
from features.contracts import Feature
from features.errors import Fault, YourInput, raise_all
from features.progress import Progress, silent
from features.snapshot import Snapshot
from serving.decision.content import Bundle
from serving.manifest import CREDIT, TIERS
from training.arrays import Floats, Ints
from training.calendar import date_of
from training.cohort import population
from training.comparable import NotComparable, not_comparable
from training.drift import Moved, moved, usual
from training.errors import TooLittleData
from training.freshness import Freshness, freshness
from training.labels import known_through
from training.matrix import read, spread
from training.matured import Matured, matured
from training.reason_stability import FirstReasons, tiers_of
from training.tiers import score_tenths

_EXPLAINED = 4_000  # businesses of each day whose points are averaged


@dataclass(frozen=True)
class FeatureShift:
    """One feature a year apart.

    Parameters
    ----------
    points
        By how much it moves the mean score, in points.
    """

    feature: Feature
    moved: Moved
    points: float


@dataclass(frozen=True)
class Look:
    """Everything one look found out; `training.findings` judges it.

    Parameters
    ----------
    day, against_day
        The as-of day, and the day it is compared with.
    features, left_out
        Those compared, and those that cannot be.
    score, scores, tiers, reasons
        With every feature that is left out at its usual value on both days, so that
        they move with the others only. `score` is in points, `scores` are ``(n,)``;
        `tiers` and `reasons` are shares, by the model's cut-offs and among those below
        A, of whom so many as `asked` were looked at.
    today
        Tier → its share on the day, by every feature: what regulators see.
    """

    bundle: str
    snapshot: str
    day: int
    against_day: int
    features: tuple[FeatureShift, ...]
    left_out: tuple[NotComparable, ...]
    score: Moved
    scores: tuple[Floats, Floats]
    tiers: Mapping[str, tuple[float, float]]
    reasons: Mapping[str, tuple[float, float]]
    asked: tuple[int, int]
    today: Mapping[str, float]
    freshness: tuple[Freshness, ...]
    matured: tuple[Matured, ...]


@dataclass(frozen=True)
class _Day:
    """Everyone on one day; `points` are each feature's mean contribution."""

    tenths: Ints
    tiers: Mapping[str, float]
    points: Floats
    reasons: Mapping[str, float]
    asked: int


def look(
    catalogue: Catalogue,
    snapshot: Snapshot,
    bundle: Bundle,
    home: Path,
    *,
    day: int,
    against_day: int,
    progress: Progress = silent,
) -> Look:
    """Compare everyone open on `day` with everyone open on `against_day`.

    Raises
    ------
    TooLittleData
        Nobody was open on one of the days, or no feature of them can be compared.
    YourInput
        `against_day` is not the earlier one, or the records end before `day`.
    """
    _refuse_days(known_through(catalogue, snapshot), day, against_day)
    left_out = not_comparable(catalogue, snapshot, day=day, against_day=against_day)
    features = catalogue.jurisdiction.features
    if len(left_out) == len(features):
        raise TooLittleData(str(Fault(
            "nothing to compare", f"{date_of(day)} against {date_of(against_day)}",
            "records as old as some feature's window on the earlier day",
            f"{len(features)} features that reach back further", "compare with a later day",
        )))  # fmt: skip
    matrices = []
    for number, at in enumerate((against_day, day)):
        progress("features", number, 3)
        matrices.append(read(build(catalogue, snapshot, population(snapshot, at).spine, home)))
    before, after = matrices
    today = _tiers(_tenths(bundle, after), bundle)
    for column, feature in enumerate(features):
        if feature.name in left_out:
            before[:, column] = after[:, column] = usual(before[:, column])
    told = FirstReasons.of_bundle(bundle)
    days = (_day(before, bundle, told), _day(after, bundle, told))
    scores = (days[0].tenths / 10.0, days[1].tenths / 10.0)
    progress("outcomes", 2, 3)
    return Look(
        bundle=bundle.name,
        snapshot=snapshot.name,
        day=day,
        against_day=against_day,
        features=tuple(
            FeatureShift(
                feature=feature,
                moved=moved(before[:, column], after[:, column]),
                points=float(days[1].points[column] - days[0].points[column]),
            )
            for column, feature in enumerate(features)
            # Those relative to peers follow the peers' mean.
            if feature.name not in left_out and not feature.peers
        ),
        left_out=tuple(left_out.values()),
        score=moved(*scores),
        scores=scores,
        tiers={t: (days[0].tiers[t], days[1].tiers[t]) for t in TIERS},
        reasons={
            code: (days[0].reasons.get(code, 0.0), days[1].reasons.get(code, 0.0))
            for code in sorted({*days[0].reasons, *days[1].reasons})
        },
        asked=(days[0].asked, days[1].asked),
        today=today,
        freshness=freshness(catalogue, snapshot, day),
        matured=matured(catalogue, snapshot, bundle, home, day),
    )


def _refuse_days(through: int, day: int, against_day: int) -> None:
    faults = []
    if day > through:
        faults.append(Fault(
            "day not covered", f"as of {date_of(day)}",
            f"a day up to {date_of(through)}, which the records cover", "a later day",
            "deliver later records, or name an earlier day",
        ))  # fmt: skip
    if against_day >= day:
        faults.append(Fault(
            "days in the wrong order", f"against {date_of(against_day)}",
            f"a day before {date_of(day)}", "the same or a later day", "name an earlier day",
        ))  # fmt: skip
    raise_all(YourInput, faults)


def _tenths(bundle: Bundle, X: Floats) -> Ints:
    return score_tenths(bundle.models[CREDIT].scorer.margins(X), bundle.manifest.score)


def _tiers(tenths: Ints, bundle: Bundle) -> Mapping[str, float]:
    tier = tiers_of(tenths, bundle.manifest.tiers)
    return {t: float((tier == t).mean()) for t in TIERS}


def _day(X: Floats, bundle: Bundle, told: FirstReasons) -> _Day:
    tenths = _tenths(bundle, X)
    some = spread(len(X), _EXPLAINED)
    tier = tiers_of(tenths[some], bundle.manifest.tiers)
    parts = bundle.explainer.contributions(np.ascontiguousarray(X[some]))[:, :-1]
    below = told.of(X[some], tier)[tier != TIERS[0]]
    found, counts = np.unique(below, return_counts=True)
    return _Day(
        tenths=tenths,
        tiers=_tiers(tenths, bundle),
        points=-bundle.manifest.score.factor * parts.mean(axis=0),
        reasons={
            str(code): int(n) / len(below) for code, n in zip(found, counts, strict=True) if code
        },
        asked=len(below),
    )
