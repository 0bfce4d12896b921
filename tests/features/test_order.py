from __future__ import annotations

import threading

import pytest

from features.engines.order import side_by_side


def test_a_step_waits_for_every_earlier_one_that_it_names() -> None:
    done: list[str] = []
    texts = {
        "held": "SELECT 1",
        "pairs": "SELECT * FROM held",
        "peers": "SELECT 2",
        "last": "SELECT * FROM pairs JOIN peers",
    }
    before = {"pairs": {"held"}, "last": {"held", "pairs", "peers"}}

    def run(name: str) -> None:
        assert before.get(name, set()) <= set(done)
        done.append(name)

    assert sorted(side_by_side(texts, run, together=3)) == sorted(texts)
    assert sorted(done) == sorted(texts)


def test_a_longer_name_is_not_the_name_within_it() -> None:
    texts = {"held": "SELECT 1", "held_long": "SELECT 2", "reads": "SELECT * FROM held_long"}
    assert list(side_by_side(texts, lambda _: None, together=1)) == ["held_long", "held", "reads"]


def test_what_most_others_wait_for_is_started_first() -> None:
    texts = {"small": "SELECT 1", "first": "SELECT 2", "then": "FROM first", "end": "FROM then"}
    order = list(side_by_side(texts, lambda _: None, together=1))
    assert order == ["first", "then", "small", "end"]


def test_two_steps_run_at_the_same_time() -> None:
    both = threading.Barrier(2, timeout=30)
    assert len(list(side_by_side({"a": "", "b": ""}, lambda _: both.wait(), together=2))) == 2


def test_an_error_ends_the_run_and_nothing_new_is_started() -> None:
    started: list[str] = []

    def run(name: str) -> None:
        started.append(name)
        raise ValueError(name)

    with pytest.raises(ValueError, match="a"):
        list(side_by_side({"a": "", "b": "FROM a", "c": ""}, run, together=1))
    assert started == ["a"]


def test_no_steps_are_no_work() -> None:
    assert list(side_by_side({}, lambda _: None, together=2)) == []
