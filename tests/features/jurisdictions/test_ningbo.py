from __future__ import annotations

import re
from dataclasses import replace
from fnmatch import fnmatch

import pytest

from features.catalogue import RECORD_COLUMNS, encoder, faults_of, load_catalogue
from features.contracts import Ahead, Count, Distinct, Feature, Kind, Source, under
from features.expressions import Condition, Row
from features.jurisdictions.ningbo import city
from features.jurisdictions.ningbo.definitions.associates import LINKS
from features.jurisdictions.ningbo.definitions.attributes import KEY_SECTOR
from features.jurisdictions.ningbo.finality import FINALITY_POLICY, POLICIES
from features.jurisdictions.ningbo.reasons import NOT_CITED
from features.jurisdictions.ningbo.sources import (
    SOURCES,
    penalties,
    penalties_elsewhere,
    registrations,
    tax_arrears,
)
from features.jurisdictions.ningbo.sources.double_publicity import NEVER, STANDS, SUBSTANTIVE

CITY = load_catalogue("ningbo").jurisdiction
FOLDER = load_catalogue("ningbo").folder
REASONS = {reason.code: reason for reason in CITY.reasons}
# Headings whose cells name or describe a natural person.
PERSONAL = re.compile(
    "法定代表人$|经营者$|投诉人|联系电话|检查人员|^住所$|经营场所|股权所有人|违法事实"
)


def holds(condition: Condition, source: str, row: Row) -> bool:
    """Whether the condition holds for a record whose codes are written as labels."""
    encode = encoder(CITY.source(source))
    stored: dict[str, int | str | None] = {}
    for name, value in row.items():
        if name in RECORD_COLUMNS:
            stored[name] = value
            continue
        column = CITY.source(source).column(name)
        if column.kind is Kind.MASK:
            assert isinstance(value, str)
            stored[name] = sum(1 << int(encode(name, one)) for one in value.split(";"))
        else:
            stored[name] = None if value is None else encode(name, value)
    return condition.test(encode)(stored)


def penalty(kinds: str, procedure: str | None = "普通程序") -> Row:
    return {"kinds": kinds, "procedure": procedure, "state": None}


def slots(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_the_size_is_what_a_regulator_can_still_review() -> None:
    assert len(CITY.sources) >= 30
    assert 180 <= len(CITY.features) <= 210
    assert {feature.group for feature in CITY.features} == {f"R0{i}" for i in range(1, 7)}


def test_basic_attributes_stay_few() -> None:
    assert sum(feature.group == "R01" for feature in CITY.features) <= 5


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_source_says_by_what_right_and_how_far_to_trust_it(source: Source) -> None:
    assert source.legal_basis
    assert len(source.dates.trust) > 20
    assert source.dates.known == "updated_at"
    assert any(column.name == "uscc" for column in source.columns)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_source_says_what_identifies_a_record_and_who_may_see_it(source: Source) -> None:
    declared = {column.name: column for column in source.columns}
    assert source.key
    assert set(source.key) <= set(declared)
    assert source.sharing is not None
    assert source.department in CITY.departments


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_every_column_says_its_unit_or_its_words(source: Source) -> None:
    for column in source.columns:
        assert column.meaning, column.name
        if column.kind is Kind.MONEY:
            # Amounts in 万元 say so in a heading or are read from fields that have no other.
            in_wan = any("万元" in heading for heading in column.headers)
            assert not in_wan or column.unit == 10_000, column.name
        if column.kind in (Kind.CODE, Kind.MASK):
            assert len(column.labels) == len(set(column.labels)) > 1, column.name


def test_no_file_belongs_to_two_sources() -> None:
    names = {source.name: source.files.replace("*", "-补报") for source in SOURCES}
    for name, file in names.items():
        assert [s.name for s in SOURCES if fnmatch(file, s.files)] == [name]


def test_every_column_that_names_a_person_is_marked_personal() -> None:
    unmarked = [
        (source.name, column.name)
        for source in SOURCES
        for column in source.columns
        if any(PERSONAL.search(heading) for heading in column.headers) and not column.personal
    ]
    assert unmarked == []


@pytest.mark.parametrize(
    ("source", "column"),
    [
        ("registrations", "form"),
        ("registrations", "district"),
        ("registrations", "capital_fen"),
        ("random_checks", "class_at_draw"),
        ("random_checks", "drawn_by"),
        ("random_checks", "inclusion_probability"),
    ],
)
def test_what_is_no_conduct_is_kept_from_features(source: str, column: str) -> None:
    of = next(feature for feature in CITY.features if feature.source == source)
    leaking = replace(of, name="leaking", measure=Distinct(column))
    faults = [str(f) for f in faults_of(replace(CITY, features=(*CITY.features, leaking)))]
    assert [f"{source}.{column}" in fault for fault in faults] == [True]
    assert faults[0].startswith("forbidden column")


@pytest.mark.parametrize(
    ("record", "counts"),
    [
        (penalty("罚款"), True),
        (penalty("警告;罚款"), True),
        (penalty("通报批评"), True),
        (penalty("没收违法所得;责令停产停业"), True),
        (penalty("警告"), False),
        (penalty("不予处罚"), False),
        (penalty("罚款;不予处罚"), False),
        (penalty("其他"), False),
        (penalty("罚款", procedure="简易程序"), False),
        (penalty("罚款", procedure=None), False),
    ],
)
def test_only_penalties_beyond_a_warning_by_ordinary_procedure_may_count(
    record: Row, counts: bool
) -> None:
    assert holds(SUBSTANTIVE, "penalties", record) is counts
    excluded = [one for one in NEVER if holds(one.where, "penalties", record)]
    assert (not excluded) is counts


def test_penalties_of_both_sources_wait_until_they_are_final() -> None:
    for source in (penalties.SOURCE, penalties_elsewhere.SOURCE):
        assert source.never == NEVER
        assert source.dates.finality is not None
        assert source.dates.finality.counts == "when_final"


def test_the_strict_policy_is_the_default() -> None:
    assert FINALITY_POLICY == "zhejiang_strict"
    assert city("zhejiang_strict") == CITY


def test_the_city_of_the_other_policy_differs_in_finality_alone() -> None:
    published = load_catalogue(str(FOLDER / "published"))
    assert published.policy_folder.resolve() == load_catalogue("ningbo").policy_folder
    other = published.jurisdiction
    assert {s.dates.finality.counts for s in other.sources if s.dates.finality} == {
        "when_published"
    }
    assert under(POLICIES["zhejiang_strict"], other.sources) == CITY.sources
    assert (other.features, other.outcomes) == (CITY.features, CITY.outcomes)


def test_a_label_waits_for_a_challenge_to_be_settled() -> None:
    challenged = {"final_day": None, "disputed_on": 19_900, "settled_on": None}
    assert not holds(STANDS, "penalties", challenged)
    assert holds(STANDS, "penalties", {**challenged, "settled_on": 19_950})
    assert holds(STANDS, "penalties", {**challenged, "disputed_on": None})


def test_complaints_alone_make_no_credit_label() -> None:
    sources = {evidence.source for evidence in CITY.outcome("credit").evidence}
    assert sources == {"penalties", "penalties_elsewhere", "random_checks"}
    for evidence in CITY.outcome("credit").evidence[:2]:
        assert evidence.where == SUBSTANTIVE & STANDS


def test_the_levels_of_repair_are_in_force_from_their_days() -> None:
    in_force = {
        source.name: [rule.effective_from for rule in source.dates.use]
        for source in (penalties.SOURCE, penalties_elsewhere.SOURCE)
    }
    assert in_force == {
        "penalties": ["", "2025-12-25"], "penalties_elsewhere": ["", "2026-04-01"],
    }  # fmt: skip
    months = {term.level.en: term.months for term in penalties.SOURCE.dates.use[1].terms}
    assert months == {"serious, with a ban": 36, "serious": 36, "minor": 3, "general": 12}


def test_tax_amounts_of_natural_persons_are_never_read() -> None:
    amount = CITY.feature("tax_arrears_current_yuan")
    assert amount.where is not None
    record = {"cleared_on": None, "kind": "欠税", "taxpayer": "单位纳税人"}
    assert holds(amount.where, "tax_arrears", record)
    assert not holds(amount.where, "tax_arrears", {**record, "taxpayer": "个人纳税人"})
    reads = [f.name for f in CITY.features if getattr(f.measure, "column", "") == "amount_fen"
             and f.source == tax_arrears.SOURCE.name]  # fmt: skip
    assert reads == ["tax_arrears_current_yuan"]


def test_cluster_registrations_link_nobody() -> None:
    same_address = next(link for link in LINKS if link.name == "same_address")
    assert same_address.unless is not None
    assert holds(same_address.unless, "registrations", {"cluster_registration": 1})
    assert not holds(same_address.unless, "registrations", {"cluster_registration": 0})
    assert not holds(same_address.unless, "registrations", {"cluster_registration": None})


@pytest.mark.parametrize(
    ("industry", "key"),
    [(6210, True), (1353, True), (5221, True), (5251, True), (2710, True), (5211, False),
     (3311, False), (None, False)],
)  # fmt: skip
def test_key_sectors_are_food_drugs_gas_and_dangerous_goods(
    industry: int | None, key: bool
) -> None:
    assert holds(KEY_SECTOR, "registrations", {"industry_class": industry}) is key


# Codes of the handbook, and those of them that no feature can have.
_HANDBOOK = {"R1": 4, "R2": 15, "R3": 21, "R4": 4, "R5": 7, "R6": 6, "R9": 4}
_SAID_OTHERWISE = {
    "R321": "a repaired record must not be used, in favour of the business neither",
    "R902": "the decision says so of a disputed record",
    "R903": "the decision lists the rules that fired",
    "R904": "a rule says so of a key sector",
}


def test_every_code_of_the_handbook_has_a_feature_that_can_give_it() -> None:
    handbook = {f"{group}{n:02}" for group, last in _HANDBOOK.items() for n in range(1, last + 1)}
    given = {code for f in CITY.features for code in (f.reason, f.positive_reason)}
    assert handbook - given == set(_SAID_OTHERWISE)


@pytest.mark.parametrize("code", sorted(REASONS))
def test_both_languages_of_a_phrase_have_the_same_slots(code: str) -> None:
    phrase = REASONS[code].phrase
    assert slots(phrase.zh) == slots(phrase.en)
    assert slots(phrase.zh) <= {"value", "window", "peer"}


def _spoken(feature: Feature) -> list[str]:
    return [code for code in (feature.reason, feature.positive_reason) if code]


@pytest.mark.parametrize("feature", CITY.features, ids=lambda feature: feature.name)
def test_a_phrase_says_what_the_value_counts(feature: Feature) -> None:
    for code in _spoken(feature):
        text = REASONS[code].phrase.zh
        if feature.window is None:
            assert "{window}" not in text, "a current fact has no period"
        if feature.unit == "count" and isinstance(feature.measure, Count) and "{value}" in text:
            assert re.search(r"\{value\}[次件项户家笔批类条起个]", text), text
        if feature.unit != "count" and "{value}" in text:
            assert not re.search(r"\{value\}[次件项户家笔批类条起个]", text), text


def test_facts_that_only_speak_for_a_business_are_never_held_against_it() -> None:
    silent = {f.name for f in CITY.features if f.reason == NOT_CITED}
    assert {"trusted_unit_current", "ip_rights_current_count", "check_clean_count_36m"} <= silent
    assert all(f.positive_reason or f.direction == "either" for f in CITY.features
               if f.name in silent)  # fmt: skip


def test_a_profile_comes_from_the_registration_alone() -> None:
    assert CITY.roster == ("registrations",)
    assert set(registrations.SOURCE.profile) >= {"name", "district", "sector", "closed_on"}


def test_credit_and_seven_warnings_are_declared_with_horizon_maturity_and_evidence() -> None:
    outcomes = {one.name: one for one in load_catalogue("ningbo").jurisdiction.outcomes}
    assert list(outcomes) == [
        "credit", "penalty", "complaint_surge", "abnormal_entry", "failed_sample",
        "ip_infringement", "lost_contact", "tax_arrears",
    ]  # fmt: skip
    for one in outcomes.values():
        assert one.evidence
        assert isinstance(one.horizon, Ahead)
        assert one.horizon.days == 365
        assert one.horizon.maturity_days >= 28  # publication is due within 20 working days
    assert "complaints" not in {e.source for e in outcomes["credit"].evidence}
    arrears = {e.source for e in outcomes["tax_arrears"].evidence}
    assert arrears == {"tax_arrears", "wage_arrears"}


def test_random_draws_and_segments_are_declared() -> None:
    city = load_catalogue("ningbo").jurisdiction
    assert city.draws is not None
    assert city.draws.probability == "inclusion_probability"
    assert [segment.name for segment in city.segments] == [
        "district", "sector", "form", "size", "age", "online",
    ]  # fmt: skip
