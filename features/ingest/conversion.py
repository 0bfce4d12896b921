"""Delivered text to canonical values, as SQL.

For every column two expressions: the cleaned text (NULL where it stands for no
value) and the value that the fast path reads from it (NULL where it cannot).
Text that is written as usual need not be cleaned before it is read: a column of one
field has its `quick` value straight from the field, and its text only where that is
NULL. What the fast path cannot read goes, as distinct texts, to the Python readers
in `features.ingest.slow`.
"""

from __future__ import annotations

from dataclasses import dataclass

from features.contracts import Column, Kind
from features.ingest.labels import NO, YES, spelled
from features.ingest.table import DeliveredTable
from features.ingest.text import PLACEHOLDERS, none_sql
from features.quoting import literal

_CLOCK = r"[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}[ T][0-9]{1,2}:[0-9]{2}(:[0-9]{2}([.][0-9]{1,6})?)?"


@dataclass(frozen=True)
class Conversion:
    """How one column is read: expressions over the fields, then over its text.

    `text` is over the fields ``_h0 … _hn`` and, cleaned, ``_c0 … _cn``; `value` is
    over the column named by `text_name`. For days and instants it is the wall-clock
    time, from which the day and the instant follow. `fields` are those whose cleaned
    text is needed. `quick` is the value over a single delivered field; where it is not
    NULL, cleaning the field first would change nothing.
    """

    column: Column
    text: str
    value: str
    fields: tuple[str, ...] = ()
    quick: str | None = None

    @property
    def is_moment(self) -> bool:
        """Whether the column holds days or instants."""
        return self.column.kind in (Kind.DAY, Kind.INSTANT)

    @property
    def text_name(self) -> str:
        """The column with the cleaned text."""
        return f"_t_{self.column.name}"

    @property
    def quick_name(self) -> str:
        """The column with what is read from the field as it was delivered."""
        return self.wall_name if self.is_moment else f"_q_{self.column.name}"

    @property
    def wall_name(self) -> str:
        """The column with the wall-clock time of a day or an instant."""
        return f"_w_{self.column.name}"

    @property
    def day_name(self) -> str:
        """The column with the local day of a day or an instant."""
        return f"_day_of_{self.column.name}"


def conversion(column: Column, table: DeliveredTable) -> Conversion:
    """How `column` is read from the headings that `table` was delivered with."""
    flags = flag_fields(column, table)
    if flags:
        return Conversion(column, _flags_text(flags), _flags_value(column))
    found = tuple(dict.fromkeys(f for h in column.headers if (f := table.field(h)) is not None))
    several = column.form is not None or column.kind is Kind.MASK
    used = found if several else found[:1]
    text = _text(column, [cleaned_name(field) for field in used])
    value = _value(column, f"_t_{column.name}")
    as_it_is = column.kind is not Kind.TEXT and column.form is None and len(used) == 1
    return Conversion(column, text, value, used, _quick(column, used[0]) if as_it_is else None)


def cleaned_name(field: str) -> str:
    """The column with the cleaned text of a delivered field."""
    return f"_c{field[2:]}"


def is_delivered(column: Column, table: DeliveredTable) -> bool:
    """Whether any heading of `column` stands in the table."""
    return any(table.field(h) for h in column.headers)


def _text(column: Column, fields: list[str]) -> str:
    """The text among the cleaned `fields` under the column's headings, in their order."""
    if not fields:
        return "CAST(NULL AS VARCHAR)"
    if column.form is not None:
        form = literal(column.form)
        fits = [f"CASE WHEN regexp_full_match({f}, {form}) THEN {f} END" for f in fields]
        return none_sql(f"COALESCE({', '.join(fits)})")
    meant = _meant(column)
    if column.kind is Kind.MASK and len(fields) > 1:
        # Layouts with a first and a second kind: both are the record's.
        listed = f"concat_ws(';', {', '.join(none_sql(field, meant) for field in fields)})"
        return f"nullif({listed}, '')"
    return none_sql(fields[0], meant)


def _meant(column: Column) -> frozenset[str]:
    """Texts that usually stand for nothing and mean something in this column."""
    if column.kind in (Kind.CODE, Kind.MASK):
        return frozenset(spelled(column))
    return frozenset(NO) if column.kind is Kind.FLAG else frozenset()


def _quick(column: Column, field: str) -> str:
    """The value of a field as delivered, NULL where it has to be cleaned or is unknown."""
    if column.kind is Kind.CODE:
        return _members(field, list(spelled(column).items()), "INTEGER")
    return _value(column, field)


def _value(column: Column, text: str) -> str:
    match column.kind:
        case Kind.TEXT:
            return text
        case Kind.DAY:
            return _wall(text, "DATE")
        case Kind.INSTANT:
            return _wall(text, "TIMESTAMP")
        case Kind.CODE:
            return _code(column, text)
        case Kind.MASK:
            return _members(text, [(w, 1 << i) for w, i in spelled(column).items()], "BIGINT")
        case Kind.FLAG:
            return _members(text, [(w, 1) for w in YES] + [(w, 0) for w in NO], "INTEGER")
        case Kind.INTEGER:
            # A number that is written back alike needs no look at its form.
            number = f"TRY_CAST({text} AS BIGINT)"
            return (
                f"CASE WHEN CAST({number} AS VARCHAR) = {text} THEN {number} "
                f"WHEN length({text}) <= 19 AND regexp_full_match({text}, '[+-]?[0-9]*') "
                f"THEN {number} END"
            )
        case Kind.MONEY:
            return _scaled(text, column.unit * 100)
        case Kind.DECIMAL:
            return _scaled(text, 1_000_000)


def _scaled(text: str, factor: int) -> str:
    # Decimals of 18 digits are fast and of 38 exact enough for nearly all; the
    # digits before the point and those of the factor must fit beside those behind
    # it. Anything longer is read in Python.
    branches = [
        f"WHEN regexp_full_match({text}, '[+-]?[0-9]{{0,{before}}}([.][0-9]{{0,{behind}}})?') "
        f"THEN TRY_CAST(TRY_CAST({text} AS DECIMAL({digits}, {behind})) * {factor} AS BIGINT)"
        for digits, behind in ((18, 6), (38, 18))
        if (before := digits - behind - len(str(factor))) > 0
    ]
    return f"CASE {' '.join(branches)} END" if branches else "CAST(NULL AS BIGINT)"


def _wall(text: str, kind: str) -> str:
    forms = (
        f"CASE WHEN length({text}) BETWEEN 8 AND 10 OR (length({text}) BETWEEN 14 AND 26 "
        f"AND regexp_full_match({text}, {literal(_CLOCK)})) THEN TRY_CAST({text} AS {kind}) END"
    )
    if kind == "DATE":
        return forms
    return f"COALESCE(try_strptime({text}, '%Y-%m-%d %H:%M:%S'), {forms})"


def _code(column: Column, text: str) -> str:
    known = _members(text, list(spelled(column).items()), "INTEGER")
    if column.otherwise is None:
        return known
    other = column.labels.index(column.otherwise)
    return f"COALESCE({known}, CASE WHEN {text} IS NOT NULL THEN {other} END)"


def _members(text: str, members: list[tuple[str, int]], kind: str) -> str:
    words = ", ".join(literal(word) for word, _ in members)
    values = ", ".join(str(value) for _, value in members)
    found = f"list_position([{words}], {text})"
    return f"CAST(list_extract([{values}], {found}) AS {kind})"


def flag_fields(column: Column, table: DeliveredTable) -> list[str | None] | None:
    """The fields of a mask delivered as one 0/1 column for each label."""
    if column.kind is not Kind.MASK or len(column.headers) != len(column.labels):
        return None
    fields = [table.field(h) for h in column.headers]
    return fields if sum(f is not None for f in fields) > 1 else None


def _flags_text(fields: list[str | None]) -> str:
    """One character per label: 1, 0, or ? where neither can be read.

    A count above zero sets its flag. An empty flag among filled ones is not set;
    NULL when all are empty.
    """
    none = ", ".join(literal(w) for w in PLACEHOLDERS if w not in NO)
    yes, no = (", ".join(literal(w) for w in words) for words in (YES, NO))
    read = (
        f"lambda x: CASE WHEN x IN ({yes}) THEN '1' WHEN x IN ({no}) THEN '0' "
        "WHEN regexp_full_match(x, '0*[1-9][0-9]*') THEN '1' "
        f"WHEN x IS NULL OR x IN ({none}) THEN ' ' ELSE '?' END"
    )
    listed = ", ".join(f"trim({field})" if field else "NULL" for field in fields)
    characters = f"array_to_string(list_transform([{listed}], {read}), '')"
    return f"replace(nullif({characters}, '{' ' * len(fields)}'), ' ', '0')"


def _flags_value(column: Column) -> str:
    text = f"_t_{column.name}"
    # Bits are written from the highest down; the first label is the lowest.
    return (
        f"CASE WHEN NOT contains({text}, '?') THEN CAST(CAST(reverse({text}) AS BIT) AS BIGINT) END"
    )
