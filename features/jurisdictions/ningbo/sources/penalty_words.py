"""Kinds of penalty and areas of violation, as departments write them."""

from __future__ import annotations

WAN = 10_000
WARNING, CRITICISM, FINE = "警告", "通报批评", "罚款"
NO_PENALTY = "不予处罚"
REVOKED = "撤销"
LEGAL, PERSON, SOLE = "法人及非法人组织", "自然人", "个体工商户"
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
BANS = ("限制开展生产经营活动", "限制从业")
CONFISCATIONS = ("没收违法所得", "没收非法财物")
# Kinds that make a decision count; a warning alone and a decision not to punish never do.
COUNTED_KINDS = (CRITICISM, FINE, *CONFISCATIONS, *HEAVIER)
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
# 食品、药品、特种设备、重点工业产品: repaired later than the rest.
KEY_VIOLATIONS = ("食品安全", "药品器械化妆品", "特种设备与计量", "产品质量")
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
