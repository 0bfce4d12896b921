"""The console's words about objections, overrides and names, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from features.contracts import Phrase

REVIEW_WORDS: Mapping[str, Phrase] = {
    "objections": Phrase("异议", "Objections"),
    "objections_none": Phrase("没有提出过异议。", "No objection was filed."),
    "about_records": Phrase("对记录的异议", "To records"),
    "about_tier": Phrase("对类别的异议", "To the tier"),
    "state_open": Phrase("处理中", "open"),
    "state_extended": Phrase("已延长期限", "limit extended"),
    "state_upheld": Phrase("成立", "upheld"),
    "state_partly": Phrase("部分成立", "upheld in part"),
    "state_rejected": Phrase("不成立", "rejected"),
    "state_withdrawn": Phrase("已撤回", "withdrawn"),
    "filed_on": Phrase("提出", "Filed"),
    "due_on": Phrase("应于此日前处理", "To be decided by"),
    "decided_on": Phrase("处理", "Decided"),
    "withdrawn_on": Phrase("撤回", "Withdrawn"),
    "grounds": Phrase("理由", "Grounds"),
    "decision_reasons": Phrase("处理理由", "Reasons of the decision"),
    "objection_open": Phrase("有异议", "objection open"),
    "now_overridden": Phrase("现为 {tier} 类", "now {tier}"),
    "override_title": Phrase("类别经人工调整", "The tier was overridden"),
    "override_text": Phrase(
        "模型与规则的判定仍为 {tier} 类,照常列于下方;到期后自动恢复。",
        "Model and rules still say {tier}, as shown below; on expiry it is in force again.",
    ),
    "overrides": Phrase("人工调整", "Overrides"),
    "override_proposed": Phrase("待确认", "proposed"),
    "override_in_force": Phrase("有效", "in force"),
    "override_expired": Phrase("已到期", "expired"),
    "override_ended": Phrase("已终止", "ended"),
    "proposed_by": Phrase("提出", "Proposed by"),
    "confirmed_by": Phrase("确认", "confirmed by"),
    "ended_by": Phrase("终止", "ended by"),
    "end_reasons": Phrase("终止理由", "Why it was ended"),
    "names": Phrase("记录中的名称", "Names in records"),
    "names_note": Phrase(
        "下列名称出现在没有代码的记录中,可能指本主体;由监管人员认定是否为同一主体,认定后立即生效。",
        "Records without a code give these names, which may mean this business; a regulator says "
        "whether they do, and it counts at once.",
    ),
    "names_more": Phrase("另有更多名称,见接口 links。", "More names: see the API, links."),
    "name_linked": Phrase("已关联", "linked"),
    "name_refused": Phrase("已认定不是本主体", "said not to mean it"),
    "name_review": Phrase("待核", "waits for a person"),
    "name_elsewhere": Phrase("属于其他主体", "means another"),
    "name_unlinked": Phrase("不够相像", "not like enough"),
    "name_records": Phrase("记录", "Records"),
    "name_counted": Phrase("计入本主体", "counted here"),
    "name_likely": Phrase("可能指", "May mean"),
    "name_is_same": Phrase("认定为同一主体", "said to mean it"),
    "name_is_other": Phrase("认定不是同一主体", "said not to mean it"),
    "annulled_records": Phrase("不再使用的记录", "Records not used any more"),
}
