"""What a way back takes for granted, in both languages."""

from __future__ import annotations

from features.contracts import Phrase

ASSUMPTIONS = (
    Phrase(
        "规则按今天已经确定的版本计算,包括已定好生效日期的。",
        "Rules are those settled today, including any already dated to begin later.",
    ),
    Phrase(
        "同行业平均水平、关联主体和周边情况按今天的状况不变。",
        "Peer averages, linked businesses and surroundings stay as they are today.",
    ),
    Phrase(
        "除所列事项外没有任何新记录:没有新的处罚、投诉或检查,也没有报送以后的年报。",
        "Nothing else is recorded: no new penalty, complaint or check, and no later annual report.",
    ),
    Phrase(
        "每件事都在规定允许的最早日期办理,条件已经满足并获得准许;办理时间按最长期限计算。",
        "Each step is taken on the first day allowed, its condition is met and it is granted; "
        "offices take as long as they may.",
    ),
)
DISPUTED = Phrase(
    "异议中的记录在整个期间都按较轻的结果处理。",
    "Disputed records are left out throughout, as in the milder result that applies today.",
)
INCOMPLETE = Phrase(
    "可办事项较多,没有逐一比较所有组合,可能还有更省事的办法。",
    "There are many steps; not every combination was compared, so an easier way may exist.",
)
