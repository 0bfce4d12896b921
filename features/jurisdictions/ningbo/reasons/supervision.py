"""R3xx: what authorities found."""

from __future__ import annotations

from features.jurisdictions.ningbo.reasons.words import reason

_DELIST = (
    "履行公示义务或办理住所变更后申请移出经营异常名录",
    "Disclose what is missing or register the address, then apply for removal",
)
_REPORT = ("补报年度报告后申请移出经营异常名录", "File the annual report, then apply for removal")
_ADDRESS = ("办理住所变更登记或申请核实后移出", "Register the new address or ask for verification")
_SERIOUS = (
    "满一年且履行义务后可申请提前移出",
    "After a year and duty met, apply for early removal",
)
_REPAIR = (
    "履行处罚决定,最短公示期届满后申请信用修复",
    "Fulfil the decision; after the shortest publication period apply for credit repair",
)
_RECTIFY = ("完成整改并申请复查", "Correct the problem and ask for a re-check")
_COOPERATE = ("配合监督检查", "Cooperate with inspections")
_PERFORM = ("履行生效法律文书确定的义务", "Perform the judgment")
_WAGES = ("支付拖欠的工资", "Pay the wages owed")

LISTS = (
    reason(
        "R301",
        "当前列入经营异常名录({value}项)",
        "On the abnormal-operation list (entries: {value})",
        _DELIST,
    ),
    reason(
        "R302",
        "{window}列入经营异常名录{value}次",
        "Entries on the abnormal list, {window}: {value}",
    ),
    reason("R303", "列入严重违法失信名单", "On the serious-violation list", _SERIOUS),
    reason(
        "R312", "当前为失信被执行人({value}件)", "Judgment defaulter (cases: {value})", _PERFORM
    ),
    reason("R313", "有未履行生效裁判{value}件", "Unperformed judgments: {value}", _PERFORM),
    reason("R325", "最近一次列入经营异常名录在{value}前", "Last listed as abnormal {value} ago"),
    reason(
        "R330",
        "因未按规定公示年度报告列入经营异常名录",
        "Listed for a missing annual report",
        _REPORT,
    ),
    reason(
        "R331",
        "因通过登记的住所无法联系列入经营异常名录",
        "Listed as unreachable at its address",
        _ADDRESS,
    ),
    reason("R332", "因公示信息问题列入经营异常名录", "Listed for its disclosures", _DELIST),
    reason("R336", "营业执照被吊销或被责令关闭", "Licence revoked or ordered to close"),
    reason(
        "R340",
        "{window}被列为失信被执行人{value}次",
        "Times listed as judgment defaulter, {window}: {value}",
    ),
    reason("R341", "未履行生效裁判标的{value}", "Sum of unperformed judgments: {value}", _PERFORM),
    reason(
        "R343",
        "{window}列入严重违法失信名单{value}次",
        "Entries on the serious-violation list, {window}: {value}",
    ),
    reason(
        "R345",
        "{window}因通过登记的住所无法联系列入经营异常名录{value}次",
        "Listed as unreachable at its address, {window}: {value}",
        _ADDRESS,
    ),
    reason("R346", "列入经营异常名录已{value}", "On the abnormal list for {value}", _DELIST),
    reason(
        "R347",
        "最近一次列入严重违法失信名单在{value}前",
        "Last put on the serious list {value} ago",
    ),
    reason(
        "R348",
        "最近一次列为失信被执行人在{value}前",
        "Last listed as judgment defaulter {value} ago",
    ),
)

PENALTIES = (
    reason("R304", "{window}受到行政处罚{value}次", "Penalties, {window}: {value}", _REPAIR),
    reason("R305", "{window}罚没金额{value},{peer}", "Fines, {window}: {value}; {peer}", _REPAIR),
    reason(
        "R306", "{window}受到较重处罚{value}次", "Heavier penalties, {window}: {value}", _REPAIR
    ),
    reason(
        "R307",
        "{window}同类违法行为重复发生{value}次",
        "Repeats of the same violation, {window}: {value}",
        _REPAIR,
    ),
    reason(
        "R317",
        "{window}侵犯知识产权经裁决或处罚{value}次",
        "IP infringement ruled or penalised, {window}: {value}",
    ),
    reason(
        "R318",
        "{window}违法广告行为经查实{value}次",
        "Verified illegal advertising, {window}: {value}",
    ),
    reason("R322", "最近一次行政处罚在{value}前", "Last penalty {value} ago"),
    reason(
        "R326",
        "{window}处罚涉及违法类型{value}类",
        "Kinds of violation penalised, {window}: {value}",
    ),
    reason(
        "R333",
        "{window}因食品安全违法受到处罚{value}次",
        "Penalties for food safety, {window}: {value}",
        _REPAIR,
    ),
    reason(
        "R334",
        "{window}因产品质量违法受到处罚{value}次",
        "Penalties for product quality, {window}: {value}",
        _REPAIR,
    ),
    reason(
        "R335",
        "{window}因网络交易或不正当竞争受到处罚{value}次",
        "Penalties for online trading or unfair competition, {window}: {value}",
        _REPAIR,
    ),
    reason(
        "R350",
        "{window}行政处罚次数与前一期间相差{value}次",
        "Penalties, {window}, beyond those of the period before: {value}",
    ),
    reason(
        "R351",
        "{window}受到行政处罚{value}次,{peer}",
        "Penalties, {window}: {value}; {peer}",
        _REPAIR,
    ),
    *(
        reason(
            code,
            f"{{window}}因{zh}违法受到处罚{{value}}次",
            f"Penalties for {en}, {{window}}: {{value}}",
            _REPAIR,
        )
        for code, zh, en in (
            ("R353", "药品、医疗器械或化妆品", "drugs, devices or cosmetics"),
            ("R354", "价格", "pricing"),
            ("R355", "侵害消费者权益", "infringing consumer rights"),
            ("R356", "登记或公示", "registration or disclosure"),
            ("R357", "无证无照经营", "trading without a licence"),
            ("R358", "安全生产或消防", "work or fire safety"),
            ("R359", "生态环境", "the environment"),
        )
    ),
)

CHECKS = (
    reason(
        "R308",
        "{window}抽查检查发现问题{value}次",
        "Checks that found problems, {window}: {value}",
        _RECTIFY,
    ),
    reason(
        "R309",
        "{window}检查发现问题并已改正{value}次",
        "Problems found and corrected, {window}: {value}",
    ),
    reason(
        "R310",
        "{window}拒绝或不配合监督检查{value}次",
        "Refused or obstructed inspections, {window}: {value}",
        _COOPERATE,
    ),
    reason("R311", "{window}产品或食品抽检不合格{value}批次", "Failed samples, {window}: {value}"),
    reason("R319", "{window}检查未发现问题{value}次", "Clean checks, {window}: {value}"),
    reason("R323", "最近一次检查发现问题在{value}前", "A check last found a problem {value} ago"),
    reason("R324", "最近一次抽检不合格在{value}前", "A sample last failed {value} ago"),
    reason(
        "R327",
        "{window}检查发现问题的比例为{value}",
        "Share of checks with problems, {window}: {value}",
    ),
    reason("R328", "{window}抽检不合格率{value}", "Share of samples failed, {window}: {value}"),
    reason("R338", "抽查发现问题待处理{value}项", "Open problems from checks: {value}", _RECTIFY),
    reason(
        "R339",
        "{window}检查时无法联系{value}次",
        "Checks that found nobody, {window}: {value}",
        _ADDRESS,
    ),
    reason("R344", "{window}抽检合格{value}批次", "Samples passed, {window}: {value}"),
    reason(
        "R352",
        "{window}抽查检查发现问题{value}次,{peer}",
        "Checks that found problems, {window}: {value}; {peer}",
        _RECTIFY,
    ),
    reason(
        "R360",
        "{window}重点检查事项发现问题{value}次",
        "Problems in key inspection items, {window}: {value}",
        _RECTIFY,
    ),
    reason(
        "R361",
        "{window}检查发现公示信息问题{value}次",
        "Disclosure problems found by checks, {window}: {value}",
        _RECTIFY,
    ),
)

OTHER_DEPARTMENTS = (
    reason("R314", "列入拖欠农民工工资失信名单", "On the wage-arrears list", _WAGES),
    reason("R315", "环境信用评价为{value}", "Environmental credit: {value}"),
    reason("R316", "海关信用等级为{value}", "Customs credit status: {value}"),
    reason("R320", "海关信用等级为{value}", "Customs credit status: {value}"),
    reason(
        "R337",
        "{window}发生已认定责任的生产安全事故{value}起",
        "Accidents with confirmed responsibility, {window}: {value}",
    ),
    reason("R342", "拖欠农民工工资{value}", "Wages owed: {value}", _WAGES),
    reason("R363", "最近一次已认定责任的生产安全事故在{value}前", "Last accident {value} ago"),
    reason(
        "R364",
        "{window}列入拖欠农民工工资名单{value}次",
        "Entries on the wage-arrears list, {window}: {value}",
        _WAGES,
    ),
)
