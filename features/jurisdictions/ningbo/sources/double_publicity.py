"""The 26 fields of a "double publicity" penalty record, and what counts in it.

Both orders of 代码_2 and 代码_3 met in archives are read, because columns are
found by heading and not by position. Older deliveries name amounts without
their unit; they are 万元 as well.
"""

from __future__ import annotations

from features.contracts import Column, Dates, Kind
from features.expressions import col
from features.jurisdictions.ningbo.sources.subject import updated_at, uscc

WAN = 10_000
WARNING, CRITICISM, FINE = "警告", "通报批评", "罚款"
NO_PENALTY = "不予处罚"
HEAVIER = (
    "暂扣许可证件",
    "降低资质等级",
    "吊销许可证件",
    "限制开展生产经营活动",
    "责令停产停业",
    "责令关闭",
    "限制从业",
    "行政拘留",
)
# Kinds that make a decision count; a warning alone and a decision not to punish never do.
COUNTED_KINDS = (CRITICISM, FINE, "没收违法所得", "没收非法财物", *HEAVIER)
KINDS = (WARNING, *COUNTED_KINDS, "其他", NO_PENALTY)
KIND_SPELLINGS = {
    "没收违法所得、没收非法财物": "没收违法所得",
    "没收违法所得、没收非法财物的金额": "没收违法所得",
    "暂扣或者吊销许可证、暂扣或者吊销执照": "暂扣许可证件",
    "暂扣许可证": "暂扣许可证件",
    "吊销许可证": "吊销许可证件",
    "吊销营业执照": "吊销许可证件",
    "责令停产停业整顿": "责令停产停业",
    "罚 款": FINE,
    "免予处罚": NO_PENALTY,
    "不予行政处罚": NO_PENALTY,
}

VIOLATIONS = (
    "食品安全",
    "药品器械化妆品",
    "产品质量",
    "广告",
    "价格",
    "商标专利侵权",
    "不正当竞争",
    "网络交易",
    "消费者权益",
    "登记与公示",
    "特种设备与计量",
    "无证无照经营",
    "税收",
    "劳动保障",
    "生态环境",
    "安全生产与消防",
    "其他",
)
VIOLATION_SPELLINGS = {
    "经营不符合食品安全标准的食品": "食品安全",
    "违反食品安全法": "食品安全",
    "发布虚假广告": "广告",
    "发布违法广告": "广告",
    "销售不合格产品": "产品质量",
    "生产销售不符合标准产品": "产品质量",
    "价格欺诈": "价格",
    "未明码标价": "价格",
    "侵犯注册商标专用权": "商标专利侵权",
    "假冒专利": "商标专利侵权",
    "虚假宣传": "不正当竞争",
    "刷单炒信": "不正当竞争",
    "未公示营业执照": "网络交易",
    "侵害消费者权益": "消费者权益",
    "提交虚假材料取得登记": "登记与公示",
    "未经许可从事经营活动": "无证无照经营",
    "消防安全": "安全生产与消防",
    "安全生产": "安全生产与消防",
    "环境保护": "生态环境",
}

# Ordinary procedure only: 简易程序, and a procedure nobody stated, never count.
SUBSTANTIVE = (
    col("procedure").equals("普通程序")
    & col("kinds").has_any(*COUNTED_KINDS)
    & ~col("kinds").has_any(NO_PENALTY)
)
# 浙江省公共信用信息管理条例第十一条: not challenged in time, or upheld.
FINAL = ~col("final_on").is_null()
# Final, or published and challenged by nobody so far; annulled decisions are gone anyway.
STANDS = FINAL | col("disputed_on").is_null() | ~col("settled_on").is_null()


def penalty_columns() -> tuple[Column, ...]:
    """Columns of a penalty record, in the order of the exchange table."""
    return (
        Column("business_name", Kind.TEXT, ("行政相对人名称",), "行政相对人名称", required=True),
        Column("subject_kind", Kind.TEXT, ("行政相对人类别",), "法人及非法人组织/个体工商户"),
        uscc("行政相对人代码_1(统一社会信用代码)", "行政相对人代码_1"),
        Column("registration_no", Kind.TEXT, ("行政相对人代码_2(工商注册号)", "行政相对人代码_2"),
               "15 位工商注册号"),
        Column("legal_representative", Kind.TEXT, ("法定代表人",), "姓名", personal=True),
        Column("decision_no", Kind.TEXT, ("行政处罚决定书文号",), "决定书文号", required=True),
        Column(
            "violation", Kind.CODE, ("违法行为类型",), "违法行为类型, 归入本系统分类",
            labels=VIOLATIONS, spellings=VIOLATION_SPELLINGS, otherwise="其他",
        ),
        Column("facts", Kind.TEXT, ("违法事实",), "可能写明自然人", personal=True),
        Column("basis", Kind.TEXT, ("处罚依据",), "法律条款"),
        Column("kinds", Kind.MASK, ("处罚类别",), "处罚种类 (行政处罚法第九条), 可多选",
               labels=KINDS, spellings=KIND_SPELLINGS),
        Column("fine_fen", Kind.MONEY, ("罚款金额(万元)", "罚款金额（万元）", "罚款金额"),
               "罚款金额", unit=WAN, minimum=0),
        Column(
            "confiscated_fen", Kind.MONEY,
            ("没收违法所得、没收非法财物的金额(万元)", "没收违法所得、没收非法财物金额(万元)",
             "没收违法所得、没收非法财物的金额（万元）"),
            "没收金额", unit=WAN, minimum=0,
        ),
        Column("decided_on", Kind.DAY, ("处罚决定日期",), "处罚决定日期", required=True),
        Column("valid_until_on", Kind.DAY, ("处罚有效期",), "处罚有效期"),
        Column("published_until_on", Kind.DAY, ("公示截止期",), "公示期最后一日; 其后不再使用"),
        Column("authority", Kind.TEXT, ("处罚机关",), "处罚机关", required=True),
        Column("authority_code", Kind.TEXT, ("处罚机关统一社会信用代码",), "处罚机关代码"),
        Column(
            "procedure", Kind.CODE, ("处罚程序",), "普通程序或简易程序",
            labels=("普通程序", "简易程序"),
            spellings={"一般程序": "普通程序", "一般程序处罚": "普通程序", "当场处罚": "简易程序"},
        ),
        Column("final_on", Kind.DAY, ("处罚确定日期",),
               "逾期未复议诉讼或经维持而确定的日期; 空为未确定"),
        Column("annulled_on", Kind.DAY, ("撤销日期",), "决定被撤销、变更或确认违法的日期"),
        Column("repaired_on", Kind.DAY, ("信用修复日期",), "信用修复决定日期"),
        Column("disputed_on", Kind.DAY, ("异议受理日期",), "异议、复议或诉讼受理日期"),
        Column("settled_on", Kind.DAY, ("异议办结日期",), "异议、复议或诉讼办结日期"),
        updated_at(),
    )  # fmt: skip


def penalty_dates(trust: str, known_lag_days: int) -> Dates:
    """Dates of a penalty record: published for its level's period, 36 months without one."""
    return Dates(
        event="decided_on",
        trust=trust,
        known="updated_at",
        known_lag_days=known_lag_days,
        retracted="annulled_on",
        repaired="repaired_on",
        usable_until="published_until_on",
        usable_months=36,
        disputed="disputed_on",
        settled="settled_on",
        final="final_on",
    )
