"""Why an act of a person is not taken, each with the next step."""

from __future__ import annotations

from collections.abc import Sequence

from features.contracts import Phrase
from serving import problems
from serving.problems import FieldFault, Problem


def unknown_objection() -> Problem:
    """The business has no objection of that name."""
    return Problem(
        problems.UNKNOWN_CASE,
        Phrase("该经营主体没有此编号的异议。", "The business has no objection of this id."),
        Phrase(
            "编号见 GET /v1/businesses/{business_id}/objections。",
            "See GET /v1/businesses/{business_id}/objections for the ids.",
        ),
    )


def no_record_of_it(places: Sequence[int]) -> Problem:
    """Records named that the business does not have."""
    return Problem(
        problems.UNKNOWN_REFERENCE,
        Phrase(
            f"所列记录中有 {len(places)} 条不属于该经营主体。",
            f"{len(places)} of the records named are none of this business.",
        ),
        Phrase(
            "记录的来源与编号见该主体的 explanation。",
            "See the business's explanation for its records: source and record_id.",
        ),
        tuple(
            FieldFault(f"records.{place}", "a record of the business", "another")
            for place in places[:20]
        ),
    )


def other_records() -> Problem:
    """A decision names records that were not objected to."""
    return Problem(
        problems.UNKNOWN_REFERENCE,
        Phrase("annulled 中有未被提出异议的记录。", "`annulled` names records not objected to."),
        Phrase("只能列出该异议所涉的记录。", "Name only records of this objection."),
        (FieldFault("annulled", "records of the objection", "others"),),
    )


def already_objected() -> Problem:
    """An open objection says the same."""
    return Problem(
        problems.CONFLICT,
        Phrase(
            "对同一记录或类别的异议正在处理中。",
            "An objection to the same record, or to the tier, is open already.",
        ),
        Phrase(
            "请等待其处理结果;如有补充理由,请提交给处理人员。",
            "Wait for its decision, and hand further grounds to who decides it.",
        ),
    )


def already_decided() -> Problem:
    """The objection is decided."""
    return Problem(
        problems.CONFLICT,
        Phrase("该异议已经处理完毕。", "This objection is decided."),
        Phrase("如对结果有异议,请重新提出。", "Whoever does not agree with it files another one."),
    )


def already_withdrawn() -> Problem:
    """The objection was withdrawn."""
    return Problem(
        problems.CONFLICT,
        Phrase("该异议已经撤回。", "This objection was withdrawn."),
        Phrase(
            "无需再处理;如仍有异议,请重新提出。",
            "There is nothing to decide; whoever still objects files another one.",
        ),
    )


def not_yours() -> Problem:
    """Only who filed an objection withdraws it."""
    return Problem(
        problems.NOT_YOURS,
        Phrase("只有提出者可以撤回异议。", "Only who filed an objection can withdraw it."),
        Phrase(
            "请由提出者撤回,或由监管人员作出处理。",
            "Let who filed it withdraw it, or a regulator decide it.",
        ),
    )


def already_extended() -> Problem:
    """More time was taken before."""
    return Problem(
        problems.CONFLICT,
        Phrase("该异议的期限已经延长过。", "The limit of this objection was extended before."),
        Phrase("请在最长期限内作出处理。", "Decide it within the longest limit."),
    )


def no_extension() -> Problem:
    """No law in force allows more time."""
    return Problem(
        problems.CONFLICT,
        Phrase(
            "现行规定没有可供延长的期限。", "The law in force on its day allows no longer limit."
        ),
        Phrase("请在规定期限内作出处理。", "Decide it within its limit."),
    )


def same_person() -> Problem:
    """Who began it may not decide it."""
    return Problem(
        problems.SAME_PERSON,
        Phrase(
            "提出者不得自行处理或确认。", "Who filed or proposed it may not decide or confirm it."
        ),
        Phrase(
            "请由另一名监管人员以其本人的密钥或令牌处理。",
            "Another regulator has to do it, with a key or token of their own.",
        ),
    )


def unknown_override() -> Problem:
    """The business has no override of that name."""
    return Problem(
        problems.UNKNOWN_CASE,
        Phrase("该经营主体没有此编号的人工调整。", "The business has no override of this id."),
        Phrase(
            "编号见 GET /v1/businesses/{business_id}/overrides。",
            "See GET /v1/businesses/{business_id}/overrides for the ids.",
        ),
    )


def same_tier() -> Problem:
    """The tier proposed is the decided one."""
    return Problem(
        problems.CONFLICT,
        Phrase("所提类别与现行判定相同。", "The tier proposed is the decided one."),
        Phrase("只有与判定不同的类别才需要人工调整。", "Only another tier needs an override."),
        (FieldFault("tier", "another tier than the decided one", "the same"),),
    )


def too_long(first: str, last: str) -> Problem:
    """The day is past, or later than allowed."""
    return Problem(
        problems.CONFLICT,
        Phrase(
            f"人工调整的截止日须在 {first} 至 {last} 之间。",
            f"The last day of an override lies between {first} and {last}.",
        ),
        Phrase("请更正 until。", "Correct `until`."),
        (FieldFault("until", f"a day from {first} to {last}", "another day"),),
    )


def no_overrides() -> Problem:
    """No term for overrides is in force."""
    return Problem(
        problems.CONFLICT,
        Phrase("现行规定不允许人工调整类别。", "No rule in force provides for overrides."),
        Phrase(
            "请由管理员在辖区声明中加入期限及依据(overrides)。",
            "The jurisdiction has to declare how long one may hold, and by which rule (overrides).",
        ),
    )


def override_open() -> Problem:
    """Another override waits or holds."""
    return Problem(
        problems.CONFLICT,
        Phrase(
            "该经营主体已有待确认或有效的人工调整。",
            "An override of this business is proposed or in force already.",
        ),
        Phrase("请先终止它。", "End that one first."),
    )


def not_proposed() -> Problem:
    """There is nothing to confirm."""
    return Problem(
        problems.CONFLICT,
        Phrase("该人工调整不在待确认状态。", "This override does not wait for a confirmation."),
        Phrase("请查看其当前状态。", "See how it stands."),
    )


def override_over() -> Problem:
    """It is over already."""
    return Problem(
        problems.CONFLICT,
        Phrase("该人工调整已经结束。", "This override is over."),
        Phrase("无需再终止。", "There is nothing to end."),
    )


def unknown_name() -> Problem:
    """No record gives a name of that id."""
    return Problem(
        problems.UNKNOWN_CASE,
        Phrase("记录中没有此编号的名称。", "No record gives a name of this id."),
        Phrase(
            "编号见 GET /v1/businesses/{business_id}/links 或 GET /v1/links。",
            "See GET /v1/businesses/{business_id}/links or GET /v1/links for the ids.",
        ),
    )


def said_already() -> Problem:
    """The last word on the pair is the same."""
    return Problem(
        problems.CONFLICT,
        Phrase("对该名称与该主体已作出同样的认定。", "The same was said of this name before."),
        Phrase("如需改变,请作出相反的认定。", "Say the contrary to end it."),
    )


def held_elsewhere() -> Problem:
    """Another business has the records of the name."""
    return Problem(
        problems.CONFLICT,
        Phrase(
            "该名称的记录现归于另一经营主体。",
            "The records of this name are another business's as things stand.",
        ),
        Phrase(
            "如确属误认,请先对该主体作出“不是同一主体”的认定。",
            "If that is wrong, first say of that business that it is not meant.",
        ),
    )


def nothing_to_refuse() -> Problem:
    """The name never meant the business."""
    return Problem(
        problems.CONFLICT,
        Phrase(
            "该名称未与该主体关联,也不在其待核范围内。",
            "The name is neither linked to this business nor thought to mean it.",
        ),
        Phrase("无需认定。", "There is nothing to say."),
    )
