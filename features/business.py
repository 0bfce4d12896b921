"""One business's records, as `features.engines.single` reads them and stores keep them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from features.catalogue import Catalogue
from features.contracts import CityWide, Nearby, Source
from features.errors import OurBug
from features.expressions import Row

# Columns every snapshot row has before the declared ones, in the snapshot's order.
RECORD = (
    "entity_id", "event_key", "record_no", "version", "event_day", "known_day", "known_us",
    "superseded_day", "retracted_day", "repaired_day", "usable_until_day", "disputed_day",
    "settled_day", "final_day",
)  # fmt: skip
PROFILE = (
    "entity_id", "name", "district", "sector", "form", "latitude", "longitude",
    "established_day", "closed_day", "from_day", "to_day",
)  # fmt: skip

Value = int | float | str | None
ProfileRow = Mapping[str, Value]
# Half-open intervals of days during which two businesses are linked.
Intervals = tuple[tuple[int, int], ...]
Packed = dict[str, object]


def row_columns(source: Source) -> tuple[str, ...]:
    """Columns of a row of `source`: the record's, the distance, the declared ones."""
    nearby = ("distance_m",) if isinstance(source.subject, Nearby) else ()
    return (*RECORD, *nearby, *(c.name for c in source.columns if not c.personal))


@dataclass(frozen=True)
class Layout:
    """The order of values in packed rows, which the catalogue decides."""

    columns: Mapping[str, tuple[str, ...]]
    city_wide: frozenset[str]

    @classmethod
    def of(cls, catalogue: Catalogue) -> Layout:
        """The layout of every source of `catalogue`."""
        sources = catalogue.jurisdiction.sources
        return cls(
            {source.name: row_columns(source) for source in sources},
            frozenset(s.name for s in sources if isinstance(s.subject, CityWide)),
        )


@dataclass(frozen=True)
class BusinessRecords:
    """Everything a decision about one business reads.

    Parameters
    ----------
    own
        Source → the business's rows, and the city-wide rows of city-wide sources.
    linked
        Link → source → rows of businesses that are linked to it on some day.
    links
        Link → the other business → the days on which the two are linked.
    profile
        History of its profile, one row per interval of days.
    """

    entity_id: str
    own: Mapping[str, Sequence[Row]]
    linked: Mapping[str, Mapping[str, Sequence[Row]]] = field(default_factory=dict)
    links: Mapping[str, Mapping[str, Intervals]] = field(default_factory=dict)
    profile: Sequence[ProfileRow] = ()

    def profile_at(self, day: int) -> ProfileRow | None:
        """The profile in force on `day`, or none before the business existed."""
        for row in self.profile:
            start, end = row["from_day"], row["to_day"]
            if isinstance(start, int) and start <= day and (end is None or day < int(end)):
                return row
        return None

    def to_json(self, layout: Layout) -> Packed:
        """Compact JSON-able form, without the city-wide rows."""
        own = {s: rows for s, rows in self.own.items() if s not in layout.city_wide and rows}
        return {
            "id": self.entity_id,
            "profile": [[row[c] for c in PROFILE[1:]] for row in self.profile],
            "own": {s: _packed(rows, layout.columns[s][1:]) for s, rows in own.items()},
            "links": {link: dict(others) for link, others in self.links.items()},
            "linked": {
                link: {s: _packed(rows, layout.columns[s]) for s, rows in sources.items() if rows}
                for link, sources in self.linked.items()
            },
        }

    @classmethod
    def from_json(
        cls, packed: Packed, layout: Layout, city: Mapping[str, Sequence[Row]] | None = None
    ) -> BusinessRecords:
        """What `to_json` packed, with the `city`-wide rows beside the business's own."""
        entity_id = str(packed["id"])
        own: dict[str, Sequence[Row]] = dict(city or {})
        for source, rows in _mapping(packed["own"]).items():
            columns = layout.columns[source][1:]
            own[source] = [dict(zip(columns, row, strict=True), entity_id=entity_id)
                           for row in _rows(rows)]  # fmt: skip
        linked = {
            link: {
                source: [dict(zip(layout.columns[source], row, strict=True)) for row in _rows(rows)]
                for source, rows in _mapping(sources).items()
            }
            for link, sources in _mapping(packed["linked"]).items()
        }
        links = {
            link: {
                other: tuple((_day(a), _day(b)) for a, b in _rows(intervals))
                for other, intervals in _mapping(others).items()
            }
            for link, others in _mapping(packed["links"]).items()
        }
        profile = [
            dict(zip(PROFILE, (entity_id, *row), strict=True)) for row in _rows(packed["profile"])
        ]
        return cls(entity_id, own, linked, links, profile)


def _packed(rows: Sequence[Row], columns: Sequence[str]) -> list[list[int | str | None]]:
    return [[row[column] for column in columns] for row in rows]


def _mapping(value: object) -> Mapping[str, object]:
    if not isinstance(value, Mapping):
        raise OurBug(f"packed records hold a {type(value).__name__} where a mapping is expected")
    return value


def _rows(value: object) -> Sequence[Sequence[int | str | None]]:
    if not isinstance(value, list | tuple):
        raise OurBug(f"packed records hold a {type(value).__name__} where rows are expected")
    return value


def _day(value: int | str | None) -> int:
    if not isinstance(value, int):
        raise OurBug(f"packed records hold a {type(value).__name__} where a day is expected")
    return value
