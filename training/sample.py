"""Rows to learn from: features, label, and what each row knew when."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from training.arrays import Bools, Floats, Ints, Texts


@dataclass(frozen=True)
class Sample:
    """Aligned arrays of one outcome's labelled rows.

    Parameters
    ----------
    X
        ``(n, n_features)`` in catalogue order; NaN is missing.
    y
        ``(n,)`` of 0 and 1.
    entity_id
        ``(n,)`` the business of each row.
    as_of_day, label_day
        ``(n,)`` the day whose knowledge the features use, and the day by which
        the label was complete.
    event_day
        ``(n,)`` the day a record of the cohort was carried out; the as-of day in
        a monthly cohort.
    nuisance
        ``(n,)`` values of the outcome's `adjust_for` column, or None.
    weight
        ``(n,)`` how many rows each stands for, or None: one each.
    """

    X: Floats
    y: Ints
    entity_id: Texts
    as_of_day: Ints
    label_day: Ints
    event_day: Ints
    nuisance: Texts | None = None
    weight: Floats | None = None

    def __len__(self) -> int:
        return len(self.y)

    def take(self, rows: Ints | Bools) -> Sample:
        """The given rows, by position or mask."""
        return Sample(
            X=self.X[rows],
            y=self.y[rows],
            entity_id=self.entity_id[rows],
            as_of_day=self.as_of_day[rows],
            label_day=self.label_day[rows],
            event_day=self.event_day[rows],
            nuisance=None if self.nuisance is None else self.nuisance[rows],
            weight=None if self.weight is None else self.weight[rows],
        )

    def thinned(self, per_positive: int, seed: int) -> Sample:
        """All positives, and at most so many negatives for each, drawn by the seed.

        Where positives are rare the other negatives cost time and teach nothing;
        the order of a ranking learnt without them is the same, its level is not.
        """
        negatives = np.flatnonzero(self.y == 0)
        most = per_positive * int(self.y.sum())
        if len(negatives) <= most:
            return self
        drawn = np.random.default_rng(seed).choice(negatives, most, replace=False)
        return self.take(np.sort(np.concatenate([np.flatnonzero(self.y == 1), drawn])))
