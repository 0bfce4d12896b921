"""The words around a way back, in both languages."""

from __future__ import annotations

from features.contracts import Phrase

WAY_BACK_WORDS: dict[str, Phrase] = {
    "way_back": Phrase("改善路径", "The way back"),
    "today": Phrase("现在", "Today"),
    "looked_until": Phrase("看到{day}为止", "Looked ahead to {day}"),
    "already_best": Phrase("已是最好的类别。", "It is in the best tier already."),
    "tier_from": Phrase("{tier}类", "Tier {tier}"),
    "untouched": Phrase("什么都不做", "Nothing done"),
    "cheapest": Phrase("最省事的办法", "Least effort"),
    "soonest": Phrase("最早的办法", "Soonest"),
    "since_day": Phrase("{day}起", "from {day}"),
    "until_day": Phrase("到{day}为止", "until {day}"),
    "not_reached": Phrase("在{day}以前不能达到", "not reached before {day}"),
    "no_step_sooner": Phrase(
        "没有可办的事项能更早达到", "no step that may be taken reaches it sooner"
    ),
    "open_steps": Phrase("可以办理的事项", "Steps that may be taken"),
    "no_steps": Phrase("目前没有可以办理的事项。", "There is no step to take at present."),
    "condition": Phrase("条件", "Condition"),
    "at": Phrase("向谁办理", "Where"),
    "allowed_on": Phrase("最早可以办理", "Possible from"),
    "counted_on": Phrase("最晚何时生效", "Counts by"),
    "alone": Phrase("办好后当天的作用(含先要办好的)", "Effect on that day (with what comes first)"),
    "lifts": Phrase("类别变好", "better tier"),
    "basis": Phrase("依据", "Legal basis"),
    "for_records": Phrase("(共{n}条记录)", " ({n} records)"),
    "concerned": Phrase("涉及的记录", "Records concerned"),
    "assumed": Phrase("前提", "What this assumes"),
    "searched": Phrase(
        "比较了{sets}种办法(上限{most}种)、{days}天;能保持{holds}天以上才算达到;"
        "所列日期都按当天的记录重新判定过",
        "{sets} sets of steps (at most {most}) over {days} days were compared; a tier counts as "
        "reached when it holds {holds} days; every date told was decided anew on the records as "
        "they would be",
    ),
    "decision_hash": Phrase("决定", "Decision"),
    "effect_note": Phrase(
        "分值和“类别变好”是办好后当天的作用,含先要办好的事项。",
        "Points and “better tier” are the effect on the day it counts, with what comes first.",
    ),
    "subject_way_back": Phrase("您可以做什么", "What you can do"),
    "subject_no_steps": Phrase(
        "目前没有需要您办理的事项。", "There is nothing you need to do at present."
    ),
    "subject_when": Phrase("什么时候会变好", "When things get better"),
    "subject_from": Phrase(
        "{day}起可以办理;当天办理的,最晚{counted}计入",
        "You can do this from {day}; done that day, it counts by {counted}",
    ),
    "subject_you_do": Phrase("办理第{steps}项", "Do {steps}"),
    "subject_at": Phrase("在哪里办", "Where"),
    "subject_assumed": Phrase(
        "以上日期按今天的记录和规定推算,条件是期间没有新的不良记录。",
        "These dates follow from today's records and rules, if nothing new is recorded against "
        "you.",
    ),
    "way_back_json": Phrase("改善路径接口原文 (JSON)", "The way back as the API says it (JSON)"),
}
