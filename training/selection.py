"""Which features are worth keeping: those that help wherever one looks.

One importance of one model is luck where features stand in for each other. A feature is
kept when it has a share in the gain in most of the models that each leave out a part of
the businesses; the others are never split on. Nothing is dropped from the matrix.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from features.contracts import Feature
from training.fit import FitSettings, fit, gain_by_feature
from training.sample import Sample
from training.splits import business_folds

_PARTS = 5
_MOST = 4  # of the parts
_SHARE = 0.001  # of a model's gain


def unstable(sample: Sample, features: Sequence[Feature], settings: FitSettings) -> tuple[str, ...]:
    """Names of the features that do not help in most parts, in their declared order.

    Parameters
    ----------
    sample
        Rows whose labels were complete before the first day that is tested.
    """
    part = business_folds(sample.entity_id.tolist(), _PARTS, settings.seed)
    helped = dict.fromkeys((feature.name for feature in features), 0)
    for number in range(_PARTS):
        model = fit(sample.take(np.flatnonzero(part != number)), features, settings)
        for name, share in gain_by_feature(model.text).items():
            helped[name] += share >= _SHARE
    return tuple(name for name, times in helped.items() if times < _MOST)
