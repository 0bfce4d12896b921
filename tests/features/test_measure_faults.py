from __future__ import annotations

import pytest

from features.catalogue import faults_of
from features.contracts import (
    Change,
    Count,
    DaysSinceDate,
    DaysUntil,
    Feature,
    Growth,
    Latest,
    Link,
    Max,
    Share,
    Sum,
)
from features.expressions import col
from tests.features.small_city import catalogue_of, feature


def _faults(*features: Feature, links: tuple[Link, ...] = ()) -> list[str]:
    catalogue = catalogue_of(features) if not links else catalogue_of(features, links)
    return [fault.what for fault in faults_of(catalogue.jurisdiction)]


@pytest.mark.parametrize(
    ("declared", "fault"),
    [
        (feature("f", "penalties", Change()), "change without a window"),
        (feature("f", "penalties", Growth()), "change without a window"),
        (feature("f", "penalties", Sum("office")), "text is not a quantity"),
        (feature("f", "penalties", Max("event_key")), "text is not a quantity"),
        (feature("f", "penalties", Latest("office")), "text is not a quantity"),
        (feature("f", "penalties", DaysSinceDate("fine_fen")), "not a day"),
        (feature("f", "penalties", DaysUntil("known_us")), "not a day"),
        (feature("f", "penalties", Count(), peers=("name",)), "unknown peer field"),
        (feature("f", "weather", Count(), via="address"), "link to records of places"),
        (feature("f", "burglaries", Count(), via="address"), "link to records of places"),
        (feature("f", "penalties", Max("retracted_day")), "sight of the future"),
        (
            feature("f", "penalties", Count(), col("superseded_day").is_null()),
            "sight of the future",
        ),
        (
            feature("f", "penalties", Share(col("usable_to_day") > 3)),
            "sight of the future",
        ),
        (feature("f", "penalties", Count(), col("distance_m") < 100), "no distance"),
    ],
)
def test_what_cannot_be_computed_or_sees_the_future_is_refused(
    declared: Feature, fault: str
) -> None:
    assert _faults(declared) == [fault]


def test_what_is_learned_later_may_be_asked_for() -> None:
    final = ~col("final_day").is_null() & ~col("upheld_on").is_null()
    near = col("distance_m") < 100
    assert (
        _faults(
            feature("f", "penalties", Count(), final),
            feature("g", "penalties", DaysSinceDate("final_day")),
            feature("h", "burglaries", Count(), near),
        )
        == []
    )


def test_links_are_made_by_records_of_businesses_that_do_not_change_by_themselves() -> None:
    count = feature("f", "penalties", Count())
    assert _faults(count, links=(Link("x", "weather", "temperature", 2),)) == [
        "link by records of places"
    ]
    later = Link("x", "penalties", "office", 2, unless=~col("upheld_on").is_null())
    assert _faults(count, links=(later,)) == ["link that changes by itself"]
