"""Conditions on a record, declared once and run as SQL or as Python.

The vocabulary is closed: compare a column with a constant, test membership, test
a bit of a mask, test for null, and combine with ``&``, ``|`` and ``~``. An
unknown value satisfies no comparison, so logic stays two-valued and ``~`` means
the same on every engine.

>>> kind = col("kind")
>>> rule = kind.isin("fine", "licence_revoked") & (col("fine_fen") >= 100_000)
>>> rule.columns()
('fine_fen', 'kind')
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

Constant = int | str
Row = Mapping[str, int | str | None]
Test = Callable[[Row], bool]
# Turns a declared constant (a code label) into the integer stored in the column.
Encode = Callable[[str, Constant], int | str]

_OPERATORS: dict[str, Callable[[int | str, int | str], bool]] = {
    "=": lambda a, b: a == b,
    "<>": lambda a, b: a != b,
    "<": lambda a, b: a < b,  # type: ignore[operator]  # one column holds one type
    "<=": lambda a, b: a <= b,  # type: ignore[operator]  # one column holds one type
    ">": lambda a, b: a > b,  # type: ignore[operator]  # one column holds one type
    ">=": lambda a, b: a >= b,  # type: ignore[operator]  # one column holds one type
}


def _literal(value: int | str) -> str:
    return str(value) if isinstance(value, int) else "'" + value.replace("'", "''") + "'"


class Condition:
    """A two-valued test of one record."""

    def __and__(self, other: Condition) -> Condition:
        return Both("AND", self, other)

    def __or__(self, other: Condition) -> Condition:
        return Both("OR", self, other)

    def __invert__(self) -> Condition:
        return Not(self)

    def columns(self) -> tuple[str, ...]:
        """Names of the columns the condition reads, sorted."""
        return tuple(sorted(self._columns()))

    def constants(self) -> tuple[tuple[str, Constant], ...]:
        """Each (column, constant) pair the condition compares, as declared."""
        return ()

    def sql(self, encode: Encode, table: str = "r") -> str:
        """The condition in the SQL both engines run verbatim."""
        raise NotImplementedError

    def test(self, encode: Encode) -> Test:
        """The condition as a function of one record."""
        raise NotImplementedError

    def _columns(self) -> set[str]:
        raise NotImplementedError


@dataclass(frozen=True)
class Compare(Condition):
    """``column operator constant``; false where the column is null."""

    column: str
    operator: Literal["=", "<>", "<", "<=", ">", ">="]
    constant: Constant

    def constants(self) -> tuple[tuple[str, Constant], ...]:
        return ((self.column, self.constant),)

    def sql(self, encode: Encode, table: str = "r") -> str:
        value = _literal(encode(self.column, self.constant))
        return f"COALESCE({table}.{self.column} {self.operator} {value}, FALSE)"

    def test(self, encode: Encode) -> Test:
        column, value = self.column, encode(self.column, self.constant)
        operator = _OPERATORS[self.operator]

        def compare(row: Row) -> bool:
            got = row[column]
            return got is not None and operator(got, value)

        return compare

    def _columns(self) -> set[str]:
        return {self.column}


@dataclass(frozen=True)
class IsIn(Condition):
    """``column`` is one of the constants; false where the column is null."""

    column: str
    members: tuple[Constant, ...]

    def constants(self) -> tuple[tuple[str, Constant], ...]:
        return tuple((self.column, member) for member in self.members)

    def sql(self, encode: Encode, table: str = "r") -> str:
        values = ", ".join(_literal(encode(self.column, m)) for m in self.members)
        return f"COALESCE({table}.{self.column} IN ({values}), FALSE)"

    def test(self, encode: Encode) -> Test:
        column = self.column
        values = frozenset(encode(column, member) for member in self.members)
        return lambda row: row[column] in values

    def _columns(self) -> set[str]:
        return {self.column}


@dataclass(frozen=True)
class HasAny(Condition):
    """A mask column carries at least one of the labels; false where it is null."""

    column: str
    labels: tuple[str, ...]

    def constants(self) -> tuple[tuple[str, Constant], ...]:
        return tuple((self.column, label) for label in self.labels)

    def _bits(self, encode: Encode) -> int:
        bits = 0
        for label in self.labels:
            bits |= 1 << int(encode(self.column, label))
        return bits

    def sql(self, encode: Encode, table: str = "r") -> str:
        return f"COALESCE(({table}.{self.column} & {self._bits(encode)}) <> 0, FALSE)"

    def test(self, encode: Encode) -> Test:
        column, bits = self.column, self._bits(encode)

        def has_any(row: Row) -> bool:
            got = row[column]
            return isinstance(got, int) and (got & bits) != 0

        return has_any

    def _columns(self) -> set[str]:
        return {self.column}


@dataclass(frozen=True)
class IsNull(Condition):
    """The department left ``column`` empty."""

    column: str

    def sql(self, encode: Encode, table: str = "r") -> str:
        return f"({table}.{self.column} IS NULL)"

    def test(self, encode: Encode) -> Test:
        column = self.column
        return lambda row: row[column] is None

    def _columns(self) -> set[str]:
        return {self.column}


@dataclass(frozen=True)
class Both(Condition):
    """Two conditions joined by AND or OR."""

    operator: Literal["AND", "OR"]
    left: Condition
    right: Condition

    def constants(self) -> tuple[tuple[str, Constant], ...]:
        return self.left.constants() + self.right.constants()

    def sql(self, encode: Encode, table: str = "r") -> str:
        return f"({self.left.sql(encode, table)} {self.operator} {self.right.sql(encode, table)})"

    def test(self, encode: Encode) -> Test:
        left, right = self.left.test(encode), self.right.test(encode)
        if self.operator == "AND":
            return lambda row: left(row) and right(row)
        return lambda row: left(row) or right(row)

    def _columns(self) -> set[str]:
        return self.left._columns() | self.right._columns()


@dataclass(frozen=True)
class Not(Condition):
    """The opposite; a record whose column is null satisfies it."""

    inner: Condition

    def constants(self) -> tuple[tuple[str, Constant], ...]:
        return self.inner.constants()

    def sql(self, encode: Encode, table: str = "r") -> str:
        return f"(NOT {self.inner.sql(encode, table)})"

    def test(self, encode: Encode) -> Test:
        inner = self.inner.test(encode)
        return lambda row: not inner(row)

    def _columns(self) -> set[str]:
        return self.inner._columns()


@dataclass(frozen=True)
class ColumnRef:
    """A column that conditions are written about; made by `col`."""

    name: str

    def __lt__(self, value: int) -> Condition:
        return Compare(self.name, "<", value)

    def __le__(self, value: int) -> Condition:
        return Compare(self.name, "<=", value)

    def __gt__(self, value: int) -> Condition:
        return Compare(self.name, ">", value)

    def __ge__(self, value: int) -> Condition:
        return Compare(self.name, ">=", value)

    def equals(self, value: Constant) -> Condition:
        return Compare(self.name, "=", value)

    def differs_from(self, value: Constant) -> Condition:
        return Compare(self.name, "<>", value)

    def isin(self, *members: Constant) -> Condition:
        return IsIn(self.name, members)

    def has_any(self, *labels: str) -> Condition:
        return HasAny(self.name, labels)

    def is_null(self) -> Condition:
        return IsNull(self.name)


def col(name: str) -> ColumnRef:
    """Name a column of the source that the condition is about.

    ``equals`` and ``differs_from`` are words, not ``==`` and ``!=``, so that a
    reference stays an ordinary comparable value.
    """
    return ColumnRef(name)
