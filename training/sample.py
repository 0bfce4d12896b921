"""Rows to learn from: features, label, and what each row knew when."""

from __future__ import annotations

from dataclasses import dataclass

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
    """

    X: Floats
    y: Ints
    entity_id: Texts
    as_of_day: Ints
    label_day: Ints
    event_day: Ints
    nuisance: Texts | None = None

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
        )
