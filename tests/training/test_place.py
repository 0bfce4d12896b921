"""What day it is where the business is, not where the machine stands."""

from datetime import UTC, date, datetime

import pytest

from training.cli.place import Place


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 11, 24, 15, 59, tzinfo=UTC), date(2026, 11, 24)),
        (datetime(2026, 11, 24, 16, 0, tzinfo=UTC), date(2026, 11, 25)),
    ],
)
def test_a_day_in_ningbo_begins_eight_hours_before_utc(moment: datetime, day: date) -> None:
    assert Place("ningbo", None).day_at(moment) == day
