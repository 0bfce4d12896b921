from __future__ import annotations

from dataclasses import replace

import pytest

from serving import canonical
from serving.decision.decided import Told
from serving.language import Language
from serving.paths import WayBack
from serving.render.typesetting import said
from serving.render.way_back import (
    subject_way_back,
    way_back_html,
    way_back_json,
    way_back_text,
)
from tests.features.worlds import Cell
from tests.serving.paths.cases import listing, looked_ahead, penalty

ROWS: dict[str, list[dict[str, Cell]]] = {
    "penalties": [penalty("p", "2026-01-01"), penalty("q", "2026-02-01")],
    "listings": [listing("l", "2026-07-10", 1)],
}


@pytest.fixture(scope="module", name="told")
def a_way_back() -> WayBack:
    return looked_ahead(ROWS)


def open_to_subject(told: WayBack) -> WayBack:
    return replace(told, told=Told(True, None))


def test_the_owner_reads_what_to_do_from_when_where_and_by_what_law(told: WayBack) -> None:
    text = way_back_text(told, "subject", "zh")
    assert text.splitlines()[:12] == [
        "小店 (a)",
        "截至：2026年7月31日",
        "",
        "您可以做什么",
        "1. 办repair（共2条记录）",
        "   2026年8月1日起可以办理；当天办理的，最晚2026年8月11日计入",
        "   条件：真实",
        "   在哪里办：局",
        "   依据：法:repair;新法",
        "   涉及的记录：p、q",
        "2. 办restore_contact",
        "   2026年8月1日起可以办理；当天办理的，最晚2026年8月8日计入",
    ]


def test_the_owner_is_told_tiers_and_their_days_only_where_the_policy_says_so(
    told: WayBack,
) -> None:
    hidden = way_back_text(told, "subject", "en")
    shown = way_back_text(open_to_subject(told), "subject", "en")
    assert told.tier == "D"
    assert "Tier" not in hidden
    assert b'"tier":null' in way_back_json(told, "subject")
    assert b'"better":null' in way_back_json(told, "subject")
    assert "- Tier A: Do 1, 2, from 11 August 2026" in shown


def test_what_the_owner_reads_does_not_depend_on_the_tier(told: WayBack) -> None:
    other = replace(told, tier="B", better=told.better[-1:], score="560.0")
    for language in ("zh", "en"):
        assert way_back_text(told, "subject", language) == way_back_text(other, "subject", language)
    assert way_back_json(told, "subject") == way_back_json(other, "subject")


def test_a_step_that_does_not_help_is_not_urged_on_the_owner(told: WayBack) -> None:
    assert "move" in {one.action for one in told.steps}
    assert {one.action for one in subject_way_back(told).steps} == {"repair", "restore_contact"}


def test_where_there_is_nothing_to_do_it_says_so() -> None:
    nothing = replace(looked_ahead({}), steps=())
    assert "目前没有需要您办理的事项。" in way_back_text(nothing, "subject", "zh")
    assert "nothing you need to do" in way_back_text(nothing, "subject", "en")
    assert "nothing you need to do" in way_back_html(nothing, "en")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_regulator_reads_ways_hashes_steps_and_assumptions(
    told: WayBack, language: Language
) -> None:
    text = way_back_text(told, "regulator", language)
    for one in told.better:
        assert one.soonest is not None
        assert one.soonest.reached.decision in text
    assert all(one.legal_basis in text for one in told.steps)
    for phrase in told.assumptions:
        assert said(phrase, language) in text


def test_an_unreachable_tier_is_said_plainly() -> None:
    told = looked_ahead({"serious": [{"event_key": "s", "event_day": "2026-07-01"}]}, months=24)
    text = way_back_text(told, "regulator", "en")
    assert text.count("Nothing done: not reached before 31 July 2028") == 3
    assert text.count("no step that may be taken reaches it sooner") == 3


def test_the_fragment_escapes_what_it_is_given(told: WayBack) -> None:
    steps = tuple(replace(one, legal_basis="<script>") for one in told.steps)
    html = way_back_html(replace(told, steps=steps), "zh")
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_the_whole_is_the_canonical_document(told: WayBack) -> None:
    assert canonical.decode(WayBack, way_back_json(told, "regulator"), "way back") == told
