"""Limits in working days that run on a record, and how long an override may hold."""

from __future__ import annotations

from features.contracts import Deadline, OverrideTerm, Phrase

DEADLINES = (
    Deadline(
        "objection_answer",
        "disputed",
        Phrase("异议应当答复", "the objection is to be answered"),
        5,
        "《浙江省公共信用信息管理条例》第三十条:五个工作日",
    ),
    Deadline(
        "objection_latest",
        "disputed",
        Phrase("异议最迟答复", "the objection is to be answered at the latest"),
        20,
        "《浙江省公共信用信息管理条例》第三十条、第三十一条:最长二十个工作日",
    ),
    Deadline(
        "withdrawal",
        "retracted",
        Phrase("应当撤下并停止使用", "it is to be withdrawn from publication and use"),
        3,
        "《市场监督管理行政处罚信息公示规定》(总局令第 45 号):三个工作日",
    ),
)

# No law says how long; six months is the city's own choice, to be confirmed by the regulator.
OVERRIDES = (
    OverrideTerm(
        "2026-11-24",
        6,
        "本市设计选择:人工调整须两人办理、说明理由,最长六个月(待监管部门确认)",
    ),
)
