"""The words around an account of a change, in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from features.contracts import Phrase
from features.record_changes import Cause
from serving.decision.change_rules import By, RuleChange
from serving.decision.changed import CauseGroup
from serving.render.words import effect_words

WORDS: Mapping[str, Phrase] = {
    "title": Phrase("变化说明", "What changed"),
    "between": Phrase("{before}至{after}", "{before} to {after}"),
    "difference": Phrase("分数变化", "Change of the score"),
    "no_difference": Phrase("分数没有变化。", "The score did not change."),
    "what_happened": Phrase("发生了什么", "What happened"),
    "adds_up": Phrase("各项相加等于分数变化。", "These add up to the change of the score exactly."),
    "features_moved": Phrase("哪些指标变了", "Which features moved"),
    "why_tier": Phrase("类别为什么变,或不变", "Why the tier changed, or did not"),
    "rules_changed": Phrase("规则的变化", "Changes of the rules"),
    "rules_same": Phrase("适用的规则没有变化。", "The same rules apply."),
    "warnings_changed": Phrase("风险预警的变化", "Changes of the warnings"),
    "model_changed": Phrase("更换模型(同样的指标)", "Another model (the same features)"),
    "limit": Phrase("封顶/保底调整的变化", "Change of the cut to the range 0–1000"),
    "total": Phrase("合计", "Total"),
    "before": Phrase("之前", "Before"),
    "after": Phrase("之后", "After"),
    "points": Phrase("分值", "Points"),
    "unit_points": Phrase("分", "points"),
    "feature": Phrase("指标", "Feature"),
    "cause": Phrase("原因", "Cause"),
    "step": Phrase("原因", "Cause"),
    "score": Phrase("信用分", "Score"),
    "tier": Phrase("类别", "Tier"),
    "model_tier": Phrase("模型类别", "Model tier"),
    "final_tier": Phrase("最终类别", "Final tier"),
    "published": Phrase("已公布", "published"),
    "recomputed": Phrase("重新计算", "worked out anew"),
    "moves": Phrase("影响的指标", "Features it moved"),
    "no_points": Phrase("没有影响分数", "no effect on the score"),
    "and_more": Phrase("共{n}条,以上列出其中一部分", "{n} in all; some are listed above"),
    "of_others": Phrase("涉及其他主体的记录:{n}条", "records of other businesses: {n}"),
    "show_records": Phrase("查看记录", "Show the records"),
    "together": Phrase(
        "这些记录的分值合并计算", "the points of these records are worked out together"
    ),
    "nothing": Phrase("没有变化。", "Nothing changed."),
    "base": Phrase("基准分", "Base"),
    "reference": Phrase("依据", "Legal reference"),
    "policy_changed": Phrase("规则集换了版本。", "The policy is another version."),
    "because_facts": Phrase("所看的情况变了", "what it looks at changed"),
    "because_law": Phrase("规则本身变了", "the rule itself changed"),
    "lenient": Phrase("对主体有利的规则", "a rule in the business's favour"),
    "no_level": Phrase("未达预警线", "below every level"),
    "absent": Phrase("无", "none"),
    "notes": Phrase("说明", "Notes"),
    "rights": Phrase("您的权利", "Your rights"),
    "subject_intro": Phrase(
        "这份说明告诉您,在这段时间里哪些记录发生了变化,对监管部门安排检查有什么影响。"
        "它不是处罚,也不对外公布。",
        "This notice tells you which records changed in this time and how that bears on the "
        "planning of checks. It is not a sanction and it is not published.",
    ),
    "subject_against": Phrase("对您不利的变化", "What changed against you"),
    "subject_favour": Phrase("对您有利的变化", "What changed in your favour"),
    "subject_nothing": Phrase("没有影响的变化", "What changed without effect"),
    "subject_model": Phrase(
        "计算方法换了版本(与您的记录无关)", "The method of calculation changed, not your records"
    ),
}

CAUSE_WORDS: Mapping[Cause, Phrase] = {
    "arrived": Phrase("新增记录", "New records"),
    "settled": Phrase("异议处理完毕", "Objection settled"),
    "final": Phrase("决定已终局", "Decision became final"),
    "corrected": Phrase("记录已更正", "Corrected records"),
    "disputed": Phrase("异议处理中", "Objection opened"),
    "retracted": Phrase("记录被撤销", "Annulled records"),
    "repaired": Phrase("完成信用修复", "Credit repair completed"),
    "expired": Phrase("公示或使用期限届满", "Period of use over"),
    "removed": Phrase("不再归于本主体", "No longer held of this business"),
    "linked": Phrase("新关联主体的记录", "Records of businesses newly linked"),
    "unlinked": Phrase("不再关联主体的记录", "Records of businesses no longer linked"),
    "aged_out": Phrase("超出统计期间(记录仍在)", "Left the period counted (the record stands)"),
    "time": Phrase("时间推移(没有记录变化)", "Time alone (no record changed)"),
    "profile": Phrase(
        "登记的行业、区县或类型变化,同行随之改变",
        "Its sector, district or form changed, and so its peers",
    ),
    "peers": Phrase("同行平均水平变化", "The average of its peers changed"),
}

STEP_WORDS: Mapping[By, Phrase] = {
    "score": Phrase("分数(记录与时间)", "The score, by records and time"),
    "model": Phrase("分数(更换模型)", "The score, by another model"),
    "cutoffs": Phrase("分档线", "The cut-offs"),
    "facts": Phrase("规则所看的情况", "What the rules look at"),
    "law": Phrase("规则本身", "The rules themselves"),
}

KIND_WORDS: Mapping[str, Phrase] = {
    "began": Phrase("开始适用", "applies now"),
    "ended": Phrase("不再适用", "applies no more"),
    "amended": Phrase("作用或依据有变", "does or cites something else"),
}

# The cause of records that are those of linked businesses.
_OF_LINKED = Phrase("关联主体", "linked businesses")


def group_words(group: CauseGroup) -> Phrase:
    """A group in words: what happened, to records of which source, whose.

    >>> from serving.decision.changed import CauseGroup
    >>> group_words(CauseGroup("time", None, None, None, "+0.1", (), 0, ())).en
    'Time alone (no record changed)'
    """
    cause = CAUSE_WORDS[group.cause]
    if group.title is None:
        return cause
    zh, en = group.title.zh, group.title.en
    if group.via is not None and group.cause not in ("linked", "unlinked"):
        zh, en = f"{_OF_LINKED.zh}的{zh}", f"{en} of {_OF_LINKED.en}"
    return Phrase(f"{cause.zh}:{zh}", f"{cause.en}: {en}")


def rule_effect_words(changed: RuleChange) -> Phrase:
    """What a changed rule does, or did, in words; both where it was amended."""
    effects = [one for one in (changed.effect_before, changed.effect_after) if one is not None]
    said = [effect_words(one) for one in dict.fromkeys(effects)]
    return Phrase(" → ".join(one.zh for one in said), " → ".join(one.en for one in said))


def because_words(changed: RuleChange) -> Phrase:
    """Why a rule began or ceased to apply, with what it looks at before and after."""
    word = WORDS[f"because_{changed.why}"]
    if not changed.looked:
        return word
    zh = ";".join(f"{one.meaning.zh} {one.before.zh} → {one.after.zh}" for one in changed.looked)
    en = "; ".join(f"{one.meaning.en} {one.before.en} → {one.after.en}" for one in changed.looked)
    return Phrase(f"{word.zh}({zh})", f"{word.en} ({en})")
