"""The words of the console, in both languages; those about a decision are `render`'s."""

from __future__ import annotations

from collections.abc import Mapping

from features.contracts import Phrase
from serving.doors.console.review_words import REVIEW_WORDS
from serving.manifest import Level, Tier
from serving.render.way_back_words import WAY_BACK_WORDS
from serving.render.words import WORDS as DECISION_WORDS

TIER_WORDS: Mapping[Tier, Phrase] = {
    "A": Phrase("信用风险低", "Low risk"),
    "B": Phrase("信用风险一般", "General risk"),
    "C": Phrase("信用风险较高", "Elevated risk"),
    "D": Phrase("信用风险高", "High risk"),
}
LEVEL_WORDS: Mapping[Level, Phrase] = {
    "red": Phrase("红色", "Red"),
    "orange": Phrase("橙色", "Orange"),
    "yellow": Phrase("黄色", "Yellow"),
    "blue": Phrase("蓝色", "Blue"),
}
WORDS: Mapping[str, Phrase] = {
    **DECISION_WORDS,
    **WAY_BACK_WORDS,
    **REVIEW_WORDS,
    "product": Phrase("信衡", "Xinheng"),
    "tagline": Phrase("企业信用风险分类", "Credit-risk classification"),
    "overview": Phrase("总览", "Overview"),
    "businesses": Phrase("经营主体", "Businesses"),
    "search": Phrase("查找", "Search"),
    "search_hint": Phrase(
        "名称的一部分，或标识的开头", "Part of a name, or the beginning of an identifier"
    ),
    "why": Phrase("为什么", "Why"),
    "all": Phrase("全部", "All"),
    "any_tier": Phrase("全部类别", "Any tier"),
    "any_level": Phrase("全部预警", "Any warning"),
    "any_district": Phrase("全部区县", "Any district"),
    "any_sector": Phrase("全部行业", "Any sector"),
    "tier_distribution": Phrase("类别分布", "Businesses by tier"),
    "share": Phrase("占比", "Share"),
    "number": Phrase("户数", "Businesses"),
    "households": Phrase("户", "businesses"),
    "by_district": Phrase("按区县", "By district"),
    "by_sector": Phrase("按行业", "By sector"),
    "unknown_place": Phrase("未登记", "not registered"),
    "warning_list": Phrase("预警名单", "Warning list"),
    "warning_counts": Phrase("预警数量", "Warnings raised"),
    "warnings_none": Phrase("没有达到预警线的经营主体。", "No business reaches a warning level."),
    "riskiest": Phrase("风险由高到低", "Riskiest first"),
    "name": Phrase("名称", "Name"),
    "identifier": Phrase("标识", "Identifier"),
    "district": Phrase("区县", "District"),
    "sector": Phrase("行业", "Sector"),
    "form": Phrase("类型", "Form"),
    "established": Phrase("成立", "Established"),
    "warning": Phrase("预警", "Warning"),
    "found": Phrase("找到 {n} 户", "{n} found"),
    "found_more": Phrase("超过 {n} 户", "More than {n} found"),
    "nothing_found": Phrase("没有符合条件的经营主体。", "No business fits these conditions."),
    "next_page": Phrase("下一页", "Next page"),
    "first_page": Phrase("回到第一页", "First page"),
    "unnamed": Phrase("（未登记名称）", "(no name registered)"),
    "print_hint": Phrase("可直接打印", "Printable"),
    "as_json": Phrase("接口原文 (JSON)", "As the API says it (JSON)"),
    "as_notice": Phrase("告知书（给经营主体）", "Notice for the business"),
    "back_to_page": Phrase("返回监管页面", "Back to the regulator's page"),
    "result": Phrase("结果", "Result"),
    "by_model": Phrase(
        "模型给出 {tier} 类，经规则调整为 {final} 类",
        "{tier} from the model; {final} after the rules",
    ),
    "same_as_model": Phrase("模型类别与最终类别一致", "The rules left the model's tier as it is"),
    "model_part": Phrase("模型：分值如何构成", "Model: how the score is made up"),
    "rules_part": Phrase("规则：模型之外的判定", "Rules, apart from the model"),
    "no_rules": Phrase(
        "没有规则适用，类别由模型分数决定。", "No rule applied; the score alone gives the tier."
    ),
    "contested_title": Phrase("有记录正在异议处理中", "A record is disputed"),
    "contested_text": Phrase(
        "在异议处理完毕前，按两种结果中较轻的一种执行。",
        "Until the objection is settled, the milder of the two results applies.",
    ),
    "with_record": Phrase("计入该记录", "With the record"),
    "without_record": Phrase("不计入该记录", "Without the record"),
    "applies": Phrase("现行适用", "applies"),
    "expand_hint": Phrase("展开可见每项指标", "Open a group to see its features"),
    "record_table": Phrase("依据的记录", "Records behind it"),
    "record_none": Phrase("所列原因没有对应的记录。", "The reasons named rest on no record."),
    "record_id": Phrase("记录编号", "Record"),
    "happened_on": Phrase("发生日期", "Happened"),
    "known_on": Phrase("获知日期", "Known"),
    "content": Phrase("内容", "Content"),
    "of_other": Phrase("关联主体 {id}", "Linked business {id}"),
    "status_used": Phrase("已使用", "used"),
    "status_not_used": Phrase("已不使用", "no longer used"),
    "status_disputed": Phrase("异议中", "disputed"),
    "status_not_final": Phrase("尚未确定", "not final"),
    "data_used": Phrase("使用的数据", "Data used"),
    "source": Phrase("记录种类", "Records"),
    "own_records": Phrase("本主体条数", "Of this business"),
    "latest_on": Phrase("最近一条", "Latest"),
    "source_known_on": Phrase("全市数据更新至", "City data up to"),
    "never": Phrase("无", "none"),
    "not_used_none": Phrase("没有停止使用的记录。", "No record was left aside."),
    "legal_basis": Phrase("使用依据", "Legal basis"),
    "published": Phrase("不对外公布", "Not published"),
    "subject_may_see_tier": Phrase(
        "按现行规定，可以告知主体其类别。",
        "By the policy in force the business may be told its tier.",
    ),
    "subject_may_not_see_tier": Phrase(
        "按现行规定，不向主体告知类别。",
        "By the policy in force the business is not told its tier.",
    ),
    "score_set": Phrase("评分批次", "Set of scores"),
    "trained_as_of": Phrase("模型训练截至", "Model trained up to"),
    "demo": Phrase(
        "演示模式:未启用身份认证,本机上的任何人都可查看全部内容。请勿用于正式工作。",
        "Demo mode: there is no authentication, and anyone on this machine can see everything. "
        "Not for real work.",
    ),
    "sign_in": Phrase("登录", "Sign in"),
    "sign_out": Phrase("退出", "Sign out"),
    "sign_in_text": Phrase(
        "请输入管理员签发的密钥,并说明本次查询的目的(法定事项)。"
        "目的会与每次查询一并记入审计日志,请勿填写企业或个人的名称与号码。",
        "Enter the key that the administrator issued, and say why you look (a statutory item). "
        "The purpose is kept in the audit log with every look; name no business and no person.",
    ),
    "key": Phrase("密钥", "Key"),
    "purpose": Phrase("查询目的", "Purpose"),
    "purpose_hint": Phrase("例如:双随机抽查", "For instance: double-random inspection"),
    "signed_in_as": Phrase("已登录:{who},目的:{purpose}", "Signed in: {who}, purpose: {purpose}"),
    "internal": Phrase(
        "类别供内部安排检查使用，不是信用评价，不作为处罚依据，不得对外公开。",
        "Tiers help to plan checks inside the authority. They are no credit rating, no ground for "
        "a sanction, and are not to be published.",
    ),
    "other_language": Phrase("English", "中文"),
    "skip": Phrase("跳到正文", "Skip to content"),
    "problem_back": Phrase("回到总览", "Back to the overview"),
    "next_step": Phrase("下一步", "Next step"),
    "unit_points": Phrase("分", "pts"),
    "better_tier": Phrase("{tier} 类起点", "{tier} begins"),
    "of_peers": Phrase("同类参照", "Peers"),
    "yes": Phrase("是", "yes"),
    "chance": Phrase("概率", "Probability"),
    "changes": Phrase("变化说明", "What changed"),
    "from_day": Phrase("自", "From"),
    "to_day": Phrase("至", "To"),
    "compare": Phrase("比较", "Compare"),
    "records_changed": Phrase("有变化的记录", "Records that changed"),
    "addendum": Phrase("附记", "Addendum"),
    "addendum_of": Phrase(
        "{day}的答复所依据的记录,至{until}获知的后续情况",
        "what became known by {until} of the records behind the answer of {day}",
    ),
    "addendum_none": Phrase("没有需要补充的情况。", "Nothing is to be added."),
    "addendum_named": Phrase("该答复所列", "named in that answer"),
    "history": Phrase("近12个月", "The last twelve months"),
    "since_then": Phrase("与上月末相比", "Since the month before"),
    "contested_n": Phrase("{n} 户有异议中的记录", "{n} with a disputed record"),
}
