"""Judge a model beside its challengers on rows later than all they learnt from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from features.contracts import Feature, Outcome
from training.arrays import Floats, Ints
from training.calibrate import calibrate, probabilities
from training.challengers import challengers
from training.concordance import Interval
from training.evaluate import Evaluation, Scored, evaluate
from training.fit import FitSettings, Fitted, fit
from training.sample import Sample
from training.splits import Fold, business_folds

MODEL = "model"
_PARTS = 5
_WINDOW = 2  # months within which inspections can be re-ordered, as the City of Chicago did


@dataclass(frozen=True)
class Predictions:
    """What each ranking said about the tested rows of all folds, one after another.

    Parameters
    ----------
    rows
        ``(n,)`` positions in the sample.
    month
        ``(n,)`` number of the month that each row was tested in.
    scores
        Ranking → ``(n,)``, higher is riskier; the model's are margins.
    """

    rows: Ints
    month: Ints
    scores: Mapping[str, Floats]


@dataclass(frozen=True)
class Judgement:
    """An outcome's model and challengers, out of time.

    Parameters
    ----------
    evaluations
        Ranking → its figures on all folds together.
    advantage
        Challenger → AUC of the model minus its AUC on the same businesses, within
        nuisance groups where there are any.
    """

    evaluations: Mapping[str, Evaluation]
    advantage: Mapping[str, Interval]

    @property
    def model(self) -> Evaluation:
        """The model's own figures."""
        return self.evaluations[MODEL]


def as_it_is(past: Sample) -> Sample:
    """The rows themselves: learn from what was found in everyone."""
    return past


def predict(
    sample: Sample,
    folds: Sequence[Fold],
    features: Sequence[Feature],
    outcome: Outcome,
    settings: FitSettings,
    *,
    taught: Callable[[Sample], Sample] = as_it_is,
    told: Callable[[Fold, Fitted], None] | None = None,
) -> Predictions:
    """Refit model and challengers on each fold's past and let them rank its month.

    The model learns from what `taught` makes of the past; `told` hears of each fold
    when it is done.
    """
    scores: dict[str, list[Floats]] = {}
    for fold in folds:
        past, month = sample.take(fold.train), sample.X[fold.test]
        model = fit(taught(past), features, settings)
        scores.setdefault(MODEL, []).append(model.margins(month))
        thinned = past.thinned(settings.negatives_per_positive, settings.seed)
        for name, rank in challengers(thinned, features, outcome.past).items():
            scores.setdefault(name, []).append(rank(month))
        if told is not None:
            told(fold, model)
    _, months = np.unique([fold.cut_day for fold in folds], return_inverse=True)
    return Predictions(
        rows=np.concatenate([fold.test for fold in folds]),
        month=np.repeat(months, [len(fold.test) for fold in folds]),
        scores={name: np.concatenate(parts) for name, parts in scores.items()},
    )


def judge(
    sample: Sample,
    predictions: Predictions,
    *,
    capacity_share: float = 0.1,
    replicates: int = 200,
    seed: int = 0,
) -> Judgement:
    """The figures of every ranking on the tested rows.

    The model's probabilities are calibrated on other businesses than those they
    are judged on.
    """
    tested = sample.take(predictions.rows)
    margin = predictions.scores[MODEL]
    scored = Scored(
        y=tested.y,
        score=margin,
        entity_id=tested.entity_id,
        day=tested.event_day,
        strata=tested.nuisance,
        window=predictions.month // _WINDOW if carried_out(tested) else None,
    )

    def figures(name: str, score: Floats) -> Evaluation:
        p = cross_calibrated(tested, margin, seed) if name == MODEL else None
        return evaluate(
            replace(scored, score=score, probability=p),
            capacity_share,
            replicates=replicates,
            seed=seed,
        )

    evaluations = {name: figures(name, score) for name, score in predictions.scores.items()}
    aucs = {name: figures.stratified_auc or figures.auc for name, figures in evaluations.items()}
    advantage = {name: aucs[MODEL].minus(auc) for name, auc in aucs.items() if name != MODEL}
    return Judgement(evaluations, advantage)


def carried_out(sample: Sample) -> bool:
    """Whether rows were carried out one by one, on days of their own."""
    return bool((sample.event_day != sample.as_of_day).any())


def cross_calibrated(tested: Sample, margin: Floats, seed: int) -> Floats:
    """Probabilities ``(n,)`` by calibrations that did not see the row's business."""
    part = business_folds(tested.entity_id.tolist(), _PARTS, seed)
    p = np.empty(len(margin))
    for number in np.unique(part):
        inside = part == number
        others = tested.y[~inside]
        known = ~inside if 0 < others.sum() < len(others) else np.ones(len(part), dtype=bool)
        p[inside] = probabilities(margin[inside], calibrate(tested.y[known], margin[known]))
    return p
