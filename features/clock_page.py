"""The clocks of a source as a part of its contract page."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

from features.contracts import Finality, Jurisdiction, Remedy, Source, Term, UseRule
from features.page import condition_text

_COUNTS = {
    "when_final": "not counted before it is final 确定前不计入",
    "when_published": "counted as soon as it is published; explanations say that it is not final "
    "公示即计入,说明中注明未确定",
}


def clock_lines(jurisdiction: Jurisdiction, source: Source) -> Iterator[str]:
    """How long records are used, when they are final, what never counts, what is due."""
    if source.dates.use:
        yield from ("", "## Periods of use 使用期限", "")
        yield "| in force 施行 | level 类别 | records 记录 | used for 期限 | repair after 可修复 |"
        yield "|---|---|---|---|---|"
        for rule, following in zip_longest(source.dates.use, source.dates.use[1:]):
            yield from _rule_rows(rule, following)
        yield ""
        for rule in source.dates.use:
            yield from _basis(rule)
    if source.dates.finality is not None:
        yield from _finality(source.dates.finality)
    if source.never:
        yield from ("", "## What never counts 不计入的记录", "")
        for one in source.never:
            yield f"- {one.why.zh} {one.why.en}: {condition_text(one.where)} ({one.reference})"
    yield from _deadlines(jurisdiction, source)


def _rule_rows(rule: UseRule, following: UseRule | None) -> Iterator[str]:
    since = f"from {rule.effective_from}" if rule.effective_from else ""
    until = f"before {following.effective_from}" if following else ""
    for term in rule.terms:
        level = f"{term.level.zh} {term.level.en}"
        which = "the others 其余" if term.where is None else condition_text(term.where)
        cells = (", ".join(filter(None, (since, until))) or "always", level, which, _used(term))
        repair = "" if term.repair_months is None else f"{term.repair_months} months"
        yield f"| {' | '.join(cell.replace('|', '/') for cell in (*cells, repair))} |"


def _used(term: Term) -> str:
    used = f"{term.months} months" if term.months else "not at all 不使用"
    return f"{used}, or until the delivered last day" if term.as_delivered else used


def _basis(rule: UseRule) -> Iterator[str]:
    earlier = " Also shortens the use of earlier records, from that day on." * rule.earlier_records
    yield f"- {rule.effective_from or 'before'}: {rule.reference}.{earlier}"
    if rule.note:
        yield f"  To be confirmed 待核对: {rule.note}"


def _finality(finality: Finality) -> Iterator[str]:
    yield from ("", "## Finality 确定", "")
    yield f"- {_COUNTS[finality.counts]} (`{finality.policy}`; {finality.reference})"
    for remedy in finality.remedies:
        yield f"- {remedy.title.zh} {remedy.title.en}: {_open(remedy)} ({remedy.reference})"


def _open(remedy: Remedy) -> str:
    time = f"{remedy.months} months" if remedy.months else f"{remedy.days} days"
    since = f", decisions from {remedy.effective_from}" if remedy.effective_from else ""
    until = f", decisions before {remedy.effective_until}" if remedy.effective_until else ""
    return time + since + until


def _deadlines(jurisdiction: Jurisdiction, source: Source) -> Iterator[str]:
    dates = {"disputed": source.dates.disputed, "retracted": source.dates.retracted}
    running = [one for one in jurisdiction.deadlines if dates[one.starts]]
    if running:
        yield from ("", "## Limits 期限", "")
    for one in running:
        yield (
            f"- {one.title.zh} {one.title.en}: {one.working_days} working days 个工作日 from "
            f"`{dates[one.starts]}` ({one.reference})"
        )
