"""One aggregate over the records of one source, for all features that read them.

What does not depend on the as-of day stands in a step of its own for each source
(``records_<source>``), which is worked out once however many days are asked for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from features import as_of
from features.catalogue import Catalogue
from features.contracts import CityWide, Feature, Source
from features.engines.aggregates import Bare, Formula, Reads, formula
from features.windows import bound_name, distinct_windows

# The step that holds each business and day of the spine once, with every window's bound.
ASKED = "asked"


@dataclass(frozen=True)
class Group:
    """The features computed from one source over the same businesses' records."""

    source: Source
    via: str | None
    features: tuple[Feature, ...]

    @property
    def name(self) -> str:
        """Name of the group's step: ``of_penalties_via_same_address``."""
        return f"of_{self.source.name}" + (f"_via_{self.via}" if self.via else "")

    @property
    def city_wide(self) -> bool:
        """Whether the records concern every business, so that only days matter."""
        return isinstance(self.source.subject, CityWide)

    @property
    def key(self) -> Literal["business", "as_of_day"]:
        """What the results are of: a business on a day, or a day."""
        return "as_of_day" if self.city_wide else "business"


def groups_of(catalogue: Catalogue) -> tuple[Group, ...]:
    """The catalogue's features by source and link, in catalogue order."""
    found: dict[tuple[str, str | None], list[Feature]] = {}
    for feature in catalogue.jurisdiction.features:
        found.setdefault((feature.source, feature.via), []).append(feature)
    return tuple(
        Group(catalogue.jurisdiction.source(source), via, tuple(features))
        for (source, via), features in found.items()
    )


@dataclass(frozen=True)
class Population:
    """For whom the groups are computed, and which records they see.

    A dense spine asks for nearly every business on each of its days: every business
    with records is computed then, so that no record has to find its row of the spine.
    Otherwise only the businesses asked for are, on their own days.
    """

    dense: bool
    exclude_disputed: bool = False


def records_step(source: Source, bare: Bare) -> str:
    """The records of a source with all that is worked out before a day is known."""
    city_wide = isinstance(source.subject, CityWide)
    columns = dict.fromkeys([*([] if city_wide else ["entity_id"]), *bare.columns])
    items = [f"r.{c}" for c in columns]
    items += [f"{expression} AS {name}" for expression, name in bare.derived.items()]
    items.append(as_of.lifetime_sql("r"))
    where = "" if city_wide else "\n  WHERE r.entity_id IS NOT NULL"
    return f"  SELECT {lines(items, 4)}\n  FROM source_{source.name} r{where}"


def group_step(
    group: Group, catalogue: Catalogue, population: Population, bare: Bare
) -> tuple[str, dict[str, Formula]]:
    """The SQL of the group's step, and how each of its features is computed.

    What it reads of the records is added to `bare`.
    """
    reads = Reads(catalogue.encode(group.source.name), as_of.learned_later(group.source), bare)
    formulas = {f.name: formula(f, group.source, reads) for f in group.features}
    aggregates: dict[str, str] = {}
    for one in formulas.values():
        for text in one.aggregates:
            aggregates.setdefault(text, f"a{len(aggregates)}")
    values = [
        f"{one.value([f'a.{aggregates[text]}' for text in one.aggregates])} AS {name}"
        for name, one in formulas.items()
    ]
    keys = ["as_of_day"] if group.city_wide else ["business", "as_of_day"]
    grouped = [f"v.{key}" for key in keys]
    found = [*grouped, *(f"{text} AS {name}" for text, name in aggregates.items())]
    sql = (
        f"  SELECT {lines([*(f'a.{key}' for key in keys), *values], 4)}\n"
        f"  FROM (\n    SELECT {lines(found, 6)}\n"
        f"    FROM (\n{_seen(group, reads, population)}\n    ) v\n"
        f"    GROUP BY {', '.join(grouped)}\n  ) a"
    )
    return sql, formulas


def _seen(group: Group, reads: Reads, population: Population) -> str:
    """The records of a source that features see, once per business and day."""
    windows = distinct_windows(group.features)
    day, disputed = "s.as_of_day", population.exclude_disputed
    reads.column("event_day")
    if disputed:
        for name in ("disputed_day", "settled_day"):
            reads.bare.columns[name] = reads.bare.read[name] = None
    whose, who = _whose(group, population)
    items = [*whose, day, *(f"s.{bound_name(w)}" for w in windows)]
    items += [as_of.as_known_sql("p", c, day, reads.later) for c in reads.columns]
    items += [f"p.{name}" for name in reads.flags]
    joined = [*who, as_of.seen_sql("p", day, exclude_disputed=disputed)]
    if windows and all(f.window is not None for f in group.features):
        reach = ", ".join(f"s.{bound_name(w)}" for w in windows)
        joined.append(f"p.event_day > {f'LEAST({reach})' if len(windows) > 1 else reach}")
    return (
        f"      SELECT {', '.join(items)}\n      FROM {_days(group, population)}\n"
        f"      JOIN records_{group.source.name} p ON {' AND '.join(joined)}"
    )


def _whose(group: Group, population: Population) -> tuple[list[str], list[str]]:
    """Select items and conditions that say whose records are meant."""
    if group.city_wide:
        return [], []
    if group.via is not None:
        return ["s.business"], ["p.entity_id = s.other"]
    if population.dense:
        return ["p.entity_id AS business"], []
    return ["s.business"], ["p.entity_id = s.business"]


def _days(group: Group, population: Population) -> str:
    """The days, with every window's bound, and the businesses unless all are meant."""
    if group.via is not None:
        return (
            "(SELECT k.business, k.other, b.*\n"
            f"        FROM linked_{group.via} k JOIN bounds b ON b.as_of_day = k.as_of_day) s"
        )
    return "bounds s" if group.city_wide or population.dense else f"{ASKED} s"


def asked_step() -> str:
    """Each business and day of the spine, with every window's bound."""
    return (
        "  SELECT q.entity_id AS business, b.*\n"
        "  FROM (SELECT DISTINCT s.entity_id, s.as_of_day FROM spine s) q\n"
        "  JOIN bounds b ON b.as_of_day = q.as_of_day"
    )


def lines(items: list[str], indent: int) -> str:
    """Items one under the other."""
    return (",\n" + " " * indent).join(items)
