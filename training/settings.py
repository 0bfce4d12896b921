"""How a training run goes about it; the defaults are the ones in production."""

from __future__ import annotations

from dataclasses import dataclass, field

from training.fit import FitSettings


@dataclass(frozen=True)
class TrainSettings:
    """What may be chosen about a run; none of it concerns what a label means.

    Parameters
    ----------
    seed
        Of everything that is drawn.
    outcomes
        Names of the outcomes to learn; None learns all that have enough rows.
    rows_per_day
        In a monthly cohort: businesses drawn on each as-of day.
    months_apart, most_days
        In a monthly cohort: distance of the as-of days, and how many of them an
        outcome learns from at most.
    warm_up_months
        In a monthly cohort: how long records must have been kept before the
        first as-of day.
    folds
        Out-of-time folds that a model is judged on; those without enough history
        are left out, but one is needed.
    least_positives
        An outcome with fewer positives to learn from, or a fifth as many to be
        judged on, is left out.
    capacity_share
        Share of the businesses that can be inspected.
    reference_rows
        Businesses pinned just inside each better tier.
    workers
        Outcomes fitted side by side.
    replicates
        Bootstrap replicates of an interval.
    shap_plots
        Add shap's summary and dependence plots to the model card; slow to import.
    track
        Record the run in MLflow.
    search_trials
        Settings tried for each outcome inside its training period; 0 searches nothing.
    stable_features
        Use only features that help in most parts of the training businesses; costs
        five more fits of each outcome.
    new_businesses
        Judge on businesses that were never learnt from, in so many parts; costs so many
        times the fits of each fold. 0 judges on businesses as they come, of whom most
        were learnt from, as most of those who will be scored.
    from_draws
        Learn the credit outcome from drawn checks, weighted by the inverse of their
        probability, instead of from what was found in everyone.
    fit
        Of the models.
    """

    seed: int = 20240531
    outcomes: tuple[str, ...] | None = None
    rows_per_day: int = 12_000
    months_apart: int = 3
    most_days: int = 8
    warm_up_months: int = 6
    folds: int = 2
    least_positives: int = 50
    capacity_share: float = 0.1
    reference_rows: int = 256
    workers: int = 2
    replicates: int = 200
    shap_plots: bool = False
    track: bool = True
    search_trials: int = 0
    stable_features: bool = False
    new_businesses: int = 0
    from_draws: bool = False
    fit: FitSettings = field(default_factory=FitSettings)
