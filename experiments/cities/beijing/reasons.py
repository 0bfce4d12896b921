"""Reason codes and what people read, in Chinese and English."""

from __future__ import annotations

from features.contracts import Phrase, Reason

# "Key data missing" is never a principal reason: facts that are nobody's doing name it.
NOT_CITED = "R901"

_CORRECT = Phrase("完成整改并申请复查", "Correct what was found and ask for a visit")
_ORDER = Phrase("对照检查清单自查", "Check yourself by the list")


def _reason(code: str, zh: str, en: str, advice: Phrase | None = None) -> Reason:
    return Reason(code, Phrase(zh, en), advice)


REASONS: tuple[Reason, ...] = (
    _reason("R301", "{window}检查不合格{value}次", "Inspections failed, {window}: {value}",
            _CORRECT),
    _reason("R302", "{window}{value}的检查不合格", "{value} of inspections failed, {window}",
            _CORRECT),
    _reason("R303", "最近一次检查不合格", "The last inspection was failed", _CORRECT),
    _reason("R304", "距最近一次检查不合格{value}", "Last failed inspection {value} ago", _CORRECT),
    _reason("R305", "{window}检查{value}次", "Inspections, {window}: {value}"),
    _reason("R306", "距最近一次检查{value}", "Last inspection {value} ago"),
    _reason("R401", "{window}税收行政处罚{value}次", "Tax penalties, {window}: {value}", _ORDER),
    _reason("R402", "{window}重大税收违法案件{value}起", "Major tax cases, {window}: {value}",
            _ORDER),
    _reason("R403", "{window}行政处罚{value}次", "Penalties, {window}: {value}", _ORDER),
    _reason("R501", "{window}进入12315绿色通道{value}次",
            "Entries in the 12315 fast channel, {window}: {value}"),
    _reason("R901", "关键数据缺失,结果参考性有限", "Key data missing; of limited use"),
    _reason("R902", "存在异议中的记录,暂按较轻结果使用",
            "Disputed record; the milder result is used"),
    _reason("R903", "依据直接判定规则:{value}", "Direct rule: {value}"),
)  # fmt: skip
