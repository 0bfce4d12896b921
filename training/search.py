"""Search the settings of a fit inside its own training period, with a named budget.

Every trial is judged on the inner split that early stopping uses, so nothing that a model
is tested on later is seen. The budget is a number of trials and not of seconds: the same
data and seed give the same settings wherever the search runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from features.contracts import Feature
from training.fit import FitSettings, inner_validation
from training.sample import Sample

if TYPE_CHECKING:
    import optuna


def search(
    sample: Sample, features: Sequence[Feature], settings: FitSettings, trials: int
) -> FitSettings:
    """The best of `trials` settings by Optuna's TPE; the given settings are the first tried.

    Parameters
    ----------
    sample
        Rows whose labels were complete before the first day that is tested.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.create_study(
        direction="maximize", sampler=optuna.samplers.TPESampler(seed=settings.seed)
    )
    study.enqueue_trial(
        {
            "learning_rate": settings.learning_rate,
            "leaves": settings.leaves,
            "min_rows_in_leaf": settings.min_rows_in_leaf,
            "l2": settings.l2,
            "feature_share": settings.feature_share,
        }
    )

    def judged(trial: optuna.Trial) -> float:
        return inner_validation(sample, features, _tried(trial, settings))[1]

    study.optimize(judged, n_trials=trials)
    return _tried(study.best_trial, settings)


def _tried(trial: optuna.Trial | optuna.trial.FrozenTrial, settings: FitSettings) -> FitSettings:
    """The settings of a trial; never deeper than explanations allow."""
    return replace(
        settings,
        learning_rate=trial.suggest_float("learning_rate", 0.01, 0.2, log=True),
        leaves=trial.suggest_int("leaves", 3, 31),
        min_rows_in_leaf=trial.suggest_int("min_rows_in_leaf", 5, 400, log=True),
        l2=trial.suggest_float("l2", 0.1, 100.0, log=True),
        feature_share=trial.suggest_float("feature_share", 0.05, 1.0),
    )
