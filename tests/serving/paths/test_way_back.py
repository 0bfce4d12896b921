from __future__ import annotations

import gc
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.engines.timeline import held_features
from features.records_after import linked_as_today, records_after
from features.steps import open_steps
from serving import canonical
from serving.decision.decide import decide
from serving.formats import day_of, iso_day
from serving.manifest import TIERS
from serving.paths import BetterTier, Case, Means, Reached, WayBack, way_back
from serving.paths.outlook import Forecaster
from serving.paths.way_back import _Search
from tests.features.village import TODAY, business
from tests.features.worlds import Cell
from tests.serving.paths.cases import (
    FILED,
    NAMES,
    case,
    listing,
    looked_ahead,
    means,
    penalty,
    rule,
)

Rows = dict[str, list[dict[str, Cell]]]


def better(told: WayBack) -> dict[str, BetterTier]:
    return {one.tier: one for one in told.better}


def on(reached: Reached | None) -> str | None:
    return None if reached is None else reached.on


def actions(names: tuple[str, ...]) -> list[str]:
    return [name.partition("/")[0] for name in names]


def test_a_business_in_the_best_tier_needs_no_way_back() -> None:
    told = looked_ahead({})
    assert (told.tier, told.score, told.better) == ("A", "600.0", ())


def test_only_time_helps_where_no_clock_ends_within_the_horizon() -> None:
    told_of = means(tuple(name for name in NAMES if name != "repair"))
    rows: Rows = {"reports": [FILED], "penalties": [penalty("p", "2025-02-10")]}
    told = way_back(case(business(rows), told_of), told_of)
    way = better(told)["A"]
    # Thirty-six months after 10 February 2025 it is out of its window. But by then no report
    # has been filed for more than 400 days, which costs as much.
    assert (told.tier, on(way.untouched), way.cheapest) == ("B", None, None)
    assert way.soonest is not None
    assert (way.soonest.reached.on, way.soonest.steps) == ("2028-02-10", ("file_in_time/",))


def test_time_alone_is_told_where_nothing_else_is_lost_by_it() -> None:
    # Nineteen months and a half are over; the penalty leaves its window in four.
    rows: Rows = {"penalties": [penalty("p", "2023-12-01")]}
    told_of = means(())
    told = way_back(case(business({"reports": [FILED], **rows}), told_of), told_of)
    way = better(told)["A"]
    assert (told.tier, on(way.untouched)) == ("B", "2026-12-01")
    assert (way.cheapest, way.soonest, told.steps) == (None, None, ())
    assert way.untouched is not None
    # 400 days after the report of 20 June 2026 the next one is overdue.
    assert way.untouched.lasts_until == "2027-07-25"


def test_filing_the_missing_report_helps_at_once() -> None:
    old = {**FILED, "event_key": "2024", "event_day": "2025-05-01", "year": 2024}
    told = way_back(case(business({"reports": [old]}), means()), means())
    way = better(told)["A"].soonest
    assert (told.tier, told.score) == ("B", "550.0")
    assert way is not None
    # Allowed tomorrow, in the records two days later.
    assert (way.reached.on, way.reached.score) == ("2026-08-03", "600.0")
    assert actions(way.steps) == ["file_overdue"]
    assert better(told)["A"].untouched is None


def test_repair_is_not_offered_before_its_clock() -> None:
    told = looked_ahead({"penalties": [penalty("p", "2026-07-01")]})
    way = better(told)["A"].soonest
    assert way is not None
    (step,) = [one for one in told.steps if one.action == "repair"]
    assert (step.allowed_on, step.counted_on) == ("2026-10-01", "2026-10-11")
    assert way.reached.on == "2026-10-11"
    assert (step.legal_basis, step.points, step.lifts) == ("法:repair;新法", "+50.0", True)


def test_two_actions_together_reach_what_neither_reaches_alone() -> None:
    old = {**FILED, "event_key": "2024", "event_day": "2025-05-01", "year": 2024}
    rows: Rows = {"reports": [old], "listings": [listing("l", "2026-07-10", 0)]}
    told = way_back(case(business(rows), means()), means())
    assert (told.tier, told.score) == ("C", "500.0")
    to_b, to_a = better(told)["B"].soonest, better(told)["A"].soonest
    assert to_b is not None
    assert to_a is not None
    # The report alone gives 550 points on the 3rd; leaving the list needs it first.
    assert (to_b.reached.on, actions(to_b.steps)) == ("2026-08-03", ["file_overdue"])
    assert (to_a.reached.on, actions(to_a.steps)) == (
        "2026-08-10", ["file_overdue", "leave_after_report"],
    )  # fmt: skip
    assert to_a.effort == 2


def test_a_hard_rule_that_no_action_lifts_holds_until_its_end() -> None:
    # On the serious list, out of its window after 36 months: the rule alone makes it D.
    rows: Rows = {"serious": [{"event_key": "s", "event_day": "2024-10-31"}]}
    told = looked_ahead(rows)
    assert (told.tier, told.score) == ("D", "600.0")
    assert {one.tier: on(one.untouched) for one in told.better} == {
        # By then the last report is 498 days old: 550 points.
        "C": "2027-10-31", "B": "2027-10-31", "A": None,
    }  # fmt: skip
    for one in told.better:
        for found in filter(None, (one.soonest, one.cheapest)):
            assert found.reached.on >= "2027-10-31"


def test_nothing_reachable_within_the_horizon_is_said_plainly() -> None:
    rows: Rows = {"serious": [{"event_key": "s", "event_day": "2026-07-01"}]}
    told = looked_ahead(rows, months=24)
    assert told.until == "2028-07-31"
    assert [one.tier for one in told.better] == ["C", "B", "A"]
    assert all(
        (one.untouched, one.cheapest, one.soonest) == (None, None, None) for one in told.better
    )


def test_of_two_ways_to_the_same_end_the_easier_is_told() -> None:
    rows: Rows = {
        "listings": [listing("l", "2026-07-01", 1)],
        "penalties": [penalty("p", "2026-01-01")],
    }
    told = looked_ahead(rows)
    assert (told.tier, told.score) == ("C", "500.0")
    way = better(told)["A"].soonest
    assert way is not None
    # Contact counts on the 8th, repair on the 11th.
    assert (way.reached.on, sorted(actions(way.steps))) == (
        "2026-08-11", ["repair", "restore_contact"],
    )  # fmt: skip
    # Moving house would leave the list as well, costs more, and adds a change that counts.
    moved = next(one for one in told.steps if one.action == "move")
    assert (moved.points, moved.lifts) == ("0.0", False)


def test_less_effort_on_a_later_day_is_told_beside_the_soonest() -> None:
    rows: Rows = {"penalties": [penalty("p", "2025-01-15"), penalty("q", "2026-07-01")]}
    told = looked_ahead(rows)
    way = better(told)["B"]
    assert told.tier == "C"
    assert way.soonest is not None
    assert way.cheapest is not None
    # Repair of the old penalty at once; or reports in time and three years since the first.
    assert (way.soonest.reached.on, way.soonest.steps) == ("2026-08-11", ("repair/p",))
    assert (way.cheapest.reached.on, actions(way.cheapest.steps)) == (
        "2028-01-15", ["file_in_time"],
    )  # fmt: skip
    assert (way.soonest.effort, way.cheapest.effort) == (2, 1)


def test_a_rule_dated_to_begin_later_is_in_the_outlook() -> None:
    later = rule(
        "H20", "penalty_count_36m", "at_least: 1", "tier: D", 1, "A", "D", since="2026-10-01"
    )
    told_of = means((), ("H20", later))
    rows: Rows = {"reports": [FILED], "penalties": [penalty("p", "2023-12-01")]}
    told = way_back(case(business(rows), told_of), told_of)
    # B today, D from October by the new rule, A when the penalty leaves its window.
    assert told.tier == "B"
    assert on(better(told)["A"].untouched) == "2026-12-01"


def test_where_the_policy_ends_the_outlook_ends() -> None:
    told_of = means(())
    rules = told_of.bundle.policy
    ending = replace(rules.measures.versions[0], effective_until=date(2027, 1, 1))
    policy = replace(rules, measures=replace(rules.measures, versions=(ending,)))
    short = replace(told_of, bundle=replace(told_of.bundle, policy=policy))
    rows: Rows = {"reports": [FILED], "penalties": [penalty("p", "2023-12-01")]}
    assert way_back(case(business(rows), short), short).until == "2026-12-31"


def test_a_better_tier_for_less_than_a_month_is_no_way_back() -> None:
    # The penalty leaves on 1 December; the report is 400 days old on 15 December.
    filed = {**FILED, "event_day": "2025-11-10"}
    told_of = means(())
    rows: Rows = {"reports": [filed], "penalties": [penalty("p", "2023-12-01")]}
    told = way_back(case(business(rows), told_of), told_of)
    assert on(better(told)["A"].untouched) is None


def test_a_disputed_record_stays_out_where_today_leaves_it_out() -> None:
    rows: Rows = {
        "reports": [FILED],
        "penalties": [
            penalty("p", "2024-03-01"),
            penalty("q", "2026-07-01", disputed_day="2026-07-20"),
        ],
    }
    told_of = means(())
    told = way_back(case(business(rows), told_of, exclude_disputed=True), told_of)
    assert (told.tier, on(better(told)["A"].untouched)) == ("B", "2027-03-01")
    assert any("Disputed" in one.en for one in told.assumptions)


def test_the_number_of_futures_is_bounded_and_told() -> None:
    penalties = [penalty(f"p{i}", f"2026-0{1 + i % 3}-0{1 + i}") for i in range(9)]
    told = looked_ahead({"penalties": penalties}, most=20)
    assert told.searched.steps >= 9
    assert told.searched.sets <= 20 + 2 * 3 * told.searched.steps
    assert not told.searched.complete
    assert any("every combination" in one.en for one in told.assumptions)
    way = better(told)["B"].soonest
    assert way is not None
    assert actions(way.steps) == ["repair"] * 8  # no step that is not needed


def test_equal_questions_get_equal_bytes() -> None:
    rows: Rows = {"penalties": [penalty("p", "2026-01-01")]}
    first = looked_ahead(rows).to_json()
    assert first == looked_ahead(rows).to_json()
    assert canonical.decode(WayBack, first, "way back") == looked_ahead(rows)


# Every suggestion verified: the future is built again here, from the answer alone.


def _again(
    told: WayBack, of: Means, of_case: Case, reached: Reached, names: tuple[str, ...]
) -> None:
    at = day_of(reached.on)
    records = linked_as_today(of_case.records, TODAY)
    every = open_steps(of.catalogue, records, TODAY, day_of(told.until))
    records = records_after(of.catalogue, records, [one for one in every if one.key in names])
    vector = of.engine.compute(records, at, of.peers)
    assert not held_features(of.catalogue.jurisdiction)
    decision = decide(
        of_case.decision.business, vector, of.bundle, at,
        lambda name: of.engine.evidence(name, records, at),
    )  # fmt: skip
    assert canonical.sha256(decision.to_json()) == reached.decision
    assert (decision.tier, decision.score) == (reached.tier, reached.score)


_MONTHS = [f"202{y}-{m:02d}-{d:02d}" for y in (4, 5, 6) for m in (1, 4, 7) for d in (5, 28)]
_DAYS = st.sampled_from(_MONTHS)


@st.composite
def businesses(draw: st.DrawFn) -> Rows:
    rows: Rows = {"reports": draw(st.sampled_from([[FILED], []]))}
    rows["penalties"] = [
        penalty(f"p{i}", on_day, heavy)
        for i, (on_day, heavy) in enumerate(
            draw(st.lists(st.tuples(_DAYS, st.integers(0, 1)), max_size=3))
        )
    ]
    rows["listings"] = [
        listing(f"l{i}", on_day, cause)
        for i, (on_day, cause) in enumerate(
            draw(st.lists(st.tuples(_DAYS, st.integers(0, 1)), max_size=2))
        )
    ]
    rows["serious"] = draw(
        st.sampled_from([[], [], [{"event_key": "s", "event_day": "2024-10-05"}]])
    )
    return rows


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(businesses())
def test_every_suggestion_is_a_decision_that_anyone_can_make_again(rows: Rows) -> None:
    of = means()
    of_case = case(business(rows), of)
    told = way_back(of_case, of)
    steps = {one.step: one for one in told.steps}
    for one in told.better:
        place = TIERS.index(one.tier)
        for way in filter(None, (one.cheapest, one.soonest)):
            _again(told, of, of_case, way.reached, way.steps)
            assert TIERS.index(way.reached.tier) <= place
            assert one.untouched is None or way.reached.on < one.untouched.on
            assert all(need in way.steps for name in way.steps for need in steps[name].needs)
            assert all(steps[name].counted_on <= way.reached.on for name in way.steps)
            assert all(day_of(steps[name].allowed_on) > TODAY for name in way.steps)
        if one.untouched is not None:
            _again(told, of, of_case, one.untouched, ())


def test_a_way_stripped_of_needless_steps_is_told_with_the_day_it_reaches_the_tier() -> None:
    """More sets than are looked at; with fewer steps A holds earlier, and not for ever."""
    penalties = [penalty(f"p{i}", "2025-01-05", 0) for i in range(3)]
    listings = [listing(f"l{i}", "2024-01-05", 1) for i in range(2)]
    told = looked_ahead({"reports": [FILED], "penalties": penalties, "listings": listings})
    assert not told.searched.complete
    for one in told.better:
        for way in filter(None, (one.cheapest, one.soonest)):
            assert TIERS.index(way.reached.tier) <= TIERS.index(one.tier)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(businesses())
def test_no_earlier_day_would_do(rows: Rows) -> None:
    """On each of the days before, deciding again gives no better tier that lasts a month."""
    of = means(())
    of_case = case(business(rows), of)
    told = way_back(of_case, of, months=14)
    tiers = []
    for at in range(TODAY + 1, day_of(told.until) + 1):
        vector = of.engine.compute(of_case.records, at, of.peers)
        decision = decide(of_case.decision.business, vector, of.bundle, at, lambda _: ())
        tiers.append(TIERS.index(decision.tier))
    for one in told.better:
        good = [tier <= TIERS.index(one.tier) for tier in tiers]
        first = next((i for i in range(len(good)) if good[i] and all(good[i : i + 31])), None)
        assert on(one.untouched) == (None if first is None else iso_day(TODAY + 1 + first))


def test_a_business_that_is_not_decided_as_its_records_say_is_our_bug() -> None:
    of = means()
    wrong = case(business({"reports": [FILED]}), of)
    other = replace(wrong, decision=replace(wrong.decision, tier="D"))
    with pytest.raises(Exception, match="today's tier"):
        way_back(other, of)


def test_a_set_of_steps_never_holds_one_that_counts_too_late() -> None:
    told = looked_ahead({"penalties": [penalty("p", "2026-01-01"), penalty("q", "2026-07-20")]})
    way = better(told)["B"].soonest
    assert way is not None
    assert (way.steps, way.reached.on) == (("repair/p",), "2026-08-11")


def test_nothing_of_a_search_is_left_when_it_was_answered() -> None:
    """A search holds megabytes; the service answers thousands of them."""
    looked_ahead({})
    gc.collect()
    assert [one for one in gc.get_objects() if isinstance(one, _Search | Forecaster)] == []
