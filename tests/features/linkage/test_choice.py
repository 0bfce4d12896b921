from __future__ import annotations

from features.contracts import ByName
from features.linkage.choice import LinkState, choose
from features.linkage.decision import LinkDecision
from features.linkage.model import Candidate, probability_of

RULE = ByName("name", link_at=0.98, review_at=0.5, lead=32)


def candidate(entity_id: str, weight: float) -> Candidate:
    return Candidate("m", entity_id, "", 0, weight, probability_of(weight))


def said(entity_id: str, same: bool) -> LinkDecision:
    return LinkDecision("m", entity_id, same, "2024-03-01", "a person")


def state(*candidates: Candidate, decisions: tuple[LinkDecision, ...] = ()) -> tuple[str, str]:
    choice = choose(candidates, decisions, RULE)
    return choice.state.value, choice.candidate.entity_id if choice.candidate else ""


def test_a_sure_match_far_ahead_is_linked() -> None:
    assert state(candidate("a", 8), candidate("b", 2)) == ("linked", "a")


def test_a_sure_match_with_a_rival_waits_for_a_person() -> None:
    assert state(candidate("a", 8), candidate("b", 4)) == ("review", "a")
    assert state(candidate("a", 20), candidate("b", 20)) == ("review", "a")


def test_a_lead_of_exactly_the_declared_factor_is_enough() -> None:
    assert state(candidate("a", 9), candidate("b", 4)) == ("linked", "a")


def test_a_likely_match_waits_and_an_unlikely_one_does_not() -> None:
    assert state(candidate("a", 3)) == ("review", "a")
    assert state(candidate("a", -1)) == ("unlinked", "a")
    assert state() == ("unlinked", "")


def test_a_refused_pair_is_no_candidate_and_no_rival() -> None:
    refused = (said("a", same=False),)
    assert state(candidate("a", 8), candidate("b", 7), decisions=refused) == ("linked", "b")
    assert state(candidate("a", 8), decisions=refused) == ("unlinked", "")


def test_a_confirmed_pair_is_linked_whatever_its_probability() -> None:
    assert state(candidate("a", -3), decisions=(said("a", same=True),)) == ("linked", "a")
    assert state(decisions=(said("z", same=True),)) == ("linked", "z")


def test_the_last_word_on_a_pair_counts() -> None:
    twice = (said("a", same=True), said("a", same=False))
    assert state(candidate("a", 8), decisions=twice) == ("unlinked", "")
    assert state(candidate("a", 8), decisions=twice[::-1]) == ("linked", "a")


def test_probabilities_do_not_hide_a_rival_by_rounding_to_one() -> None:
    assert choose([candidate("a", 40), candidate("b", 39)], [], RULE).state is LinkState.REVIEW
