"""How good a ranking is at what checks would find in everyone, not only in the checked.

Three answers side by side: all checks as they came (biased, because checks go where
risk is seen), the drawn checks weighted by the inverse of their probability, and the
class-blind arm alone, which needs no weights and anchors the other two.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

import numpy as np

from training.arrays import Bools, Floats, Ints, Texts
from training.concordance import Concordance, Interval, resampled
from training.draws import Checks
from training.ranked import Ranked

# Problems and clean checks below which nothing is said of a ranking. The standard error of
# an AUC is at most 1/(2√n) of the rarer kind: with 30 its interval is ±0.18 at worst, and the
# percentiles of resampled businesses, too narrow on ten, are about right.
LEAST = 30


class Look(Enum):
    """Which checks are asked, and how much each counts."""

    NAIVE = "all checks as they came"
    WEIGHTED = "drawn checks, inverse probability"
    BLIND = "class-blind arm alone"


@dataclass(frozen=True)
class Seen:
    """What one way of looking says.

    Parameters
    ----------
    checks, problems
        How many checks it rests on, and how many found something.
    rate
        Share of the businesses in which a check would find a problem.
    auc, lift
        Of the ranking, for what a check would find; None where there are fewer than
        `LEAST` checks of either kind.
    """

    checks: int
    problems: int
    rate: Interval | None
    auc: Interval | None
    lift: Interval | None


def selective(
    checks: Checks,
    score: Floats,
    entity_id: Texts,
    *,
    replicates: int,
    seed: int,
) -> Mapping[Look, Seen]:
    """What each way of looking says of a ranking.

    Parameters
    ----------
    score, entity_id
        ``(n,)`` of the cohort rows that `checks` points to.
    """
    blind = checks.drawn & checks.blind
    looks: dict[Look, tuple[Bools, Floats]] = {
        Look.NAIVE: (np.ones(len(checks), dtype=np.bool_), np.ones(len(checks))),
        Look.WEIGHTED: (checks.drawn, checks.weights()),
        Look.BLIND: (blind, checks.inverse()),
    }
    found = {}
    for look, (asked, weight) in looks.items():
        some = checks.take(asked)
        found[look] = _seen(
            some.found, score[some.row], weight[asked],
            list(resampled(entity_id[some.row], replicates, seed)) if len(some) else [],
        )  # fmt: skip
    return found


def _seen(found: Ints, score: Floats, weight: Floats, times: list[Floats]) -> Seen:
    problems = int(found.sum())
    if not len(found):
        return Seen(0, 0, None, None, None)

    def rate(w: Floats) -> float:
        return float((w * found).sum() / w.sum())

    told = Interval.of(rate(weight), np.array([rate(weight * t) for t in times]))
    if min(problems, len(found) - problems) < LEAST:
        return Seen(len(found), problems, told, None, None)
    ranking, ranked = Concordance(found, score), Ranked(found, score)
    auc = np.array([ranking.auc(weight * t) for t in times])
    lift = np.array([ranked.lift(0.1, weight * t) for t in times])
    return Seen(
        checks=len(found),
        problems=problems,
        rate=told,
        auc=Interval.of(ranking.auc(weight), auc),
        lift=Interval.of(ranked.lift(0.1, weight), lift),
    )
