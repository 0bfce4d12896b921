"""Record a run in MLflow and register its models under an alias.

The store is SQLite in the workspace. Models are logged as LightGBM's own text
with their requirements given: letting MLflow infer them takes half a minute.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import mlflow

Alias = Literal["champion", "challenger"]


@dataclass(frozen=True)
class Run:
    """What is recorded of one training run.

    Parameters
    ----------
    name
        Shown in the list of runs.
    params, metrics, tags
        Flat, by name.
    artifacts
        Folder whose files are kept with the run.
    models
        Outcome → LightGBM model text.
    """

    name: str
    params: Mapping[str, str]
    metrics: Mapping[str, float]
    tags: Mapping[str, str]
    artifacts: Path
    models: Mapping[str, str]


@dataclass(frozen=True)
class Tracked:
    """Where a run was recorded: its id, and the registered version of each model."""

    run_id: str
    versions: Mapping[str, int]


def tracking_uri(home: Path) -> str:
    """Address of the workspace's MLflow store."""
    return f"sqlite:///{home.resolve() / 'mlflow.db'}"


def track(home: Path, jurisdiction: str, run: Run, alias: Alias) -> Tracked:
    """Record `run` and point `alias` of each model ``<jurisdiction>-<outcome>`` at it.

    The global tracking address is left as it was found.
    """
    _quiet()
    import mlflow
    import mlflow.lightgbm
    from mlflow.entities import Metric, Param, RunTag

    home.mkdir(parents=True, exist_ok=True)
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(tracking_uri(home))
    try:
        client = mlflow.MlflowClient()
        experiment = _experiment(client, home, jurisdiction)
        with mlflow.start_run(experiment_id=experiment, run_name=run.name) as active:
            run_id = str(active.info.run_id)
            now = int(time.time() * 1000)
            client.log_batch(
                run_id,
                metrics=[Metric(name, value, now, 0) for name, value in run.metrics.items()],
                params=[Param(name, value) for name, value in run.params.items()],
                tags=[RunTag(name, value) for name, value in run.tags.items()],
            )
            client.log_artifacts(run_id, str(run.artifacts))
            versions = {
                outcome: _register(client, f"{jurisdiction}-{outcome}", outcome, text, run_id)
                for outcome, text in run.models.items()
            }
        for outcome, number in versions.items():
            name = f"{jurisdiction}-{outcome}"
            client.set_registered_model_alias(name, alias, str(number))
        return Tracked(run_id, versions)
    finally:
        mlflow.set_tracking_uri(before)


def _quiet() -> None:
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    os.environ.setdefault("MLFLOW_ALLOW_PICKLE_DESERIALIZATION", "false")
    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _experiment(client: mlflow.MlflowClient, home: Path, jurisdiction: str) -> str:
    found = client.get_experiment_by_name(jurisdiction)
    if found is not None:
        return str(found.experiment_id)
    folder = (home.resolve() / "mlruns").as_uri()
    return str(client.create_experiment(jurisdiction, artifact_location=folder))


def _register(client: mlflow.MlflowClient, name: str, outcome: str, text: str, run_id: str) -> int:
    import lightgbm
    import mlflow.lightgbm
    from mlflow.exceptions import MlflowException

    logged = mlflow.lightgbm.log_model(
        lightgbm.Booster(model_str=text),
        name=outcome,
        pip_requirements=[f"lightgbm=={version('lightgbm')}"],
    )
    try:
        client.get_registered_model(name)
    except MlflowException:
        client.create_registered_model(name)
    made = client.create_model_version(
        name, logged.model_uri, run_id=run_id, model_id=logged.model_id
    )
    return int(made.version)
