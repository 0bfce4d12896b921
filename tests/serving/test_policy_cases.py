"""The worked cases that stand beside each rule of each jurisdiction."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from features.business import BusinessRecords, row_columns
from features.catalogue import load_catalogue
from features.engines.single import SingleEngine
from features.expressions import Row
from features.peers import Peers
from serving.decision.decided import Business
from serving.decision.grades import facts_of
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


def test_ningbo_has_the_eleven_rules_and_the_ninth_in_two_halves() -> None:
    policy, _ = policy_of("ningbo")
    assert [rule.id for rule in policy.rules] == [
        *(f"H{n:02d}" for n in range(1, 10)), "H09B", "H10", "H11",
    ]  # fmt: skip


DAY = 20_000
PROFILE = {
    "entity_id": "a", "name": "小店", "district": "330203", "sector": "H", "form": "company",
    "latitude": None, "longitude": None, "established_day": 19_000, "closed_day": None,
    "from_day": 19_000, "to_day": None,
}  # fmt: skip


def ruled_with(*sources: str) -> set[str]:
    """The rules that apply to a business of the model's tier D with one record of each source."""
    catalogue = load_catalogue("ningbo")
    city, engine = catalogue.jurisdiction, SingleEngine(catalogue)

    def row(source: str) -> Row:
        on_record = {
            "entity_id": "a", "event_key": source, "record_no": 1, "version": 1,
            "event_day": 19_000, "known_day": 19_000, "known_us": 0,
        }  # fmt: skip
        return {**dict.fromkeys(row_columns(city.source(source))), **on_record}

    # Its peers are known, with a mean of nought.
    group = {
        f.name: tuple(PROFILE[one] if one in f.peers else None for one in ("district", "sector"))
        for f in city.features
        if f.peers
    }
    peers = Peers({(name, DAY, (*of, None)): (0, 9) for name, of in group.items()}, [DAY])
    records = BusinessRecords(
        "a",
        {one.name: (row(one.name),) if one.name in sources else () for one in city.sources},
        {link.name: {one.name: () for one in city.sources} for link in city.links},
        {link.name: {} for link in city.links},
        (PROFILE,),
    )
    values = engine.compute(records, DAY, peers)
    missing = sum(value is None for value in values.values()) / len(values)
    business = Business("a", "小店", "330203", "H", "company", 19_000)
    facts = facts_of(business, values, missing, DAY, contested=False)
    policy, _ = policy_of("ningbo")
    return {one.rule.id for one in policy.rule("D", facts, date(2024, 10, 4)).applied}


def test_the_data_half_of_h09_is_for_those_of_whom_only_the_registration_is_known() -> None:
    assert ruled_with("registrations") == {"H09B"}


@pytest.mark.parametrize("more", ["annual_reports", "penalties", "complaints", "random_checks"])
def test_one_record_of_conduct_ends_the_data_half_of_h09(more: str) -> None:
    assert ruled_with("registrations", more) == set()
