from datetime import date
from pathlib import Path

import pytest

from features.errors import OurConfiguration
from tests.training.learnable import POLICY
from training.limits import load_limits


def gate(folder: Path, text: str) -> Path:
    (folder / "gate.yaml").write_text(text, encoding="utf-8")
    return folder


def test_bounds_in_force_on_the_day_are_read(tmp_path: Path) -> None:
    limits = load_limits(gate(tmp_path, POLICY["gate.yaml"]), date(2023, 1, 1))
    assert (limits.tier_share, limits.segment_ratio) == (0.2, 2.0)


def test_bound_that_is_not_stated_is_no_bound_at_all(tmp_path: Path) -> None:
    text = POLICY["gate.yaml"].replace("    score_psi: 0.25\n", "")
    with pytest.raises(OurConfiguration, match=r"unusable score_psi .*got nothing"):
        load_limits(gate(tmp_path, text), date(2023, 1, 1))


def test_misspelt_and_unusable_bounds_are_told_together(tmp_path: Path) -> None:
    text = POLICY["gate.yaml"].replace("score_psi: 0.25", "score_ksi: 0.25\n    score_psi: wide")
    with pytest.raises(OurConfiguration, match=r"unknown bound(.|\n)*unusable score_psi"):
        load_limits(gate(tmp_path, text), date(2023, 1, 1))


def test_day_before_any_version_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OurConfiguration, match="0 versions in force on 2019-12-31"):
        load_limits(gate(tmp_path, POLICY["gate.yaml"]), date(2019, 12, 31))
