from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.engines.coding import Coded, chunk_of, coded


def values_of(feature: Coded) -> list[float | None]:
    """The values that the codes stand for."""
    there = np.ones(len(feature.values), np.bool_) if feature.known is None else feature.known
    values = feature.values if feature.dictionary is None else feature.dictionary[feature.values]
    return [float(v) if k else None for v, k in zip(values, there, strict=True)]


@given(st.lists(st.none() | st.floats(allow_nan=False) | st.integers(-9_000, 9_000).map(float)))
def test_no_value_changes_by_being_coded(values: list[float | None]) -> None:
    given_values = np.array([np.nan if v is None else v for v in values], np.float64)
    assert values_of(coded(given_values, empty=None)) == values


@pytest.mark.parametrize(
    ("values", "width"),
    [
        ([0.0, 255.0], np.uint8),
        ([0.0, 256.0], np.uint16),
        ([1_000_000.0, 1_000_255.0], np.uint8),
        ([-3.0, 8_188.0], np.uint16),
        ([0.0, 8_192.0], np.float64),  # too long a dictionary
        ([0.5, 1.5], np.float64),  # no whole numbers
        ([0.0, 1e-20], np.float64),
        ([-5.0, 1e-20], np.float64),  # the difference from the least is whole, the value not
        ([9e15, 9e15 + 2], np.uint8),
        ([np.inf, 1.0], np.float64),
    ],
)
def test_whole_numbers_of_a_small_range_are_one_or_two_bytes(
    values: list[float], width: type[np.generic]
) -> None:
    feature = coded(np.array(values), empty=None)
    assert feature.values.dtype == width
    assert values_of(feature) == values


def test_the_value_of_nothing_stands_in_the_dictionary() -> None:
    feature = coded(np.array([5.0, 7.0]), empty=0)
    assert feature.dictionary is not None
    assert feature.empty is not None
    assert feature.dictionary[feature.empty] == 0.0
    chunk = chunk_of(feature, 3, np.array([2]), np.array([1]))
    assert feature.dictionary[chunk.values].tolist() == [0.0, 0.0, 7.0]


def test_rows_that_the_step_lacks_are_missing_where_nothing_says_nothing() -> None:
    feature = coded(np.array([5.0, np.nan, 6.0]), empty=None)
    chunk = chunk_of(feature, 4, np.array([0, 1, 3]), np.array([2, 1, 0]))
    assert chunk.known is not None
    assert feature.dictionary is not None
    assert chunk.known.tolist() == [True, False, False, True]
    assert feature.dictionary[chunk.values].tolist() == [6.0, 5.0]
