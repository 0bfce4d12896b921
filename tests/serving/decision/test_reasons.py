from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from serving.bundle.folder import Bundle
from serving.decision.explanation import FromReference, Shared
from serving.decision.reasons import Chosen, choose, fill, slots
from tests.serving import bundles
from tests.serving.bundles import FEATURES, NAMES, phrase

VALUES = dict.fromkeys(NAMES, 1.0)


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return bundles.loaded(tmp_path_factory.mktemp("bundle"))


def chosen(
    bundle: Bundle,
    tenths: Mapping[str, int],
    records: Mapping[str, Sequence[str]],
    values: Mapping[str, float | None] = VALUES,
    typical: Mapping[str, float] | None = None,
) -> Chosen:
    medians = None if typical is None else tuple(typical.get(name) for name in NAMES)
    shared = Shared(0, tuple(tenths.get(name, 0) for name in NAMES))
    return choose(
        bundle,
        [values[name] for name in NAMES],
        FromReference(shared, "B", None, 40, medians),
        lambda name: tuple(records.get(name, ())),
    )


def codes(given: Chosen) -> tuple[list[str], list[str]]:
    return [one.code for one in given.reasons], [one.code for one in given.positives]


def test_the_largest_points_come_first_and_equal_ones_in_the_features_order(
    bundle: Bundle,
) -> None:
    given = chosen(
        bundle,
        {"penalty_count_36m": -50, "abnormal_current_count": -90, "tax_grade_latest": -50},
        {"penalty_count_36m": "a", "abnormal_current_count": "b", "tax_grade_latest": "c"},
    )
    assert codes(given) == (["R301", "R304", "R208"], [])
    assert [one.points for one in given.reasons] == ["−9.0", "−5.0", "−5.0"]


def test_at_most_four_reasons_and_three_positives(bundle: Bundle) -> None:
    risky = [spec.name for spec in FEATURES if spec.reason != "R901"]
    each_its_own = {name: [name] for name in NAMES}
    against = chosen(bundle, dict.fromkeys(risky, -10), each_its_own)
    assert len(against.reasons) == 4
    for_it = chosen(bundle, dict.fromkeys(NAMES, 10), each_its_own)
    assert codes(for_it) == ([], ["R213", "R104", "R506"])


def test_less_than_a_point_is_no_reason(bundle: Bundle) -> None:
    records = {"penalty_count_36m": "a", "business_age_days": "b"}
    small = {"penalty_count_36m": -9, "business_age_days": 9}
    assert codes(chosen(bundle, small, records)) == ([], [])
    enough = {"penalty_count_36m": -10, "business_age_days": 10}
    assert codes(chosen(bundle, enough, records)) == (["R304"], ["R104"])


def test_a_record_is_cited_once_in_the_larger_reason(bundle: Bundle) -> None:
    given = chosen(
        bundle,
        {"penalty_count_36m": -20, "penalty_fines_yuan_36m": -70},
        {"penalty_count_36m": ["p1", "p2"], "penalty_fines_yuan_36m": ["p2"]},
    )
    assert codes(given) == (["R305"], [])


def test_a_record_cited_against_is_not_cited_in_favour(bundle: Bundle) -> None:
    given = chosen(
        bundle,
        {"tax_grade_latest": -20, "business_age_days": 10},
        {"tax_grade_latest": ["t"], "business_age_days": ["r"]},
    )
    assert codes(given) == (["R208"], ["R104"])


def test_one_identifier_in_two_sources_is_two_records(bundle: Bundle) -> None:
    given = chosen(
        bundle,
        {"penalty_count_36m": -20, "abnormal_current_count": -10},
        {"penalty_count_36m": ["1"], "abnormal_current_count": ["1"]},
    )
    assert codes(given) == (["R304", "R301"], [])


def test_key_data_missing_is_never_a_reason(bundle: Bundle) -> None:
    assert codes(chosen(bundle, {"key_sector_current": -900}, {"key_sector_current": "k"})) == (
        [], [],
    )  # fmt: skip


def test_a_missing_value_is_never_a_reason(bundle: Bundle) -> None:
    values = {**VALUES, "tax_grade_latest": None}
    given = chosen(bundle, {"tax_grade_latest": -90}, {"tax_grade_latest": "t"}, values)
    assert codes(given) == ([], [])


def test_absence_is_a_reason_only_where_fewer_is_worse(bundle: Bundle) -> None:
    values = dict.fromkeys(NAMES, 0.0)
    given = chosen(bundle, {"annual_report_count_36m": -30, "penalty_count_36m": -20}, {}, values)
    assert codes(given) == (["R206"], [])
    (report,) = given.reasons
    assert (report.because, report.record_ids, report.record_count) == ("absence", (), 0)
    assert report.text.zh == "未按期报送年度报告(近3年0份)"


def test_absence_speaks_in_favour_only_where_fewer_is_better(bundle: Bundle) -> None:
    # Having no honour can never be told as the honour itself.
    values = dict.fromkeys(NAMES, 0.0)
    assert codes(chosen(bundle, {"honour_current_count": 10}, {}, values)) == ([], [])


def test_a_record_named_twice_counts_once(bundle: Bundle) -> None:
    given = chosen(bundle, {"penalty_count_36m": -20}, {"penalty_count_36m": ["p", "p", "q"]})
    assert given.reasons[0].record_ids == ("p", "q")
    assert given.reasons[0].record_count == 2


def test_the_reference_groups_median_stands_beside_the_value(bundle: Bundle) -> None:
    given = chosen(
        bundle,
        {"penalty_fines_yuan_36m": -20},
        {"penalty_fines_yuan_36m": "p"},
        {**VALUES, "penalty_fines_yuan_36m": 30_000.0},
        {"penalty_fines_yuan_36m": 500.0},
    )
    assert given.reasons[0].text.zh == "近3年罚没30,000元,可比主体的中位数为500元"
    assert given.reasons[0].text.en == (
        "Fines, last 3 years: 30,000 yuan; median of comparable businesses: 500 yuan"
    )


def test_without_a_reference_group_the_comparison_is_left_out(bundle: Bundle) -> None:
    given = chosen(bundle, {"penalty_fines_yuan_36m": -20}, {"penalty_fines_yuan_36m": "p"})
    assert given.reasons[0].text.zh == "近3年罚没1元"
    assert given.reasons[0].peer is None


def test_a_value_cannot_smuggle_in_another_slot() -> None:
    sly = phrase("{window}", "{peer}")
    assert fill(phrase("{value}", "{value}"), sly, phrase("近1年", "last year"), None) == sly


def test_slots_are_found_in_either_language() -> None:
    assert slots(phrase("{value}", "{window}{odd}")) == {"value", "window", "odd"}
