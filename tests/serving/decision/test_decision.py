"""A decision: the same every time, its tier and warnings, what is refused."""

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
from hypothesis import given

from serving.bundle.folder import Bundle, write_bundle
from serving.decision.decide import Decision, NotUsed, decide, decide_with_and_without, read_vector
from serving.decision.points import read
from serving.errors import NothingInForce, VectorRefused
from serving.manifest import Tier
from serving.policy import Effect
from tests.serving import bundles
from tests.serving.bundles import AS_OF_DAY, BUSINESS, NAMES
from tests.serving.decision.cases import CLEAN, KEPT, TROUBLED, VECTORS, Row, decided, rows_of

ROOT = Path(__file__).parents[3]


def test_the_same_input_gives_the_same_bytes(bundle: Bundle) -> None:
    assert decided(bundle, TROUBLED).to_json() == decided(bundle, TROUBLED).to_json()


def test_another_process_gives_the_same_bytes(bundle: Bundle, tmp_path: Path) -> None:
    there = bundles.write(tmp_path)
    program = (
        "import sys; from pathlib import Path; from tests.serving import bundles\n"
        "from tests.serving.decision import cases\n"
        "bundle = bundles.load_bundle(Path(sys.argv[1]), bundles.TRUSTED)\n"
        "sys.stdout.buffer.write(cases.decided(bundle, cases.TROUBLED).to_json())"
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


def test_leniency_gives_way_to_the_rules_that_its_file_names_and_the_decision_says_so(
    bundle: Bundle,
) -> None:
    young = CLEAN | {"business_age_days": 100.0, "abnormal_current_count": 1.0}
    decision = decided(bundle, young)
    assert decision.tier in ("C", "D")
    assert decision.flags == ("insufficient_history",)
    assert {rule.id: rule.overruled_by for rule in decision.rules} == {"H04": (), "H09": ("H04",)}
    assert {rule.id: rule.acting for rule in decision.rules} == {
        "H04": Effect(floor="C"), "H09": Effect(flag="insufficient_history"),
    }  # fmt: skip


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
