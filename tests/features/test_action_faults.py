from __future__ import annotations

from dataclasses import replace

import pytest

from features.action_faults import action_faults
from features.contracts import (
    Action,
    Added,
    Corrected,
    Later,
    Moment,
    OnRecords,
    Owed,
    Repaired,
    Wait,
)
from features.expressions import col
from tests.features.village import ACTIONS, action, catalogue

LISTED = OnRecords("listings")


def told(*actions: Action) -> list[str]:
    city = replace(catalogue(()).jurisdiction, actions=actions)
    return [fault.what for fault in action_faults(city)]


def test_the_villages_own_actions_hold_together() -> None:
    assert told(*ACTIONS) == []


@pytest.mark.parametrize(
    ("wrong", "what"),
    [
        (action("x", 1, OnRecords("nowhere"), Repaired()), "unknown source"),
        (action("x", 0, LISTED, Corrected({"left_on": Moment.DONE})), "incomplete"),
        (action("x", 1, OnRecords("listings", col("gone").is_null())), "unknown column"),
        (action("x", 1, OnRecords("listings", col("cause").equals("other"))), "unknown label"),
        (action("x", 1, LISTED, Repaired()), "no repair"),
        (action("x", 1, LISTED, Corrected({"on": Moment.DONE})), "history"),
        (action("x", 1, LISTED, Corrected({"number": "1"})), "history"),
        (action("x", 1, LISTED, Corrected({"cause": "other"})), "unknown label"),
        (action("x", 1, LISTED, Corrected({"cause": Moment.DONE})), "not a day"),
        (action("x", 1, LISTED, Corrected({"left_on": Later("cause", 1)})), "wrong kind"),
        (action("x", 1, LISTED, Added("nowhere", {})), "unknown source"),
        (action("x", 1, LISTED, Added("moves", {"where": 1})), "unknown column"),
        (action("x", 1, Owed("reports", "late", (1, 1), (6, 30), True)), "wrong kind"),
        (
            action("x", 1, Owed("reports", "year", (1, 1), (6, 30), True), Corrected({})),
            "nothing to correct",
        ),
        (action("x", 1, LISTED, after=("later",)), "unknown action"),
        (action("x", 1, LISTED, waits=(Wait("cause", "法", "2020-01-01"),)), "wrong kind"),
        (action("x", 1, LISTED, waits=(Wait("on", "", "2020-01-01"),)), "incomplete"),
    ],
)
def test_what_an_action_may_not_ask_is_named(wrong: Action, what: str) -> None:
    assert what in told(wrong)


def test_an_action_has_one_declaration() -> None:
    one = action("x", 1, LISTED, Corrected({"left_on": Moment.DONE}))
    assert told(one, one) == ["duplicate action"]


def test_what_may_be_done_does_not_change_the_fingerprint_of_features() -> None:
    assert catalogue(()).fingerprint == catalogue().fingerprint
