from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.contracts import Phrase
from serving.errors import NothingInForce, PolicyMalformed
from serving.manifest import TIERS, Tier
from serving.policy import (
    Effect,
    Facts,
    Policy,
    failure_of,
    load_policy,
    policy_cases,
)
from serving.policy.words import Measures, Rule, RuleVersion, Test
from tests.serving.bundles import POLICY_FILES, policy
from tests.serving.policies import FEATURES, facts, load, refused, rule

DAY = date(2024, 5, 31)
MEASURES = Measures(
    id="measures", title=Phrase("措施", "Measures"), reference="x", owner="x",
    confirmed_on=DAY, versions=(),
)  # fmt: skip
# What rules do


@pytest.mark.parametrize(
    ("effects", "model_tier", "tier"),
    [
        (["tier: D"], "A", "D"),
        (["floor: C"], "A", "C"),
        (["floor: C"], "D", "D"),
        (["no_worse_than: B"], "D", "B"),
        (["no_worse_than: B"], "A", "A"),
        (["floor: B, no_worse_than: B"], "A", "B"),
        (["no_worse_than: C", "floor: C"], "D", "C"),
        (["no_worse_than: C", "floor: B"], "A", "B"),
        (["tier: D", "floor: C"], "A", "D"),
        (["flag: seen"], "D", "D"),
    ],
)
def test_effects_that_one_tier_satisfies_all_apply(
    tmp_path: Path, effects: list[str], model_tier: Tier, tier: Tier
) -> None:
    # Each rule reads a bound of its own, so that no two have the same condition.
    made = load(
        tmp_path,
        *(
            rule(f"X{n}", f"{{feature: listed, at_least: 0.{n + 1}}}", effect)
            for n, effect in enumerate(effects)
        ),
    )
    ruling = made.rule(model_tier, facts(listed=1), DAY)
    assert ruling.tier == tier
    assert [one.overruled_by for one in ruling.applied] == [()] * len(effects)


EFFECTS = st.builds(
    lambda word, tier: Effect(**{word: tier}),
    st.sampled_from(["tier", "floor", "no_worse_than"]),
    st.sampled_from(TIERS),
)


@given(st.lists(EFFECTS, max_size=6), st.sampled_from(TIERS), st.randoms(use_true_random=False))
def test_the_order_of_rules_does_not_matter(
    effects: list[Effect], model_tier: Tier, shuffle: Random
) -> None:
    always = Test(feature="listed", at_least=0)
    first = date(2020, 1, 1)
    rules = [
        Rule(
            id=f"X{n}", title=Phrase("规则", "Rule"), reference="x", owner="x", confirmed_on=first,
            versions=(
                RuleVersion(
                    effective_from=first, effective_until=None, when=(always,), effect=effect
                ),
            ),
        )
        for n, effect in enumerate([*effects, Effect(flag="always")])
    ]  # fmt: skip
    tiers = set()
    for _ in range(3):
        shuffle.shuffle(rules)
        ruling = Policy(tuple(rules), MEASURES, None).rule(model_tier, facts(listed=1), DAY)
        tiers.add(ruling.tier)
    assert len(tiers) == 1
    floors = [effect.floor for effect in effects if effect.floor]
    assert all(TIERS.index(ruling.tier) >= TIERS.index(floor) for floor in floors)


def test_flags_are_told_once_and_sorted(tmp_path: Path) -> None:
    made = load(
        tmp_path,
        rule("X1", "{feature: listed, at_least: 1}", "flag: b"),
        rule("X2", "{feature: listed, at_least: 1}", "flag: a"),
        rule("X3", "{feature: age, at_least: 1}", "flag: a"),
    )
    assert made.rule("B", facts(listed=1, age=1), DAY).flags == ("a", "b")


@pytest.mark.parametrize(
    ("when", "given", "holds"),
    [
        ("{feature: listed, at_least: 1}", {"listed": 1.0}, True),
        ("{feature: listed, at_least: 1}", {"listed": 0.5}, False),
        ("{feature: listed, at_most: 1}", {"listed": 1.0}, True),
        ("{feature: listed, at_least: 1, at_most: 2}", {"listed": 3.0}, False),
        ("{feature: listed, equals: 2}", {"listed": 2.0}, True),
        ("{feature: listed, equals: 0}", {"listed": 0.0}, True),
        ("{feature: listed, is_one_of: [2, 3]}", {"listed": 3.0}, True),
        ("{feature: grade, equals: C}", {"grade": 2.0}, True),
        ("{feature: grade, is_one_of: [A, B]}", {"grade": 2.0}, False),
        ("{feature: listed, at_least: 1}", {"listed": None}, False),
        ("{feature: listed, at_most: 1}", {"listed": None}, False),
        ("{feature: listed, is_missing: true}", {"listed": None}, True),
        ("{feature: listed, is_missing: true}", {"listed": 0.0}, False),
        ("{feature: listed, is_missing: false}", {"listed": 0.0}, True),
        ("{feature: listed, is_missing: true}", {}, False),
        ("{feature: listed, at_least: 1}, {feature: age, at_most: 9}", {"listed": 1.0}, False),
    ],
)
def test_a_test_holds_as_its_words_say(
    tmp_path: Path, when: str, given: dict[str, float | None], holds: bool
) -> None:
    made = load(tmp_path, rule(when=when))
    assert (made.rule("A", Facts(given, {}), DAY).tier == "D") == holds


def test_the_profile_can_be_tested_too(tmp_path: Path) -> None:
    made = load(
        tmp_path,
        rule("X1", "{profile: sector, is_one_of: [H, F]}", "flag: key_sector"),
        rule("X2", "{profile: missing_share, at_least: 0.5}", "no_worse_than: B"),
    )
    ruling = made.rule("D", Facts({}, {"sector": "H", "missing_share": 0.6}), DAY)
    assert (ruling.tier, ruling.flags) == ("B", ("key_sector",))


def test_a_version_is_in_force_until_the_day_before_its_end(tmp_path: Path) -> None:
    made = load(
        tmp_path,
        rule(start="2021-09-01", until="2024-01-01"),
        rule("X2", "{feature: age, at_least: 0}", "flag: any"),
    )
    assert made.rule("A", facts(listed=1), date(2023, 12, 31)).tier == "D"
    assert made.rule("A", facts(listed=1), date(2024, 1, 1)).tier == "A"


def test_a_date_before_every_rule_is_an_error(tmp_path: Path) -> None:
    made = load(tmp_path, rule())
    with pytest.raises(NothingInForce, match="no rule in force in policy: expected a version"):
        made.rule("A", facts(listed=1), date(2021, 8, 31))


def test_a_date_before_every_measure_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(NothingInForce, match="no measures in force"):
        load(tmp_path, rule()).measure("A", (), date(2020, 1, 1))


# What follows from a tier


def test_a_measure_cites_the_reference_it_rests_on(tmp_path: Path) -> None:
    measure = load(tmp_path, rule()).measure("C", (), DAY)
    assert (measure.ratio, measure.cap, measure.reference) == (0.1, 2, "国市监信发〔2022〕6号")


def test_a_key_sector_in_class_a_is_supervised_as_class_b(tmp_path: Path) -> None:
    made = load(tmp_path, rule())
    assert made.measure("A", ("key_sector",), DAY).ratio == 0.02
    assert made.measure("C", ("key_sector",), DAY).ratio == 0.1


def test_a_flags_own_measure_replaces_the_tiers(tmp_path: Path) -> None:
    measures = POLICY_FILES["measures.yaml"] + (
        "    with_flag: {key_sector: {A: {ratio: 0.05, cap: 2, text: {zh: 行业, en: Sector}}}}\n"
    )
    made = load(tmp_path, rule(), **{"measures.yaml": measures})
    assert made.measure("A", ("key_sector",), DAY).text.zh == "行业"
    assert made.measure("B", ("key_sector",), DAY).ratio == 0.02


def test_a_policy_reads_back_as_it_was_written(tmp_path: Path) -> None:
    made = policy(tmp_path)
    assert Policy.from_json(made.to_json()) == made


def test_without_a_notice_the_subject_is_told_nothing(tmp_path: Path) -> None:
    assert load(tmp_path, rule()).told(DAY) is None
    assert policy(tmp_path / "all").told(DAY) is not None


# What is refused


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            rule(when="{feature: listde, at_least: 1}"),
            "unknown feature in X1 from 2021-09-01: list",
        ),
        (rule(when="{feature: listed, at_leats: 1}"), "unknown word in rule0.yaml.versions.0.when"),
        (rule(when="{feature: listed}"), "no word"),
        (rule(when="{profile: age_days}"), "no word"),
        (rule(when="{profile: colour, equals: red}"), "unknown profile field"),
        (rule(when="{feature: listed, profile: sector, equals: 1}"), "unclear test"),
        (rule(when="{feature: listed, at_least: 2, at_most: 1}"), "contradictory test"),
        (rule(when="{feature: listed, is_missing: true, equals: 1}"), "contradictory test"),
        (rule(when="{feature: grade, equals: Z}"), "unknown label"),
        (rule(when="{profile: sector, equals: 1}"), "wrong kind of value"),
        (rule(when="{profile: sector, at_least: 1}"), "wrong kind of value"),
        (rule(when=""), "empty when"),
        (rule(effect=""), "empty effect"),
        (rule(effect="tier: E"), "expected 'A', 'B', 'C' or 'D'"),
        (rule(effect="tier: D, floor: C"), "contradictory effect"),
        (rule(effect="floor: C, no_worse_than: B"), "contradictory effect"),
        (rule(effect="flag: Key Sector"), "unusable flag"),
        (rule(start="2024-01-01", until="2023-01-01"), "version never in force"),
        (rule().replace("某法第一条", '" "'), "empty reference"),
        (rule().replace("reference: 某法第一条", ""), "missing in rule0.yaml.reference"),
        (rule().replace("id: X1", "name: X1"), "no id"),
        (rule().replace("id: X1", "id: X1\nid: X2"), "repeated key"),
        (rule().replace("id: X1", "id: [X1"), "not YAML in rule0.yaml line"),
    ],
)
def test_a_malformed_rule_is_told(tmp_path: Path, text: str, told: str) -> None:
    assert told in refused(tmp_path, text)


def versions(*between: tuple[str, str]) -> str:
    head, _, version = rule().partition(
        "  - effective_from: 2021-09-01\n    effective_until: null\n"
    )
    return head + "".join(
        f"  - effective_from: {start}\n    effective_until: {until}\n{version.rstrip()}\n"
        for start, until in between
    )


def test_overlapping_versions_are_told(tmp_path: Path) -> None:
    told = refused(tmp_path, versions(("2021-09-01", "null"), ("2024-01-01", "null")))
    assert "overlapping versions in X1 from 2024-01-01" in told
    assert "end on 2024-01-01, got no end" in told


def test_a_gap_between_versions_is_told(tmp_path: Path) -> None:
    told = refused(tmp_path, versions(("2021-09-01", "2023-01-01"), ("2023-02-01", "null")))
    assert "gap between versions in X1 from 2023-02-01" in told


def test_versions_that_follow_each_other_are_fine(tmp_path: Path) -> None:
    made = load(tmp_path, versions(("2023-01-01", "null"), ("2021-09-01", "2023-01-01")))
    assert made.rule("A", facts(listed=1), date(2022, 1, 1)).tier == "D"


def test_one_id_in_two_files_is_told(tmp_path: Path) -> None:
    assert "same id twice in rule1.yaml" in refused(tmp_path, rule(), rule())


def test_every_fault_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    told = refused(tmp_path, rule(effect="tier: E"), rule("X2", "{feature: nobody, equals: 1}"))
    assert "rule0.yaml" in told
    assert "nobody" in told


def test_a_policy_without_measures_or_rules_is_incomplete(tmp_path: Path) -> None:
    with pytest.raises(PolicyMalformed) as error:
        load_policy(tmp_path, FEATURES)
    assert "expected measures.yaml" in str(error.value)
    assert "expected at least one rule" in str(error.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("      D: {", "      E: {", "tiers left out"),
        ("ratio: 0.02", "ratio: 0.5", "ratio falls with risk"),
        ("ratio: 0.3", "ratio: 30", "impossible measure"),
        ("reference: 国市监信发〔2022〕6号", 'reference: ""', "empty reference"),
    ],
)
def test_malformed_measures_are_told(tmp_path: Path, old: str, new: str, told: str) -> None:
    measures = POLICY_FILES["measures.yaml"].replace(old, new)
    assert told in refused(tmp_path, rule(), **{"measures.yaml": measures})


# Worked cases


def test_a_case_that_fails_says_what_it_expected(tmp_path: Path) -> None:
    wrong = POLICY_FILES["H08.yaml"].replace("flags: [key_sector]", "flags: [], fires: false")
    made = policy(tmp_path, {**POLICY_FILES, "H08.yaml": wrong})
    told = [failure for case in policy_cases(tmp_path) if (failure := failure_of(made, case))]
    assert told == [
        "H08: food stays A: flags ['key_sector'], expected []; "
        "fired ['H08'], expected H08 not in it"
    ]


def test_a_case_at_a_date_without_rules_fails(tmp_path: Path) -> None:
    early = POLICY_FILES["H01.yaml"].replace("as_of: 2024-05-31", "as_of: 2020-01-01")
    made = policy(tmp_path, {**POLICY_FILES, "H01.yaml": early})
    told = [failure for case in policy_cases(tmp_path) if (failure := failure_of(made, case))]
    assert len(told) == 1
    assert "no rule in force" in told[0]


def test_a_rule_without_cases_is_refused(tmp_path: Path) -> None:
    load(tmp_path, rule())
    with pytest.raises(PolicyMalformed, match=r"no cases in rule0\.yaml"):
        policy_cases(tmp_path)


def test_a_malformed_case_is_refused(tmp_path: Path) -> None:
    load(tmp_path, rule() + "cases: [{name: x, as_of: 2024-05-31, tier: D}]\n")
    with pytest.raises(PolicyMalformed, match=r"missing in rule0\.yaml\.cases\.0\.model_tier"):
        policy_cases(tmp_path)
