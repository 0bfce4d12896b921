"""What is done to a block of the matrix, whoever cuts it: grade it, or share its scores out.

A block has the business, its profile of the as-of day, and its features in the
bundle's order. Each row's result depends on that row alone, so that blocks may be
of any size and worked on anywhere.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from serving.batch.table import columns_of
from serving.decision.content import Bundle
from serving.decision.decide import Business
from serving.decision.explanation import share_out
from serving.decision.grades import grade
from serving.decision.grading import score_tenths
from serving.manifest import CREDIT

# (bundle, block, as-of day) → results of the block's rows
Work = Callable[[Bundle, pa.RecordBatch, int], pa.RecordBatch]
PROFILE = ("entity_id", "name", "district", "sector", "form", "established_day")
ROWS = 10_000  # of a block


def blocks_sql(bundle: Bundle, as_of_day: int) -> str:
    """Select the blocks' columns from ``matrix`` and ``profiles``, the same on every engine."""
    profile = ", ".join(f"p.{column}" for column in PROFILE[1:])
    features = ", ".join(f"m.{name}" for name in bundle.feature_names)
    return (
        f"SELECT m.entity_id, {profile}, {features}\nFROM matrix m\nLEFT JOIN (\n"
        "  SELECT q.*, ROW_NUMBER() OVER (PARTITION BY q.entity_id ORDER BY q.from_day DESC)"
        f" AS latest\n  FROM profiles q\n  WHERE q.from_day <= {as_of_day}\n"
        ") p ON p.entity_id = m.entity_id AND p.latest = 1"
    )


def graded(bundle: Bundle, block: pa.RecordBatch, as_of_day: int) -> pa.RecordBatch:
    """The grade of each row (see `serving.batch.table.schema_of`)."""
    profile = zip(*(column.to_pylist() for column in block.columns[: len(PROFILE)]), strict=True)
    subjects = [Business(row[0], row[1] or "", *row[2:]) for row in profile]
    return columns_of(bundle, subjects, grade(bundle, subjects, _numbers(block), as_of_day))


def points_schema(bundle: Bundle) -> pa.Schema:
    """entity_id, score and base, then one column for each feature; all in tenths."""
    names = ("score", "base", *bundle.feature_names)
    return pa.schema([("entity_id", pa.string()), *((name, pa.int32()) for name in names)])


def shared_out(bundle: Bundle, block: pa.RecordBatch, _as_of_day: int) -> pa.RecordBatch:
    """Each row's score before clipping, its base and its contributions, which add up."""
    X, scale = _numbers(block), bundle.manifest.score
    margins = bundle.models[CREDIT].scorer.margins(X).tolist()
    scores = [score_tenths(margin, scale) for margin in margins]
    rows = bundle.explainer.contributions(X)
    shared = [share_out(row, score, scale) for row, score in zip(rows, scores, strict=True)]
    parts = np.array([one.parts for one in shared], dtype=np.int32)
    parts = parts.reshape(len(shared), len(bundle.feature_names))
    columns = [
        block.column(0),
        pa.array(scores, pa.int32()),
        pa.array([one.base for one in shared], pa.int32()),
        *(pa.array(np.ascontiguousarray(part)) for part in parts.T),
    ]
    return pa.RecordBatch.from_arrays(columns, schema=points_schema(bundle))


def _numbers(block: pa.RecordBatch) -> NDArray[np.float64]:
    numbers = [column.to_numpy(zero_copy_only=False) for column in block.columns[len(PROFILE) :]]
    return np.ascontiguousarray(np.column_stack(numbers), dtype=np.float64)
