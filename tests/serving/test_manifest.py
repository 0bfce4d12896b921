from __future__ import annotations

from features.catalogue import load_catalogue
from serving.decision.reasons import SLOTS, slots
from serving.manifest import Span, feature_specs, place_of

NINGBO = load_catalogue("ningbo")
SPECS = {spec.name: spec for spec in feature_specs(NINGBO)}


def test_specs_stand_in_the_order_of_the_catalogue() -> None:
    assert list(SPECS) == [feature.name for feature in NINGBO.jurisdiction.features]


def test_a_spec_carries_what_its_feature_declares() -> None:
    spec = SPECS["penalty_fines_yuan_36m"]
    assert (spec.source, spec.group, spec.unit, spec.direction) == (
        "penalties", "R03", "yuan", "risk_up",
    )  # fmt: skip
    assert spec.window == Span("months", 36)
    assert spec.department == NINGBO.jurisdiction.source("penalties").department
    assert spec.counts_records


def test_a_latest_code_carries_its_labels() -> None:
    labels = NINGBO.jurisdiction.source("tax_grades").column("grade").labels
    assert labels
    assert SPECS["tax_grade_latest"].labels == labels


def test_days_since_a_record_do_not_count_records() -> None:
    assert not SPECS["penalty_days_since"].counts_records


def test_peers_are_carried() -> None:
    assert SPECS["complaint_count_12m_vs_peers"].peers == ("sector", "district")


def test_the_phrases_of_the_first_city_use_slots_that_can_be_filled() -> None:
    for reason in NINGBO.jurisdiction.reasons:
        assert slots(reason.phrase) <= SLOTS, reason.code


def test_the_place_is_the_jurisdictions() -> None:
    assert place_of(NINGBO).name == "ningbo"
    assert place_of(NINGBO).timezone == "Asia/Shanghai"
