"""The worked cases that stand beside each rule of each jurisdiction."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.catalogue import load_catalogue
from serving.manifest import feature_specs
from serving.policy import Facts, Policy, failure_of, load_policy, policy_cases

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


@pytest.mark.parametrize("name", JURISDICTIONS, ids=lambda name: Path(name).name)
def test_every_rule_has_a_case_in_which_it_fires_and_one_in_which_it_does_not(name: str) -> None:
    policy, folder = policy_of(name)
    fired: dict[str, set[bool]] = {rule.id: set() for rule in policy.rules}
    for case in policy_cases(folder):
        text = case.text
        ruling = policy.rule(text.model_tier, Facts(text.features, text.profile), text.as_of)
        fired[case.rule].add(case.rule in {one.rule.id for one in ruling.applied})
    assert {rule: seen for rule, seen in fired.items() if seen != {True, False}} == {}


def test_ningbo_has_the_eleven_rules() -> None:
    policy, _ = policy_of("ningbo")
    assert [rule.id for rule in policy.rules] == [f"H{n:02d}" for n in range(1, 12)]
