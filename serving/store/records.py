"""Read one business's records from the online store, each source when asked for."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from functools import cache, cached_property
from itertools import groupby
from operator import itemgetter
from typing import Any, TypeVar

import numpy as np

from features.business import PROFILE, BusinessRecords, Intervals
from features.catalogue import Catalogue
from features.contracts import CityWide, Nearby, Source
from features.expressions import Row
from serving.store import schema

_Value = TypeVar("_Value")
_Rows = Sequence[Row]
_ProfileRow = dict[str, int | float | str | None]
# A linked business (number, identifier) and the days on which it is linked.
_Linked = list[tuple[tuple[int, str], Intervals]]
_AT_ONCE = 500  # parameters of one statement


class StoredRecords:
    """The records of a store's businesses, as they were known on its day."""

    def __init__(
        self, connection: Callable[[], sqlite3.Connection], catalogue: Catalogue, as_of_day: int
    ) -> None:
        self._connection = connection
        self._city = catalogue.jurisdiction
        self._day = as_of_day
        self._sources = {source.name: source for source in self._city.sources}
        self._attached = [
            name for name, source in self._sources.items()
            if not isinstance(source.subject, CityWide)
        ]  # fmt: skip
        self._links = [link.name for link in self._city.links]
        self.columns = {
            name: schema.record_columns(source) for name, source in self._sources.items()
        }

    def of(self, no: int, entity_id: str, since_day: int) -> BusinessRecords:
        """The records of the business with that number and identifier.

        Linked businesses are those linked on any day from `since_day` on.
        """
        linked = cache(lambda link: self._linked(link, no, since_day))
        return BusinessRecords(
            entity_id,
            own=_Lazy(self._sources, lambda name: self._rows(name, [(no, entity_id)])),
            linked=_Lazy(self._links, lambda link: self._of_linked(linked(link))),
            links=_Lazy(self._links, lambda link: {one: days for (_, one), days in linked(link)}),
            profile=_LazyRows(lambda: self._profile(no, entity_id)),
        )

    def _of_linked(self, linked: _Linked) -> Mapping[str, _Rows]:
        others = [other for other, _ in linked]
        return _Lazy(self._attached, lambda name: self._rows(name, others))

    def _profile(self, no: int, entity_id: str) -> list[_ProfileRow]:
        rows = self._connection().execute(
            f"SELECT {', '.join(PROFILE[1:])} FROM profile WHERE no = ? ORDER BY from_day",
            (no,),
        )
        return [dict(zip(PROFILE, (entity_id, *row), strict=True)) for row in rows]

    def _linked(self, link: str, no: int, since_day: int) -> _Linked:
        rows = self._connection().execute(
            f"SELECT l.other, b.entity_id, l.from_day, l.to_day FROM link_{link} l "
            "JOIN business b ON b.no = l.other "
            "WHERE l.no = ? AND l.from_day <= ? AND ? < l.to_day ORDER BY b.entity_id, l.from_day",
            (no, self._day, since_day),
        )
        return [
            (other, tuple(row[2:] for row in days))
            for other, days in groupby(rows, key=itemgetter(0, 1))
        ]

    def _rows(self, name: str, of: Sequence[tuple[int, str]]) -> _Rows:
        """The rows of a source that concern these businesses, in their order."""
        source = self._sources[name]
        if isinstance(source.subject, CityWide):
            return self._city_wide[name]
        read = self._near if isinstance(source.subject, Nearby) else self._own
        return [row for no, entity_id in of for row in read(source, no, entity_id)]

    def _own(self, source: Source, no: int, entity_id: str) -> list[Row]:
        found = self._one(f"SELECT records FROM own_{source.name} WHERE no = ?", no)
        if found is None:
            return []
        names = ("entity_id", *self.columns[source.name])
        return [dict(zip(names, (entity_id, *row), strict=True)) for row in json.loads(found)]

    def _near(self, source: Source, no: int, entity_id: str) -> list[Row]:
        found = self._one(f"SELECT fours FROM near_{source.name} WHERE no = ?", no)
        if found is None:
            return []
        near = np.frombuffer(found, dtype="<i8").reshape(-1, len(schema.NEAR)).tolist()
        records = self._shared(source, sorted({record_no for record_no, *_ in near}))
        return [
            {
                "entity_id": entity_id,
                **records[record_no],
                "distance_m": metres,
                "known_day": known,
                "superseded_day": None if superseded < 0 else superseded,
            }
            for record_no, metres, known, superseded in near
        ]

    def _shared(self, source: Source, numbers: list[int]) -> dict[int, Row]:
        """The records with these numbers, as they are for every business near them."""
        names = self.columns[source.name]
        found: dict[int, Row] = {}
        for start in range(0, len(numbers), _AT_ONCE):
            some = numbers[start : start + _AT_ONCE]
            marks = ", ".join("?" * len(some))
            for record_no, record in self._connection().execute(
                f"SELECT record_no, record FROM record_{source.name} "
                f"WHERE record_no IN ({marks})", some,
            ):  # fmt: skip
                found[record_no] = dict(zip(names, json.loads(record), strict=True))
        return found

    @cached_property
    def _city_wide(self) -> Mapping[str, _Rows]:
        """Rows that concern every business, kept."""
        kept = {}
        for source in self._city.sources:
            if isinstance(source.subject, CityWide):
                names = ("entity_id", *self.columns[source.name])
                kept[source.name] = [
                    dict(zip(names, (None, *json.loads(record)), strict=True))
                    for (record,) in self._connection().execute(
                        f"SELECT record FROM record_{source.name} ORDER BY record_no"
                    )
                ]
        return kept

    def _one(self, query: str, no: int) -> Any:
        """The single value of a row, or none."""
        found = self._connection().execute(query, (no,)).fetchone()
        return None if found is None else found[0]


class _Lazy(Mapping[str, _Value]):
    """A mapping whose values are made when first asked for."""

    def __init__(self, keys: Collection[str], make: Callable[[str], _Value]) -> None:
        self._keys = keys
        self._make = make
        self._made: dict[str, _Value] = {}

    def __getitem__(self, key: str) -> _Value:
        if key not in self._made:
            if key not in self._keys:
                raise KeyError(key)
            self._made[key] = self._make(key)
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._keys)

    def __len__(self) -> int:
        return len(self._keys)


class _LazyRows(Sequence[_ProfileRow]):
    """Rows that are read when first looked at."""

    def __init__(self, read: Callable[[], list[_ProfileRow]]) -> None:
        self._read = read

    @cached_property
    def _rows(self) -> list[_ProfileRow]:
        return self._read()

    def __getitem__(self, index):  # type: ignore[no-untyped-def]  # as list's
        return self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)
