"""A business against its peers, in SQL.

The mean of a group is the sum of its values in whole millionths over their
number: integers, so that neither the order of rows nor the engine changes it.
Counts, sums and days lose nothing by it; a share or a mean is rounded to the
nearest millionth before it enters the group's mean, never in its own value.
"""

from __future__ import annotations

from collections.abc import Sequence

from features import as_of
from features.contracts import Feature
from features.peers import MILLIONTHS, PEER_COLUMNS, peer_fields

# The step that holds every feature that is compared with peers.
PEERED = "peered"


def peer_steps(features: Sequence[Feature], base: str) -> tuple[tuple[str, str], ...]:
    """Steps from the features' own values (select `base`) to ``peered``.

    Between them stand ``peers_<fields>``: each feature's total (millionths) and
    number by as-of day and group.
    """
    fields = ", ".join(f"p.{c}" for c in PEER_COLUMNS)
    profile = (
        f"  SELECT s.row_id, {fields}\n  FROM spine s\n"
        "  JOIN profiles p ON p.entity_id = s.entity_id AND p.from_day <= s.as_of_day"
        f" AND s.as_of_day < COALESCE(p.to_day, {as_of.FOREVER})"
    )
    values = ", ".join(f"o.{f.name}" for f in features)
    own = (
        f"  SELECT o.row_id, o.as_of_day, {fields}, {values}\n  FROM (\n{base}\n  ) o\n"
        "  LEFT JOIN profile p ON p.row_id = o.row_id"
    )
    groups = [(_name(f), _statistics(f, members)) for f, members in _by_fields(features).items()]
    return (("profile", profile), ("peer_base", own), *groups, (PEERED, _peered(features)))


def _by_fields(features: Sequence[Feature]) -> dict[tuple[str, ...], list[Feature]]:
    found: dict[tuple[str, ...], list[Feature]] = {}
    for feature in features:
        found.setdefault(peer_fields(feature.peers), []).append(feature)
    return found


def _name(fields: Sequence[str]) -> str:
    return "peers_" + "_".join(fields)


def _statistics(fields: Sequence[str], members: Sequence[Feature]) -> str:
    keys = ", ".join(["b.as_of_day", *(f"b.{c}" for c in fields)])
    known = " AND ".join(f"b.{c} IS NOT NULL" for c in fields)
    sums = "".join(
        f",\n    CAST(SUM(CAST(FLOOR(b.{f.name} * {MILLIONTHS} + 0.5) AS BIGINT)) AS BIGINT)"
        f" AS total_{f.name}, COUNT(b.{f.name}) AS count_{f.name}"
        for f in members
    )
    return f"  SELECT {keys}{sums}\n  FROM peer_base b\n  WHERE {known}\n  GROUP BY {keys}"


def _peered(features: Sequence[Feature]) -> str:
    """Each feature less the mean of its group.

    A business of which one of the fields is unknown has no peers; the feature is
    missing then.
    """
    items, joins = ["b.row_id"], []
    for f in features:
        k = _name(peer_fields(f.peers))
        number = f"CAST({k}.count_{f.name} * {MILLIONTHS} AS DOUBLE)"
        mean = f"CAST({k}.total_{f.name} AS DOUBLE) / NULLIF({number}, 0)"
        items.append(f"b.{f.name} - {mean} AS {f.name}")
    for fields in _by_fields(features):
        k = _name(fields)
        on = " AND ".join(f"{k}.{c} = b.{c}" for c in ("as_of_day", *fields))
        joins.append(f"  LEFT JOIN {k} ON {on}")
    select = ",\n    ".join(items)
    return f"  SELECT {select}\n  FROM peer_base b\n" + "\n".join(joins)


def peer_rows(features: Sequence[Feature]) -> str:
    """Select the statistics of every group, one row per feature, day and group.

    Columns: feature, as_of_day, the profile fields (null where not compared),
    total (millionths) and count.
    """
    selects = []
    for feature in features:
        fields = peer_fields(feature.peers)
        columns = ", ".join(
            f"k.{c}" if c in fields else f"CAST(NULL AS STRING) AS {c}" for c in PEER_COLUMNS
        )
        selects.append(
            f"SELECT '{feature.name}' AS feature, k.as_of_day, {columns}, "
            f"k.total_{feature.name} AS total, k.count_{feature.name} AS count\n"
            f"FROM {_name(fields)} k WHERE k.count_{feature.name} > 0"
        )
    if not selects:
        empty = ", ".join(f"CAST(NULL AS STRING) AS {c}" for c in PEER_COLUMNS)
        return (
            f"SELECT CAST(NULL AS STRING) AS feature, CAST(NULL AS INTEGER) AS as_of_day, {empty}, "
            "CAST(NULL AS BIGINT) AS total, CAST(NULL AS BIGINT) AS count FROM spine s WHERE FALSE"
        )
    return "\nUNION ALL\n".join(selects)
