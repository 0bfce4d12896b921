"""What Ningbo's models learn.

Complaints alone never make a credit label. Leaving by one's own choice is no
outcome at all. A penalty counts when it stands: final, or published and not
under challenge when the label is mature.
"""

from __future__ import annotations

from features.contracts import Ahead, Evidence, Outcome, Phrase, RandomDraws
from features.expressions import col
from features.jurisdictions.ningbo.sources import abnormal_list, exits, samples
from features.jurisdictions.ningbo.sources import random_checks as checks
from features.jurisdictions.ningbo.sources.double_publicity import STANDS, SUBSTANTIVE

# Publication is due within 20 working days: until then a label may still turn.
_YEAR = Ahead(days=365, maturity_days=28)

OUTCOMES: tuple[Outcome, ...] = (
    Outcome(
        name="credit",
        title=Phrase(
            "未来一年受到处罚或检查查实问题", "Penalty or substantiated check problem in a year"
        ),
        evidence=(
            Evidence("penalties", SUBSTANTIVE & STANDS),
            Evidence("penalties_elsewhere", SUBSTANTIVE & STANDS),
            Evidence("random_checks", checks.PROBLEM),
        ),
        horizon=_YEAR,
        past="penalty_count_36m",
    ),
    Outcome(
        name="penalty",
        title=Phrase("未来一年受到市场监管处罚", "Market-regulation penalty in a year"),
        evidence=(Evidence("penalties", SUBSTANTIVE & STANDS),),
        horizon=_YEAR,
        past="penalty_count_36m",
    ),
    Outcome(
        name="complaint_surge",
        title=Phrase("未来一年投诉举报异常增长", "Complaints surging within a year"),
        evidence=(Evidence("complaint_alerts"),),
        horizon=_YEAR,
        past="complaint_count_12m",
    ),
    Outcome(
        name="abnormal_entry",
        title=Phrase("未来一年列入经营异常名录", "Entry on the abnormal list in a year"),
        evidence=(Evidence("abnormal_list"),),
        horizon=_YEAR,
        past="abnormal_count_36m",
    ),
    Outcome(
        name="failed_sample",
        title=Phrase("未来一年抽检不合格", "Failed food or product sample in a year"),
        evidence=(Evidence("samples", samples.FAILED),),
        horizon=_YEAR,
        past="sample_failed_count_36m",
    ),
    Outcome(
        name="ip_infringement",
        title=Phrase("未来一年侵犯知识产权", "IP infringement in a year"),
        evidence=(
            Evidence("penalties", SUBSTANTIVE & STANDS & col("violation").equals("商标专利侵权")),
            Evidence("ip_rulings", col("ruling").equals("侵权成立")),
        ),
        horizon=_YEAR,
        past="ip_ruling_count_36m",
    ),
    Outcome(
        name="lost_contact",
        title=Phrase("未来一年失联或被动退出", "Lost contact or forced exit in a year"),
        evidence=(
            Evidence("random_checks", col("result").equals(checks.UNREACHABLE)),
            Evidence("abnormal_list", col("cause").equals(abnormal_list.UNREACHABLE)),
            Evidence("exits", col("kind").isin(*exits.FORCED)),
        ),
        horizon=_YEAR,
        past="check_unreachable_count_36m",
    ),
    Outcome(
        name="tax_arrears",
        title=Phrase("未来一年欠税、成为非正常户或欠薪", "Tax or wage arrears in a year"),
        evidence=(Evidence("tax_arrears"), Evidence("wage_arrears")),
        horizon=_YEAR,
        past="tax_arrears_count_36m",
    ),
)

# What was found in those drawn tells what would have been found in everyone.
DRAWS = RandomDraws(
    source="random_checks",
    probability="inclusion_probability",
    blind=col("drawn_by").equals("不分类随机抽查"),
    found=checks.PROBLEM,
)
