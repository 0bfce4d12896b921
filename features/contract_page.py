"""What a department must deliver, as a page to read and as a schema to test against.

Both come from the same declarations the gate checks with, so that they cannot
say anything else.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from features.clock_page import clock_lines
from features.contracts import (
    ByCode,
    ByName,
    CityWide,
    Column,
    Jurisdiction,
    Kind,
    Nearby,
    Sharing,
    Source,
)
from features.ingest.labels import NO, YES
from features.ingest.rules import MEANING, Rule, column_rules, record_rules
from features.page import condition_text

Json = Mapping[str, object]

_FORMS: Mapping[Kind, str] = {
    Kind.TEXT: "text 文本",
    Kind.CODE: "one of the labels 代码",
    Kind.MASK: "any of the labels, separated by ; 多选",
    Kind.DAY: "day, 2026-11-24 日期",
    Kind.INSTANT: "day and time, 2026-11-24 09:30:00 时间",
    Kind.INTEGER: "whole number 整数",
    Kind.MONEY: "amount 金额",
    Kind.DECIMAL: "number 数值",
    Kind.FLAG: "yes or no 是/否",
}
_SCOPES: Mapping[Sharing, str] = {
    Sharing.PUBLIC: "public 社会公开",
    Sharing.GOVERNMENT: "departments, for their duties 政务共享",
    Sharing.AUTHORISED: "whoever the business authorises 授权查询",
}
_ROLES: tuple[tuple[str, str], ...] = (
    ("event", "when it happened 发生日"),
    ("known", "when we learned of it 获知日"),
    ("retracted", "annulled from this day 撤销日"),
    ("repaired", "repaired from this day 信用修复日"),
    ("usable_until", "last day of use 使用期最后一日"),
    ("disputed", "disputed from this day 异议受理日"),
    ("settled", "dispute settled 异议办结日"),
    ("final", "final from this day 确定日"),
)


def contract_page(jurisdiction: Jurisdiction, source: Source) -> str:
    """The contract of `source` in Markdown; equal declarations give equal text."""
    return "\n".join(_page(jurisdiction, source)) + "\n"


def row_schema(jurisdiction: Jurisdiction, source: Source) -> Json:
    """JSON Schema (2020-12) of one record pushed by heading → text.

    It admits what a department should write; the gate also reads older forms of
    dates and amounts that the schema does not show.
    """
    needed = _needed(jurisdiction, source)
    properties: dict[str, object] = {}
    required: list[str] = []
    for column in source.columns:
        for heading, schema in _properties(column, column.name in needed):
            properties[heading] = schema
        if column.name in needed and len(column.headers) == 1:
            required.append(column.headers[0])
    choices = [
        {"anyOf": [{"required": [heading]} for heading in column.headers]}
        for column in source.columns
        if column.name in needed and len(column.headers) > 1
    ]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"{jurisdiction.name}.{source.name}",
        "description": f"{source.title.zh} · {source.title.en}",
        "type": "object",
        "properties": properties,
        "required": required,
        **({"allOf": choices} if choices else {}),
        "x-department": source.department,
        "x-legal-basis": source.legal_basis,
        **({"x-sharing": source.sharing.value} if source.sharing else {}),
        "x-personal": [h for c in source.columns if c.personal for h in c.headers],
    }


def _page(jurisdiction: Jurisdiction, source: Source) -> Iterator[str]:
    department = jurisdiction.departments[source.department]
    yield f"# {source.title.zh} {source.title.en}"
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield f"| source | `{source.name}` |"
    yield f"| department 部门 | {department.zh} {department.en} |"
    yield f"| legal basis 依据 | {_cell(source.legal_basis)} |"
    if source.sharing is not None:
        yield f"| may be seen by 共享范围 | {_SCOPES[source.sharing]} |"
    yield f"| files 文件 | `{source.files}` (.csv .xlsx .jsonl .parquet) |"
    for part in source.parts:
        on = part.on if part.main_on in (None, part.on) else f"{part.main_on} = {part.on}"
        yield f"| completed by 附件 | `{part.files}` on {_cell(on)} |"
    yield f"| a record is identified by 主键 | {', '.join(f'`{k}`' for k in source.key)} |"
    yield f"| it concerns 关联对象 | {_subject(source)} |"
    if source.registered is not None:
        told = ", ".join(f"`{name}`" for name in source.registered.columns)
        yield f"| tells who had which name or number 登记沿革 | {told} |"
    if source.keep is not None:
        yield f"| in scope 范围 | {_cell(condition_text(source.keep))} |"
    yield from ("", "## Dates 日期", "", source.dates.trust, "")
    for role, meaning in _ROLES:
        column = getattr(source.dates, role)
        if column:
            yield f"- `{column}`: {meaning}"
    yield from _assumed(source)
    yield from clock_lines(jurisdiction, source)
    yield from ("", "## Columns 字段", "")
    yield "| column | headings 表头 | holds 内容 | meaning 含义 | refused when 不予接收 |"
    yield "|---|---|---|---|---|"
    rules = _rules(jurisdiction, source)
    for column in source.columns:
        yield _column_row(column, rules.get(column.name, []))
    yield from _labels(source)


def _assumed(source: Source) -> Iterator[str]:
    dates = source.dates
    if dates.known_lag_days or dates.known is None:
        yield (
            f"- without a known date, the event and {dates.known_lag_days} days are assumed; "
            "a correction is known from the day it was received"
        )
    if dates.undated == "received":
        yield "- a record without an event day counts as of the day it was first received"


def _column_row(column: Column, rules: list[Rule]) -> str:
    name = f"`{column.name}`" + (" (personal, never stored 个人信息, 不存)" * column.personal)
    faults = "; ".join(dict.fromkeys(MEANING[rule.name] for rule in rules))
    cells = (
        name, " / ".join(column.headers), _holds(column), column.meaning, faults,
    )  # fmt: skip
    return f"| {' | '.join(_cell(cell) for cell in cells)} |"


def _holds(column: Column) -> str:
    form = _FORMS[column.kind]
    if column.kind is Kind.MONEY and column.unit != 1:
        form += f", in units of {column.unit:,}"
    bounds = [
        f"{word} {bound:g}"
        for word, bound in (("from", column.minimum), ("to", column.maximum))
        if bound is not None
    ]
    if column.form is not None:
        bounds.append(f"such as {column.example}")
    return ", ".join([form, *bounds])


def _labels(source: Source) -> Iterator[str]:
    for column in source.columns:
        if not column.labels:
            continue
        yield from ("", f"### `{column.name}`", "")
        for label in column.labels:
            spelled = [text for text, to in column.spellings.items() if to == label]
            also = f" (also {'、'.join(spelled)})" if spelled else ""
            rest = " (also any other text)" if column.otherwise == label else ""
            yield f"- {label}{also}{rest}"


def _subject(source: Source) -> str:
    match source.subject:
        case ByCode(column, also, name):
            first = " or else ".join(f"`{one}`" for one in (column, *also))
            called = "" if name is None else f"; without a code, {_called(name)}"
            return f"the business in {first}{called}"
        case ByName() as name:
            return _called(name)
        case Nearby(latitude, longitude, radius_m):
            return f"every business within {radius_m} m of `{latitude}`, `{longitude}`"
        case CityWide():
            return "every business"


def _called(name: ByName) -> str:
    columns = ", ".join(f"`{column}`" for column in name.columns)
    return (
        f"the business called as in {columns}: linked from a probability of {name.link_at:g} on "
        f"that is {name.lead:g} times the second best, reviewed by a person from "
        f"{name.review_at:g} on"
    )


def _rules(jurisdiction: Jurisdiction, source: Source) -> Mapping[str, list[Rule]]:
    rules: dict[str, list[Rule]] = {}
    for column in source.columns:
        readable = column.kind is Kind.TEXT
        for rule in column_rules(column):
            if not (readable and rule.name == "unreadable"):
                rules.setdefault(column.name, []).append(rule)
    for rule in record_rules(source, jurisdiction.identity):
        rules.setdefault(rule.column, []).append(rule)
    return rules


def _needed(jurisdiction: Jurisdiction, source: Source) -> set[str]:
    absent = {"missing", "no_key", "no_event_date"}
    rules = _rules(jurisdiction, source)
    return {name for name, broken in rules.items() if absent & {rule.name for rule in broken}}


def _properties(column: Column, needed: bool) -> Iterator[tuple[str, Json]]:
    if column.kind is Kind.MASK and len(column.headers) == len(column.labels) > 1:
        for heading, label in zip(column.headers, column.labels, strict=True):
            yield heading, {"description": label, "type": ["string", "null"], "enum": _flags()}
        return
    unit = f" (× {column.unit:,})" if column.kind is Kind.MONEY and column.unit != 1 else ""
    schema: dict[str, object] = {
        "description": column.meaning + unit,
        "type": "string" if needed else ["string", "null"],
    }
    if column.kind is Kind.CODE and column.otherwise is None:
        words = [*column.labels, *column.spellings]
        schema["enum"] = words if needed else [*words, None]
    elif column.kind is Kind.FLAG:
        schema["enum"] = _flags()
    elif column.kind is Kind.DAY:
        schema["format"] = "date"
    elif column.kind in (Kind.INTEGER, Kind.MONEY, Kind.DECIMAL):
        schema["pattern"] = "^[+-]?[0-9]+$" if column.kind is Kind.INTEGER else _NUMBER
    for heading in column.headers:
        yield heading, schema


_NUMBER = r"^[+-]?[0-9]+(\.[0-9]+)?$"


def _flags() -> list[str | None]:
    return [*YES, *NO, None]


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
