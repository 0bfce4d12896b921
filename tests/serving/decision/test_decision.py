from __future__ import annotations

import json
import math
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from serving.bundle.folder import Bundle, write_bundle
from serving.decision.decide import (
    Decision,
    NotUsed,
    decide,
    decide_with_and_without,
    read_vector,
)
from serving.decision.points import read
from serving.errors import NothingInForce, VectorRefused
from serving.manifest import Tier
from tests.serving import bundles
from tests.serving.bundles import AS_OF_DAY, BUSINESS, NAMES

ROOT = Path(__file__).parents[3]
Row = dict[str, float | None]
CLEAN: Row = {
    "penalty_count_36m": 0.0,
    "penalty_fines_yuan_36m": 0.0,
    "abnormal_current_count": 0.0,
    "serious_list_current_count": 0.0,
    "annual_report_count_36m": 3.0,
    "business_age_days": 4000.0,
    "tax_grade_latest": 0.0,
    "complaint_count_12m_vs_peers": -1.0,
    "key_sector_current": 0.0,
    "honour_current_count": 0.0,
}
TROUBLED: Row = CLEAN | {
    "penalty_count_36m": 2.0,
    "penalty_fines_yuan_36m": 30_000.0,
    "annual_report_count_36m": 0.0,
    "complaint_count_12m_vs_peers": 3.5,
}


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return bundles.loaded(tmp_path_factory.mktemp("bundle"))


def decided(bundle: Bundle, row: Row, as_of_day: int = AS_OF_DAY) -> Decision:
    numbers = np.array([math.nan if row[name] is None else row[name] for name in NAMES], float)
    evidence = bundles.evidence_of(np.nan_to_num(numbers))
    return decide(BUSINESS, row, bundle, as_of_day, lambda name: evidence.get(name, ()))


def rows_of(tier: Tier, bundle: Bundle) -> np.ndarray:
    """Rows of the synthetic city that the model puts into a tier."""
    cut = bundle.manifest.tiers
    low = {"A": cut.A, "B": cut.B, "C": cut.C, "D": 0}[tier]
    high = {"A": 10_001, "B": cut.A, "C": cut.B, "D": cut.C}[tier]
    learned = bundles.learned()
    return learned.X[(learned.scores >= low) & (learned.scores < high)]


VECTORS = st.tuples(
    st.integers(0, 6),
    st.floats(0, 200_000),
    st.integers(0, 1),
    st.integers(0, 1),
    st.integers(0, 4),
    st.none() | st.integers(0, 9000),
    st.none() | st.sampled_from([0, 1, 2, 3]),
    st.floats(-5, 9),
    st.integers(0, 1),
    st.integers(0, 2),
).map(
    lambda drawn: {
        name: None if value is None else float(value)
        for name, value in zip(NAMES, drawn, strict=True)
    }
)
KEPT = settings(max_examples=60, deadline=None)  # the first example compiles the kernels


# It adds up


@KEPT
@given(row=VECTORS)
def test_base_contributions_and_limit_are_the_score(bundle: Bundle, row: Row) -> None:
    told = decided(bundle, row).explanation
    parts = sum(read(one.points) for one in told.contributions)
    assert read(told.base) + parts + read(told.limit) == read(told.total)


@KEPT
@given(row=VECTORS)
def test_the_points_against_the_reference_add_up_to_the_same_score(
    bundle: Bundle, row: Row
) -> None:
    told = decided(bundle, row).explanation
    parts = sum(read(one.points_against) for one in told.contributions)
    assert read(told.against.base) + parts + read(told.limit) == read(told.total)


@KEPT
@given(row=VECTORS)
def test_groups_and_departments_each_hold_all_the_points(bundle: Bundle, row: Row) -> None:
    told = decided(bundle, row).explanation
    parts = sum(read(one.points) for one in told.contributions)
    assert sum(read(one.points) for one in told.by_group) == parts
    assert sum(read(one.points) for one in told.by_department) == parts


def test_a_group_holds_the_points_of_its_features(bundle: Bundle) -> None:
    told = decided(bundle, TROUBLED).explanation
    of_supervision = [read(one.points) for one in told.contributions if one.group == "R03"]
    (supervision,) = (one for one in told.by_group if one.key == "R03")
    assert read(supervision.points) == sum(of_supervision)
    assert supervision.title.zh == "监管"


def test_the_base_is_the_same_for_every_business(bundle: Bundle) -> None:
    assert decided(bundle, CLEAN).explanation.base == decided(bundle, TROUBLED).explanation.base


def test_a_score_beyond_the_scale_is_cut_and_the_cut_is_told(
    bundle: Bundle, tmp_path: Path
) -> None:
    parts = bundles.parts(tmp_path)
    lifted = replace(parts.manifest.score, anchor_score=1200.0)
    offset = lifted.offset + 600.0
    manifest = replace(parts.manifest, score=replace(lifted, offset=offset))
    name = write_bundle(tmp_path, replace(parts, manifest=manifest), bundles.KEY)
    high = decided(bundles.load_bundle(tmp_path / name, bundles.TRUSTED), CLEAN)
    plain = decided(bundle, CLEAN)
    assert high.score == "1000.0"
    assert read(high.explanation.limit) == 10_000 - (read(plain.score) + 6000)


# It is the same every time


def test_the_same_input_gives_the_same_bytes(bundle: Bundle) -> None:
    assert decided(bundle, TROUBLED).to_json() == decided(bundle, TROUBLED).to_json()


def test_another_process_gives_the_same_bytes(bundle: Bundle, tmp_path: Path) -> None:
    there = bundles.write(tmp_path)
    program = (
        "import sys; from pathlib import Path; from tests.serving import bundles\n"
        "from tests.serving.decision import test_decision\n"
        "bundle = bundles.load_bundle(Path(sys.argv[1]), bundles.TRUSTED)\n"
        "sys.stdout.buffer.write(test_decision.decided(bundle, test_decision.TROUBLED).to_json())"
    )
    got = subprocess.run(
        [sys.executable, "-c", program, str(there)],
        cwd=ROOT, capture_output=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "1", "TZ": "Asia/Tokyo"},
    )  # fmt: skip
    assert got.stdout == decided(bundle, TROUBLED).to_json()


def test_the_form_of_the_vector_does_not_matter(bundle: Bundle) -> None:
    row = CLEAN | {"business_age_days": None}
    listed = [row[name] for name in NAMES]
    array = np.array([math.nan if value is None else value for value in listed])
    shuffled = dict(sorted(row.items(), reverse=True))
    texts = {
        decide(BUSINESS, vector, bundle, AS_OF_DAY, lambda _: ()).to_json()
        for vector in (row, listed, array, shuffled)
    }
    assert len(texts) == 1


def test_a_decision_reads_back_as_it_was_written(bundle: Bundle) -> None:
    decision = decided(bundle, TROUBLED)
    assert Decision.from_json(decision.to_json()) == decision


def test_the_json_carries_the_promised_names(bundle: Bundle) -> None:
    told = json.loads(decided(bundle, TROUBLED).to_json())
    assert {
        "business_id", "as_of", "score", "model_tier", "tier", "warnings", "rules", "flags",
        "explanation", "reasons", "positives", "measures", "not_used", "provenance",
    } <= set(told)  # fmt: skip
    assert {"base", "contributions", "by_group", "by_department", "limit", "total", "against"} == (
        set(told["explanation"])
    )
    assert told["as_of"] == "2024-05-31"
    assert told["cutoffs"].keys() == {"A", "B", "C"}


def test_a_decision_names_everything_it_rests_on(bundle: Bundle) -> None:
    given = decide(BUSINESS, CLEAN, bundle, AS_OF_DAY, lambda _: (), snapshot="5" * 64).provenance
    assert given.bundle == bundle.name
    assert given.policy == bundle.policy_name
    assert given.snapshot == "5" * 64
    other = decide(BUSINESS, TROUBLED, bundle, AS_OF_DAY, lambda _: ()).provenance
    assert other.vector != given.vector
    assert other.snapshot is None


# Tier, warnings, rules


@pytest.mark.parametrize("tier", ["A", "B", "C", "D"])
def test_the_model_tier_follows_the_cut_offs(bundle: Bundle, tier: Tier) -> None:
    for row in rows_of(tier, bundle)[:5]:
        assert decide(BUSINESS, row, bundle, AS_OF_DAY, lambda _: ()).model_tier == tier


def test_a_rule_is_told_apart_from_the_model_with_reference_and_record(bundle: Bundle) -> None:
    decision = decided(bundle, CLEAN | {"serious_list_current_count": 1.0})
    assert decision.tier == "D"
    (rule,) = decision.rules
    assert (rule.id, rule.effect.tier, rule.reference) == ("H01", "D", "总局令第44号")
    assert (rule.record_ids, rule.sources) == (("serious:1",), ("market_serious_list",))
    assert decision.sources["market_serious_list"].en == "Source market_serious_list"


def test_a_young_business_is_not_put_into_the_worst_tier_by_the_model_alone(
    bundle: Bundle,
) -> None:
    worst = dict(zip(NAMES, rows_of("D", bundle)[0].tolist(), strict=True))
    young: Row = worst | {
        "business_age_days": 100.0, "serious_list_current_count": 0.0,
        "abnormal_current_count": 0.0, "penalty_count_36m": 5.0, "annual_report_count_36m": 0.0,
        "complaint_count_12m_vs_peers": 9.0,
    }  # fmt: skip
    decision = decided(bundle, young)
    assert (decision.model_tier, decision.tier) == ("D", "B")
    assert decision.flags == ("insufficient_history",)


def test_a_food_business_in_class_a_keeps_the_ordinary_frequency(bundle: Bundle) -> None:
    plain = decided(bundle, CLEAN)
    food = decided(bundle, CLEAN | {"key_sector_current": 1.0})
    assert plain.tier == food.tier == "A"
    assert plain.measures.ratio == 0.01
    assert food.measures.ratio == 0.02
    assert food.flags == ("key_sector",)


def test_a_day_without_rules_in_force_is_an_error(bundle: Bundle) -> None:
    with pytest.raises(NothingInForce):
        decided(bundle, CLEAN, as_of_day=10_000)


def test_warnings_carry_a_probability_and_a_level_from_its_cut_offs(bundle: Bundle) -> None:
    (calm,) = decided(bundle, CLEAN).warnings
    (grave,) = decided(bundle, TROUBLED).warnings
    assert calm.outcome == "complaint"
    assert float(calm.probability) < float(grave.probability)
    assert len(calm.probability) == len("0.0312")
    cuts = bundle.manifest.warnings["complaint"]
    assert grave.level is not None
    assert float(grave.probability) >= getattr(cuts, grave.level)


def test_a_warning_that_reaches_a_level_has_reasons_of_its_own(bundle: Bundle) -> None:
    (grave,) = decided(bundle, TROUBLED).warnings
    assert [reason.code for reason in grave.reasons] == ["R501", "R305", "R206"]
    assert grave.reasons[1].record_ids == ("penalties:0", "penalties:1")
    assert all(read(reason.points) < 0 for reason in grave.reasons)
    decision = decided(bundle, TROUBLED)
    assert {reason.source for reason in grave.reasons} <= decision.sources.keys()


def test_a_warning_below_every_level_has_no_reasons(bundle: Bundle) -> None:
    told = (
        decide(BUSINESS, row, bundle, AS_OF_DAY, lambda _: ("r",)).warnings[0]
        for row in bundles.learned().X
    )
    calm = next(warning for warning in told if warning.level is None)
    assert calm.reasons == ()


@KEPT
@given(row=VECTORS)
def test_a_warnings_points_are_its_own_models_shapley_values(bundle: Bundle, row: Row) -> None:
    decision = decided(bundle, row)
    factor = bundle.manifest.score.factor
    values = bundle.models["complaint"].explainer.contributions(read_vector(row, bundle))[0]
    (warning,) = decision.warnings
    assert (warning.level is None) <= (warning.reasons == ())
    assert len(warning.reasons) <= 3
    for reason in warning.reasons:
        exact = -factor * values[NAMES.index(reason.feature)]
        assert abs(read(reason.points) / 10 - exact) <= 0.1


# Principal reasons


@pytest.mark.parametrize(("tier", "above"), [("B", "A"), ("C", "B"), ("D", "C")])
def test_reasons_are_measured_from_the_boundary_of_the_better_tier(
    bundle: Bundle, tier: Tier, above: Tier
) -> None:
    decision = decide(BUSINESS, rows_of(tier, bundle)[0], bundle, AS_OF_DAY, lambda _: ("r",))
    against = decision.explanation.against
    assert (against.tier, against.n) == (above, 40)
    # Those just inside the better tier score better than this business.
    assert read(against.base) > read(decision.score)


def test_in_the_best_tier_reasons_are_measured_from_the_expectation(bundle: Bundle) -> None:
    explanation = decided(bundle, CLEAN).explanation
    assert (explanation.against.tier, explanation.against.n) == (None, 0)
    assert explanation.against.base == explanation.base


def test_reasons_are_measured_from_the_businesss_own_sector_where_one_is_pinned(
    bundle: Bundle, tmp_path: Path
) -> None:
    parts = bundles.parts(tmp_path)
    own = parts.reference["B", None][:10]
    name = write_bundle(
        tmp_path, replace(parts, reference={**parts.reference, ("B", "H"): own}), bundles.KEY
    )
    sectored = bundles.load_bundle(tmp_path / name, bundles.TRUSTED)
    row = rows_of("C", bundle)[0]
    told = decide(BUSINESS, row, sectored, AS_OF_DAY, lambda _: ("r",)).explanation.against
    assert (told.tier, told.n) == ("B", 10)
    assert told.sector is not None
    assert told.sector.en == "Accommodation and catering"
    elsewhere = replace(BUSINESS, sector="F")
    other = decide(elsewhere, row, sectored, AS_OF_DAY, lambda _: ("r",))
    plain = decide(elsewhere, row, bundle, AS_OF_DAY, lambda _: ("r",))
    assert other.explanation == plain.explanation
    assert other.explanation.against.sector is None


def test_without_a_reference_set_the_expectation_is_used_and_told(
    bundle: Bundle, tmp_path: Path
) -> None:
    parts = replace(bundles.parts(tmp_path), reference={})
    name = write_bundle(tmp_path, parts, bundles.KEY)
    plain = bundles.load_bundle(tmp_path / name, bundles.TRUSTED)
    decision = decide(BUSINESS, rows_of("C", plain)[0], plain, AS_OF_DAY, lambda _: ("r",))
    assert decision.explanation.against.tier is None
    assert all(one.points == one.points_against for one in decision.explanation.contributions)


@KEPT
@given(row=VECTORS)
def test_reasons_are_few_known_negative_and_each_from_records_of_its_own(
    bundle: Bundle, row: Row
) -> None:
    decision = decided(bundle, row)
    by_feature = {one.feature: one for one in decision.explanation.contributions}
    assert len(decision.reasons) <= 4
    assert len(decision.positives) <= 3
    seen: set[str] = set()
    for reason in decision.reasons + decision.positives:
        assert row[reason.feature] is not None
        assert reason.code != "R901"
        assert reason.points == by_feature[reason.feature].points_against
        assert seen.isdisjoint(reason.record_ids)
        seen.update(reason.record_ids)
        assert bool(reason.record_ids) == (reason.because == "records")
    assert all(read(one.points) < 0 for one in decision.reasons)
    assert all(read(one.points) > 0 for one in decision.positives)
    for cited in (decision.reasons, decision.positives):
        assert len({one.code for one in cited}) == len(cited)
        sizes = [abs(read(one.points)) for one in cited]
        assert sizes == sorted(sizes, reverse=True)


def test_a_troubled_business_reads_what_counts_against_it(bundle: Bundle) -> None:
    decision = decided(bundle, TROUBLED)
    by_code = {reason.code: reason for reason in decision.reasons}
    assert by_code["R304"].text.zh == "近3年受到行政处罚2次"
    assert by_code["R304"].record_ids == ("penalties:0", "penalties:1")
    # Count and fines stand on the same two records: only one of them is told.
    assert "R305" not in by_code
    assert by_code["R501"].text.zh == "近1年投诉+3.50件,为与同行业、同区经营主体平均之差"
    assert by_code["R206"].because == "absence"
    assert by_code["R206"].advice is not None


def test_a_reason_with_no_record_and_no_absence_is_left_out(bundle: Bundle) -> None:
    decision = decide(BUSINESS, TROUBLED, bundle, AS_OF_DAY, lambda _: ())
    assert {reason.code for reason in decision.reasons} <= {"R206"}


def test_a_missing_value_is_never_a_reason(bundle: Bundle) -> None:
    decision = decided(bundle, TROUBLED | {"annual_report_count_36m": None})
    assert "annual_report_count_36m" not in {one.feature for one in decision.reasons}
    assert (decision.completeness.known, decision.completeness.of) == (9, 10)


def test_only_the_first_fifty_records_are_named_and_all_are_counted(bundle: Bundle) -> None:
    many = tuple(f"complaint:{n}" for n in range(80))
    decision = decide(
        BUSINESS, TROUBLED, bundle, AS_OF_DAY,
        lambda name: many if name.startswith("complaint") else (),
    )  # fmt: skip
    (complaints,) = (one for one in decision.reasons if one.code == "R501")
    assert complaints.record_count == 80
    assert complaints.record_ids == many[:50]


def test_evidence_is_asked_only_about_what_comes_into_question(bundle: Bundle) -> None:
    asked: list[str] = []

    def evidence(name: str) -> tuple[str, ...]:
        asked.append(name)
        return (f"{name}:1",)

    decision = decide(BUSINESS, TROUBLED, bundle, AS_OF_DAY, evidence)
    cited = [*decision.reasons, *decision.positives, *decision.warnings[0].reasons]
    assert len(asked) == len(cited)


# Records left aside, and disputed ones


def test_records_left_aside_are_told_in_order(bundle: Bundle) -> None:
    aside = [NotUsed("samples", "2", "repaired"), NotUsed("penalties", "9", "not_final")]
    decision = decide(BUSINESS, CLEAN, bundle, AS_OF_DAY, lambda _: (), not_used=aside)
    assert [one.record_id for one in decision.not_used] == ["9", "2"]


def test_the_milder_of_two_decisions_applies_while_a_record_is_disputed(bundle: Bundle) -> None:
    listed = CLEAN | {"serious_list_current_count": 1.0}
    disputed = [NotUsed("serious_list", "serious:1", "disputed")]
    both = decide_with_and_without(
        BUSINESS, (listed, lambda _: ()), (CLEAN, lambda _: ()), bundle, AS_OF_DAY,
        disputed=disputed,
    )  # fmt: skip
    assert (both.with_records.tier, both.without_records.tier) == ("D", "A")
    assert both.milder == "without"
    assert both.applies.tier == "A"
    assert [one.record_id for one in both.applies.not_used] == ["serious:1"]
    assert both.with_records.not_used == ()


def test_a_disputed_record_in_the_businesss_favour_stays_in(bundle: Bundle) -> None:
    both = decide_with_and_without(
        BUSINESS, (CLEAN, lambda _: ()), (TROUBLED, lambda _: ()), bundle, AS_OF_DAY
    )
    assert both.milder == "with"
    assert both.applies == both.with_records


def test_between_equal_decisions_the_records_stay_in(bundle: Bundle) -> None:
    both = decide_with_and_without(
        BUSINESS, (CLEAN, lambda _: ()), (CLEAN, lambda _: ()), bundle, AS_OF_DAY
    )
    assert both.milder == "with"


# What is refused


def test_a_vector_of_other_features_is_refused_by_name(bundle: Bundle) -> None:
    other = {**CLEAN, "colour": 1.0}
    del other["honour_current_count"]
    with pytest.raises(VectorRefused, match="colour, honour_current_count"):
        read_vector(other, bundle)


def test_a_vector_of_another_length_is_refused(bundle: Bundle) -> None:
    with pytest.raises(VectorRefused, match="expected 10 numbers, got 9"):
        read_vector([0.0] * 9, bundle)


def test_an_infinite_number_is_refused_without_being_told(bundle: Bundle) -> None:
    with pytest.raises(VectorRefused, match="infinite business_age_days"):
        read_vector(CLEAN | {"business_age_days": math.inf}, bundle)


def test_zero_has_one_sign_and_missing_one_spelling(bundle: Bundle) -> None:
    odd_nan = np.array([0x7FF8000000000001], dtype=np.uint64).view(np.float64)[0]
    names = {
        decide(BUSINESS, [zero] * 9 + [missing], bundle, AS_OF_DAY, lambda _: ()).to_json()
        for zero in (0.0, -0.0)
        for missing in (None, math.nan, odd_nan)
    }
    assert len(names) == 1


def test_the_policy_sees_the_profile_on_the_day(tmp_path: Path) -> None:
    profile = {
        "sector": "H", "district": "330203", "form": "sole_trader", "age_days": 1874,
        "missing_share": 0.2,
    }  # fmt: skip
    when = ", ".join(
        f"{{profile: {name}, {'equals' if isinstance(value, str) else 'at_least'}: {value!r}}}"
        for name, value in profile.items()
    )
    rule = bundles.POLICY_FILES["H08.yaml"].replace("H08", "H20")
    rule = re.sub(r"when: .*", f"when: [{when}]", rule).replace("key_sector}", "all_of_it}")
    files = bundles.POLICY_FILES | {"H20.yaml": rule}
    policy = bundles.policy(tmp_path / "policy", files)
    name = write_bundle(tmp_path, replace(bundles.parts(tmp_path), policy=policy), bundles.KEY)
    ruled = bundles.load_bundle(tmp_path / name, bundles.TRUSTED)
    unknown = CLEAN | {"tax_grade_latest": None, "business_age_days": None}
    assert "all_of_it" in decided(ruled, unknown).flags
    assert "all_of_it" not in decided(ruled, CLEAN).flags
