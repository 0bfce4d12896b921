"""A catalogue of features as one SQL program for every engine.

The text keeps to what DuckDB and Spark understand alike and reads canonical
integer columns only, so that both return the same bits. It expects four kinds
of tables: ``spine`` (row_id, entity_id, as_of_day), ``bounds`` (see
`features.windows`), ``profiles``, and ``source_<name>`` for each source. Businesses'
ids are only compared with each other, so an engine may put numbers in their place.

Each source is read once for all pieces of the spine, and aggregated once for all its
features; a row without records then takes each feature's value of nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from features import as_of
from features.catalogue import Catalogue
from features.contracts import Link, Window
from features.engines.aggregates import Bare
from features.engines.sql_groups import (
    ASKED,
    Group,
    Population,
    asked_step,
    group_step,
    groups_of,
    lines,
    records_step,
)
from features.engines.sql_links import link_columns, link_steps
from features.engines.sql_peers import PEERED, peer_rows, peer_steps
from features.windows import distinct_windows


@dataclass(frozen=True)
class Step:
    """A named intermediate table; it reads the given tables and earlier steps.

    `source` is the one whose records it reads, where it reads any.
    """

    name: str
    sql: str
    source: str | None = None


@dataclass(frozen=True)
class MatrixColumn:
    """Where a feature's values stand: a column, named like it, of the step `step`.

    The step has one row for each value of `key` (``business`` stands for a business
    on an as-of day); a row of the spine that it lacks has the value `empty`.
    """

    feature: str
    step: str
    key: Literal["business", "as_of_day", "row_id"]
    empty: int | None

    def sql(self) -> str:
        """The feature's value after the step is joined to the spine."""
        value = f"{self.step}.{self.feature}"
        return value if self.empty is None else f"COALESCE({value}, CAST({self.empty} AS DOUBLE))"

    def joined(self) -> str:
        """The join of the step to the spine."""
        day = f"{self.step}.as_of_day = s.as_of_day"
        on = {
            "business": f"{self.step}.business = s.entity_id AND {day}",
            "as_of_day": day,
            "row_id": f"{self.step}.row_id = s.row_id",
        }
        return f"LEFT JOIN {self.step} ON {on[self.key]}"


@dataclass(frozen=True)
class Program:
    """Everything an engine runs, in order.

    `kept` are the steps that do not read the spine or its days: they serve every piece
    of it. `columns` say how the matrix is put together from the steps, `peers` selects
    the statistics of the peer groups. `reads` says which columns of which source are read;
    records of the sources `linking` say who is linked, also to businesses that the spine
    does not name. `joined` are the steps of `columns` that other steps read.
    """

    kept: tuple[Step, ...]
    steps: tuple[Step, ...]
    columns: tuple[MatrixColumn, ...]
    peers: str
    windows: tuple[Window, ...]
    reads: Mapping[str, tuple[str, ...]]
    linking: tuple[str, ...]
    joined: frozenset[str]

    @property
    def sources(self) -> tuple[str, ...]:
        """The sources whose records are read."""
        return tuple(self.reads)

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the feature columns, in catalogue order."""
        return tuple(column.feature for column in self.columns)

    def matrix(self) -> str:
        """The spine with every feature, in catalogue order."""
        return spine_with(self.columns)

    def text(self) -> str:
        """The program as one statement that returns the matrix."""
        steps = ",\n".join(f"{step.name} AS (\n{step.sql}\n)" for step in (*self.kept, *self.steps))
        return f"WITH {steps}\n{self.matrix()}"


def program(
    catalogue: Catalogue, *, exclude_disputed: bool = False, dense: bool = False
) -> Program:
    """The SQL that computes every feature of `catalogue` for a spine.

    With `exclude_disputed`, records under an open objection are left out; who is
    linked to whom does not depend on it. A `dense` spine asks for nearly every business
    on each of its days: the result is the same, and sooner there.
    """
    jurisdiction = catalogue.jurisdiction
    groups = groups_of(catalogue)
    links = [k for k in jurisdiction.links if any(k.name == g.via for g in groups)]
    linked = [(k, link_steps(k, catalogue.encode(k.source), dense=dense)) for k in links]
    bare = {group.source.name: Bare() for group in groups}
    own, columns = _groups(catalogue, groups, Population(dense, exclude_disputed), bare)
    kept = [
        Step(f"records_{name}", records_step(jurisdiction.source(name), one), name)
        for name, one in bare.items()
    ]
    kept += [Step(*found.held, link.source) for link, found in linked]
    kept += [Step(*one) for _, found in linked for one in found.kept]
    steps = [] if dense else [Step(ASKED, asked_step())]
    steps += [Step(*one) for _, found in linked for one in found.asked]
    steps += own
    peered = tuple(f for f in jurisdiction.features if f.peers)
    joined = frozenset(columns[f.name].step for f in peered)
    if peered:
        base = spine_with(tuple(columns[f.name] for f in peered))
        steps += [Step(*s) for s in peer_steps(peered, base)]
        columns |= {f.name: MatrixColumn(f.name, PEERED, "row_id", None) for f in peered}
    return Program(
        kept=tuple(kept),
        steps=tuple(steps),
        columns=tuple(columns[f.name] for f in jurisdiction.features),
        peers=peer_rows(peered),
        windows=distinct_windows(jurisdiction.features),
        reads=_reads(bare, links),
        linking=tuple(dict.fromkeys(k.source for k in links)),
        joined=joined,
    )


def _groups(
    catalogue: Catalogue,
    groups: tuple[Group, ...],
    population: Population,
    bare: Mapping[str, Bare],
) -> tuple[list[Step], dict[str, MatrixColumn]]:
    """The steps of the groups, and where the features stand; `bare` learns what is read."""
    steps: list[Step] = []
    columns: dict[str, MatrixColumn] = {}
    for group in groups:
        sql, formulas = group_step(group, catalogue, population, bare[group.source.name])
        steps.append(Step(group.name, sql))
        columns |= {
            name: MatrixColumn(name, group.name, group.key, one.empty)
            for name, one in formulas.items()
        }
    return steps, columns


def _reads(bare: Mapping[str, Bare], links: list[Link]) -> dict[str, tuple[str, ...]]:
    """Source → the columns that steps read of it."""
    found = {
        name: dict.fromkeys(["entity_id", *as_of.LIFETIME, *one.read]) for name, one in bare.items()
    }
    for link in links:
        found.setdefault(link.source, {}).update(dict.fromkeys(link_columns(link)))
    return {name: tuple(columns) for name, columns in found.items()}


def spine_with(columns: tuple[MatrixColumn, ...]) -> str:
    """Select the spine and these columns beside it."""
    items = ["s.row_id", "s.entity_id", "s.as_of_day"]
    items += [f"{column.sql()} AS {column.feature}" for column in columns]
    joins = dict.fromkeys(column.joined() for column in columns)
    return "\n".join([f"SELECT {lines(items, 2)}", "FROM spine s", *joins])
