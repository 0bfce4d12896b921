"""The random worlds really hold the cases that engines are likely to get wrong."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from features import contracts as c
from tests.features.random_worlds import AS_OF, SOURCE, Drawn, worlds
from tests.features.worlds import Cell, day

Row = dict[str, Cell]


pytestmark = pytest.mark.slow


def rows(drawn: Drawn) -> Iterator[Row]:
    for found in drawn.rows.values():
        yield from found


def versions(drawn: Drawn) -> Iterator[list[Row]]:
    """Versions of each record of penalties."""
    keys: dict[Cell, list[Row]] = {}
    for row in drawn.rows["penalties"]:
        keys.setdefault(row["event_key"], []).append(row)
    yield from keys.values()


def _ties(drawn: Drawn) -> bool:
    days = Counter((row["entity_id"], row["event_day"]) for row in drawn.rows["penalties"])
    return any(n > 1 for (entity, _), n in days.items() if entity is not None)


def _duplicate(drawn: Drawn) -> bool:
    """Two versions that are known on the same day."""
    return any(
        a["known_day"] == b["known_day"] for found in versions(drawn) for a, b in pairwise(found)
    )


def _empty_window(drawn: Drawn) -> bool:
    first = min(d for _, d in drawn.spine)
    return any(
        isinstance(f.window, c.Days) and f.window.n == 1 and f.source == "penalties"
        for f in drawn.features
    ) and not any(row["event_day"] == first for row in drawn.rows["penalties"])


def _on(text: str) -> Callable[[Drawn], bool]:
    at = day(text)
    return lambda drawn: any(row["event_day"] == at for row in rows(drawn))


CASES: dict[str, Callable[[Drawn], bool]] = {
    "a column that is empty": lambda w: any(r.get("fine_fen", 0) is None for r in rows(w)),
    "a record without a business": lambda w: any(
        r["entity_id"] is None for r in w.rows["penalties"]
    ),
    "two records of a business on one day": _ties,
    "a duplicate, known with the version before it": _duplicate,
    "a correction that moves the event": lambda w: any(
        len({r["event_day"] for r in found}) > 1 for found in versions(w)
    ),
    "a retraction": lambda w: any(r.get("retracted_day") is not None for r in rows(w)),
    "a repair": lambda w: any(r.get("repaired_day") is not None for r in rows(w)),
    "a record known before it happened": lambda w: any(
        (r["known_day"] or 0) < (r["event_day"] or 0)  # type: ignore[operator]  # days are integers
        for r in rows(w)
    ),
    "a month's end": _on("2024-03-31"),
    "a leap day": _on("2024-02-29"),
    "the day after a window's bound": _on("2024-03-30"),
    "an empty window": _empty_window,
    "a decimal that no binary fraction equals": lambda w: any(
        r.get("severity") == 333_333 for r in rows(w)
    ),
    "a negative amount": lambda w: any(r.get("fine_fen") == -999_999 for r in rows(w)),
    "a kind that nobody could read": lambda w: any(
        "kind" in r and r["kind"] is None for r in rows(w)
    ),
    "an objection that is settled": lambda w: any(
        r.get("settled_day") is not None for r in rows(w)
    ),
    "a feature of linked businesses": lambda w: any(f.via for f in w.features),
    "a comparison with peers": lambda w: any(f.peers for f in w.features),
    "several as-of days": lambda w: len({d for _, d in w.spine}) > 1,
    "fewer pairs than half of all businesses on all days": lambda w: (
        2 * len(w.spine) < len({e for e, _ in w.spine}) * len({d for _, d in w.spine})
    ),
    "a business that does not exist": lambda w: any(e == "unknown" for e, _ in w.spine),
}


@pytest.fixture(scope="module")
def seen() -> set[str | type]:
    """The cases, and the measures, that a hundred worlds hold together."""
    found: set[str | type] = set()

    @settings(
        max_examples=100, phases=[Phase.generate], derandomize=True, database=None, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(worlds())
    def look(drawn: Drawn) -> None:
        found.update(name for name, holds in CASES.items() if holds(drawn))
        found.update(type(f.measure) for f in drawn.features)

    look()
    return found


@pytest.mark.parametrize("case", CASES)
def test_worlds_are_drawn_with(case: str, seen: set[str | type]) -> None:
    assert case in seen


def test_every_measure_and_every_kind_of_source_is_drawn(seen: set[str | type]) -> None:
    assert {*c.Measure.__args__} <= seen
    # A record with a name only is linked when it is taken in; then it is like any other.
    drawn = {type(source.subject) for source in SOURCE.values()}
    assert drawn == {*c.Subject.__args__} - {c.ByName}
    assert day("2024-02-29") in AS_OF
