"""A catalogue of features as one SQL program for every engine.

The text keeps to what DuckDB and Spark understand alike and reads canonical
integer columns only, so that both return the same bits. It expects four kinds
of tables: ``spine`` (row_id, entity_id, as_of_day), ``bounds`` (see
`features.windows`), ``profiles``, and ``source_<name>`` for each source.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from features import as_of
from features.catalogue import Catalogue
from features.contracts import CityWide, Feature, Source, Window
from features.engines.aggregates import Formula, Reads, formula
from features.engines.sql_links import link_steps
from features.engines.sql_peers import adjusted, peer_rows, peer_steps, profile_step
from features.errors import OurBug
from features.peers import PEER_COLUMNS
from features.windows import bound_name, distinct_windows


@dataclass(frozen=True)
class Step:
    """A named intermediate table; it reads the given tables and earlier steps."""

    name: str
    sql: str


@dataclass(frozen=True)
class Program:
    """Everything an engine runs, in order.

    ``matrix`` and ``peers`` are the two results; ``text`` is the whole program
    as one statement.
    """

    steps: tuple[Step, ...]
    matrix: str
    peers: str
    windows: tuple[Window, ...]
    sources: tuple[str, ...]
    features: tuple[str, ...]

    def text(self) -> str:
        """The program as one statement that returns the matrix."""
        steps = ",\n".join(f"{step.name} AS (\n{step.sql}\n)" for step in self.steps)
        return f"WITH {steps}\n{self.matrix}"


@dataclass(frozen=True)
class Group:
    """The features computed from one source over the same businesses' records."""

    name: str
    source: Source
    via: str | None
    features: tuple[Feature, ...]

    @property
    def city_wide(self) -> bool:
        """Whether the records concern every business, so that only days matter."""
        return isinstance(self.source.subject, CityWide)

    @property
    def key(self) -> str:
        """Column of the spine on which the group's results join it."""
        return "as_of_day" if self.city_wide else "row_id"


def groups_of(catalogue: Catalogue) -> tuple[Group, ...]:
    """The catalogue's features by source and link, in catalogue order."""
    found: dict[tuple[str, str | None], list[Feature]] = {}
    for feature in catalogue.jurisdiction.features:
        found.setdefault((feature.source, feature.via), []).append(feature)
    return tuple(
        Group(f"g{i}", catalogue.jurisdiction.source(source), via, tuple(features))
        for i, ((source, via), features) in enumerate(found.items())
    )


def program(catalogue: Catalogue, *, exclude_disputed: bool = False) -> Program:
    """The SQL that computes every feature of `catalogue` for a spine.

    With `exclude_disputed`, records under an open objection are left out; who is
    linked to whom does not depend on it.
    """
    jurisdiction = catalogue.jurisdiction
    groups = groups_of(catalogue)
    used = {g.via for g in groups} - {None}
    links = [link for link in jurisdiction.links if link.name in used]
    steps = [Step(*s) for link in links for s in link_steps(link, catalogue.encode(link.source))]
    values: dict[str, str] = {}
    for group in groups:
        sql, found = _group(group, catalogue, exclude_disputed)
        steps.append(Step(group.name, sql))
        values.update(found)
    peered = [f for f in jurisdiction.features if f.peers]
    base = _base(groups, values, jurisdiction.features, with_profile=bool(peered))
    names = tuple(f.name for f in jurisdiction.features)
    matrix, peers = base, peer_rows(())
    if peered:
        steps += [Step(*profile_step()), Step("base", base)]
        steps += [Step(*s) for s in peer_steps(peered)]
        matrix, peers = adjusted(jurisdiction.features), peer_rows(peered)
    return Program(
        tuple(steps), matrix, peers, distinct_windows(jurisdiction.features),
        tuple(dict.fromkeys([g.source.name for g in groups] + [k.source for k in links])), names,
    )  # fmt: skip


def _group(
    group: Group, catalogue: Catalogue, exclude_disputed: bool
) -> tuple[str, dict[str, str]]:
    """One aggregate over one source, and each feature's value in terms of it."""
    reads = Reads(catalogue.encode(group.source.name))
    formulas = {f.name: formula(f, group.source, reads) for f in group.features}
    aggregates: dict[str, str] = {}
    for one in formulas.values():
        for text in one.aggregates:
            aggregates.setdefault(text, f"a{len(aggregates)}")
    select = "".join(f",\n    {text} AS {name}" for text, name in aggregates.items())
    visible = _visible(group, reads, exclude_disputed)
    sql = f"  SELECT v.{group.key}{select}\n  FROM (\n{visible}\n  ) v\n  GROUP BY v.{group.key}"
    return sql, {name: _value(one, aggregates, group.name) for name, one in formulas.items()}


def _value(one: Formula, aggregates: dict[str, str], group: str) -> str:
    return one.value([f"{group}.{aggregates[text]}" for text in one.aggregates])


def _visible(group: Group, reads: Reads, exclude_disputed: bool) -> str:
    """The records of a source that features see, once per row of the spine."""
    windows = distinct_windows(group.features)
    day = "b.as_of_day"
    carried = dict.fromkeys(["event_day", *reads.columns])
    items = [day if group.city_wide else "s.row_id"]
    items += [f"b.{bound_name(w)}" for w in windows]
    items += [as_of.as_known_sql("p", c, day) for c in carried]
    items += [f"p.{name}" for name in reads.derived.values()]
    joined = [as_of.seen_sql("p", day, exclude_disputed=exclude_disputed)]
    if windows and all(f.window is not None for f in group.features):
        reach = ", ".join(f"b.{bound_name(w)}" for w in windows)
        joined.append(f"p.event_day > {f'LEAST({reach})' if len(windows) > 1 else reach}")
    population = "bounds b"
    if not group.city_wide:
        table = "spine" if group.via is None else f"linked_{group.via}"
        population = f"{table} s\n    JOIN bounds b ON b.as_of_day = s.as_of_day"
        joined.insert(0, "p.entity_id = s.entity_id")
        carried["entity_id"] = None
    if exclude_disputed:
        carried |= dict.fromkeys(("disputed_day", "settled_day"))
    bare = [f"r.{c}" for c in carried]
    bare += [f"{expression} AS {name}" for expression, name in reads.derived.items()]
    record = (
        f"SELECT {', '.join(bare)}, {as_of.lifetime_sql('r')}\n"
        f"      FROM source_{group.source.name} r"
    )
    return (
        f"    SELECT {', '.join(items)}\n    FROM {population}\n"
        f"    JOIN (\n      {record}\n    ) p ON {' AND '.join(joined)}"
    )


def _base(
    groups: Sequence[Group],
    values: dict[str, str],
    features: Sequence[Feature],
    *,
    with_profile: bool,
) -> str:
    """The spine with every feature's own value, before peers are subtracted."""
    if len(values) != len(features):
        raise OurBug(f"{len(features)} features are declared and {len(values)} were compiled")
    items = ["s.row_id", "s.entity_id", "s.as_of_day"]
    joins = [f"LEFT JOIN {g.name} ON {g.name}.{g.key} = s.{g.key}" for g in groups]
    if with_profile:
        items += [f"profile.{c}" for c in PEER_COLUMNS]
        joins.append("LEFT JOIN profile ON profile.row_id = s.row_id")
    items += [f"{values[f.name]} AS {f.name}" for f in features]
    select = ",\n  ".join(items)
    return f"SELECT\n  {select}\nFROM spine s\n" + "\n".join(joins)
