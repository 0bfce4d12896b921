"""Penalties decided by customs."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.finality import FINALITY_POLICY, POLICIES
from features.jurisdictions.ningbo.periods import CUSTOMS_PENALTIES
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="customs_penalties",
    department="customs",
    title=Phrase("海关行政处罚", "Customs penalties"),
    legal_basis="《海关行政处罚实施条例》;《行政处罚法》第四十八条",
    files="宁波海关-行政处罚*",
    key=("decision_no",),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="decided_on",
        happened=True,
        known="updated_at",
        known_lag_days=28,
        retracted="annulled_on",
        repaired="repaired_on",
        final="final_on",
        use=CUSTOMS_PENALTIES,
        finality=POLICIES[FINALITY_POLICY],
        trust="处罚决定日期 is exact; customs publish within 20 working days (28 days).",
    ),
    columns=(
        Column("decision_no", Kind.TEXT, ("行政处罚决定书文号",), "决定书文号", required=True),
        uscc("当事人统一社会信用代码"),
        business_name("当事人名称"),
        Column("customs_no", Kind.TEXT, ("海关备案编码",), "海关备案编码"),
        Column("nature", Kind.CODE, ("违法性质",), "走私或违反监管规定",
               labels=("走私", "违规", "知识产权侵权", "其他"),
               spellings={"走私行为": "走私", "违反海关监管规定": "违规",
                          "侵犯知识产权": "知识产权侵权"}, otherwise="其他"),
        Column("fine_fen", Kind.MONEY, ("罚款金额(万元)",), "罚款金额", unit=10_000, minimum=0),
        Column("decided_on", Kind.DAY, ("处罚决定日期",), "处罚决定日期", required=True),
        Column("final_on", Kind.DAY, ("处罚确定日期",), "逾期未复议诉讼或经维持的日期"),
        Column("annulled_on", Kind.DAY, ("撤销日期",), "决定被撤销的日期"),
        Column("repaired_on", Kind.DAY, ("信用修复日期",), "信用修复日期"),
        updated_at(),
    ),
)  # fmt: skip
