"""Whether intervals hold a known truth as often as they say. Prints the table of results.md.

    python experiments/2026-11-probability-intervals/run.py --villages 12

Businesses are drawn with a margin and a true share; each is seen on six days, of which the
last two are tested. What each method says of everyone is held beside the truth.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from unittest.mock import patch

import numpy as np

from tests.training.test_band import drawn, truth, village
from training.arrays import Floats
from training.band import Seen
from training.venn_abers import bounds

EVERYONE = np.sort(np.random.default_rng(0).normal(-4.2, 1.3, 4_000))
Method = Callable[[Seen], tuple[Floats, Floats]]


def with_bound(seen: Seen) -> tuple[Floats, Floats]:
    """What ships: businesses drawn anew, with the exact bound of the safest."""
    knots, found = drawn(seen)
    return np.interp(EVERYONE, knots, found.lower), np.interp(EVERYONE, knots, found.upper)


def bootstrap(seen: Seen) -> tuple[Floats, Floats]:
    """Businesses drawn anew, nothing else."""
    with patch("training.band._safest", lambda *_: (-np.inf, 0.0)):
        return with_bound(seen)


def two_probabilities(seen: Seen) -> tuple[Floats, Floats]:
    """Venn–Abers, at every fortieth margin."""
    at = EVERYONE[::40]
    low, high = bounds(seen.y[seen.tested], seen.tested_margin, at)
    return np.interp(EVERYONE, at, low), np.interp(EVERYONE, at, high)


METHODS: dict[str, Method] = {
    "Venn–Abers, p0 to p1": two_probabilities,
    "bootstrap by business": bootstrap,
    "bootstrap and exact bound": with_bound,
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--villages", type=int, default=12)
    given = parser.parse_args()
    true = truth(EVERYONE)
    print("| businesses | repeat themselves | method | holds the truth | safest tenth "
          "| riskiest tenth | median width ÷ truth |\n|---|---|---|---|---|---|---|")  # fmt: skip
    for businesses, alike in ((1_000, 0.0), (1_000, 0.5), (3_000, 0.3), (12_000, 0.3)):
        rng = np.random.default_rng(7)
        seen = [village(businesses, alike, rng) for _ in range(given.villages)]
        for name, method in METHODS.items():
            told = [method(one) for one in seen]
            held = np.array([(low <= true) & (true <= high) for low, high in told])
            width = np.median([(high - low) / true for low, high in told])
            tenth = len(EVERYONE) // 10
            print(
                f"| {businesses:,} | {alike:.0%} | {name} | {held.mean():.3f} "
                f"| {held[:, :tenth].mean():.3f} | {held[:, -tenth:].mean():.3f} | {width:.2f} |",
                flush=True,
            )


if __name__ == "__main__":
    main()
