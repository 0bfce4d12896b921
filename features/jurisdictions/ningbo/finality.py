"""Which penalties may count: a switch, not a rule.

``zhejiang_strict`` (浙江省公共信用信息管理条例第十一条): only decisions that are
final, that is not challenged in time or upheld. ``samr_published`` (总局令第 45
号): every published decision, final or not. The tier reaches the business and
other departments through explanations, so the strict policy is the default.
"""

from __future__ import annotations

from features.jurisdictions.ningbo.sources.double_publicity import FINAL, SUBSTANTIVE

POLICIES = {
    "zhejiang_strict": SUBSTANTIVE & FINAL,
    "samr_published": SUBSTANTIVE,
}
FINALITY_POLICY = "zhejiang_strict"

COUNTED = POLICIES[FINALITY_POLICY]
