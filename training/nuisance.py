"""Offsets for a nuisance that decides whether an outcome is *recorded*.

Which inspector goes changes what is found; it says nothing about the business.
Its effect enters training as a fixed offset of the log-odds, so that the trees
need not explain it through the businesses an inspector happened to visit. The
offsets average to zero over the training rows and are absent from scoring.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from training.arrays import Floats, Ints, Texts
from training.splits import business_folds

_RIDGE = 4.0  # precision of the prior: group effects of about half a log-odds unit
_PARTS = 5


@dataclass(frozen=True)
class NuisanceEffects:
    """Log-odds effect of each group, centred on the training rows."""

    effect: Mapping[str, float]

    def offsets(self, groups: Texts) -> Floats:
        """Offset of each row ``(n,)``; a group never seen has none."""
        return np.array([self.effect.get(group, 0.0) for group in groups.tolist()])


def group_effects(
    y: Ints, groups: Texts, base: Floats | None = None, ridge: float = _RIDGE
) -> NuisanceEffects:
    """Ridge-shrunk log-odds effect of each group beside an intercept.

    Maximises the penalised likelihood of ``logit p = a + base + b_group`` with
    penalty ``ridge / 2 · b²``; a small group stays near zero.

    Parameters
    ----------
    base
        ``(n,)`` log-odds already explained by the business, or None.

    Examples
    --------
    >>> y = np.array([1, 0] * 200 + [1, 1, 1, 0] * 100)
    >>> groups = np.array(["even"] * 400 + ["strict"] * 400)
    >>> effects = group_effects(y, groups).effect
    >>> round(effects["strict"] - effects["even"], 2)  # log(3), shrunk
    1.05
    """
    names, code = np.unique(groups, return_inverse=True)
    size = np.bincount(code, minlength=len(names))
    known = np.zeros(len(y)) if base is None else base
    effect = np.zeros(len(names))
    rate = float(np.clip(y.mean(), 1e-6, 1 - 1e-6))
    intercept = float(np.log(rate / (1 - rate)) - known.mean())
    for _ in range(50):
        p = 1.0 / (1.0 + np.exp(-(intercept + known + effect[code])))
        weight = np.bincount(code, p * (1 - p), len(names)) + ridge
        step = (np.bincount(code, y - p, len(names)) - ridge * effect) / weight
        shift = float((y - p).sum() / (p * (1 - p)).sum())
        effect += 0.7 * step
        intercept += 0.7 * shift
        if max(np.abs(step).max(), abs(shift)) < 1e-8:
            break
    centred = effect - float(size @ effect) / len(y)
    return NuisanceEffects(dict(zip(names.tolist(), centred.tolist(), strict=True)))


def out_of_fold_offsets(
    y: Ints, groups: Texts, entity_id: Texts, seed: int, base: Floats | None = None
) -> Floats:
    """Offset of each row ``(n,)`` from effects fitted without its own business.

    Otherwise a group of one row would carry that row's label into training.
    """
    part = business_folds(entity_id.tolist(), _PARTS, seed)
    offsets = np.zeros(len(y))
    for number in np.unique(part):
        inside = part == number
        known = None if base is None else base[~inside]
        if (~inside).any():
            effects = group_effects(y[~inside], groups[~inside], known)
            offsets[inside] = effects.offsets(groups[inside])
    offsets -= offsets.mean()
    return offsets
