from __future__ import annotations

import re

import pytest

from features.business import BusinessRecords, row_columns
from features.catalogue import load_catalogue
from features.contracts import (
    Action,
    Added,
    Corrected,
    Feature,
    OnRecords,
    RepairClock,
    Repaired,
)
from features.steps import open_steps
from serving.formats import iso_day
from tests.features.worlds import Cell, day

CITY = load_catalogue("ningbo").jurisdiction
ACTIONS = {action.name: action for action in CITY.actions}


def touched(action: Action) -> set[str]:
    added = {effect.source for effect in action.effects if isinstance(effect, Added)}
    return added | {action.about.source}


@pytest.mark.parametrize("action", CITY.actions, ids=lambda action: action.name)
def test_every_action_names_its_law_its_condition_and_where_it_is_done(action: Action) -> None:
    assert re.search(r"《.+》|国办发|公告", action.legal_basis)
    for phrase in (action.phrase, action.condition, action.at):
        assert phrase.zh
        assert phrase.en
    if not isinstance(action.waits, RepairClock):
        assert all(wait.reference for wait in action.waits)


def test_age_sector_accidents_and_the_city_are_nobodys_to_change() -> None:
    reached = {source for action in CITY.actions for source in touched(action)}
    assert reached.isdisjoint({"registrations", "accidents", "exits", "complaints", "ip_rulings"})


def test_history_is_never_rewritten_only_ended_or_added_to() -> None:
    for action in CITY.actions:
        source = CITY.source(action.about.source)
        for effect in action.effects:
            if isinstance(effect, Corrected):
                assert source.dates.event not in effect.values
                assert not set(source.key) & set(effect.values)


def test_every_repair_waits_for_a_clock_of_law() -> None:
    for action in CITY.actions:
        if any(isinstance(effect, Repaired) for effect in action.effects):
            assert action.waits


@pytest.mark.parametrize(
    ("kinds", "decided", "today", "allowed", "law"),
    [
        # By the rule of 2021 six months, by that of December 2025 three.
        (["罚款"], "2025-10-01", "2025-11-01", "2026-01-01", "2025-12-25"),
        (["罚款"], "2025-03-01", "2025-11-01", "2025-11-02", "总局令第 45 号"),
        (["责令停产停业"], "2026-01-15", "2026-07-31", "2027-01-15", "2025-12-25"),
    ],
)
def test_market_penalties_are_repaired_by_the_law_in_force_on_the_day(
    kinds: list[str], decided: str, today: str, allowed: str, law: str
) -> None:
    source = CITY.source("penalties")
    labels = source.column("kinds").labels
    row: dict[str, Cell] = dict.fromkeys(row_columns(source))
    row |= {
        "entity_id": "a", "event_key": "p", "record_no": 1, "version": 1,
        "event_day": day(decided), "known_day": day(decided), "fine_fen": 1_000_000,
        "kinds": sum(1 << labels.index(one) for one in kinds),
    }  # fmt: skip
    records = BusinessRecords("a", {"penalties": [row]})  # type: ignore[dict-item]  # no floats
    found = open_steps(load_catalogue("ningbo"), records, day(today), day(today) + 1000)
    (step,) = [one for one in found if one.action.name == "repair_penalty"]
    assert iso_day(step.done_day) == allowed
    assert step.clock is not None
    assert law in step.clock


def test_a_refused_inspection_is_not_repaired() -> None:
    about = ACTIONS["repair_check_result"].about
    assert isinstance(about, OnRecords)
    assert about.where is not None
    assert ("result", "不配合检查情节严重") in about.where.constants()


def test_advice_that_can_be_acted_on_has_an_action_on_the_same_records() -> None:
    reached = {source for action in CITY.actions for source in touched(action)}
    reasons = {reason.code: reason for reason in CITY.reasons}

    def unmatched(feature: Feature) -> bool:
        advised = reasons[feature.reason].advice is not None and feature.via is None
        return advised and feature.source not in reached

    # A better tax grade is the tax authority's to give, a settlement the complainant's.
    others_decide = {"tax_grades", "complaints", "complaint_alerts"}
    assert {f.source for f in CITY.features if unmatched(f)} <= others_decide
