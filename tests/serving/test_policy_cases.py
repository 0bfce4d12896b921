"""The worked cases that stand beside each rule of each jurisdiction."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.catalogue import load_catalogue
from serving.manifest import feature_specs
from serving.policy import Policy, failure_of, load_policy, policy_cases

CITIES = Path(__file__).parent.parent.parent / "experiments" / "cities"
JURISDICTIONS = [
    "ningbo",
    *(str(policy.parent) for policy in sorted(CITIES.glob("*/policy")) if policy.is_dir()),
]


def policy_of(name: str) -> tuple[Policy, Path]:
    catalogue = load_catalogue(name)
    features = {spec.name: spec.labels for spec in feature_specs(catalogue)}
    return load_policy(catalogue.policy_folder, features), catalogue.policy_folder


@pytest.mark.parametrize("name", JURISDICTIONS, ids=lambda name: Path(name).name)
def test_every_worked_case_comes_out_as_written(name: str) -> None:
    policy, folder = policy_of(name)
    cases = policy_cases(folder)
    assert cases
    assert [failure for case in cases if (failure := failure_of(policy, case))] == []
