"""Learn one outcome: sample, folds, judgement, final model, calibration."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from features.catalogue import Catalogue
from features.contracts import Feature, Outcome
from features.errors import Fault
from features.snapshot import Snapshot
from serving.manifest import CREDIT, Band, Calibration
from training.arrays import Floats, Ints, Texts
from training.band import Seen as Mapped
from training.band import band
from training.calendar import date_of, month_of
from training.calibrate import Level, level
from training.cohort import CohortRows
from training.concordance import auc
from training.errors import TooLittleData
from training.evaluate import Scored
from training.fairness import TIME, Group, fairness
from training.fit import FitSettings, Fitted, fit, refit_resampled
from training.judge import MODEL, Judgement, as_it_is, cross_calibrated, judge, predict
from training.labels import label, mature
from training.plan import cuts
from training.sample import Sample
from training.search import search
from training.selection import unstable
from training.selective import Look, Seen
from training.settings import TrainSettings
from training.splits import Fold, business_folds, out_of_business, rolling_origin
from training.venn_abers import Choice, choose

_NEGATIVES = 5000
_PARTS = 5

# Which segments each row of a sample belongs to.
Segmented = Callable[[Sample], Mapping[str, Texts]]


@dataclass(frozen=True)
class Tested:
    """Out-of-time rows with what happened and what the model had said.

    `margin` is what the model of the time gave, `probability` its calibration on
    other businesses; `entity_id` and `as_of_day` say whose rows, as of when, and
    `segments` to which group of each segment they belong.
    """

    y: Ints
    margin: Floats
    probability: Floats
    entity_id: Texts
    as_of_day: Ints
    segments: Mapping[str, Texts]


@dataclass(frozen=True)
class Learned:
    """One outcome's model and everything known about how good it is.

    Parameters
    ----------
    as_of_days
        First and last day whose knowledge the final model learnt from.
    cuts
        Days at which the out-of-time folds were cut.
    single_feature_auc
        Feature → AUC of ranking the tested rows by that feature alone, in the
        better direction: a value near 1 betrays a label among the features.
    groups
        Figures by segment, and over time.
    refitted
        Text of the same model on resampled businesses; of the credit outcome only.
    fitted_by
        Settings of the fit, found by a search or given.
    choice
        The calibration's shape, and how it was chosen.
    level
        How the shape is moved to the level of the final model.
    band
        How surely the map from margin to probability is known; None where not asked.
    looks
        How well the credit model ranks what checks would find in everyone; empty where
        no draws are declared.
    """

    outcome: Outcome
    model: Fitted
    choice: Choice
    judgement: Judgement
    tested: Tested
    as_of_days: tuple[int, int]
    cuts: tuple[int, ...]
    single_feature_auc: dict[str, float]
    fitted_by: FitSettings
    level: Level
    groups: tuple[Group, ...] = ()
    refitted: str | None = None
    band: Band | None = None
    looks: Mapping[Look, Seen] = field(default_factory=dict)

    @property
    def calibration(self) -> Calibration:
        """The map from margin to probability that goes into the bundle."""
        return replace(self.level.of(self.choice.calibration), band=self.band)

    @property
    def base_rate(self) -> float:
        """Share of positives among the tested rows."""
        return float(self.tested.y.mean())


def sample_of(
    catalogue: Catalogue,
    snapshot: Snapshot,
    rows: CohortRows,
    X: Floats,
    outcome: Outcome,
    *,
    through: int,
    most_days: int | None = None,
    only_mature: bool = True,
) -> Sample:
    """The labelled rows of an outcome.

    Parameters
    ----------
    X
        ``(n, n_features)`` aligned with `rows`.
    most_days
        Keep only so many of the latest as-of days; None keeps all.
    only_mature
        Leave out rows whose horizon is not complete; otherwise they are refused.
    """
    keep = mature(outcome, rows, through) | (not only_mature)
    if most_days is not None:
        days = np.unique(rows.as_of_day[keep])
        keep &= rows.as_of_day >= (days[-most_days:][0] if len(days) else 0)
    if not keep.any():
        raise TooLittleData(str(Fault(
            "no mature row", f"outcome {outcome.name}", "as-of days whose horizon is complete",
            f"records that cover only up to {date_of(through)}", "deliver later records",
        )))  # fmt: skip
    kept = rows.take(keep)
    labels = label(catalogue, snapshot, kept, outcome, through)
    nuisance = None if outcome.adjust_for is None else kept.nuisance[outcome.adjust_for]
    return Sample(
        X=X[keep],
        y=labels.y,
        entity_id=kept.entity_id,
        as_of_day=kept.as_of_day,
        label_day=labels.label_day,
        event_day=kept.event_day,
        nuisance=nuisance,
    )


def in_one_segment(_: Sample) -> Mapping[str, Texts]:
    """No segments: the businesses are not parted."""
    return {}


def learn(  # noqa: PLR0917  # two questions asked back
    features: Sequence[Feature],
    outcome: Outcome,
    sample: Sample,
    settings: TrainSettings,
    segmented: Segmented = in_one_segment,
    taught: Callable[[Sample], Sample] = as_it_is,
    *,
    certainty: float | None = None,
) -> Learned:
    """Judge the outcome's model out of time, then fit it on all labelled rows.

    Parameters
    ----------
    segmented
        Asked about the tested rows.
    taught
        What the model learns from, made of the rows of its past.
    certainty
        Of the band around the probabilities (0–1); None draws none.

    Raises
    ------
    TooLittleData
        The sample allows no out-of-time fold with enough positives.
    """
    at = cuts(sample.as_of_day, sample.label_day, sample.y, settings)
    if not at:
        raise TooLittleData(str(Fault(
            "no out-of-time fold", f"outcome {outcome.name}",
            f"{settings.least_positives} positives to learn from and "
            f"{settings.least_positives // 5} to be judged on",
            f"{int(sample.y.sum())} positives in {len(sample)} rows",
            "deliver a longer history, or leave the outcome out",
        )))  # fmt: skip
    folds = rolling_origin(sample.as_of_day, sample.label_day, at)
    before = taught(sample.take(folds[0].train))
    settings = replace(settings, fit=_fitting(before, features, settings))
    folds = _of_businesses(folds, sample, settings)
    predictions = predict(sample, folds, features, outcome, settings.fit, taught=taught)
    judgement = judge(
        sample,
        predictions,
        capacity_share=settings.capacity_share,
        replicates=settings.replicates,
        seed=settings.seed,
    )
    tested, margin = sample.take(predictions.rows), predictions.scores[MODEL]
    probability = cross_calibrated(tested, margin, settings.seed)
    learnt = taught(sample)
    model = fit(learnt, features, settings.fit)
    choice = choose(
        tested.y,
        margin,
        predictions.month,
        business_folds(tested.entity_id.tolist(), _PARTS, settings.seed),
    )
    said = model.margins(sample.X)
    moved = level(choice.calibration, sample.y, said)
    mapped = Mapped(sample.y, said, sample.entity_id, predictions.rows, margin)
    segments = segmented(tested)
    decides = outcome.name == CREDIT
    return Learned(
        outcome=outcome,
        model=model,
        choice=choice,
        level=moved,
        band=None
        if certainty is None
        else band(
            mapped,
            choice.calibration,
            moved,
            certainty,
            replicates=settings.replicates,
            seed=settings.seed,
        ),
        judgement=judgement,
        tested=Tested(tested.y, margin, probability, tested.entity_id, tested.as_of_day, segments),
        as_of_days=(int(sample.as_of_day.min()), int(sample.as_of_day.max())),
        cuts=at,
        single_feature_auc=_alone([feature.name for feature in features], tested),
        groups=_groups(tested, margin, probability, segments, settings),
        fitted_by=settings.fit,
        refitted=refit_resampled(learnt, features, settings.fit, model.rounds) if decides else None,
    )


def _of_businesses(
    folds: Sequence[Fold], sample: Sample, settings: TrainSettings
) -> tuple[Fold, ...]:
    """The folds, split so that no tested business was learnt from where that is asked."""
    if not settings.new_businesses:
        return tuple(folds)
    part = business_folds(sample.entity_id.tolist(), settings.new_businesses, settings.seed)
    pieces = tuple(piece for fold in folds for piece in out_of_business(fold, part))
    if not pieces:
        raise TooLittleData(str(Fault(
            "nobody left to learn from", "judging on new businesses",
            "businesses in at least 2 parts", f"{settings.new_businesses} asked for",
            "ask for more parts",
        )))  # fmt: skip
    return pieces


def _fitting(before: Sample, features: Sequence[Feature], settings: TrainSettings) -> FitSettings:
    """How to fit, chosen on rows complete before the first tested day where it is asked."""
    fitting = settings.fit
    if settings.search_trials:
        fitting = search(before, features, fitting, settings.search_trials)
    if settings.stable_features:
        fitting = replace(fitting, unused=unstable(before, features, fitting))
    return fitting


def _groups(
    tested: Sample, margin: Floats, probability: Floats, segments: Mapping[str, Texts],
    settings: TrainSettings,
) -> tuple[Group, ...]:  # fmt: skip
    scored = Scored(tested.y, margin, tested.entity_id, tested.event_day, probability)
    months = np.array([month_of(int(day)) for day in tested.event_day], dtype=np.str_)
    return fairness(
        scored,
        {TIME: months, **segments},
        capacity_share=settings.capacity_share,
        replicates=settings.replicates,
        seed=settings.seed,
    )


def _alone(names: list[str], tested: Sample) -> dict[str, float]:
    """AUC of each feature on its own, missing lowest, in whichever direction is better.

    All positives against at most 5,000 negatives: enough to notice a label.
    """
    negatives = np.flatnonzero(tested.y == 0)
    some = negatives[:: max(1, len(negatives) // _NEGATIVES)]
    rows = tested.take(np.concatenate([np.flatnonzero(tested.y == 1), some]))
    found = {}
    for column, name in enumerate(names):
        value = auc(rows.y, np.nan_to_num(rows.X[:, column], nan=-np.inf, neginf=-np.inf))
        found[name] = max(value, 1.0 - value)
    return found
