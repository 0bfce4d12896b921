"""Grades as columns: the table behind ``scores.parquet``."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from serving.decision.content import Bundle
from serving.decision.decide import Business
from serving.decision.grades import Grade
from serving.decision.grading import intervals
from serving.manifest import CREDIT, LEVELS, Level

_BASE = pa.schema(
    [
        ("entity_id", pa.string()),
        ("district", pa.string()),
        ("sector", pa.string()),
        ("margin", pa.float64()),
        ("tenths", pa.int32()),
        ("model_tier", pa.string()),
        ("tier", pa.string()),
        ("level", pa.int8()),
        ("rules", pa.string()),
        ("flags", pa.string()),
        ("ratio", pa.float64()),
    ]
)


def outcomes_of(bundle: Bundle) -> tuple[str, ...]:
    """The outcomes a bundle predicts, in the order of the columns."""
    return tuple(sorted(bundle.models))


def schema_of(bundle: Bundle) -> pa.Schema:
    """Columns of graded businesses that have no number yet."""
    fields = [
        field
        for outcome in outcomes_of(bundle)
        for field in (
            pa.field(f"chance_{outcome}", pa.float64()),
            pa.field(f"level_{outcome}", pa.int8()),
        )
    ]
    ends = [
        pa.field(f"{end}_{outcome}", pa.int16())
        for outcome in outcomes_of(bundle)
        if bundle.models[outcome].spec.calibration.band is not None
        for end in ("low", "high")
    ]
    return pa.schema([*_BASE, *fields, *ends])


def columns_of(
    bundle: Bundle, subjects: Sequence[Business], grades: Sequence[Grade]
) -> pa.RecordBatch:
    """The grades of `subjects` as one batch of `schema_of`."""
    columns: dict[str, Sequence[object] | NDArray[np.int16]] = {
        "entity_id": [subject.business_id for subject in subjects],
        "district": [subject.district for subject in subjects],
        "sector": [subject.sector for subject in subjects],
        "margin": [one.margins[CREDIT] for one in grades],
        "tenths": [one.tenths for one in grades],
        "model_tier": [one.model_tier for one in grades],
        "tier": [one.tier for one in grades],
        "level": [_position(one.level) for one in grades],
        "rules": [" ".join(one.rules) for one in grades],
        "flags": [" ".join(one.ruling.flags) for one in grades],
        "ratio": [one.measure.ratio for one in grades],
    }
    for name in outcomes_of(bundle):
        columns[f"chance_{name}"] = [one.chances[name][0] for one in grades]
        columns[f"level_{name}"] = [_position(one.chances[name][1]) for one in grades]
        columns |= _interval(bundle, name, [one.margins[name] for one in grades])
    schema = schema_of(bundle)
    arrays = [pa.array(columns[field.name], field.type) for field in schema]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _interval(
    bundle: Bundle, outcome: str, margins: Sequence[float]
) -> Mapping[str, NDArray[np.int16]]:
    """Both ends × 10,000 of each probability, where the bundle says how surely it is known."""
    calibration = bundle.models[outcome].spec.calibration
    if calibration.band is None:
        return {}
    low, high = intervals(np.array(margins), calibration.margin, calibration.band)
    return {f"low_{outcome}": low, f"high_{outcome}": high}


def numbered(bundle: Bundle, batches: Iterable[pa.RecordBatch], as_of_day: int) -> pa.Table:
    """All batches as one table, riskiest first, numbered from 1."""
    table = pa.Table.from_batches(batches, schema=schema_of(bundle))
    table = table.sort_by([("tenths", "ascending"), ("entity_id", "ascending")])
    return _placed(table, range(1, len(table) + 1), as_of_day)


def replaced(
    table: pa.Table, changed: pa.Table, numbers: Sequence[int], as_of_day: int
) -> pa.Table:
    """`table` with the rows of `changed` in place of those with the `numbers`."""
    changed = _placed(changed, numbers, as_of_day)
    kept = table.filter(pc.invert(pc.is_in(table["no"], changed["no"])))
    return pa.concat_tables([kept, changed]).sort_by("no")


def _placed(table: pa.Table, numbers: Sequence[int], as_of_day: int) -> pa.Table:
    day = pa.repeat(pa.scalar(as_of_day, pa.int32()), len(table))
    table = table.add_column(1, "as_of_day", day)
    return table.add_column(0, "no", pa.array(numbers, pa.int64()))


def _position(level: Level | None) -> int | None:
    return None if level is None else LEVELS.index(level)
