"""The catalogue of features as a page in Markdown: what each means and becomes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from features.catalogue import Catalogue
from features.contracts import (
    Change,
    Count,
    Days,
    DaysSince,
    DaysSinceDate,
    DaysUntil,
    Direction,
    Distinct,
    Feature,
    Growth,
    Kind,
    Latest,
    Max,
    Mean,
    Measure,
    Months,
    Reason,
    Repeats,
    Share,
    Source,
    Sum,
    Window,
)
from features.engines.aggregates import Bare
from features.engines.sql_groups import Group, Population, group_step, records_step
from features.engines.sql_links import link_steps
from features.errors import OurBug
from features.examples import AS_OF_DAY, Example, example
from features.expressions import Both, Compare, Condition, HasAny, IsIn, IsNull, Not, Row

_DIRECTIONS = {
    Direction.RISK_UP: "risk rises with it 风险随之升高",
    Direction.RISK_DOWN: "risk falls with it 风险随之降低",
    Direction.EITHER: "either way 不设单调",
}


def markdown(catalogue: Catalogue) -> str:
    """Every feature: meaning, window, direction, missing, basis, phrases, SQL, example.

    Deterministic: the same declarations give the same text.
    """
    return "\n".join(_page(catalogue)) + "\n"


def _page(catalogue: Catalogue) -> Iterator[str]:
    city = catalogue.jurisdiction
    yield f"# {city.title.zh} {city.title.en}: features"
    yield ""
    yield f"{len(city.features)} features from {len(city.sources)} sources."
    yield "A record counts as of a day when it was known by then, its event had happened, and"
    yield "nothing known by then had ended its use. Examples are made up; their as-of day is"
    yield f"{_iso(AS_OF_DAY)}."
    reasons = {reason.code: reason for reason in city.reasons}
    for key, title in city.groups.items():
        members = [f for f in city.features if f.group == key]
        if members:
            yield from ("", f"## {key} {title.zh} {title.en}")
        for feature in members:
            yield ""
            yield from _entry(catalogue, feature, reasons)
    yield from _links(catalogue)


def _links(catalogue: Catalogue) -> Iterator[str]:
    """Who is linked to whom: the tables that features of linked businesses join."""
    links = catalogue.jurisdiction.links
    if links:
        yield from ("", "## Links 关联")
    for link in links:
        yield from ("", f"### `{link.name}`", "")
        yield f"The same `{link.column}` in `{link.source}`; a value that more than"
        yield f"{link.max_size} businesses share links nobody."
        if link.unless is not None:
            yield f"Nor does a record with `{condition_text(link.unless)}`."
        yield from ("", "<details><summary>SQL</summary>", "", "```sql")
        steps = link_steps(link, catalogue.encode(link.source), dense=True)
        for name, sql in (steps.held, *steps.kept, *steps.asked):
            yield from (f"-- {name}", sql)
        yield from ("```", "", "</details>")


def _entry(catalogue: Catalogue, feature: Feature, reasons: dict[str, Reason]) -> Iterator[str]:
    city = catalogue.jurisdiction
    source = city.source(feature.source)
    department = city.departments[source.department]
    yield f"### `{feature.name}`"
    yield ""
    yield f"{feature.meaning.zh} · {feature.meaning.en}"
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield f"| measure 度量 | {measure_text(feature.measure)} |"
    yield f"| records 记录 | `{source.name}` {source.title.zh} · {department.zh} {department.en} |"
    if feature.where is not None:
        yield f"| filter 条件 | `{condition_text(feature.where)}` |"
    yield f"| window 窗口 | {window_text(feature.window)} |"
    if feature.via is not None:
        yield f"| linked by 关联 | `{feature.via}` |"
    if feature.peers:
        yield f"| compared with 比较 | the mean of the same {' and '.join(feature.peers)} |"
    yield f"| unit 单位 | {feature.unit}{f', stored × {feature.scale}' * (feature.scale != 1)} |"
    yield f"| direction 方向 | {_DIRECTIONS[feature.direction]} |"
    yield f"| missing 缺失 | {feature.missing} |"
    yield f"| basis 依据 | {feature.legal_basis} |"
    for code in filter(None, (feature.reason, feature.positive_reason)):
        phrase = reasons[code].phrase
        yield f"| reason 理由 {code} | {phrase.zh} · {phrase.en} |"
    yield ""
    yield from _example_text(feature, source, example(catalogue, feature))
    yield ""
    yield "<details><summary>SQL</summary>"
    yield ""
    yield "```sql"
    bare, group = Bare(), Group(source, feature.via, (feature,))
    sql, _ = group_step(group, catalogue, Population(dense=True), bare)
    yield from (f"-- records_{source.name}", records_step(source, bare))
    yield from (f"-- {group.name}", sql)
    yield "```"
    yield ""
    yield "</details>"


def _example_text(feature: Feature, source: Source, made: Example) -> Iterator[str]:
    yield f"| {' | '.join(made.columns)} | decides 计入 |"
    yield "|---" * (len(made.columns) + 1) + "|"
    for row, decided in zip(made.rows, made.decided, strict=True):
        cells = [cell_text(source, row, column) for column in made.columns]
        yield f"| {' | '.join(cells)} | {'yes 是' if decided else 'no 否'} |"
    yield ""
    value = "missing 缺失" if made.value is None else f"{made.value:.12g}"
    before = ", before peers are subtracted" if feature.peers else ""
    yield f"As of {_iso(AS_OF_DAY)}{before}: **{value}**"


def cell_text(source: Source, row: Row, column: str) -> str:
    """A stored value as a person reads it: a date, a label, labels, a number."""
    value = row[column]
    if value is None:
        return "–"
    declared = {c.name: c for c in source.columns}.get(column)
    if isinstance(value, str):
        return value
    if declared is None:
        return _iso(value) if column.endswith("_day") else str(value)
    if declared.kind is Kind.DAY:
        return _iso(value)
    if declared.kind is Kind.CODE and 0 <= value < len(declared.labels):
        return declared.labels[value]
    if declared.kind is Kind.MASK:
        return "、".join(label for i, label in enumerate(declared.labels) if value >> i & 1) or "–"
    return str(value)


def measure_text(measure: Measure) -> str:  # noqa: PLR0912  # one for each measure
    """What is computed, in words."""
    match measure:
        case Count():
            return "how many records"
        case Sum(column):
            return f"total of `{column}`"
        case Max(column):
            return f"largest `{column}`"
        case Mean(column):
            return f"mean of `{column}` where known"
        case Distinct(column):
            return f"how many different `{column}`"
        case Repeats(column):
            return f"how many records repeat a `{column}` that another has"
        case Share(of):
            return f"share of the records with `{condition_text(of)}`"
        case DaysSince(which):
            return f"days since the {which} record's event"
        case DaysSinceDate(column):
            return f"days since the latest `{column}`"
        case DaysUntil(column):
            return f"days until the latest `{column}`"
        case Latest(column):
            return f"`{column}` of the latest record where it is known"
        case Change():
            return "records in the window less records in the window before it"
        case Growth():
            return "growth of the records in the window over those in the window before it"


def window_text(window: Window | None) -> str:
    """The window in words."""
    match window:
        case Months(n):
            return f"{n} months 近{n}个月"
        case Days(n):
            return f"{n} days 近{n}天"
        case None:
            return "all records 全部"


def condition_text(condition: Condition) -> str:
    """The condition with its labels as declared.

    >>> from features.expressions import col
    >>> condition_text(~col("kinds").has_any("fine", "warning") & (col("amount") > 3))
    'not (kinds has fine or warning) and amount > 3'
    """
    match condition:
        case Compare(column, operator, constant):
            return f"{column} {operator} {constant}"
        case IsIn(column, members):
            return f"{column} is {' or '.join(str(member) for member in members)}"
        case HasAny(column, labels):
            return f"{column} has {' or '.join(labels)}"
        case IsNull(column):
            return f"{column} is empty"
        case Not(IsNull(column)):
            return f"{column} is known"
        case Not(inner):
            return f"not ({condition_text(inner)})"
        case Both(operator, left, right):
            sides = [_side(side, operator) for side in (left, right)]
            return f" {operator.lower()} ".join(sides)
    raise OurBug(f"no words for a condition of type {type(condition).__name__}")


def _side(condition: Condition, operator: str) -> str:
    text = condition_text(condition)
    nested = isinstance(condition, Both) and condition.operator != operator
    return f"({text})" if nested else text


def _iso(day: int) -> str:
    return (dt.date(1970, 1, 1) + dt.timedelta(days=day)).isoformat()
