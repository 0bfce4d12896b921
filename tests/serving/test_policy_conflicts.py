"""Rules that contradict each other: told at loading, or settled in the file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.serving.policies import facts, load, refused, rule
from tests.serving.test_policy import DAY

# Which of two contradicting rules goes first


LISTED, OLD = "{feature: listed, at_least: 1}", "{feature: age, at_least: 1}"


def test_a_rule_that_yields_leaves_the_tier_and_still_raises_its_flag(tmp_path: Path) -> None:
    made = load(
        tmp_path,
        rule("X1", LISTED, "no_worse_than: B, flag: lenient", yields="X2"),
        rule("X2", OLD, "floor: C"),
    )
    both = made.rule("D", facts(listed=1, age=1), DAY)
    assert (both.tier, both.flags) == ("D", ("lenient",))
    assert {one.rule.id: one.overruled_by for one in both.applied} == {"X1": ("X2",), "X2": ()}
    assert made.rule("D", facts(listed=1, age=0), DAY).tier == "B"


def test_what_yields_is_written_in_the_file_and_not_guessed_from_severity(tmp_path: Path) -> None:
    milder = load(tmp_path, rule("X1", LISTED, "tier: D", yields="X2"), rule("X2", OLD, "tier: B"))
    assert milder.rule("C", facts(listed=1, age=1), DAY).tier == "B"


def test_a_rule_that_is_overruled_itself_overrules_nobody(tmp_path: Path) -> None:
    made = load(
        tmp_path,
        rule("X1", LISTED, "no_worse_than: B", yields="X2"),
        rule("X2", OLD, "floor: C", yields="X3"),
        rule("X3", "{profile: sector, equals: F}", "tier: A"),
    )
    # X2 gives way to X3, so X1 need not give way to X2: B or better, and A.
    ruling = made.rule("D", facts({"sector": "F"}, listed=1, age=1), DAY)
    assert ruling.tier == "A"
    assert {one.rule.id: one.overruled_by for one in ruling.applied} == {
        "X1": (), "X2": ("X3",), "X3": (),
    }  # fmt: skip


def test_two_rules_with_one_condition_and_two_effects_conflict(tmp_path: Path) -> None:
    told = refused(tmp_path, rule("X1", effect="tier: D"), rule("X2", effect="floor: B"))
    assert "conflicting rules in X1 and X2: expected one effect under the same conditions" in told


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("tier: D", "tier: C"),
        ("tier: D", "no_worse_than: C"),
        ("tier: A", "floor: B"),
        ("floor: C", "no_worse_than: B"),
        ("floor: B, no_worse_than: B", "floor: C"),
    ],
)
@pytest.mark.parametrize(
    ("when", "or_when"),
    [
        (LISTED, OLD),
        (LISTED, "{feature: listed, at_least: 2}"),
        (LISTED, "{feature: listed, at_most: 1}"),
        (LISTED, "{feature: listed, is_missing: false}"),
        (LISTED, f"{LISTED}, {OLD}"),
        ("{feature: grade, is_one_of: [A, B]}", "{feature: grade, is_one_of: [B, C]}"),
        ("{profile: sector, is_one_of: [F]}", "{profile: sector, equals: F}"),
        ("{feature: listed, is_missing: true}", "{feature: listed, is_missing: true}, " + OLD),
    ],
)
def test_contradicting_effects_whose_conditions_can_both_hold_conflict(
    tmp_path: Path, one: str, other: str, when: str, or_when: str
) -> None:
    told = refused(tmp_path, rule("X1", when, one), rule("X2", or_when, other))
    assert "conflicting rules in X1 and X2" in told
    assert "write yields_to: [X1] in X2, or the other way round" in told
    load(tmp_path, rule("X1", when, one), rule("X2", or_when, other, yields="X1"))


@pytest.mark.parametrize(
    ("when", "or_when"),
    [
        (LISTED, "{feature: listed, at_most: 0}"),
        (LISTED, "{feature: listed, is_missing: true}"),
        (LISTED, f"{{feature: listed, equals: 0}}, {OLD}"),
        ("{feature: grade, equals: A}", "{feature: grade, is_one_of: [B, C]}"),
        ("{profile: sector, equals: F}", "{profile: sector, equals: T}"),
        (
            "{feature: listed, at_least: 1, at_most: 3}",
            "{feature: listed, at_least: 2}, {feature: listed, at_least: 4}",
        ),
    ],
)
def test_conditions_that_exclude_each_other_never_conflict(
    tmp_path: Path, when: str, or_when: str
) -> None:
    load(tmp_path, rule("X1", when, "tier: D"), rule("X2", or_when, "tier: A"))


@pytest.mark.parametrize(
    ("rules", "told"),
    [
        ([rule("X1", yields="X9")], "unknown rule in X1 from 2021-09-01: yields_to"),
        ([rule("X1", yields="X1")], "expected the id of another rule, got itself"),
        (
            [rule("X1", LISTED, "tier: D", yields="X2"), rule("X2", OLD, "floor: B")],
            "needless yields_to in X1 from 2021-09-01: yields_to: expected a rule that contradicts",
        ),
        (
            [
                rule("X1", LISTED, "tier: D", yields="X2"),
                rule("X2", OLD, "tier: C", yields="X1"),
            ],
            "expected one of them to go first, got each to yield to the next",
        ),
    ],
)
def test_a_precedence_that_settles_nothing_is_told(
    tmp_path: Path, rules: list[str], told: str
) -> None:
    assert told in refused(tmp_path, *rules)


def test_two_rules_never_in_force_together_do_not_conflict(tmp_path: Path) -> None:
    load(
        tmp_path,
        rule("X1", effect="tier: D", until="2023-01-01"),
        rule("X2", effect="floor: B", start="2023-01-01"),
    )
