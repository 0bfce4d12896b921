"""Records and their versions, before anyone decides how they are written."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from features.synthetic.delivery import Coded, Field, Numbers, Records
from features.synthetic.span import Bools, Ints, Longs, Span

# Changes known in the last days before the delivery come in the second batch.
_SECOND_BATCH_DAYS = 30


@dataclass(frozen=True)
class Events:
    """Something that happened to a business on a day, one row each."""

    business: Longs
    day: Ints

    def __len__(self) -> int:
        return len(self.day)

    def chosen(self, rows: Bools) -> Events:
        """The rows chosen."""
        return Events(self.business[rows], self.day[rows])


@dataclass(frozen=True)
class Batch:
    """Records of one source; those in `second` belong to the second delivery."""

    source: str
    records: Records
    second: Bools


class Ledger:
    """Versions of records: each amendment adds a version that repeats the rest."""

    def __init__(self, source: str, span: Span, records: Records) -> None:
        self._source, self._span = source, span
        self._now = {name: _copied(field) for name, field in records.items()}
        # The exchange platform opened on the first day with what there was.
        known = np.maximum(_known(records), span.first).astype(np.int32)
        self._now["updated_at"] = known
        self._versions: list[Records] = [{**records, "updated_at": known.copy()}]
        self._updates = [np.zeros(len(known), np.bool_)]

    def amend(self, rows: Longs, known: Ints, **columns: Numbers | int) -> None:
        """Change `columns` of the records at `rows`, known on the day given.

        An amendment never becomes known before, or on the day of, the version it
        replaces.
        """
        updated_at = _known(self._now)
        updated_at[rows] = np.maximum(known, updated_at[rows] + 1)
        for name, values in columns.items():
            field = self._now[name]
            held = field.position if isinstance(field, Coded) else field
            assert isinstance(held, np.ndarray)
            held[rows] = values
        self._versions.append({name: _rows(field, rows) for name, field in self._now.items()})
        self._updates.append(np.ones(len(rows), np.bool_))

    def batch(self) -> Batch:
        """All versions below each other."""
        records = {
            name: _joined([version[name] for version in self._versions]) for name in self._now
        }
        recent = _known(records) > self._span.last - _SECOND_BATCH_DAYS
        return Batch(self._source, records, np.concatenate(self._updates) & recent)


def _known(records: Records) -> Ints:
    known = records["updated_at"]
    assert isinstance(known, np.ndarray)
    return known


def _copied(field: Field) -> Field:
    if isinstance(field, Coded):
        return Coded(field.position.copy(), field.words)
    return field if isinstance(field, pa.Array) else field.copy()


def _rows(field: Field, rows: Longs) -> Field:
    if isinstance(field, Coded):
        return Coded(field.position[rows], field.words)
    return field.take(pa.array(rows)) if isinstance(field, pa.Array) else field[rows]


def _joined(parts: list[Field]) -> Field:
    first = parts[0]
    if isinstance(first, Coded):
        return Coded(
            np.concatenate([p.position for p in parts if isinstance(p, Coded)]), first.words
        )
    if isinstance(first, pa.Array):
        return pa.concat_arrays([p for p in parts if isinstance(p, pa.Array)])
    return np.concatenate([p for p in parts if isinstance(p, np.ndarray)])
