"""Which two states of the scores a comparison means: days, or published sets by name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from features.contracts import Phrase
from serving.answers.edition import Edition
from serving.answers.past import PastEditions, Published
from serving.decision.changed import Basis
from serving.formats import day_of, iso_day
from serving.problems import (
    INVALID_REQUEST,
    NOT_COMPARABLE,
    UNKNOWN_REFERENCE,
    FieldFault,
    Problem,
    ProblemType,
    Refused,
)

_NAME = re.compile(r"[0-9a-f]{8,64}")


@dataclass(frozen=True)
class Which:
    """One end of a comparison: a day, the set it is answered from, and how."""

    edition: Edition
    day: int
    basis: Basis


def which(
    current: Edition, past: PastEditions, since: str | None, until: str | None
) -> tuple[Which, Which]:
    """The earlier and the later end that are asked for.

    Parameters
    ----------
    since, until
        A day, a set's name or its beginning, or none; see `serving.answers.changes`.

    Raises
    ------
    Refused
        A word is neither a day nor the name of one set; a day is later than the
        scores; the ends are in the wrong order.
    """
    after = _end(current, past, "to", until or current.as_of, current)
    before = _end(current, past, "from", since or month_end_before(after.day), after.edition)
    if before.day > after.day:
        raise Refused(_wrong(NOT_COMPARABLE, "from", "a day no later than `to`", "a later one"))
    return before, after


def month_end_before(day: int) -> str:
    """The last month end before a day, ISO.

    >>> month_end_before(19874)  # 2024-05-31
    '2024-04-30'
    """
    return (date.fromisoformat(iso_day(day)).replace(day=1) - timedelta(days=1)).isoformat()


def _end(current: Edition, past: PastEditions, word: str, asked: str, base: Edition) -> Which:
    """One end; a day without a published set is worked out from the set `base`."""
    day = _day(asked)
    if day is not None:
        if day == base.store.as_of_day:
            return Which(base, day, "published")
        same_day = [one for one in past.published(current) if one.inputs.as_of == asked]
        if same_day:
            edition = past.open(_one_of(word, same_day, base).name, current)
            return Which(edition, day, "published")
        if day > base.store.as_of_day:
            expected = f"a day up to {base.as_of}"
            raise Refused(_wrong(NOT_COMPARABLE, word, expected, "a later day"))
        return Which(base, day, "recomputed")
    if not _NAME.fullmatch(asked):
        expected = "a day as YYYY-MM-DD, or the name of a published set of scores"
        raise Refused(_wrong(INVALID_REQUEST, word, expected, "neither"))
    named = [one for one in past.published(current) if one.name.startswith(asked)]
    if len(named) != 1:
        expected = "the name of one published set of scores, or how it alone begins"
        raise Refused(_wrong(UNKNOWN_REFERENCE, word, expected, f"that of {len(named)}"))
    edition = past.open(named[0].name, current)
    return Which(edition, edition.store.as_of_day, "published")


def _day(text: str) -> int | None:
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return day_of(text)
        except ValueError:
            return None
    return None


def _one_of(word: str, same_day: Sequence[Published], base: Edition) -> Published:
    """The set meant by its day: the only one, or the only one with the base's model."""
    alike = [one for one in same_day if one.inputs.bundle == base.bundle.name] or same_day
    if len(alike) == 1:
        return alike[0]
    names = ", ".join(one.name[:12] for one in alike)
    raise Refused(
        Problem(
            NOT_COMPARABLE,
            Phrase(
                "该日有多个评分批次,请指明其中一个。",
                "Several sets of scores were published for that day; name one.",
            ),
            Phrase("以批次名称代替日期。", "Give the name of the set instead of the day."),
            (FieldFault(word, f"one of {names}", "a day"),),
        )
    )


def _wrong(kind: ProblemType, word: str, expected: str, got: str) -> Problem:
    return Problem(
        kind,
        Phrase("所指的日期或批次不能使用。", "That day or set of scores cannot be used."),
        Phrase(
            "from 与 to 可写日期(YYYY-MM-DD)或评分批次名称,from 不晚于 to。",
            "Give `from` and `to` as a day (YYYY-MM-DD) or the name of a set of scores, `from` no "
            "later than `to`.",
        ),
        (FieldFault(word, expected, got),),
    )
