"""Acts of people are kept whole, in order, once."""

from __future__ import annotations

import resource
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest

from serving.database import Unavailable
from serving.problems import Refused, unknown_business
from serving.review import Act, Asked, By, Made, Reviews
from tests.serving.where import Where

BY = By("key:a", "regulator", "market")


def act(
    reviews: Reviews, key: str, business: str = "B", case: str = "", kind: str = "objection"
) -> str:
    def make(acts: Sequence[Act]) -> Made:
        return Made(case or f"case-{key}", kind, 7, "{}", f"after {len(acts)}")

    return reviews.act(business, Asked(BY, key, "r"), make).answer


def test_acts_are_numbered_from_one_and_read_up_to_a_number(where: Where) -> None:
    reviews = Reviews(where.stores().review)
    assert reviews.last == 0
    told = [act(reviews, "1"), act(reviews, "2"), act(reviews, "3", "other")]
    assert told == ["after 0", "after 1", "after 0"]
    assert reviews.last == 3
    assert [one.no for one in reviews.about("B")] == [1, 2]
    assert [one.no for one in reviews.about("B", 1)] == [1]
    assert reviews.about("nobody") == ()


def test_cases_are_listed_from_a_number_on_by_whether_they_ended(where: Where) -> None:
    reviews = Reviews(where.stores().review)
    for key in ("1", "2", "3"):
        act(reviews, key)
    act(reviews, "4", case="case-2", kind="objection_decision")

    def listed(after: int = 0, **more: bool | None) -> list[int]:
        ended = {"ended_by": ("objection_decision",), **more}
        return [one.no for one in reviews.begun("objection", after, None, **ended)]  # type: ignore[arg-type]

    assert listed() == [1, 2, 3]
    assert listed(1) == [2, 3]
    assert listed(is_ended=True) == [2]
    assert listed(is_ended=False) == [1, 3]


def test_write_of_one_name_is_kept_once_and_answered_the_same(where: Where) -> None:
    reviews = Reviews(where.stores().review)
    assert act(reviews, "1") == act(reviews, "1") == "after 0"
    assert reviews.last == 1


def test_what_refuses_keeps_nothing_and_frees_the_name(where: Where) -> None:
    reviews = Reviews(where.stores().review)

    def refuse(_: Sequence[Act]) -> Made:
        raise Refused(unknown_business())

    with pytest.raises(Refused):
        reviews.act("B", Asked(BY, "1", "r"), refuse)
    assert act(reviews, "1") == "after 0"


def test_two_who_act_at_once_see_each_other(where: Where) -> None:
    reviews = Reviews(where.stores().review)
    told: list[str] = []
    threads = [
        threading.Thread(target=lambda n=n: told.append(act(reviews, f"{n}"))) for n in range(16)
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(told) == sorted(f"after {n}" for n in range(16))
    assert [one.no for one in reviews.about("B")] == list(range(1, 17))


def test_a_full_disk_keeps_nothing_and_holds_up_nobody_afterwards(tmp_path: Path) -> None:
    reviews = Reviews(Where(tmp_path).stores().review)
    act(reviews, "1")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))
        with pytest.raises(Unavailable):
            act(reviews, "2")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert act(reviews, "2") == "after 1"
