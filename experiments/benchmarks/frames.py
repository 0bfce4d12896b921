"""The same features in Polars and pandas: what a good hand would write for one date.

Per source: keep what is usable as of the day, work conditions out once a record,
one group-by over the business with every feature of the source as an aggregate,
join to the businesses. Left out, because they are not group-bys over a
business's own records: features of linked businesses and peer comparisons.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq

from features import contracts as c
from features import expressions as e
from features.as_of import FOREVER, learned_later
from features.catalogue import encoder
from features.expressions import Condition, Encode
from features.windows import bound, preceding

ENDS = ("superseded_day", "retracted_day", "repaired_day")


def own(features: tuple[c.Feature, ...]) -> tuple[c.Feature, ...]:
    """The features that are group-bys over a business's own records."""
    return tuple(f for f in features if f.via is None and not f.peers)


def columns_of(source: c.Source, features: list[c.Feature]) -> list[str]:
    """What is read of a source: the features' columns and what decides use."""
    read = dict.fromkeys(["entity_id", "event_day", "known_day", *ENDS, "usable_until_day"])
    for f in features:
        of = f.measure.of if isinstance(f.measure, c.Share) else None
        for condition in filter(None, (f.where, of)):
            read |= dict.fromkeys(condition.columns())
        column = getattr(f.measure, "column", None)
        if column:
            read[column] = None
        if isinstance(f.measure, c.Latest):
            read["record_no"] = None
    return list(read)


def polars_condition(one: Condition, encode: Encode) -> pl.Expr:
    """The condition as a Polars expression without nulls."""
    match one:
        case e.Compare(column, operator, constant):
            value, ref = encode(column, constant), pl.col(column)
            compared = {
                "=": ref == value, "<>": ref != value, "<": ref < value, "<=": ref <= value,
                ">": ref > value, ">=": ref >= value,
            }[operator]  # fmt: skip
            return compared.fill_null(False)
        case e.IsIn(column, members):
            values = [encode(column, m) for m in members]
            return pl.col(column).is_in(values).fill_null(False)
        case e.HasAny(column, labels):
            bits = sum(1 << int(encode(column, label)) for label in labels)
            return ((pl.col(column) & bits) != 0).fill_null(False)
        case e.IsNull(column):
            return pl.col(column).is_null()
        case e.Both(operator, left, right):
            a, b = polars_condition(left, encode), polars_condition(right, encode)
            return a & b if operator == "AND" else a | b
        case e.Not(inner):
            return ~polars_condition(inner, encode)
    raise NotImplementedError(type(one))


class _Masks:
    """Conditions of a source worked out once a record, as columns."""

    def __init__(self, encode: Encode) -> None:
        self.encode = encode
        self.columns: dict[str, Condition] = {}
        self._names: dict[str, str] = {}

    def __call__(self, condition: Condition) -> str:
        name = self._names.setdefault(repr(condition), f"x{len(self._names)}")
        self.columns[name] = condition
        return name


def _polars_value(f: c.Feature, day: int, masks: _Masks) -> pl.Expr:  # noqa: PLR0912  # one a measure
    keep: pl.Expr | None = None if f.where is None else pl.col(masks(f.where))
    event = pl.col("event_day")
    if isinstance(f.measure, c.Change | c.Growth):
        assert f.window is not None
        middle, start = bound(f.window, day), bound(preceding(f.window), day)
        late, early = event > middle, (event > start) & (event <= middle)
        if keep is not None:
            late, early = late & keep, early & keep
        change = late.sum().cast(pl.Int64) - early.sum().cast(pl.Int64)
        if isinstance(f.measure, c.Growth):
            return pl.when(early.sum() > 0).then(change / early.sum() / f.scale)
        return change.cast(pl.Float64) / f.scale
    if f.window is not None:
        inside = event > bound(f.window, day)
        keep = inside if keep is None else keep & inside

    def kept(value: pl.Expr) -> pl.Expr:
        return value if keep is None else value.filter(keep)

    match f.measure:
        case c.Count():
            return (pl.len() if keep is None else keep.sum()).cast(pl.Float64)
        case c.Sum(column):
            return kept(pl.col(column)).sum().cast(pl.Float64) / f.scale
        case c.Max(column):
            return kept(pl.col(column)).max().cast(pl.Float64) / f.scale
        case c.Mean(column):
            return kept(pl.col(column)).mean() / f.scale
        case c.Distinct(column):
            return kept(pl.col(column)).drop_nulls().n_unique().cast(pl.Float64)
        case c.Repeats(column):
            known = kept(pl.col(column)).drop_nulls()
            return (known.len() - known.n_unique()).cast(pl.Float64)
        case c.Share(of):
            return kept(pl.col(masks(of))).mean() / f.scale
        case c.DaysSince(which):
            pick = kept(event)
            return (day - (pick.max() if which == "last" else pick.min())).cast(pl.Float64)
        case c.DaysSinceDate(column):
            return (day - kept(pl.col(column)).max()).cast(pl.Float64)
        case c.DaysUntil(column):
            return (kept(pl.col(column)).max() - day).cast(pl.Float64)
        case c.Latest(column):
            known = pl.col(column).is_not_null()
            known = known if keep is None else known & keep
            last = pl.col(column).filter(known).sort_by(pl.col("record_no").filter(known)).last()
            return last.cast(pl.Float64) / f.scale
    raise NotImplementedError(type(f.measure))


def is_number_of(f: c.Feature) -> bool:
    """Whether nothing means nought."""
    return isinstance(f.measure, c.Count | c.Sum | c.Distinct | c.Repeats | c.Change)


def with_polars(
    city: c.Jurisdiction, features: tuple[c.Feature, ...], files: Mapping[str, Path],
    businesses: pl.DataFrame, day: int,
) -> pl.DataFrame:  # fmt: skip
    """One row a business in the order of `businesses`, one column a feature."""
    frame = businesses.lazy()
    for source in city.sources:
        mine = [f for f in features if f.source == source.name]
        if mine:
            found = _polars_source(source, mine, files[source.name], day)
            frame = frame.join(found, on="entity_id", how="left", maintain_order="left")
    numbers = [f.name for f in features if is_number_of(f)]
    frame = frame.with_columns(pl.col(numbers).fill_null(0.0))
    return frame.select("entity_id", *(f.name for f in features)).collect(engine="streaming")


def _polars_source(
    source: c.Source, features: list[c.Feature], file: Path, day: int
) -> pl.LazyFrame:
    rows = pl.scan_parquet(file).select(columns_of(source, features))
    usable = (
        (pl.col("known_day") <= day)
        & (pl.col("event_day") <= day)
        & pl.all_horizontal(pl.col(end).fill_null(FOREVER) > day for end in ENDS)
        & (pl.col("usable_until_day").fill_null(FOREVER) >= day)
        & pl.col("entity_id").is_not_null()
    )
    if all(f.window is not None for f in features):
        reach = [
            bound(preceding(f.window) if isinstance(f.measure, c.Change | c.Growth) else f.window,
                  day)
            for f in features if f.window is not None
        ]  # fmt: skip
        usable &= pl.col("event_day") > min(reach)
    rows = rows.filter(usable)
    later = [name for name in learned_later(source) if name in columns_of(source, features)]
    rows = rows.with_columns(pl.when(pl.col(n) <= day).then(pl.col(n)).alias(n) for n in later)
    masks = _Masks(encoder(source))
    values = [_polars_value(f, day, masks).alias(f.name) for f in features]
    worked = [polars_condition(one, masks.encode).alias(n) for n, one in masks.columns.items()]
    return rows.with_columns(worked).group_by("entity_id").agg(values)


def pandas_condition(one: Condition, rows: pd.DataFrame, encode: Encode) -> pd.Series:
    """The condition as a Boolean column."""
    match one:
        case e.Compare(column, operator, constant):
            value, ref = encode(column, constant), rows[column]
            compared = {
                "=": ref.eq, "<>": ref.ne, "<": ref.lt, "<=": ref.le, ">": ref.gt, ">=": ref.ge,
            }[operator](value)  # fmt: skip
            return compared & ref.notna()
        case e.IsIn(column, members):
            return rows[column].isin([encode(column, m) for m in members])
        case e.HasAny(column, labels):
            bits = sum(1 << int(encode(column, label)) for label in labels)
            return (rows[column].fillna(0).astype(np.int64) & bits) != 0
        case e.IsNull(column):
            return rows[column].isna()
        case e.Both(operator, left, right):
            a, b = (pandas_condition(side, rows, encode) for side in (left, right))
            return a & b if operator == "AND" else a | b
        case e.Not(inner):
            return ~pandas_condition(inner, rows, encode)
    raise NotImplementedError(type(one))


def with_pandas(
    city: c.Jurisdiction, features: tuple[c.Feature, ...], files: Mapping[str, Path],
    businesses: pd.Index, day: int,
) -> pd.DataFrame:  # fmt: skip
    """One row a business in the order of `businesses`, one column a feature."""
    parts = []
    for source in city.sources:
        mine = [f for f in features if f.source == source.name]
        if mine:
            parts.append(_pandas_source(source, mine, files[source.name], day))
    frame = pd.concat([part.reindex(businesses) for part in parts], axis=1)
    numbers = [f.name for f in features if is_number_of(f)]
    frame[numbers] = frame[numbers].fillna(0.0)
    return frame[[f.name for f in features]]


def _pandas_source(
    source: c.Source, features: list[c.Feature], file: Path, day: int
) -> pd.DataFrame:
    rows = pq.read_table(file, columns=columns_of(source, features)).to_pandas()
    usable = (rows["known_day"] <= day) & (rows["event_day"] <= day) & rows["entity_id"].notna()
    for end in ENDS:
        usable &= ~(rows[end] <= day)
    rows = rows[usable & ~(rows["usable_until_day"] < day)]
    later = [name for name in learned_later(source) if name in rows.columns]
    rows = rows.assign(**{n: rows[n].where(rows[n] <= day) for n in later})
    encode, who = encoder(source), rows["entity_id"]
    found: dict[str, pd.Series] = {}
    for f in features:
        keep = pd.Series(True, rows.index)
        if f.where is not None:
            keep &= pandas_condition(f.where, rows, encode)
        found[f.name] = _pandas_value(f, rows, keep, who, day, encode)
    return pd.DataFrame(found)


def _pandas_value(  # noqa: PLR0912, PLR0917
    f: c.Feature, rows: pd.DataFrame, keep: pd.Series, who: pd.Series, day: int, encode: Encode
) -> pd.Series:
    event = rows["event_day"]
    if isinstance(f.measure, c.Change | c.Growth):
        assert f.window is not None
        middle, start = bound(f.window, day), bound(preceding(f.window), day)
        late = (keep & (event > middle)).groupby(who).sum()
        early = (keep & (event > start) & (event <= middle)).groupby(who).sum()
        change = (late - early).astype(float)
        return change / early.where(early > 0) if isinstance(f.measure, c.Growth) else change
    if f.window is not None:
        keep &= event > bound(f.window, day)
    if isinstance(f.measure, c.Count):
        return keep.groupby(who).sum().astype(float)
    if isinstance(f.measure, c.Share):
        of = pandas_condition(f.measure.of, rows, encode)
        return of[keep].groupby(who[keep]).mean() / f.scale
    column = "event_day" if isinstance(f.measure, c.DaysSince) else f.measure.column
    if isinstance(f.measure, c.Latest):
        known = rows[keep & rows[column].notna()].sort_values("record_no")
        return known.groupby("entity_id")[column].last() / f.scale
    groups = rows.loc[keep, column].groupby(who[keep])
    match f.measure:
        case c.Sum():
            return groups.sum() / f.scale
        case c.Max():
            return groups.max() / f.scale
        case c.Mean():
            return groups.mean() / f.scale
        case c.Repeats():
            return (groups.count() - groups.nunique()).astype(float)
        case c.Distinct():
            return groups.nunique().astype(float)
        case c.DaysSince(which):
            return day - (groups.max() if which == "last" else groups.min()).astype(float)
        case c.DaysSinceDate():
            return day - groups.max().astype(float)
        case c.DaysUntil():
            return groups.max().astype(float) - day
    raise NotImplementedError(type(f.measure))
