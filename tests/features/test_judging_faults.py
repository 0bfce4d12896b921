from __future__ import annotations

from dataclasses import replace

import pytest

from features.contracts import Phrase, RandomDraws, Segment
from features.expressions import col
from features.judging_faults import judging_faults
from tests.training.small_town import catalogue

TITLE = Phrase("某", "Something")


@pytest.mark.parametrize(
    ("segment", "what", "got"),
    [
        (Segment("s", TITLE, by="colour"), "unknown field", "colour"),
        (Segment("s", TITLE, by="age_years"), "unusable edges", "0 edges"),
        (Segment("s", TITLE, by="district", edges=(1,)), "unusable edges", "1 edges"),
        (Segment("s", TITLE, by="age_years", edges=(3, 1)), "unusable edges", "others"),
        (
            Segment("s", TITLE, by="age_years", edges=(1,), bands=(TITLE,)),
            "unusable bands",
            "1 bands",
        ),
    ],
)
def test_segment_that_parts_by_nothing_known_is_refused(
    segment: Segment, what: str, got: str
) -> None:
    town = replace(catalogue().jurisdiction, segments=(segment,))
    [fault] = judging_faults(town)
    assert (fault.what, fault.got) == (what, got)


def test_segment_by_feature_profile_or_age_is_accepted() -> None:
    segments = (
        Segment("a", TITLE, by="penalties_count_36m", edges=(1,)),
        Segment("b", TITLE, by="form", apart=("sole",)),
        Segment("c", TITLE, by="age_years", edges=(1, 3), bands=(TITLE, TITLE, TITLE)),
    )
    assert list(judging_faults(replace(catalogue().jurisdiction, segments=segments))) == []


def test_two_segments_of_one_name_are_refused() -> None:
    twice = (Segment("a", TITLE, by="form"), Segment("a", TITLE, by="sector"))
    [fault] = judging_faults(replace(catalogue().jurisdiction, segments=twice))
    assert fault.what == "duplicate segment"


def test_draws_need_a_probability_and_columns_that_exist() -> None:
    draws = RandomDraws("checks", "failed", col("arm").equals(1), col("failed").equals(1))
    faults = list(judging_faults(replace(catalogue().jurisdiction, draws=draws)))
    assert [fault.what for fault in faults] == ["no probability", "unknown column"]


def test_draws_of_an_unknown_source_are_refused() -> None:
    draws = RandomDraws("visits", "p", col("arm").equals(1), col("failed").equals(1))
    [fault] = judging_faults(replace(catalogue().jurisdiction, draws=draws))
    assert fault.what == "unknown source"
