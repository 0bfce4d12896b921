"""A catalogue of features as one SQL program for every engine.

The text keeps to what DuckDB and Spark understand alike and reads canonical
integer columns only, so that both return the same bits. It expects four kinds
of tables: ``spine`` (row_id, entity_id, as_of_day), ``bounds`` (see
`features.windows`), ``profiles``, and ``source_<name>`` for each source.

Each source is read and aggregated once, for all its features and all as-of days;
the results are joined to the spine last, and a row without records then takes
each feature's value of nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from features import as_of
from features.catalogue import Catalogue
from features.contracts import CityWide, Feature, Source, Window
from features.engines.aggregates import Reads, formula
from features.engines.sql_links import link_steps
from features.engines.sql_peers import PEERED, peer_rows, peer_steps
from features.windows import bound_name, distinct_windows

# The step that holds the spine with every window's bound.
DATED = "dated"


@dataclass(frozen=True)
class Step:
    """A named intermediate table; it reads the given tables and earlier steps."""

    name: str
    sql: str


@dataclass(frozen=True)
class MatrixColumn:
    """Where a feature's values stand: a column, named like it, of the step `step`.

    The step has one row for each value of `key`; a row of the spine that it lacks
    has the value `empty`.
    """

    feature: str
    step: str
    key: Literal["row_id", "as_of_day"]
    empty: int | None

    def sql(self) -> str:
        """The feature's value after the step is joined to the spine."""
        value = f"{self.step}.{self.feature}"
        return value if self.empty is None else f"COALESCE({value}, CAST({self.empty} AS DOUBLE))"


@dataclass(frozen=True)
class Program:
    """Everything an engine runs, in order.

    `columns` say how the matrix is put together from the steps, `peers` selects
    the statistics of the peer groups.
    """

    steps: tuple[Step, ...]
    columns: tuple[MatrixColumn, ...]
    peers: str
    windows: tuple[Window, ...]
    sources: tuple[str, ...]

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the feature columns, in catalogue order."""
        return tuple(column.feature for column in self.columns)

    def matrix(self) -> str:
        """The spine with every feature, in catalogue order."""
        return spine_with(self.columns)

    def text(self) -> str:
        """The program as one statement that returns the matrix."""
        steps = ",\n".join(f"{step.name} AS (\n{step.sql}\n)" for step in self.steps)
        return f"WITH {steps}\n{self.matrix()}"


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
    def key(self) -> Literal["row_id", "as_of_day"]:
        """Column of the spine on which the group's results join it."""
        return "as_of_day" if self.city_wide else "row_id"


def groups_of(catalogue: Catalogue) -> tuple[Group, ...]:
    """The catalogue's features by source and link, in catalogue order."""
    found: dict[tuple[str, str | None], list[Feature]] = {}
    for feature in catalogue.jurisdiction.features:
        found.setdefault((feature.source, feature.via), []).append(feature)
    return tuple(
        Group(catalogue.jurisdiction.source(source), via, tuple(features))
        for (source, via), features in found.items()
    )


def program(catalogue: Catalogue, *, exclude_disputed: bool = False) -> Program:
    """The SQL that computes every feature of `catalogue` for a spine.

    With `exclude_disputed`, records under an open objection are left out; who is
    linked to whom does not depend on it.
    """
    jurisdiction = catalogue.jurisdiction
    groups = groups_of(catalogue)
    links = [k for k in jurisdiction.links if any(k.name == g.via for g in groups)]
    windows = distinct_windows(jurisdiction.features)
    steps = [Step(DATED, _dated(windows))]
    steps += [Step(*s) for link in links for s in link_steps(link, catalogue.encode(link.source))]
    columns: dict[str, MatrixColumn] = {}
    for group in groups:
        step, found = group_step(group, catalogue, exclude_disputed=exclude_disputed)
        steps.append(step)
        columns.update(found)
    peered = tuple(f for f in jurisdiction.features if f.peers)
    if peered:
        base = spine_with(tuple(columns[f.name] for f in peered))
        steps += [Step(*s) for s in peer_steps(peered, base)]
        columns |= {f.name: MatrixColumn(f.name, PEERED, "row_id", None) for f in peered}
    return Program(
        steps=tuple(steps),
        columns=tuple(columns[f.name] for f in jurisdiction.features),
        peers=peer_rows(peered),
        windows=windows,
        sources=tuple(
            dict.fromkeys([*(g.source.name for g in groups), *(k.source for k in links)])
        ),
    )


def spine_with(columns: tuple[MatrixColumn, ...]) -> str:
    """Select the spine and these columns beside it."""
    items = ["s.row_id", "s.entity_id", "s.as_of_day"]
    items += [f"{column.sql()} AS {column.feature}" for column in columns]
    joins = {c.step: f"LEFT JOIN {c.step} ON {c.step}.{c.key} = s.{c.key}" for c in columns}
    return "\n".join([f"SELECT {_lines(items, 2)}", "FROM spine s", *joins.values()])


def group_step(
    group: Group, catalogue: Catalogue, *, exclude_disputed: bool = False
) -> tuple[Step, dict[str, MatrixColumn]]:
    """One aggregate over one source, and where each feature's value stands in it."""
    reads = Reads(catalogue.encode(group.source.name), as_of.learned_later(group.source))
    formulas = {f.name: formula(f, group.source, reads) for f in group.features}
    aggregates: dict[str, str] = {}
    for one in formulas.values():
        for text in one.aggregates:
            aggregates.setdefault(text, f"a{len(aggregates)}")
    values = [
        f"{one.value([f'a.{aggregates[text]}' for text in one.aggregates])} AS {name}"
        for name, one in formulas.items()
    ]
    key = group.key
    found = [f"v.{key}", *(f"{text} AS {name}" for text, name in aggregates.items())]
    seen = _seen(group, reads, exclude_disputed)
    sql = (
        f"  SELECT {_lines([f'a.{key}', *values], 4)}\n"
        f"  FROM (\n    SELECT {_lines(found, 6)}\n"
        f"    FROM (\n{seen}\n    ) v\n    GROUP BY v.{key}\n  ) a"
    )
    columns = {
        name: MatrixColumn(name, group.name, key, one.empty) for name, one in formulas.items()
    }
    return Step(group.name, sql), columns


def _dated(windows: tuple[Window, ...]) -> str:
    items = ["s.row_id", "s.entity_id", "s.as_of_day", *(f"b.{bound_name(w)}" for w in windows)]
    return (
        f"  SELECT {', '.join(items)}\n  FROM spine s\n  JOIN bounds b ON b.as_of_day = s.as_of_day"
    )


def _population(group: Group) -> str:
    """Whose records are meant: rows with as_of_day, bounds, and entity_id but city-wide."""
    if group.city_wide:
        return "bounds s"
    if group.via is None:
        return f"{DATED} s"
    return (
        "(SELECT k.row_id, k.entity_id, b.*\n"
        f"        FROM linked_{group.via} k JOIN bounds b ON b.as_of_day = k.as_of_day) s"
    )


def _seen(group: Group, reads: Reads, exclude_disputed: bool) -> str:
    """The records of a source that features see, once per row of the spine."""
    windows = distinct_windows(group.features)
    day = "s.as_of_day"
    carried = dict.fromkeys(["event_day", *reads.columns])
    items = [day] if group.city_wide else ["s.row_id", day]
    items += [f"s.{bound_name(w)}" for w in windows]
    items += [as_of.as_known_sql("p", c, day, reads.later) for c in carried]
    items += [f"p.{name}" for name in reads.derived.values()]
    joined = [as_of.seen_sql("p", day, exclude_disputed=exclude_disputed)]
    if windows and all(f.window is not None for f in group.features):
        reach = ", ".join(f"s.{bound_name(w)}" for w in windows)
        joined.append(f"p.event_day > {f'LEAST({reach})' if len(windows) > 1 else reach}")
    if not group.city_wide:
        joined.insert(0, "p.entity_id = s.entity_id")
        carried["entity_id"] = None
    if exclude_disputed:
        carried |= dict.fromkeys(("disputed_day", "settled_day"))
    bare = [f"r.{c}" for c in carried]
    bare += [f"{expression} AS {name}" for expression, name in reads.derived.items()]
    bare.append(as_of.lifetime_sql("r"))
    return (
        f"      SELECT {', '.join(items)}\n      FROM {_population(group)}\n"
        f"      JOIN (\n        SELECT {_lines(bare, 10)}\n"
        f"        FROM source_{group.source.name} r\n"
        f"      ) p ON {' AND '.join(joined)}"
    )


def _lines(items: list[str], indent: int) -> str:
    return (",\n" + " " * indent).join(items)
