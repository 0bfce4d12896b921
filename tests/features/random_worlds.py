"""Random small worlds that look for trouble: nulls, ties, versions, month ends."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest

from hypothesis import strategies as st

from features import contracts as c
from features.as_of import NEVER_COUNTED, NOT_YET_FINAL
from features.expressions import Condition, Constant, col
from tests.features import small_city
from tests.features.oracle import months_back
from tests.features.worlds import Cell, day

SOURCE = {source.name: source for source in small_city.SOURCES}
BUSINESSES = ("a", "b", "c", "d")
# A leap day, month ends, a year's end, an ordinary day: few, so that edges are met often.
AS_OF = tuple(
    day(text)
    for text in ("2024-02-29", "2024-03-31", "2024-04-30", "2023-12-31", "2025-02-28", "2024-06-14")
)
WINDOWS: tuple[c.Window, ...] = (
    c.Days(1), c.Days(30), c.Days(366), c.Months(1), c.Months(2), c.Months(12), c.Months(24),
)  # fmt: skip
_LONG_AGO = day("2018-12-31")
_ENDS = ("retracted_day", "repaired_day", "usable_until_day")


@dataclass(frozen=True)
class Drawn:
    """A catalogue's features and a city's rows."""

    features: tuple[c.Feature, ...]
    rows: dict[str, list[dict[str, Cell]]]
    profiles: list[dict[str, Cell]]
    spine: list[tuple[str, int]]


@cache
def edge_days() -> st.SearchStrategy[int]:
    """Days on and next to the bounds of windows of the as-of days."""
    months = [months_back(anchor, n) for anchor in AS_OF for n in (1, 2, 4, 12, 24, 48)]
    days = [anchor - n for anchor in AS_OF for n in (30, 60, 366)]
    edges = st.one_of(st.sampled_from(AS_OF), st.sampled_from(months), st.sampled_from(days))
    return st.builds(lambda edge, step: edge + step, edges, st.integers(-1, 1))


def _value(column: c.Column) -> st.SearchStrategy[Cell]:
    match column.kind:
        case c.Kind.CODE:
            known: st.SearchStrategy[Cell] = st.integers(0, len(column.labels) - 1)
        case c.Kind.MASK:
            known = st.integers(0, 2 ** len(column.labels) - 1)
        case c.Kind.FLAG:
            known = st.integers(0, 1)
        case c.Kind.DAY:
            known = edge_days()
        case c.Kind.TEXT:
            known = st.sampled_from("xy")
        case _:
            known = st.one_of(st.integers(-1, 1), st.sampled_from([-999_999, 333_333, 10**12]))
    return st.one_of(st.none(), known, known, known)


@cache
def _values(source: str) -> st.SearchStrategy[dict[str, Cell]]:
    """Every column of a row that is drawn on its own."""
    declared = {x.name: _value(x) for x in SOURCE[source].columns if x.name != "code"}
    ends = dict.fromkeys(_ENDS, st.one_of(st.none(), st.none(), edge_days()))
    later = dict.fromkeys(
        ("disputed_day", "settled_day", "final_day"), st.one_of(st.none(), edge_days())
    )
    never = st.sampled_from((NEVER_COUNTED, NOT_YET_FINAL))
    later["counted_from_day"] = st.one_of(st.none(), st.none(), edge_days(), never)
    return st.fixed_dictionaries({**declared, **ends, **later})


_WHOSE = st.lists(st.sampled_from(BUSINESSES), unique=True, min_size=1, max_size=3)
_ENTITY = st.sampled_from((*BUSINESSES, *BUSINESSES, None))
_DISTANCE = st.integers(0, 500)


@cache
def _known(event: int) -> st.SearchStrategy[list[int]]:
    return st.lists(st.one_of(st.just(event), edge_days()), min_size=1, max_size=3)


@st.composite
def records(draw: st.DrawFn, source: c.Source, key: str) -> list[dict[str, Cell]]:
    """The versions of one record, each known on or after the one before.

    Half the records are old and stay as they are, so that several businesses can
    share a value on a day.
    """
    settled = draw(st.booleans())
    event = _LONG_AGO if settled else draw(edge_days())
    known = [event] if settled else sorted(draw(_known(event)))
    nearby = isinstance(source.subject, c.Nearby)
    whose: Sequence[str | None] = [None]
    if nearby:
        whose = draw(_WHOSE)
    elif isinstance(source.subject, c.ByCode):
        whose = [draw(_ENTITY)]
    rows: list[dict[str, Cell]] = []
    for version, known_day in enumerate(known, start=1):
        row: dict[str, Cell] = {"event_key": key, "version": version, "known_day": known_day}
        row["event_day"] = event if settled or draw(st.booleans()) else draw(edge_days())
        row["superseded_day"] = known[version] if version < len(known) else None
        row |= draw(_values(source.name))
        if settled:
            row |= dict.fromkeys(_ENDS)
        for one in whose:
            distance = {"distance_m": draw(_DISTANCE)} if nearby else {}
            rows.append({**row, "entity_id": one, **distance})
    return rows


def _columns(source: c.Source, *kinds: c.Kind) -> list[str]:
    names = [x.name for x in source.columns if x.kind in kinds and x.name != "code"]
    return names + (["distance_m"] if isinstance(source.subject, c.Nearby) else [])


@cache
def conditions(source: str) -> st.SearchStrategy[Condition]:
    """Conditions over the source's columns and over what is learned later."""
    simple = _simple(source)
    pair = st.tuples(simple, simple)
    both = st.one_of(pair.map(lambda p: p[0] & p[1]), pair.map(lambda p: p[0] | p[1]))
    return st.one_of(simple, both, both.map(lambda one: ~one))


@st.composite
def _simple(draw: st.DrawFn, name: str) -> Condition:
    source = SOURCE[name]
    column = draw(st.sampled_from([x for x in source.columns if x.name != "code"]))
    ref = col(column.name)
    late = ["upheld_on", "objected_on", "corrected_on"] if name == "penalties" else []
    if draw(st.integers(0, 5)) == 0:
        return col(
            draw(st.sampled_from(["final_day", "settled_day", *late, column.name]))
        ).is_null()
    if column.kind is c.Kind.MASK:
        return ref.has_any(*draw(st.lists(st.sampled_from(column.labels), min_size=1, max_size=2)))
    constants: list[Constant] = list(column.labels) or ["x", "y"]
    if column.kind in (c.Kind.CODE, c.Kind.TEXT):
        one = draw(st.sampled_from(constants))
        return draw(
            st.sampled_from([ref.equals(one), ref.differs_from(one), ref.isin(*constants[:2])])
        )
    number = draw(edge_days() if column.kind is c.Kind.DAY else st.integers(-1, 2))
    return draw(
        st.sampled_from(
            [ref < number, ref <= number, ref > number, ref >= number,
             ref.equals(number), ref.differs_from(number), ref.isin(number, 1)]
        )
    )  # fmt: skip


@cache
def _measures(name: str) -> st.SearchStrategy[c.Measure]:
    source = SOURCE[name]
    numbers = _columns(
        source, c.Kind.MONEY, c.Kind.DECIMAL, c.Kind.INTEGER, c.Kind.FLAG, c.Kind.CODE
    )
    days = [*_columns(source, c.Kind.DAY), "final_day", "known_day"]
    days = [name for name in days if name != "distance_m"]
    anything = [*numbers, *_columns(source, c.Kind.TEXT, c.Kind.MASK, c.Kind.DAY), "entity_id"]
    return st.one_of(
        st.just(c.Count()),
        st.builds(c.Sum, st.sampled_from(numbers)),
        st.builds(c.Max, st.sampled_from(numbers)),
        st.builds(c.Mean, st.sampled_from(numbers)),
        st.builds(c.Latest, st.sampled_from(numbers)),
        st.builds(c.Distinct, st.sampled_from(anything)),
        st.builds(c.Repeats, st.sampled_from(anything)),
        st.builds(c.Share, conditions(name)),
        st.builds(c.DaysSince, st.sampled_from(["last", "first"])),
        st.builds(c.DaysSinceDate, st.sampled_from(days)),
        st.builds(c.DaysUntil, st.sampled_from(days)),
        st.sampled_from([c.Change(), c.Growth()]),
        st.sampled_from([c.Change(), c.Growth()]),
    )


@st.composite
def features(draw: st.DrawFn, name: str) -> c.Feature:
    """Any feature the words allow."""
    source = draw(st.sampled_from(small_city.SOURCES))
    measure = draw(_measures(source.name))
    window = draw(st.one_of(st.none(), st.sampled_from(WINDOWS)))
    if isinstance(measure, c.Change | c.Growth):
        window = window or c.Months(2)
    via = None
    if isinstance(source.subject, c.ByCode):
        via = draw(st.sampled_from([None, None, "representative", "address"]))
    return small_city.feature(
        name, source.name, measure,
        draw(st.one_of(st.none(), conditions(source.name))), window,
        scale=1 if isinstance(measure, c.Count) else draw(st.sampled_from([1, 100, 1_000_000])),
        via=via,
        peers=draw(st.sampled_from([(), (), ("district",), ("sector", "district")])),
    )  # fmt: skip


@st.composite
def worlds(draw: st.DrawFn, features_drawn: int = 12, records_drawn: int = 8) -> Drawn:
    """A catalogue, a city and a spine; as many of each as asked, or little would be counted."""
    drawn = tuple(draw(features(f"f{i}")) for i in range(features_drawn))
    rows: dict[str, list[dict[str, Cell]]] = {}
    for source in small_city.SOURCES:
        whole = [draw(records(source, f"{source.name}{i}")) for i in range(records_drawn)]
        rows[source.name] = [row for versions in whole for row in versions]
    days = draw(st.lists(st.sampled_from(AS_OF), min_size=1, max_size=4, unique=True))
    asked = (*BUSINESSES, "unknown")
    spine = [(entity, as_of) for as_of in days for entity in asked]
    if draw(st.booleans()):  # everyone on a day of their own, as rows about records are
        spine = [(entity, days[i % len(days)]) for i, entity in enumerate(asked)]
    return Drawn(drawn, rows, draw(profiles()), spine)


@st.composite
def profiles(draw: st.DrawFn) -> list[dict[str, Cell]]:
    """One or two profiles one after the other for most businesses."""
    return [row for entity in BUSINESSES for row in _history(draw, entity)]


def _history(draw: st.DrawFn, entity: str) -> Iterator[dict[str, Cell]]:
    days = sorted(draw(st.lists(edge_days(), max_size=2, unique=True)))
    for start, end in zip_longest(days, days[1:]):
        yield {
            "entity_id": entity, "from_day": start, "to_day": end,
            "district": draw(st.sampled_from(["north", "south", None])),
            "sector": draw(st.sampled_from(["F", "C", None])),
        }  # fmt: skip
