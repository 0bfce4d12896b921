"""Delivery folders: CSV files in each department's own headings, dialect and encoding.

Columns are given under their canonical names; the contract of the source says
under which heading and in which unit they are delivered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
from numpy.typing import NDArray

from features.contracts import ByCode, Column, Kind, Source
from features.synthetic.span import NONE, Bools, Ints, day


@dataclass(frozen=True)
class Coded:
    """Delivered words by position; a negative position is an empty cell."""

    position: NDArray[np.integer]
    words: tuple[str, ...]


# Integers (`NONE` is empty), floats (NaN is empty), booleans, texts, words.
Numbers = NDArray[Any]
Field: TypeAlias = "Numbers | pa.Array | Coded"
Records: TypeAlias = Mapping[str, Field]

_FIRST_DAY, _LAST_DAY = day(1980), day(2070)
# How departments write a day; the key names the style in a `Dialect`.
_STYLES: Mapping[str, str] = {
    "iso": "{0:04d}-{1:02d}-{2:02d}",
    "slashes": "{0}/{1}/{2}",
    "compact": "{0:04d}{1:02d}{2:02d}",
    "characters": "{0:04d}年{1:02d}月{2:02d}日",
}


@dataclass(frozen=True)
class Dialect:
    """How one department writes its files.

    Parameters
    ----------
    encoding
        ``utf-8``, ``utf-8-sig`` or ``gb18030``.
    days
        ``iso``, ``slashes``, ``compact`` or ``characters``.
    heading
        Which of the contract's headings, where a column has several.
    yes_no
        How a flag is written.
    """

    encoding: str = "utf-8-sig"
    days: str = "iso"
    heading: int = 0
    yes_no: tuple[str, str] = ("否", "是")


@cache
def _spelled(style: str) -> pa.Array:
    dates = np.arange(_FIRST_DAY, _LAST_DAY + 1).astype("datetime64[D]").astype(object)
    form = _STYLES[style]
    return pa.array([form.format(d.year, d.month, d.day) for d in dates])


@cache
def _minutes() -> pa.Array:
    return pa.array([f" {m // 60:02d}:{m % 60:02d}" for m in range(24 * 60)])


class Cells:
    """Turns canonical columns into the cells of one dialect."""

    def __init__(self, dialect: Dialect) -> None:
        self._days = _spelled(dialect.days)
        self._yes_no = dialect.yes_no

    def of(self, column: Column, field: Field) -> pa.Array:
        """Text cells of one column."""
        if isinstance(field, Coded):
            position = pa.array(field.position, mask=field.position < 0)
            return pa.array(field.words, pa.string()).take(position)
        if isinstance(field, pa.Array):
            return field
        if column.kind is Kind.DAY:
            return self._days.take(_from_first(field))
        if column.kind is Kind.INSTANT:
            return self._instants(field)
        if column.kind is Kind.FLAG:
            return pa.array(self._yes_no).take(pa.array(field.astype(np.int32), mask=field < 0))
        if column.kind is Kind.MONEY:
            return _money(field, column.unit)
        if column.kind is Kind.DECIMAL:
            number = np.round(field.astype(np.float64), 6)
            return pa.array(number, mask=np.isnan(number)).cast(pa.string())
        return pa.array(field, mask=field == NONE).cast(pa.string())

    def _instants(self, days: Ints) -> pa.Array:
        # Office hours; the same record has the same minute in every run.
        minute = 8 * 60 + (np.arange(len(days)) * 7919 + days.astype(np.int64) * 131) % 600
        return pc.binary_join_element_wise(
            _spelled("iso").take(_from_first(days)), _minutes().take(pa.array(minute)), ":00", ""
        )


def _from_first(days: Ints) -> pa.Array:
    return pa.array(days.astype(np.int64) - _FIRST_DAY, mask=days == NONE)


def _money(fen: Numbers, unit: int) -> pa.Array:
    """Amounts in delivered units (for instance 万元), exact to the fen."""
    digits = len(str(unit * 100)) - 1
    amount = fen.astype(np.int64)
    empty = amount < 0
    whole = pa.array(amount // (unit * 100), mask=empty).cast(pa.string())
    part = pa.array(amount % (unit * 100)).cast(pa.string())
    return pc.binary_join_element_wise(whole, pc.utf8_lpad(part, digits, "0"), ".")


def none_like(n: int) -> Ints:
    """A column of empty integers."""
    return np.full(n, NONE, np.int32)


class DepartmentFile:
    """One CSV file of one source, written chunk by chunk."""

    def __init__(
        self, path: Path, source: Source, dialect: Dialect, cells: Cells, *, regular: bool
    ) -> None:
        self._regular = regular
        self._source, self._dialect, self._cells = source, dialect, cells
        self.path = path
        self._file: BinaryIO | None = None
        self.rows = 0

    def write(self, records: Records, chosen: Bools) -> None:
        """Append the chosen records; a regular file has its headings even without any."""
        rows = np.flatnonzero(chosen)
        if len(rows) == 0 and not self._regular:
            return
        cells = {}
        for column in self._source.columns:
            if column.name in records:
                heading = column.headers[min(self._dialect.heading, len(column.headers) - 1)]
                cells[heading] = self._cells.of(column, _taken(records[column.name], rows))
        table = pa.table(cells)
        buffer = BytesIO()
        options = pa_csv.WriteOptions(include_header=False, quoting_style="none")
        pa_csv.write_csv(table, buffer, options)
        if self._file is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("wb")
            header = (",".join(cells) + "\n").encode()
            self._file.write(_encoded(header, self._dialect.encoding))
        body = buffer.getvalue()
        plain = "utf-8" if self._dialect.encoding == "utf-8-sig" else self._dialect.encoding
        self._file.write(_encoded(body, plain))
        self.rows += len(rows)

    def close(self) -> None:
        """Finish the file."""
        if self._file is not None:
            self._file.close()


def _taken(field: Field, rows: NDArray[np.integer]) -> Field:
    if isinstance(field, Coded):
        return Coded(field.position[rows], field.words)
    if isinstance(field, pa.Array):
        return field.take(pa.array(rows))
    return field[rows]


def _encoded(text: bytes, encoding: str) -> bytes:
    return text if encoding == "utf-8" else text.decode().encode(encoding)


# Departments that now and then leave a date empty without which a record means nothing.
_CARELESS = {"complaints": "received_on", "penalties_elsewhere": "decided_on"}
_CARELESS_EVERY = 1_009  # rows


# A record's field with the code of its business, whatever its department wrote.
TRUE_CODE = "true_code"
_OLD_NUMBER = 15  # characters of a registration number
NAMELESS = pa.schema([("source", pa.string()), ("key", pa.string()), ("uscc", pa.string())])


def without_code(source: Source, records: Records, chosen: Bools) -> pa.Table:
    """Whom the chosen records without a unified code are about: source, record's key, code."""
    true, key = records.get(TRUE_CODE), records.get(source.key[0])
    code = records.get(source.subject.column) if isinstance(source.subject, ByCode) else None
    if not (
        isinstance(true, pa.Array) and isinstance(key, pa.Array) and isinstance(code, pa.Array)
    ):
        return NAMELESS.empty_table()
    without = pc.fill_null(pc.equal(pc.utf8_length(code), _OLD_NUMBER), True)
    rows = pa.array(np.flatnonzero(chosen & without.to_numpy(zero_copy_only=False)))
    name = pa.repeat(source.name, len(rows))
    return pa.table([name, key.take(rows), true.take(rows)], schema=NAMELESS)


class Deliveries:
    """Two batch folders: what arrived in time, and what was late or corrected."""

    def __init__(
        self, folders: tuple[Path, Path], sources: tuple[Source, ...],
        dialects: Mapping[str, Dialect], last_day: int,
    ) -> None:  # fmt: skip
        self._last_day = last_day
        self.unusable: dict[str, int] = {}
        self.without_code = [NAMELESS.empty_table()]
        self._sources = {source.name: source for source in sources}
        self._files: dict[str, tuple[DepartmentFile, DepartmentFile]] = {}
        spelled: dict[str, Cells] = {}
        for source in sources:
            dialect = dialects.get(source.name, Dialect())
            cells = spelled.setdefault(repr(dialect), Cells(dialect))
            name = source.files.removesuffix("*")
            first, second = (
                DepartmentFile(path, source, dialect, cells, regular=regular)
                for path, regular in (
                    (folders[0] / f"{name}.csv", True),
                    (folders[1] / f"{name}-补报.csv", False),
                )
            )
            self._files[source.name] = (first, second)
            for file in (first, second):
                file.path.unlink(missing_ok=True)  # of an earlier city in the same folder

    def write(self, source: str, records: Records, second: Bools) -> None:
        """Write records known by the last day; those in `second` go to the second batch."""
        known = records["updated_at"]
        assert isinstance(known, np.ndarray)
        in_time = known <= self._last_day
        if source in _CARELESS:
            records = self._carelessly(source, records, in_time)
        declared = self._sources[source]
        if len(declared.key) == 1:
            self.without_code.append(without_code(declared, records, in_time))
        first, corrections = self._files[source]
        first.write(records, in_time & ~second)
        corrections.write(records, in_time & second)

    def _carelessly(self, source: str, records: Records, in_time: Bools) -> Records:
        day = records[_CARELESS[source]]
        assert isinstance(day, np.ndarray)
        lost = in_time & (np.arange(len(in_time)) % _CARELESS_EVERY == _CARELESS_EVERY // 2)
        self.unusable[source] = self.unusable.get(source, 0) + int(lost.sum())
        return {**records, _CARELESS[source]: np.where(lost, NONE, day)}

    @property
    def rows(self) -> Mapping[str, int]:
        """Records written for each source, both batches together."""
        return {name: a.rows + b.rows for name, (a, b) in self._files.items()}

    def __enter__(self) -> Deliveries:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        for first, second in self._files.values():
            first.close()
            second.close()
