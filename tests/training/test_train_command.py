"""``xinheng train`` ends with a code of its own when the gate refuses the model."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property
from pathlib import Path

import pytest

from features.catalogue import Catalogue
from features.durable import point
from features.errors import OurConfiguration
from features.snapshot import Snapshot
from tests.training.learnable import POLICY, SETTINGS, learnable, written
from training.cli.models import REFUSED, exit_code
from training.cli.place import Place
from training.train import train


class Town(Place):
    """The learnable town in a home folder."""

    @cached_property
    def catalogue(self) -> Catalogue:
        return learnable(None, self.home / "town")


def place(home: Path) -> Town:
    town = Town("town", home)
    snapshot = written(town.catalogue, home / "records" / "snapshots" / "made")
    snapshot.folder.rename(snapshot.folder.with_name(snapshot.name))
    point(home / "records" / "CURRENT", snapshot.name)
    return town


def test_a_model_that_the_gate_refuses_has_an_exit_code_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    strict = POLICY["gate.yaml"].replace("same_reason_month: 0.5", "same_reason_month: 1.1")
    monkeypatch.setitem(POLICY, "gate.yaml", strict)
    assert exit_code(place(tmp_path), replace(SETTINGS, outcomes=())) == REFUSED
    assert "refused by: reasons survive a month" in capsys.readouterr().out
    assert not (tmp_path / "bundles" / "CURRENT").exists()


def test_a_city_without_draws_cannot_learn_from_them(tmp_path: Path) -> None:
    town = place(tmp_path)
    with pytest.raises(OurConfiguration, match="no draws to learn from"):
        train(
            town.catalogue, Snapshot.current(tmp_path), tmp_path,
            settings=replace(SETTINGS, from_draws=True),
        )  # fmt: skip
