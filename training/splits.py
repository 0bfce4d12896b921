"""Folds that never learn from what was not known yet.

A fold is cut at the end of one day. Every training label was complete by then
(the gap equals the horizon and its maturity); every test row is as of that day
or later. With a cohort of records the label is complete on the record's own day,
so the gap beyond the as-of cut is 0 days.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from features.errors import Fault
from training.arrays import Bools, Ints, Texts
from training.calendar import date_of, day_of, month_of, months_before
from training.errors import TooLittleData


@dataclass(frozen=True)
class Fold:
    """Row positions to learn from and to be judged on.

    Parameters
    ----------
    name
        Month that is tested, ``YYYY-MM``.
    cut_day
        All that may be known to the model was known at the end of this day.
    train, test
        Row positions, ascending.
    """

    name: str
    cut_day: int
    train: Ints
    test: Ints


def rolling_origin(as_of_day: Ints, label_day: Ints, cuts: Sequence[int]) -> tuple[Fold, ...]:
    """One fold per cut: learn from labels complete by it, test the month after it.

    Parameters
    ----------
    as_of_day, label_day
        ``(n,)``: the day whose knowledge a row uses, and the day its label was
        complete.
    cuts
        Month ends, ascending. A fold tests rows as of [cut, next month end), so
        that a cohort of month ends is tested exactly at the cut.

    Raises
    ------
    TooLittleData
        A cut has nothing to learn from or nothing to test.

    Examples
    --------
    >>> days = np.array([30, 58, 89, 119])  # 1970-01-31 … 1970-04-30
    >>> fold, = rolling_origin(days, days + 31, [89])
    >>> fold.name, fold.train.tolist(), fold.test.tolist()
    ('1970-04', [0, 1], [2])
    """
    folds = []
    for cut in cuts:
        until = day_of(months_before(date_of(cut), -1))
        train = np.flatnonzero(label_day <= cut)
        test = np.flatnonzero((as_of_day >= cut) & (as_of_day < until))
        if len(train) == 0 or len(test) == 0:
            raise TooLittleData(str(Fault(
                "empty fold", f"the fold cut at {date_of(cut)}",
                "rows whose label is complete by the cut, and rows as of the month after it",
                f"{len(train)} to learn from, {len(test)} to test",
                "cut later, or deliver older records",
            )))  # fmt: skip
        folds.append(Fold(month_of(until), cut, train, test))
    return tuple(folds)


def business_folds(entity_id: Iterable[str], parts: int, seed: int) -> Ints:
    """The part (0 … `parts` − 1) of each row; all rows of a business share one.

    The part depends on the identifier and the seed only, never on which other
    rows are present.
    """
    memo: dict[str, int] = {}

    def part(entity: str) -> int:
        if entity not in memo:
            digest = hashlib.sha256(f"{seed}:{entity}".encode()).digest()
            memo[entity] = int.from_bytes(digest[:8], "big") % parts
        return memo[entity]

    return np.array([part(entity) for entity in entity_id], dtype=np.int64)


def out_of_business(fold: Fold, part: Ints) -> tuple[Fold, ...]:
    """Split a fold by business as well: no tested business was learnt from.

    Parts without rows to learn from or to test are left out.
    """
    folds = []
    for number in np.unique(part[fold.test]):
        train = fold.train[part[fold.train] != number]
        test = fold.test[part[fold.test] == number]
        if len(train) and len(test):
            folds.append(Fold(f"{fold.name}/{number}", fold.cut_day, train, test))
    return tuple(folds)


def inner_split(
    as_of_day: Ints, label_day: Ints, entity_id: Texts, share: float, seed: int
) -> tuple[Bools, Bools]:
    """Split a training period for early stopping: the later rows validate.

    The latest rows, about `share` of all, validate. Where the labels of the
    earlier rows were complete before the first validating as-of date for at
    least half of them, only those train (a true gap). Otherwise horizons
    overlap, and the two sides are kept apart by business instead: twice `share`
    of the businesses validate, on the later half of the days; the others train.

    Returns
    -------
    train, validation
        Two ``(n,)`` masks that never share a row.

    Raises
    ------
    TooLittleData
        One side would be empty.
    """
    start = np.sort(as_of_day)[int(np.floor(len(as_of_day) * (1.0 - share)))]
    validation = as_of_day >= start
    train = label_day <= start
    if train.sum() * 2 < (~validation).sum() or not (~validation).any():
        held = business_folds(entity_id.tolist(), 100, seed) < 200 * share
        middle = np.median(as_of_day)
        validation = held & (as_of_day >= middle)
        train = ~held
    if not train.any() or not validation.any():
        raise TooLittleData(str(Fault(
            "no inner split", "the training period",
            "rows on both sides of an inner time split",
            f"{int(train.sum())} to learn from, {int(validation.sum())} to stop by",
            "train on a longer period",
        )))  # fmt: skip
    return train, validation
