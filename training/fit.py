"""Fit one outcome's LightGBM model; same data and seed give the same bytes.

Trees are at most six deep, because the cost of explaining grows with the square of
the depth, and respect each feature's declared direction, because a business may
never be told that a further penalty would have helped it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from features.contracts import Direction, Feature
from features.errors import Fault
from serving.model.scorer import Scorer
from serving.model.trees import Trees
from training.arrays import Floats
from training.concordance import resampled
from training.errors import TooLittleData
from training.nuisance import NuisanceEffects, group_effects, out_of_fold_offsets
from training.sample import Sample
from training.splits import inner_split

if TYPE_CHECKING:
    import lightgbm

_SMOOTHED = 20  # rounds over which the validation AUC is averaged
_SIGN = {Direction.RISK_UP: 1, Direction.RISK_DOWN: -1, Direction.EITHER: 0}


@dataclass(frozen=True)
class FitSettings:
    """How a model is fitted; the defaults are the ones in production.

    `threads` is fixed and not the machine's number of cores, so that the result
    does not depend on where training runs; outcomes are fitted side by side
    instead. `feature_share` is drawn anew at each split: drawing per tree makes
    LightGBM copy all rows for every tree and doubles the time. Where positives
    are rare, `negatives_per_positive` negatives are drawn for each and the margin
    is corrected for it: the others would cost time and teach nothing. Features named
    in `unused` are never split on.
    """

    seed: int = 20240531
    threads: int = 1
    learning_rate: float = 0.06
    leaves: int = 15
    depth: int = 5
    min_rows_in_leaf: int = 80
    min_hessian_in_leaf: float = 2.0
    l2: float = 10.0
    feature_share: float = 0.5
    row_share: float = 0.8
    bins: int = 63
    negatives_per_positive: int = 10
    max_rounds: int = 400
    patience: int = 40
    validation_share: float = 0.2
    unused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fitted:
    """A fitted model as LightGBM's own text, and how it came about."""

    text: str
    rounds: int
    rows: int
    positives: int
    nuisance: NuisanceEffects | None = field(default=None, compare=False)

    def margins(self, X: Floats) -> Floats:
        """Raw log-odds ``(n,)`` by the scorer that ships; the nuisance has no part."""
        return self._scorer.margins(X)

    @cached_property
    def _scorer(self) -> Scorer:
        return Scorer(Trees.parse(self.text))


def fit(sample: Sample, features: Sequence[Feature], settings: FitSettings) -> Fitted:
    """Fit on `sample`: rounds by an inner time split, then all rows with that many.

    Parameters
    ----------
    sample
        Labelled rows of the training period.
    features
        Definitions in the order of the columns of ``sample.X``.

    Raises
    ------
    TooLittleData
        There is no positive or no negative, or no inner split.
    """
    if not 0 < sample.y.sum() < len(sample):
        raise TooLittleData(str(Fault(
            "nothing to learn", "the training period", "positives and negatives",
            f"{int(sample.y.sum())} positives among {len(sample)} rows",
            "train on a longer period",
        )))  # fmt: skip
    rounds, _ = inner_validation(sample, features, settings)
    text = _boost(sample, features, settings, rounds)
    effects = None if sample.nuisance is None else group_effects(sample.y, sample.nuisance)
    return Fitted(text, rounds, len(sample), int(sample.y.sum()), effects)


def refit_resampled(
    sample: Sample, features: Sequence[Feature], settings: FitSettings, rounds: int
) -> str:
    """Model text of the same rounds on businesses drawn anew with replacement."""
    [times] = resampled(sample.entity_id, 1, settings.seed)
    rows = np.repeat(np.arange(len(sample)), times.astype(np.int64))
    return _boost(sample.take(rows), features, settings, rounds)


def _offsets(sample: Sample, seed: int) -> Floats:
    """Where each row's log-odds start: the base rate, and its nuisance offset."""
    start = np.full(len(sample), _log_odds(sample))
    if sample.nuisance is None:
        return start
    return start + out_of_fold_offsets(sample.y, sample.nuisance, sample.entity_id, seed)


def inner_validation(
    sample: Sample, features: Sequence[Feature], settings: FitSettings
) -> tuple[int, float]:
    """Boosting rounds after which the inner validation rows are ranked best, and their AUC.

    By AUC and not by loss: a drift of the base rate raises the loss of every
    further round, though it leaves the order of businesses alone. The AUC is
    averaged over neighbouring rounds, because among few positives a single round
    may be lucky.
    """
    inside, outside = inner_split(
        sample.as_of_day, sample.label_day, sample.entity_id,
        settings.validation_share, settings.seed,
    )  # fmt: skip
    train, validation = sample.take(inside), sample.take(outside)
    if not 0 < train.y.sum() < len(train) or not 0 < validation.y.sum() < len(validation):
        raise TooLittleData(str(Fault(
            "no early stopping", "the inner time split",
            "positives and negatives on both sides",
            f"{int(train.y.sum())} and {int(validation.y.sum())} positives",
            "train on a longer period",
        )))  # fmt: skip
    train = train.thinned(settings.negatives_per_positive, settings.seed)
    start = np.zeros(len(validation))
    if train.nuisance is not None and validation.nuisance is not None:
        start += group_effects(train.y, train.nuisance).offsets(validation.nuisance)
    held = (validation, start)
    history: dict[str, dict[str, list[float]]] = {}
    _train(train, features, settings, settings.max_rounds, validation=held, history=history)
    area = np.array(history["valid_0"]["auc"])
    width = min(_SMOOTHED, len(area))
    mean = np.convolve(area, np.full(width, 1.0 / width), mode="valid")
    return int(np.argmax(mean)) + (width + 1) // 2, float(mean.max())


def _boost(sample: Sample, features: Sequence[Feature], settings: FitSettings, rounds: int) -> str:
    """Model text whose raw score contains the base rate but no nuisance offset."""
    thinned = sample.thinned(settings.negatives_per_positive, settings.seed)
    booster = _train(thinned, features, settings, rounds)
    intercept = _log_odds(sample)
    leaves = booster.dump_model(num_iteration=1)["tree_info"][0]["num_leaves"]
    for leaf in range(leaves):
        booster.set_leaf_output(0, leaf, booster.get_leaf_output(0, leaf) + intercept)
    text: str = booster.model_to_string(num_iteration=rounds)
    return text


def _log_odds(sample: Sample) -> float:
    rate = float(np.average(sample.y, weights=sample.weight))
    return float(np.log(rate / (1 - rate)))


def _train(
    sample: Sample,
    features: Sequence[Feature],
    settings: FitSettings,
    rounds: int,
    *,
    validation: tuple[Sample, Floats] | None = None,
    history: dict[str, dict[str, list[float]]] | None = None,
) -> lightgbm.Booster:
    import lightgbm

    data = lightgbm.Dataset(
        sample.X,
        sample.y,
        weight=sample.weight,
        init_score=_offsets(sample, settings.seed),
        feature_name=[feature.name for feature in features],
        categorical_feature=[i for i, f in enumerate(features) if f.categorical],
        params=_parameters(features, settings),
    )
    if validation is None:
        return lightgbm.train(_parameters(features, settings), data, rounds)
    rows, start = validation  # a constant start would change no order of the rows
    return lightgbm.train(
        _parameters(features, settings),
        data,
        rounds,
        valid_sets=[
            lightgbm.Dataset(rows.X, rows.y, weight=rows.weight, init_score=start, reference=data)
        ],
        callbacks=[
            lightgbm.early_stopping(settings.patience, verbose=False),
            lightgbm.record_evaluation({} if history is None else history),
        ],
    )


def _parameters(features: Sequence[Feature], settings: FitSettings) -> dict[str, object]:
    return {
        "objective": "binary",
        "metric": "auc",
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": settings.threads,
        "seed": settings.seed,
        "learning_rate": settings.learning_rate,
        "num_leaves": settings.leaves,
        "max_depth": settings.depth,
        "min_data_in_leaf": settings.min_rows_in_leaf,
        "min_sum_hessian_in_leaf": settings.min_hessian_in_leaf,
        "lambda_l2": settings.l2,
        "feature_fraction_bynode": settings.feature_share,
        "bagging_fraction": settings.row_share,
        "bagging_freq": 1,
        "max_bin": settings.bins,
        "feature_pre_filter": False,
        "monotone_constraints": monotone_constraints(features),
        "monotone_constraints_method": "intermediate",
        "feature_contri": [0.0 if f.name in settings.unused else 1.0 for f in features],
        "verbosity": -1,
    }


def monotone_constraints(features: Sequence[Feature]) -> list[int]:
    """+1 where risk may only rise with the value, −1 where only fall, else 0.

    A code has no order, so a categorical feature is never constrained.
    """
    return [0 if f.categorical else _SIGN[f.direction] for f in features]


def gain_by_feature(text: str) -> dict[str, float]:
    """Feature → share of a model's total gain; empty for a constant model."""
    import lightgbm

    booster = lightgbm.Booster(model_str=text)
    gains = booster.feature_importance("gain")
    total = float(gains.sum())
    if total <= 0:
        return {}
    return {
        name: float(gain) / total
        for name, gain in zip(booster.feature_name(), gains, strict=True)
        if gain > 0
    }
