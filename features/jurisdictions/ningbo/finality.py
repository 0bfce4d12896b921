"""Which penalties may count before they are final: a switch, not a rule.

``zhejiang_strict`` (浙江省公共信用信息管理条例第十一条): only decisions that are
final, that is not challenged in time or upheld. ``samr_published`` (总局令第 45
号): every published decision, final or not. The tier reaches the business and
other departments through explanations, so the strict policy is the default; the
folder `features.jurisdictions.ningbo.published` is the city under the other one,
for the department's own planning of checks.
"""

from __future__ import annotations

from features.contracts import Finality, Phrase, Remedy

REMEDIES = (
    Remedy(
        Phrase("行政复议", "administrative reconsideration"),
        "《行政复议法》(2023 年修订)第二十条:六十日",
        days=60,
    ),
    # The three and six months are from memory: to be confirmed against the text.
    Remedy(
        Phrase("行政诉讼", "a suit"),
        "《行政诉讼法》(1990 年)第三十九条:三个月",
        months=3,
        effective_until="2015-05-01",
    ),
    Remedy(
        Phrase("行政诉讼", "a suit"),
        "《行政诉讼法》(2014 年修正)第四十六条:六个月",
        months=6,
        effective_from="2015-05-01",
    ),
)
POLICIES = {
    "zhejiang_strict": Finality(
        "when_final",
        "zhejiang_strict",
        REMEDIES,
        "《浙江省公共信用信息管理条例》第十一条",
    ),
    "samr_published": Finality(
        "when_published",
        "samr_published",
        REMEDIES,
        "《市场监督管理行政处罚信息公示规定》(总局令第 45 号)",
    ),
}
FINALITY_POLICY = "zhejiang_strict"
