"""How tiers and scores move when a new model takes over from the champion."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.builder import Matrix
from serving.decision.content import Bundle
from serving.manifest import CREDIT, TIERS, TierCuts
from training.arrays import Ints
from training.matrix import blocks
from training.psi import psi
from training.tiers import score_tenths


@dataclass(frozen=True)
class NoChampion:
    """Nothing to compare a new model with, and why."""

    why: str


@dataclass(frozen=True)
class Migration:
    """Businesses by tier before (rows) and after (columns), A to D.

    Parameters
    ----------
    counts
        ``(4, 4)`` how many businesses moved from which tier to which.
    psi
        Population stability index of the score, before against after.
    """

    counts: tuple[tuple[int, ...], ...]
    psi: float

    @property
    def moved(self) -> float:
        """Share of businesses whose tier changes."""
        return self._share(1)

    @property
    def moved_two(self) -> float:
        """Share of businesses that move two tiers or more."""
        return self._share(2)

    def _share(self, least: int) -> float:
        total = sum(map(sum, self.counts))
        far = sum(
            count
            for before, row in enumerate(self.counts)
            for after, count in enumerate(row)
            if abs(before - after) >= least
        )
        return far / total


def migrate(
    champion: Bundle, population: Matrix, tenths: Ints, cuts: TierCuts
) -> Migration | NoChampion:
    """Compare the champion's tiers of the same businesses with the new ones.

    Nothing to compare on when the champion reads other features.
    """
    if champion.feature_names != population.features:
        return NoChampion("the champion reads other features")
    scorer = champion.models[CREDIT].scorer
    margins = np.concatenate([scorer.margins(block) for block in blocks(population)])
    before = score_tenths(margins, champion.manifest.score)
    moved = np.zeros((len(TIERS), len(TIERS)), dtype=np.int64)
    np.add.at(moved, (_places(before, champion.manifest.tiers), _places(tenths, cuts)), 1)
    return Migration(
        tuple(tuple(int(n) for n in row) for row in moved),
        psi(before.astype(np.float64), tenths.astype(np.float64)),
    )


def _places(tenths: Ints, cuts: TierCuts) -> Ints:
    """0 for A … 3 for D."""
    return 3 - np.searchsorted(np.array([cuts.C, cuts.B, cuts.A]), tenths, side="right")
