"""Why a score and a tier changed: every account adds up, each cause is told apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations, product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.errors import OurBug
from features.moves import Moved, Mover
from features.record_changes import RecordChange, RecordRef
from serving.decision import change as accounts
from serving.decision.change_points import points_of_moves, shapley
from serving.decision.changed import Change, End
from serving.decision.content import Bundle, References
from serving.decision.decide import decide
from serving.decision.points import read
from serving.errors import NotComparable
from serving.manifest import CREDIT, ScoreScale, TierCuts
from serving.policy import Effect
from tests.serving import brute_force, bundles
from tests.serving.bundles import AS_OF_DAY, BUSINESS, NAMES
from tests.serving.decision.cases import CLEAN, TROUBLED, VECTORS, Row

PENALTY = RecordRef("market_penalties", BUSINESS.business_id, "penalties:1", AS_OF_DAY - 10)
ARRIVED = Mover("arrived", "market_penalties", None, (PENALTY,))
TIME = Mover("time")


@pytest.fixture(name="bundle", scope="module")
def a_bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return bundles.loaded(tmp_path_factory.mktemp("bundle"))


TITLES = {one.source: one.source_title for one in bundles.FEATURES}


def change(
    first: End, last: End, moved: Sequence[Moved], records: Sequence[RecordChange]
) -> Change:
    """The account, with the titles of the small catalogue."""
    return accounts.change(first, last, moved, records, TITLES)


def end(bundle: Bundle, row: Row, day: int = AS_OF_DAY) -> End:
    decision = decide(BUSINESS, row, bundle, day, lambda _: ())
    return End(decision, bundle, day, "published", "a" * 64)


def moved_by(feature: str, movers: Sequence[Mover], values: Sequence[float | None]) -> Moved:
    """A feature whose value for each set of movers that happened is written down."""
    return Moved(feature, tuple(movers), lambda happened: values[happened])


def all_moved(before: Row, after: Row, mover: Mover = TIME) -> list[Moved]:
    """Every feature that differs, moved by one and the same thing."""
    return [
        moved_by(name, [mover], [before[name], after[name]])
        for name in NAMES
        if before[name] != after[name]
    ]


def account(
    bundle: Bundle, before: Row, after: Row, *, later: Bundle | None = None, days: int = 0
) -> Change:
    first = end(bundle, before, AS_OF_DAY - days)
    return change(first, end(later or bundle, after), all_moved(before, after), ())


def adds_up(told: Change) -> None:
    """Every way in which the account is told sums to the difference of the scores."""
    difference = read(told.after.score) - read(told.before.score)
    rest = read(told.limit) + (read(told.model.points) if told.model else 0)
    assert read(told.difference) == difference
    for parts in (told.causes, told.features, told.by_group):
        assert sum(read(one.points) for one in parts) + rest == difference
    for group in told.causes:
        assert sum(read(one.points) for one in group.features) == read(group.points)
        if group.records and all(one.points for one in group.records):
            assert sum(read(one.points or "0.0") for one in group.records) == read(group.points)
    for feature in told.features:
        assert sum(read(part.points) for part in feature.parts) == read(feature.points)
    if told.model:
        parts = [read(one.points) for one in told.model.features]
        assert read(told.model.base) + sum(parts) == read(told.model.points)
    at = (told.before.model_tier, told.before.tier)
    for step in told.tier_steps:
        assert (step.model_tier[0], step.tier[0]) == at
        at = step.model_tier[1], step.tier[1]
    assert at == (told.after.model_tier, told.after.tier)


@st.composite
def paths(draw: st.DrawFn) -> tuple[Row, Row, list[Moved]]:
    """Two vectors, and up to three movers of each feature with any values between."""
    ends: list[Row] = [draw(VECTORS) for _ in range(2)]
    moved = []
    for name in NAMES:
        values = [one[name] for one in ends]
        movers = [ARRIVED, TIME, Mover("peers")][: draw(st.integers(1, 3))]
        between = st.sampled_from([*values, None, 1.0, 3.0])
        inner = [draw(between) for _ in range(2 ** len(movers) - 2)]
        if values[0] != values[1] or draw(st.booleans()):
            moved.append(moved_by(name, movers, [values[0], *inner, values[1]]))
    return ends[0], ends[1], moved


@settings(deadline=None, max_examples=60)
@given(path=paths(), cuts=st.booleans(), other=st.booleans(), shift=st.sampled_from([0, 600, -500]))
def test_printed_tenths_always_add_up_to_the_difference_of_the_printed_scores(
    bundle: Bundle, path: tuple[Row, Row, list[Moved]], cuts: bool, other: bool, shift: int
) -> None:
    before, after, moved = path
    first = shifted(bundle, shift)
    later = another_model(first) if other else first
    if cuts:
        later = replace(later, manifest=replace(later.manifest, tiers=TierCuts(9000, 6000, 3000)))
    told = change(end(first, before), end(later, after), moved, ())
    adds_up(told)
    assert told.to_json() == change(end(first, before), end(later, after), moved, ()).to_json()


def shifted(bundle: Bundle, points: int) -> Bundle:
    """The same model on a scale moved by so many points."""
    scale = bundle.manifest.score
    moved = replace(scale, offset=scale.offset + points)
    return replace(bundle, manifest=replace(bundle.manifest, score=moved))


def another_model(bundle: Bundle) -> Bundle:
    """A bundle whose credit model learned something else from the same features."""
    model = bundle.models["complaint"]
    return replace(
        bundle,
        name="b" * 64,
        models={**bundle.models, CREDIT: model},
        references=References((), np.empty((0, len(NAMES))), model.explainer),
    )


def test_points_are_owen_values_features_first_then_what_moved_them(bundle: Bundle) -> None:
    before, after = CLEAN, TROUBLED
    moved = [
        moved_by("penalty_count_36m", [ARRIVED, TIME], [0.0, 3.0, 1.0, 2.0]),
        moved_by("penalty_fines_yuan_36m", [ARRIVED], [0.0, 30_000.0]),
        moved_by("annual_report_count_36m", [ARRIVED, TIME], [3.0, 0.0, 4.0, 0.0]),
        moved_by("complaint_count_12m_vs_peers", [TIME], [-1.0, 3.5]),
    ]
    X = [np.array([[row[name] for name in NAMES]], dtype=np.float64) for row in (before, after)]
    scale = ScoreScale(50.0, 600.0, 0.05, 1e6, 0.0)  # so fine that rounding is nothing
    margins = [float(bundle.models[CREDIT].scorer.margins(one)[0]) for one in X]
    total = round(-1e7 * (margins[1] - margins[0]))
    told = points_of_moves(bundle.explainer.trees, scale, X[0], X[1], moved, total)
    tenths = {(one.feature, part.mover.cause): part.tenths for one in told for part in one.parts}
    for one, gains in zip(moved, owen(bundle, before, moved), strict=True):
        for mover, gain in zip(one.movers, gains, strict=True):
            assert tenths.get((one.feature, mover.cause), 0) == pytest.approx(-1e7 * gain, abs=2)
    assert len(tenths) >= 4


def owen(bundle: Bundle, before: Row, moved: Sequence[Moved]) -> list[list[float]]:
    """By definition: mean gain over all orders in which a feature's movers stay together."""
    gains = [[0.0] * len(one.movers) for one in moved]
    orders = list(permutations(range(len(moved))))
    inner = list(product(*(permutations(range(len(one.movers))) for one in moved)))
    for features, movers in product(orders, inner):
        row = dict(before)
        at = margin(bundle, row)
        for i in features:
            happened = 0
            for mover in movers[i]:
                happened |= 1 << mover
                row[moved[i].feature] = moved[i].value(happened)
                reached = margin(bundle, row)
                gains[i][mover] += (reached - at) / (len(orders) * len(inner))
                at = reached
    return gains


def margin(bundle: Bundle, row: Row) -> float:
    numbers = [math.nan if row[name] is None else row[name] for name in NAMES]
    return float(bundle.models[CREDIT].scorer.margins(np.array([numbers], dtype=np.float64))[0])


@settings(max_examples=30)
@given(
    st.integers(1, 4).flatmap(lambda n: st.lists(st.integers(-9, 9), min_size=2**n, max_size=2**n))
)
def test_shapley_values_are_those_of_the_definition(worth: list[int]) -> None:
    n = len(worth).bit_length() - 1
    expected = brute_force.shapley(n, lambda chosen: worth[sum(1 << i for i in chosen)])
    assert shapley(np.array(worth, dtype=np.float64)) == pytest.approx(expected[:-1].tolist())


def test_a_record_is_told_with_its_points_and_the_features_it_moved(bundle: Bundle) -> None:
    after = CLEAN | {"penalty_count_36m": 2.0, "penalty_fines_yuan_36m": 30_000.0}
    moved = all_moved(CLEAN, after, ARRIVED)
    told = change(end(bundle, CLEAN), end(bundle, after), moved, [RecordChange(PENALTY, "arrived")])
    (group,) = told.causes
    assert (group.cause, group.source, group.points) == (
        "arrived", "market_penalties", told.difference,
    )  # fmt: skip
    (record,) = group.records
    assert (record.record_id, record.points) == ("penalties:1", told.difference)
    assert read(told.difference) < 0
    assert {one.feature for one in group.features} <= set(after)


def test_a_record_no_feature_reads_is_told_without_points(bundle: Bundle) -> None:
    same = end(bundle, CLEAN)
    told = change(same, same, (), [RecordChange(PENALTY, "repaired")])
    (group,) = told.causes
    assert (told.difference, group.cause, group.points, group.features) == (
        "0.0", "repaired", "0.0", (),
    )  # fmt: skip


def test_two_causes_that_cancel_are_both_told(bundle: Bundle) -> None:
    aged = Mover("aged_out", "market_penalties", None, (replace(PENALTY, event_key="penalties:0"),))
    moved = [moved_by("penalty_count_36m", [ARRIVED, aged], [2.0, 4.0, 0.0, 2.0])]
    row = CLEAN | {"penalty_count_36m": 2.0}
    told = change(end(bundle, row), end(bundle, row), moved, ())
    by_cause = {one.cause: read(one.points) for one in told.causes}
    assert told.difference == "0.0"
    assert by_cause["arrived"] < 0 < by_cause["aged_out"]
    adds_up(told)


def test_another_model_on_the_same_numbers_is_told_apart_from_records(bundle: Bundle) -> None:
    told = account(bundle, TROUBLED, TROUBLED, later=another_model(bundle))
    assert told.causes == ()
    assert told.model is not None
    assert told.model.points == told.difference != "0.0"
    adds_up(told)


def test_other_cut_offs_change_the_tier_and_not_the_score(bundle: Bundle) -> None:
    stricter = replace(
        bundle, name="c" * 64, manifest=replace(bundle.manifest, tiers=TierCuts(9990, 9980, 100))
    )
    told = account(bundle, CLEAN, CLEAN, later=stricter)
    assert (told.difference, told.before.tier, told.after.tier) == ("0.0", "A", "C")
    assert [s.by for s in told.tier_steps if s.tier[0] != s.tier[1]] == ["cutoffs"]


def test_a_rule_that_begins_to_apply_is_told_with_what_it_looks_at(bundle: Bundle) -> None:
    told = account(bundle, CLEAN, CLEAN | {"abnormal_current_count": 1.0})
    (rule,) = told.rules
    assert (rule.id, rule.kind, rule.why, rule.lenient) == ("H04", "began", "facts", False)
    assert [(one.before.zh, one.after.zh) for one in rule.looked] == [("0", "1")]


def test_leniency_that_ends_with_time_is_told_as_a_rule_in_the_business_s_favour(
    bundle: Bundle,
) -> None:
    young = TROUBLED | {"business_age_days": 180.0}
    told = account(bundle, young, young | {"business_age_days": 190.0}, days=10)
    (rule,) = told.rules
    assert (rule.id, rule.kind, rule.why, rule.lenient) == ("H09", "ended", "facts", True)


def test_what_a_rule_looks_at_in_the_profile_is_told_too(bundle: Bundle, tmp_path: Path) -> None:
    files = dict(bundles.POLICY_FILES)
    files["H09.yaml"] = (
        files["H09.yaml"]
        .replace("{feature: business_age_days, at_most: 182}", "{profile: age_days, at_most: 1870}")
        .replace("features: {business_age_days: 10}", "profile: {age_days: 10}")
    )
    aging = replace(bundle, policy=bundles.policy(tmp_path, files))
    (rule,) = account(aging, TROUBLED, TROUBLED, days=10).rules
    assert (rule.id, rule.kind, rule.why) == ("H09", "ended", "facts")
    assert [(one.name, one.before.en, one.after.en) for one in rule.looked] == [
        ("age_days", "1,864 days", "1,874 days")
    ]


def test_an_objection_that_begins_to_matter_is_told_as_what_the_rule_looks_at(
    bundle: Bundle, tmp_path: Path
) -> None:
    disputed = (
        bundles.POLICY_FILES["H08.yaml"]
        .replace("id: H08", "id: H11")
        .replace("{feature: key_sector_current, at_least: 1}", "{profile: contested, at_least: 1}")
        .replace("features: {key_sector_current: 1}", "profile: {contested: 1}")
        .replace("key_sector", "disputed_record")
    )
    files = bundles.POLICY_FILES | {"H11.yaml": disputed}
    marked = replace(bundle, policy=bundles.policy(tmp_path, files))
    before, after = end(marked, CLEAN), end(marked, CLEAN)
    opened = decide(BUSINESS, CLEAN, marked, AS_OF_DAY, lambda _: (), contested=True)
    (rule,) = change(before, replace(after, decision=opened), (), ()).rules
    assert (rule.id, rule.kind, rule.why) == ("H11", "began", "facts")
    assert [(one.name, one.before.en, one.after.en) for one in rule.looked] == [
        ("contested", "no", "yes")
    ]


def test_leniency_that_another_rule_overrules_is_told_as_a_change_of_facts(bundle: Bundle) -> None:
    young = TROUBLED | {"business_age_days": 100.0}
    told = account(bundle, young, young | {"abnormal_current_count": 1.0})
    assert [(one.id, one.kind, one.why) for one in told.rules] == [
        ("H04", "began", "facts"), ("H09", "amended", "facts"),
    ]  # fmt: skip
    effects = told.rules[1].effect_before, told.rules[1].effect_after
    assert effects == (
        Effect(no_worse_than="B", flag="insufficient_history"),
        Effect(flag="insufficient_history"),
    )
    assert told.after.tier in ("C", "D")


def test_a_rule_that_comes_into_force_is_told_as_law(bundle: Bundle, tmp_path: Path) -> None:
    files = dict(bundles.POLICY_FILES)
    files["H04.yaml"] = files["H04.yaml"].replace("2021-09-01", "2024-05-20")
    dated = replace(bundle, policy=bundles.policy(tmp_path, files))
    listed = CLEAN | {"abnormal_current_count": 1.0}
    told = account(dated, listed, listed, days=20)
    (rule,) = told.rules
    assert (rule.id, rule.kind, rule.why, rule.looked) == ("H04", "began", "law", ())
    assert (told.before.tier, told.after.tier, told.difference) == ("A", "C", "0.0")
    assert [s.by for s in told.tier_steps if s.tier[0] != s.tier[1]] == ["law"]
    assert not told.policy_changed


def test_a_rule_of_another_policy_that_does_something_else_is_told_as_amended(
    bundle: Bundle, tmp_path: Path
) -> None:
    files = dict(bundles.POLICY_FILES)
    files["H04.yaml"] = (
        files["H04.yaml"].replace("floor: C", "floor: D").replace("tier: C}", "tier: D}")
    )
    other = replace(bundle, policy=bundles.policy(tmp_path, files), policy_name="d" * 64)
    listed = CLEAN | {"abnormal_current_count": 1.0}
    told = account(bundle, listed, listed, later=other)
    (rule,) = told.rules
    assert (rule.kind, rule.why, told.policy_changed) == ("amended", "law", True)
    assert rule.effect_before is not None
    assert rule.effect_after is not None
    assert (rule.effect_before.floor, rule.effect_after.floor) == ("C", "D")


def test_what_the_range_of_scores_cuts_off_has_a_line_of_its_own(bundle: Bundle) -> None:
    high = shifted(bundle, 400)
    told = account(high, TROUBLED, CLEAN)
    assert told.after.score == "1000.0"
    assert read(told.limit) < 0
    adds_up(told)


def test_warnings_are_told_at_both_ends(bundle: Bundle) -> None:
    told = account(bundle, CLEAN, TROUBLED)
    (warning,) = told.warnings
    assert warning.outcome == "complaint"
    assert warning.probability[0] != warning.probability[1]


def test_two_businesses_or_other_features_are_not_comparable(bundle: Bundle) -> None:
    first = end(bundle, CLEAN)
    other = replace(first, decision=replace(first.decision, business_id="another"))
    with pytest.raises(NotComparable, match="one business and the same features"):
        change(first, other, (), ())
    fewer = replace(bundle, manifest=replace(bundle.manifest, features=()))
    with pytest.raises(NotComparable):
        change(first, replace(first, bundle=fewer), (), ())


def test_an_account_that_does_not_lead_from_one_end_to_the_other_is_withheld(
    bundle: Bundle,
) -> None:
    first, last = end(bundle, CLEAN), end(bundle, TROUBLED)
    with pytest.raises(OurBug, match="nothing is said to have moved it"):
        change(first, last, (), ())
    wrong = [moved_by("penalty_count_36m", [TIME], [0.0, 5.0])]
    with pytest.raises(OurBug, match="does not explain its value"):
        change(first, last, wrong, ())
