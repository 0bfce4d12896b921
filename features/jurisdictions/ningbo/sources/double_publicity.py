"""The 26 fields of a "double publicity" penalty record, and what counts in it.

Each field is found by its heading, by the column of the exchange table, or by the
heading of the layout used until 2018; never by position. Where a heading names a
code by its number only (代码_2), its form says which code it is, because the two
layouts number them differently. Amounts without a unit are 万元 as well.
"""

from __future__ import annotations

from features.contracts import Column, Dates, Exclusion, Kind, Phrase, UseRule
from features.expressions import col
from features.jurisdictions.ningbo.finality import FINALITY_POLICY, POLICIES
from features.jurisdictions.ningbo.sources.penalty_words import (
    COUNTED_KINDS,
    KIND_SPELLINGS,
    KINDS,
    LEGAL,
    NO_PENALTY,
    PERSON,
    REVOKED,
    SOLE,
    VIOLATION_SPELLINGS,
    VIOLATIONS,
    WAN,
)
from features.jurisdictions.ningbo.sources.subject import updated_at, uscc

_REVOKED = col("state").equals(REVOKED)
_NOT_PUNISHED = col("kinds").has_any(NO_PENALTY)
_ORDINARY = col("procedure").equals("普通程序")
_BEYOND_WARNING = col("kinds").has_any(*COUNTED_KINDS)
# A decision that may count; what may not says why in `NEVER`.
SUBSTANTIVE = ~_REVOKED & ~_NOT_PUNISHED & _ORDINARY & _BEYOND_WARNING
NEVER = (
    Exclusion(
        _REVOKED,
        Phrase("已撤销的处罚不计入", "a penalty that was revoked never counts"),
        "《行政处罚法》第四十八条",
    ),
    Exclusion(
        _NOT_PUNISHED,
        Phrase("不予行政处罚的决定不计入", "a decision not to punish never counts"),
        "《行政处罚法》第三十三条",
    ),
    Exclusion(
        col("procedure").equals("简易程序"),
        Phrase("简易程序作出的处罚不计入", "a penalty by summary procedure never counts"),
        "《浙江省公共信用信息管理条例》第十一条",
    ),
    Exclusion(
        ~_ORDINARY,
        Phrase("未载明处罚程序的不计入", "a penalty whose procedure is not stated never counts"),
        "《浙江省公共信用信息管理条例》第十一条",
    ),
    Exclusion(
        ~_BEYOND_WARNING,
        Phrase(
            "仅警告或未载明法定种类的处罚不计入",
            "a warning alone, or a penalty of no stated legal kind, never counts",
        ),
        "《市场监督管理行政处罚信息公示规定》(总局令第 45 号)",
    ),
)
# Final, or published and challenged by nobody so far; annulled decisions are gone anyway.
STANDS = ~col("final_day").is_null() | col("disputed_on").is_null() | ~col("settled_on").is_null()


_WHO = "行政相对人代码"
_SECOND, _THIRD, _FIFTH = f"{_WHO}_2", f"{_WHO}_3", f"{_WHO}_5"
# Decisions against natural persons who run no business are not ours to hold.
OF_A_BUSINESS = ~col("subject_kind").equals(PERSON)


def penalty_columns() -> tuple[Column, ...]:
    """Columns of a penalty record, in the order of the exchange table."""
    return (*_subject(), *_decision(), *_sanction(), *_authorities(), *_afterwards())


def _subject() -> tuple[Column, ...]:
    """Fields 1 to 11: who was punished."""
    return (
        Column(
            "business_name",
            Kind.TEXT,
            ("行政相对人名称", "cf_xdr_mc"),
            "1 行政相对人名称",
            required=True,
        ),
        Column(
            "subject_kind",
            Kind.CODE,
            ("行政相对人类别", "cf_xdr_lb"),
            "2 行政相对人类别; 自然人不归集",
            labels=(LEGAL, PERSON, SOLE, "其他"),
            otherwise="其他",
            spellings={
                "法人": LEGAL,
                "法人及其他组织": LEGAL,
                "企业": LEGAL,
                "个体": SOLE,
                "个人": PERSON,
            },
        ),
        uscc(f"{_WHO}_1(统一社会信用代码)", f"{_WHO}_1", "cf_xdr_shxym"),
        Column(
            "registration_no",
            Kind.TEXT,
            (f"{_SECOND}(工商注册号)", f"{_THIRD}(工商登记码)", "cf_xdr_gszc", _SECOND, _THIRD),
            "4 工商注册号, 15 位; 旧版列为代码_3",
            form="[0-9]{15}",
            example="330203000012344",
        ),
        Column(
            "organisation_code",
            Kind.TEXT,
            (f"{_THIRD}(组织机构代码)", f"{_SECOND}(组织机构代码)", "cf_xdr_zzjg", _THIRD, _SECOND),
            "5 组织机构代码, 9 位; 旧版列为代码_2",
            form="[0-9A-Za-z]{8}-?[0-9A-Za-z]",
            example="71119203-7",
        ),
        Column(
            "tax_no",
            Kind.TEXT,
            (f"{_WHO}_4(税务登记号)", f"{_WHO}_4", "cf_xdr_swdj"),
            "6 税务登记号; 个体工商户的可为公民身份号码, 故只核验、不存",
            personal=True,
        ),
        Column(
            "institution_no",
            Kind.TEXT,
            (f"{_FIFTH}(事业单位证书号)", "cf_xdr_sydw", _FIFTH),
            "7 事业单位证书号, 12 位; 旧版代码_5 为居民身份证号, 不读取",
            form="[0-9]{12}",
            example="133020000001",
        ),
        Column(
            "association_no",
            Kind.TEXT,
            (f"{_WHO}_6(社会组织登记证号)", f"{_WHO}_6", "shzzdjzh"),
            "8 社会组织登记证号",
        ),
        Column(
            "legal_representative",
            Kind.TEXT,
            ("法定代表人", "法定代表人姓名", "cf_frdb"),
            "9 姓名",
            personal=True,
        ),
        Column(
            "representative_id_kind",
            Kind.TEXT,
            ("法定代表人证件类型", "cf_fr_zjlx"),
            "10 证件类型",
            personal=True,
        ),
        Column(
            "representative_id",
            Kind.TEXT,
            ("法定代表人证件号码", "cf_fr_sfzh"),
            "10 证件号码",
            personal=True,
        ),
        Column(
            "person_id_kind",
            Kind.TEXT,
            ("证件类型", "自然人证件类型", "cf_xdr_zjlx"),
            "11 自然人证件类型",
            personal=True,
        ),
        Column(
            "person_id",
            Kind.TEXT,
            ("证件号码", "自然人证件号码", "cf_xdr_zjhm", f"{_FIFTH}(居民身份证号)"),
            "11 自然人证件号码",
            personal=True,
        ),
    )


def _decision() -> tuple[Column, ...]:
    """Fields 12 to 15: what was decided, and why."""
    return (
        Column(
            "decision_no",
            Kind.TEXT,
            ("行政处罚决定书文号", "cf_wsh"),
            "12 决定书文号; 主键",
            required=True,
        ),
        Column(
            "violation",
            Kind.CODE,
            ("违法行为类型", "cf_wfxw"),
            "13 违法行为类型, 归入本系统分类",
            labels=VIOLATIONS,
            spellings=VIOLATION_SPELLINGS,
            otherwise="其他",
        ),
        Column(
            "facts",
            Kind.TEXT,
            ("违法事实", "cf_sy", "处罚事由"),
            "14 可能写明自然人",
            personal=True,
        ),
        Column("basis", Kind.TEXT, ("处罚依据", "cf_yj"), "15 法律条款"),
    )


def _sanction() -> tuple[Column, ...]:
    """Fields 16 to 20: the sanction."""
    return (
        Column(
            "kinds",
            Kind.MASK,
            ("处罚类别", "cf_cflb", "处罚类别1", "处罚类别2"),
            "16 处罚种类 (行政处罚法第九条), 可多选; 旧版分列两栏",
            labels=KINDS,
            spellings=KIND_SPELLINGS,
        ),
        Column(
            "content",
            Kind.TEXT,
            ("处罚内容", "cf_nr", "处罚结果"),
            "17 可能写明自然人",
            personal=True,
        ),
        Column(
            "fine_fen",
            Kind.MONEY,
            ("罚款金额(万元)", "罚款金额（万元）", "罚款金额", "cf_nr_fk"),
            "18 罚款金额; 万元, 六位小数, 换算为分不失精度",
            unit=WAN,
            minimum=0,
        ),
        Column(
            "confiscated_fen",
            Kind.MONEY,
            (
                "没收违法所得、没收非法财物的金额(万元)",
                "没收违法所得、没收非法财物金额(万元)",
                "没收违法所得、没收非法财物的金额（万元）",
                "cf_nr_wfff",
            ),
            "19 没收金额",
            unit=WAN,
            minimum=0,
        ),
        Column(
            "licence_withdrawn",
            Kind.TEXT,
            ("暂扣或吊销证照名称及编号", "cf_nr_zkdx"),
            "20 暂扣或吊销的证照",
        ),
    )


def _authorities() -> tuple[Column, ...]:
    """Fields 21 to 26: when, until when, by whom, from whom."""
    return (
        Column(
            "decided_on", Kind.DAY, ("处罚决定日期", "cf_jdrq"), "21 处罚决定日期", required=True
        ),
        Column("valid_until_on", Kind.DAY, ("处罚有效期", "cf_yxq"), "22 处罚有效期"),
        Column(
            "published_until_on",
            Kind.DAY,
            ("公示截止期", "cf_gsjzq"),
            "23 公示期最后一日; 其后不再使用",
        ),
        Column("authority", Kind.TEXT, ("处罚机关", "cf_cfjg"), "24 处罚机关; 主键", required=True),
        Column(
            "authority_code",
            Kind.TEXT,
            ("处罚机关统一社会信用代码", "cf_cfjgdm"),
            "24 处罚机关代码",
        ),
        Column("provider", Kind.TEXT, ("数据来源单位", "cf_sjly"), "25 数据来源单位"),
        Column(
            "provider_code",
            Kind.TEXT,
            ("数据来源单位统一社会信用代码", "cf_sjlydm"),
            "25 数据来源单位代码",
        ),
        Column("remarks", Kind.TEXT, ("备注", "bz"), "26 可能写明自然人", personal=True),
    )


def _afterwards() -> tuple[Column, ...]:
    """What happened to the decision, as the exchange platform adds it."""
    return (
        Column(
            "state",
            Kind.CODE,
            ("当前状态", "zt"),
            "旧版字段; 已撤销的不计",
            labels=("正常", REVOKED, "异议", "其他"),
            otherwise="其他",
            spellings={"0": "正常", "1": REVOKED, "2": "异议", "3": "其他"},
        ),
        Column(
            "procedure",
            Kind.CODE,
            ("处罚程序",),
            "普通程序或简易程序",
            labels=("普通程序", "简易程序"),
            spellings={"一般程序": "普通程序", "一般程序处罚": "普通程序", "当场处罚": "简易程序"},
        ),
        Column(
            "final_on",
            Kind.DAY,
            ("处罚确定日期",),
            "逾期未复议诉讼或经维持而确定的日期; 空为未确定",
        ),
        Column("annulled_on", Kind.DAY, ("撤销日期",), "决定被撤销、变更或确认违法的日期"),
        Column("repaired_on", Kind.DAY, ("信用修复日期",), "信用修复决定日期"),
        Column("disputed_on", Kind.DAY, ("异议受理日期",), "异议、复议或诉讼受理日期"),
        Column("settled_on", Kind.DAY, ("异议办结日期",), "异议、复议或诉讼办结日期"),
        updated_at("数据更新时间戳"),
    )


def penalty_dates(trust: str, known_lag_days: int, use: tuple[UseRule, ...]) -> Dates:
    """Dates of a penalty record: used as long as `use` says, final as the policy says."""
    return Dates(
        event="decided_on",
        trust=trust,
        known="updated_at",
        known_lag_days=known_lag_days,
        retracted="annulled_on",
        repaired="repaired_on",
        usable_until="published_until_on",
        disputed="disputed_on",
        settled="settled_on",
        final="final_on",
        happened=True,
        use=use,
        finality=POLICIES[FINALITY_POLICY],
    )
