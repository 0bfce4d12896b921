from __future__ import annotations

from pathlib import Path

import pytest

from features.errors import YourInput
from features.synthetic.city import START, generate
from features.synthetic.size import start_for

BUSINESSES = 3_000


@pytest.mark.slow
def test_a_city_has_about_as_many_records_as_were_asked_for(tmp_path: Path) -> None:
    wanted = round(14.1 * BUSINESSES)  # a city of 1.42 million with twenty million records
    start = start_for(wanted, BUSINESSES, seed=1)
    made = sum(generate(tmp_path, BUSINESSES, start=start).rows.values())
    assert start < START
    assert made == pytest.approx(wanted, rel=0.03)


def test_a_number_of_records_that_no_span_of_years_holds_is_refused() -> None:
    with pytest.raises(YourInput, match="number of records out of reach"):
        start_for(100 * BUSINESSES, BUSINESSES, seed=1)
