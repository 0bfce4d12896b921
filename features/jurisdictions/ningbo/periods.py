"""How long penalties and other adverse records are used: dated law.

What the texts at hand do not settle is marked in the notes: it is the city's
own choice or from memory, and to be confirmed before a real release.
"""

from __future__ import annotations

from features.contracts import Phrase, Term, UseRule
from features.expressions import col
from features.jurisdictions.ningbo.sources.penalty_words import (
    BANS,
    CONFISCATIONS,
    HEAVIER,
    KEY_VIOLATIONS,
)

LOW_FINE_FEN = 300_000
SERIOUS_FINE_FEN = 5_000_000

_FINE = col("fine_fen")
_KINDS = col("kinds")
_BAN = _KINDS.has_any(*BANS)
_LIGHT = ~_KINDS.has_any(*HEAVIER, *CONFISCATIONS) & ~(_FINE > LOW_FINE_FEN)
_SERIOUS = _KINDS.has_any(*HEAVIER) | (_FINE >= SERIOUS_FINE_FEN)
_LEVELS_NOTE = (
    "三类失信信息的划分标准待与规章正文核对:本系统以停业、吊销、限制等较重种类或罚款五万元以上为严重,"
    "以仅通报批评或三千元以下罚款为轻微,其余为一般;轻微信息原则上不公示,确有必要的最长三个月,本系统取三个月。"
    "施行前的决定自施行之日起从轻适用,为本系统的选择。"
)
_LEVELS = (
    Term(Phrase("严重失信(限制类)", "serious, with a ban"), 36, _BAN, 12, as_delivered=True),
    Term(Phrase("严重失信", "serious"), 36, _SERIOUS, 12),
    Term(Phrase("轻微失信", "minor"), 3, _LIGHT, 0),
    Term(Phrase("一般失信", "general"), 12, None, 3),
)

MARKET_PENALTIES = (
    UseRule(
        "",
        (
            Term(Phrase("限制类处罚", "a ban"), 36, _BAN, 12, as_delivered=True),
            Term(Phrase("通报批评或较低数额罚款", "criticism or a low fine"), 3, _LIGHT, 3),
            Term(
                Phrase(
                    "食品、药品、特种设备、重点工业产品", "food, drugs, special equipment, products"
                ),
                36,
                col("violation").isin(*KEY_VIOLATIONS),
                12,
            ),
            Term(Phrase("其他处罚", "other penalties"), 36, None, 6),
        ),
        "《市场监督管理行政处罚信息公示规定》(总局令第 45 号, 2021-09-01 起施行)",
        "较低数额按三千元计、修复的 3/6/12 个月待核对;"
        "对 2021-09-01 前的决定同样适用,为本系统的选择。"
        "自决定之日起算(规定自公示之日起算,公示不迟于决定后二十个工作日)。",
    ),
    UseRule(
        "2025-12-25",
        _LEVELS,
        "《市场监督管理信用修复管理办法》(2025-12-25 起施行)",
        _LEVELS_NOTE,
        earlier_records=True,
    ),
)
OTHER_PENALTIES = (
    UseRule(
        "",
        (
            Term(Phrase("限制类处罚", "a ban"), 36, _BAN, 12, as_delivered=True),
            Term(Phrase("行政处罚", "penalties"), 36, None, 3),
        ),
        "《浙江省公共信用信息管理条例》第十六条(五年;国家规定较短的从其规定)",
        "国家公示期按三年、修复最短三个月计,待核对。",
    ),
    UseRule(
        "2026-04-01",
        _LEVELS,
        "国家发展改革委《信用修复管理办法》(2026-04-01 起施行)",
        _LEVELS_NOTE,
        earlier_records=True,
    ),
)
FIVE_YEARS = (
    UseRule(
        "",
        (Term(Phrase("不良信息", "adverse information"), 60),),
        "《浙江省公共信用信息管理条例》第十六条:五年",
    ),
)
# Facts in a business's favour, and rulings: periods the city chose.
HONOURS = (
    UseRule(
        "",
        (Term(Phrase("荣誉", "an honour"), 36, as_delivered=True),),
        "全国公共信用信息基础目录(2024 年版):诚实守信相关荣誉信息",
        "未载明有效期的按三年使用,为本系统的选择。",
    ),
)
IP_RIGHTS = (
    UseRule(
        "",
        (Term(Phrase("知识产权", "an IP right"), 120, as_delivered=True),),
        "《商标法》第三十九条:注册商标有效期十年",
        "未载明有效期的按十年使用。",
    ),
)
IP_RULINGS = (
    UseRule(
        "",
        (Term(Phrase("侵权裁决", "an infringement ruling"), 36),),
        "《浙江省公共信用信息管理条例》第十六条(最长五年)",
        "按三年使用,为本系统的选择。",
    ),
)
CUSTOMS_PENALTIES = (
    UseRule(
        "",
        (Term(Phrase("海关处罚", "a customs penalty"), 36),),
        "《浙江省公共信用信息管理条例》第十六条(最长五年)",
        "按三年使用,为本系统的选择。",
    ),
    UseRule(
        "2026-04-01",
        (
            Term(Phrase("严重失信", "serious"), 36, _FINE >= SERIOUS_FINE_FEN, 12),
            Term(Phrase("轻微失信", "minor"), 3, ~(_FINE > LOW_FINE_FEN), 0),
            Term(Phrase("一般失信", "general"), 12, None, 3),
        ),
        "国家发展改革委《信用修复管理办法》(2026-04-01 起施行)",
        _LEVELS_NOTE,
        earlier_records=True,
    ),
)
MAJOR_TAX_CASES = (
    UseRule(
        "",
        (Term(Phrase("重大税收违法失信案件", "a major tax case"), 36),),
        "《重大税收违法失信主体信息公布管理办法》:公布满三年停止",
    ),
)
