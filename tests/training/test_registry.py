from __future__ import annotations

from pathlib import Path

import pytest

from tests.training.learnable import SETTINGS
from tests.training.made_up import FEATURES, sample
from training.fit import fit
from training.registry import Run, track, tracking_uri


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # MLflow's and its dependencies' own
def test_run_is_tracked_and_its_model_registered_under_the_alias(tmp_path: Path) -> None:
    import mlflow

    text = fit(sample(500), FEATURES, SETTINGS.fit).text
    artifacts = tmp_path / "artifacts"
    artifacts.mkdir()
    (artifacts / "model_card.md").write_text("# card", encoding="utf-8")
    run = Run(
        name="first", params={"seed": "1"}, metrics={"credit/model/auc": 0.7},
        tags={"bundle": "b" * 64}, artifacts=artifacts, models={"credit": text},
    )  # fmt: skip
    before = mlflow.get_tracking_uri()
    first = track(tmp_path, "town", run, "champion")
    second = track(tmp_path, "town", run, "champion")
    assert (first.versions, second.versions) == ({"credit": 1}, {"credit": 2})
    assert mlflow.get_tracking_uri() == before

    uri = tracking_uri(tmp_path)
    client = mlflow.MlflowClient(tracking_uri=uri, registry_uri=uri)
    assert client.get_run(first.run_id).data.metrics == {"credit/model/auc": 0.7}
    assert client.get_run(first.run_id).data.tags["bundle"] == "b" * 64
    champion = client.get_model_version_by_alias("town-credit", "champion")
    assert int(champion.version) == 2
    assert [a.path for a in client.list_artifacts(first.run_id)] == ["model_card.md"]
    [logged] = list((tmp_path / "mlruns").rglob("model.lgb"))[:1]
    assert logged.read_text(encoding="utf-8").startswith("tree\nversion=v4")
    assert not list((tmp_path / "mlruns").rglob("*.pkl"))
