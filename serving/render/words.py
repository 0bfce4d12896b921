"""The words around a decision, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from features.contracts import Phrase
from serving.decision.decided import Decision, FiredRule, ProbabilityInterval, WhyNot
from serving.decision.explanation import Against
from serving.manifest import Level
from serving.policy import Effect

WORDS: dict[str, Phrase] = {
    "role": Phrase(
        "本结果供监管部门安排检查参考,不是信用评价,不对外公布,也不是处罚的依据。",
        "This result helps the regulator to plan checks. It is not a credit rating, "
        "it is not published, and it is no ground for a sanction.",
    ),
    "subject_role": Phrase(
        "这份说明告诉您,哪些记录会影响监管部门安排检查。它不是处罚,也不对外公布。",
        "This notice tells you which records bear on how the regulator plans checks. "
        "It is not a sanction and it is not published.",
    ),
    "subject_points": Phrase(
        "括号里的分值表示影响的大小,按由大到小排列。",
        "The points in brackets say how much each weighs, the largest first.",
    ),
    "as_of": Phrase("截至", "As of"),
    "score": Phrase("信用分", "Score"),
    "score_range": Phrase("0–1000 分,越高越好", "0–1000, higher is better"),
    "cutoffs": Phrase("分档线", "Tier cut-offs"),
    "tier": Phrase("类别", "Tier"),
    "model_tier": Phrase("模型类别", "Model tier"),
    "final_tier": Phrase("最终类别", "Final tier"),
    "probability": Phrase("概率", "Probability"),
    "probability_of": Phrase("概率（{event}）", "Probability ({event})"),
    "interval_means": Phrase(
        "区间说的是评分相同的全部经营主体中发生该事项的比例,不是对这一户的断言。",
        "The interval is about all businesses with such a score: to what share of them the event "
        "happens. It says nothing of this one alone.",
    ),
    "warnings": Phrase("风险预警", "Warnings"),
    "event": Phrase("预警事项", "Event"),
    "level": Phrase("级别", "Level"),
    "no_level": Phrase("未达预警线", "below every level"),
    "warning_reasons": Phrase("预警的原因", "Why this warning"),
    "warning_points": Phrase(
        "预警原因的分值按同一尺度单独计算:负值越大,该事项越可能发生;不计入信用分。",
        "Points of a warning are its own, on the same scale: the more negative, the likelier the "
        "event. They are no part of the score.",
    ),
    "reasons": Phrase("主要原因", "Principal reasons"),
    "positives": Phrase("有利因素", "In its favour"),
    "subject_reasons": Phrase("对您不利的情况", "What counts against you"),
    "subject_positives": Phrase("对您有利的情况", "What counts in your favour"),
    "points": Phrase("分值", "Points"),
    "unit_points": Phrase("分", "points"),
    "value": Phrase("数值", "Value"),
    "records": Phrase("依据的记录", "Records"),
    "records_say": Phrase("记录的内容", "What the records say"),
    "objections_open": Phrase("有{n}项异议正在办理", "Objections not decided yet: {n}"),
    "and_more": Phrase("共{n}条,以上列出其中一部分", "{n} in all; some are listed above"),
    "absence": Phrase(
        "没有查到相应记录,这本身就是原因", "No such record was found; that is the reason"
    ),
    "advice": Phrase("您可以", "What you can do"),
    "none": Phrase("无", "none"),
    "nothing": Phrase("没有。", "Nothing."),
    "contributions": Phrase("分值构成", "How the score is made up"),
    "feature": Phrase("指标", "Feature"),
    "group": Phrase("一级指标", "Indicator group"),
    "department": Phrase("数据来源部门", "Department"),
    "by_department": Phrase("按部门合计", "By department"),
    "base": Phrase("基准分", "Base"),
    "limit": Phrase("封顶/保底调整", "Cut to the range 0–1000"),
    "total": Phrase("合计", "Total"),
    "against_points": Phrase("与参照组相比", "From the reference"),
    "rules": Phrase("适用的规则", "Rules that applied"),
    "effect": Phrase("作用", "Effect"),
    "overruled": Phrase("{rules}优先,本条不改变类别", "{rules} goes first: this sets no tier"),
    "reference": Phrase("依据", "Legal reference"),
    "flags": Phrase("标注", "Flags"),
    "measures": Phrase("相应的监管措施", "What follows"),
    "ratio": Phrase("年度抽查比例", "Share inspected in a year"),
    "cap": Phrase("年度检查次数上限", "Most checks in a year"),
    "no_cap": Phrase("不设上限", "no cap"),
    "completeness": Phrase("数据完整度", "Data known"),
    "completeness_is": Phrase("{of}项指标中{known}项有数据", "{known} of {of} features"),
    "not_used": Phrase("未使用的记录", "Records not used"),
    "why": Phrase("原因", "Why"),
    "provenance": Phrase("可核验信息", "Provenance"),
    "bundle": Phrase("模型包", "Bundle"),
    "catalogue": Phrase("指标目录", "Feature catalogue"),
    "snapshot": Phrase("数据快照", "Data snapshot"),
    "policy": Phrase("规则版本", "Policy"),
    "code_version": Phrase("程序版本", "Code version"),
    "vector_hash": Phrase("输入数据", "Input vector"),
    "vector": Phrase("全部输入数值", "Raw input vector"),
    "rights": Phrase("您的权利", "Your rights"),
    "rights_default": Phrase(
        "您可以查阅上列记录;认为有误的,可以向作出本说明的部门提出异议,要求核实和更正。",
        "You may see the records listed. If you think one is wrong, you may object to the "
        "authority that sent this notice and ask it to check and correct it.",
    ),
    "objection": Phrase("权利与异议", "Rights and objection"),
    "side": Phrase("{tier}类,{score}分", "tier {tier}, {score} points"),
    "side_milder": Phrase("(较轻)", " (milder)"),
    "side_with": Phrase("计入异议中的记录", "With the disputed record"),
    "side_without": Phrase("不计入异议中的记录", "Without the disputed record"),
    "side_now": Phrase("现在", "Now"),
    "side_then": Phrase("假设之后", "As supposed"),
    "side_differs": Phrase("变化的指标", "Features that differ"),
    "contested_applies": Phrase(
        "有记录正在异议处理中;处理完毕前按较轻的结果执行,以下说明的是这一结果。",
        "A record is disputed. Until that is settled the milder result applies; it is explained "
        "below.",
    ),
    "supposed_explained": Phrase(
        "以下说明的是假设之后的结果;它没有作出,也不会保存。",
        "What is explained below is the result as supposed. It was not decided and is not kept.",
    ),
}  # fmt: skip

LEVEL_WORDS: dict[Level, Phrase] = {
    "red": Phrase("红色", "red"),
    "orange": Phrase("橙色", "orange"),
    "yellow": Phrase("黄色", "yellow"),
    "blue": Phrase("蓝色", "blue"),
}

WHY_NOT: dict[WhyNot, Phrase] = {
    "superseded": Phrase("已有更正的版本", "a corrected version took its place"),
    "retracted": Phrase("已被撤销", "it was annulled"),
    "repaired": Phrase("已完成信用修复", "credit repair was completed"),
    "excluded": Phrase("依规定不计入", "such records never count"),
    "expired": Phrase("公示或使用期限已满", "its period of use has ended"),
    "disputed": Phrase("正在异议处理中", "it is disputed"),
    "not_final": Phrase("尚未终局", "it is not final yet"),
    "not_yet_known": Phrase("截至日之后才获知", "it became known after this day"),
}


def source_words(sources: Mapping[str, Phrase], names: Sequence[str]) -> Phrase:
    """The sources of some records in words; a source without a title by its name."""
    titles = [sources.get(name, Phrase(name, name)) for name in names]
    return Phrase("、".join(title.zh for title in titles), ", ".join(title.en for title in titles))


def effect_words(effect: Effect) -> Phrase:
    """What a rule does, in words."""
    zh, en = [], []
    if effect.tier:
        zh.append(f"直接判定为{effect.tier}类")
        en.append(f"tier {effect.tier}")
    if effect.floor:
        zh.append(f"不优于{effect.floor}类")
        en.append(f"no better than {effect.floor}")
    if effect.no_worse_than:
        zh.append(f"不劣于{effect.no_worse_than}类")
        en.append(f"no worse than {effect.no_worse_than}")
    if effect.flag:
        zh.append(f"加注（{effect.flag}）")
        en.append(f"flag ({effect.flag})")
    if not zh:  # another rule goes before this one, which has no flag
        return Phrase("不改变类别", "no effect on the tier")
    return Phrase(",".join(zh), ", ".join(en))


def rule_words(rule: FiredRule) -> Phrase:
    """What a rule that applied did, and which rules go before it where they do."""
    did = effect_words(rule.effect)
    if not rule.overruled_by:
        return did
    first = Phrase("、".join(rule.overruled_by), ", ".join(rule.overruled_by))
    why = WORDS["overruled"]
    return Phrase(
        f"{did.zh};{why.zh.format(rules=first.zh)}", f"{did.en}; {why.en.format(rules=first.en)}"
    )


def flag_words(decision: Decision, flag: str) -> Phrase:
    """A flag as the title of the rule that raised it."""
    for rule in decision.rules:
        if rule.effect.flag == flag:
            return rule.title
    return Phrase(flag, flag)


def against_words(against: Against) -> Phrase:
    """What the principal reasons are measured from, in words."""
    if against.tier is None:
        return Phrase(
            f"以模型对一般经营主体的预期({against.base}分)为参照。",
            f"Measured from what the model expects of any business ({against.base} points).",
        )
    zh, en = ("", "") if against.sector is None else (against.sector.zh, against.sector.en)
    return Phrase(
        f"以刚进入{against.tier}类的{against.n}户{zh}经营主体(平均{against.base}分)为参照。",
        f"Measured from {against.n} businesses {f'in {en} ' if en else ''}just inside tier "
        f"{against.tier} (on average {against.base} points).",
    )


def per_cent(chance: str) -> str:
    """A probability as per cent.

    >>> per_cent("0.0312")
    '3.12%'
    """
    return f"{float(chance):.2%}"


def chance_words(chance: str, interval: ProbabilityInterval | None) -> Phrase:
    """A probability as per cent, with the interval it lies in where one is known.

    >>> chance_words("0.0312", ProbabilityInterval("0.0240", "0.0405", 0.9)).en
    '3.12% (90% interval 2.40% to 4.05%)'
    >>> chance_words("0.0312", None).zh
    '3.12%'
    """
    told = per_cent(chance)
    if interval is None:
        return Phrase(told, told)
    low, high, certainty = per_cent(interval.low), per_cent(interval.high), interval.certainty
    return Phrase(
        f"{told}({certainty:.0%}区间{low}至{high})",
        f"{told} ({certainty:.0%} interval {low} to {high})",
    )


def record_name(record_id: str, business_id: str) -> str:
    """A record's id without the number of the business that is being told of it.

    >>> record_name("91330203MA2AEL7N86|2025", "91330203MA2AEL7N86")
    '2025'
    >>> record_name("91330203MA2AEL7N86", "91330203MA2AEL7N86")
    '91330203MA2AEL7N86'
    """
    rest = [part for part in record_id.split("|") if part != business_id]
    return " ".join(rest) or record_id
