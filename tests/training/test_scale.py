from datetime import date
from pathlib import Path

import pytest

from features.errors import OurConfiguration
from training.scale import load_scale

GOOD = """
id: scale
versions:
  - effective_from: 2021-09-01
    effective_until: 2024-01-01
    pdo: 40
    anchor_score: 600
    anchor_odds: 0.05
    tier_shares: {A: 0.60, B: 0.30, C: 0.075, D: 0.025}
    warning_shares: {red: 0.005, orange: 0.015, yellow: 0.03, blue: 0.10}
  - effective_from: 2024-01-01
    effective_until: null
    pdo: 50
    anchor_score: 600
    anchor_odds: 0.05
    tier_shares: {A: 0.50, B: 0.40, C: 0.075, D: 0.025}
    warning_shares: {red: 0.005, orange: 0.015, yellow: 0.03, blue: 0.10}
"""


def test_version_in_force_on_the_day_is_read(tmp_path: Path) -> None:
    (tmp_path / "scale.yaml").write_text(GOOD, encoding="utf-8")
    assert load_scale(tmp_path, date(2023, 12, 31)).score.pdo == 40
    assert load_scale(tmp_path, date(2024, 1, 1)).tier_shares["A"] == 0.5


def test_day_before_any_version_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "scale.yaml").write_text(GOOD, encoding="utf-8")
    with pytest.raises(OurConfiguration, match="0 versions in force on 2021-08-31"):
        load_scale(tmp_path, date(2021, 8, 31))


def test_every_fault_is_told_at_once(tmp_path: Path) -> None:
    bad = GOOD.replace("pdo: 50", "pdo: wide").replace("A: 0.50", "A: 0.55")
    (tmp_path / "scale.yaml").write_text(bad, encoding="utf-8")
    with pytest.raises(OurConfiguration, match=r"unusable pdo(.|\n)*unusable tier_shares"):
        load_scale(tmp_path, date(2024, 6, 1))


def test_certainty_is_stated_or_no_interval_is_shown(tmp_path: Path) -> None:
    (tmp_path / "scale.yaml").write_text(f"{GOOD}    certainty: 0.8\n", encoding="utf-8")
    assert load_scale(tmp_path, date(2024, 6, 1)).certainty == 0.8
    assert load_scale(tmp_path, date(2023, 6, 1)).certainty is None
    for wrong in ("1.0", "90", "sure"):
        (tmp_path / "scale.yaml").write_text(f"{GOOD}    certainty: {wrong}\n", encoding="utf-8")
        with pytest.raises(OurConfiguration, match="unusable certainty"):
            load_scale(tmp_path, date(2024, 6, 1))


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(OurConfiguration, match=r"no scale in scale\.yaml"):
        load_scale(tmp_path, date(2024, 6, 1))


BY_CHANCE = GOOD.replace(
    "tier_shares: {A: 0.50, B: 0.40, C: 0.075, D: 0.025}",
    "tier_probabilities: {A: 0.02, B: 0.05, C: 0.15}",
)


def test_tiers_may_be_cut_by_probability_instead(tmp_path: Path) -> None:
    (tmp_path / "scale.yaml").write_text(BY_CHANCE, encoding="utf-8")
    scale = load_scale(tmp_path, date(2024, 6, 1))
    assert scale.tier_probabilities == {"A": 0.02, "B": 0.05, "C": 0.15}
    assert scale.tier_shares == {}


def test_two_ways_to_cut_and_falling_probabilities_are_refused(tmp_path: Path) -> None:
    both = BY_CHANCE.replace(
        "tier_probabilities: {A: 0.02,",
        "tier_shares: {A: 0.5, B: 0.4, C: 0.075, D: 0.025}\n    tier_probabilities: {A: 0.2,",
    )
    (tmp_path / "scale.yaml").write_text(both, encoding="utf-8")
    with pytest.raises(OurConfiguration, match=r"no one way(.|\n)*unusable tier_probabilities"):
        load_scale(tmp_path, date(2024, 6, 1))
