"""R4xx associations, R5xx public evaluation, R6xx online, R9xx data and rules."""

from __future__ import annotations

from features.jurisdictions.ningbo.reasons.words import reason

_SETTLE = ("与消费者协商解决并改进服务", "Settle with consumers and improve the service")
_MEDIATE = ("积极参与投诉调解", "Take part in mediation")
_SHOW = ("在店铺首页显著位置公示营业执照", "Show the licence on the shop's home page")
_UPDATE = ("向平台更新身份信息", "Update the identity given to the platform")

ASSOCIATES = (
    reason(
        "R401", "关联主体当前列入经营异常名录{value}项", "Associates on the abnormal list: {value}"
    ),
    reason(
        "R402",
        "关联主体被吊销、责令关闭或列入严重失信名单{value}户次",
        "Associates forced out or blacklisted: {value}",
    ),
    reason(
        "R403",
        "法定代表人任职的其他主体存在处罚、查实问题或失信{value}次",
        "Same representative, other businesses penalised or dishonest: {value}",
    ),
    reason(
        "R404",
        "同一住所登记其他主体{value}户(非集群登记)",
        "Other businesses at the address (no cluster registration): {value}",
    ),
    reason(
        "R405",
        "同一住所其他主体当前列入经营异常名录{value}项",
        "Abnormal-list entries at the address: {value}",
    ),
    reason(
        "R406",
        "{window}同一住所其他主体受到处罚{value}次",
        "Penalties of others at the address, {window}: {value}",
    ),
    reason(
        "R407",
        "同一法定代表人登记的其他主体{value}户",
        "Other businesses of the representative: {value}",
    ),
    reason(
        "R408", "关联主体中被吊销或责令关闭的比例为{value}", "Share of associates revoked: {value}"
    ),
    reason(
        "R409", "关联主体未缴清欠税或非正常{value}项", "Associates' arrears not cleared: {value}"
    ),
    reason(
        "R410",
        "同一经营者的其他主体有未亮照网店{value}家",
        "Shops without a visible licence of the same operator: {value}",
        _SHOW,
    ),
    reason(
        "R411",
        "{window}同一法定代表人新登记其他主体{value}户",
        "Businesses newly registered by the representative, {window}: {value}",
    ),
    reason(
        "R412",
        "{window}关联主体新列入经营异常名录{value}次",
        "Associates newly on the abnormal list, {window}: {value}",
    ),
    reason(
        "R413",
        "{window}关联主体新列入严重违法失信名单{value}次",
        "Associates newly on the serious list, {window}: {value}",
    ),
    reason(
        "R414",
        "{window}同一住所新登记其他主体{value}户(非集群登记)",
        "Businesses new at the address (no cluster registration), {window}: {value}",
    ),
)

EVALUATION = (
    reason(
        "R501", "{window}投诉举报{value}件,{peer}", "Complaints, {window}: {value}; {peer}", _SETTLE
    ),
    reason(
        "R502",
        "{window}投诉件数与前一期间相差{value}件",
        "Complaints, {window}, beyond those of the period before: {value}",
        _SETTLE,
    ),
    reason(
        "R503", "{window}投诉调解成功率为{value}", "Settlement rate, {window}: {value}", _MEDIATE
    ),
    reason(
        "R504", "{window}投诉举报转案件{value}件", "Complaints that became cases, {window}: {value}"
    ),
    reason("R505", "{window}举报经核实属实{value}件", "Reports verified, {window}: {value}"),
    reason(
        "R506",
        "放心网店/放心消费单位等荣誉{value}项",
        "Trusted-shop status or other honours: {value}",
    ),
    reason("R507", "为无理由退货承诺单位", "Keeps a return promise"),
    reason("R508", "最近一次投诉在{value}前", "Last complaint {value} ago"),
    reason(
        "R509",
        "{window}投诉争议金额{value},{peer}",
        "Sum in dispute, {window}: {value}; {peer}",
        _SETTLE,
    ),
    reason(
        "R510", "{window}投诉涉及问题{value}类", "Kinds of complaint, {window}: {value}", _SETTLE
    ),
    reason(
        "R511",
        "{window}投诉异常增长预警{value}次",
        "Alerts on growing complaints, {window}: {value}",
        _SETTLE,
    ),
    reason("R512", "{window}投诉增长率{value}", "Growth of complaints, {window}: {value}", _SETTLE),
    reason(
        "R513",
        "{window}投诉未能调解{value}件",
        "Complaints not settled, {window}: {value}",
        _MEDIATE,
    ),
    reason(
        "R514",
        "{window}举报经核实属实的比例为{value}",
        "Share of reports verified, {window}: {value}",
    ),
    reason("R516", "守合同重信用荣誉{value}项", "Contract-keeping honours: {value}"),
)

ONLINE = (
    reason(
        "R601",
        "未公示营业执照或许可信息的网店{value}家",
        "Shops without a visible licence: {value}",
        _SHOW,
    ),
    reason(
        "R602",
        "平台报送身份信息与登记不一致的网店{value}家",
        "Shops whose identity on the platform differs from the register: {value}",
        _UPDATE,
    ),
    reason(
        "R603", "{window}网络监测线索查实{value}条", "Verified monitoring leads, {window}: {value}"
    ),
    reason("R604", "{window}被平台依规处置{value}次", "Platform sanctions, {window}: {value}"),
    reason(
        "R605",
        "{window}直播营销违规经查实{value}次",
        "Verified live-stream violations, {window}: {value}",
    ),
    reason(
        "R606",
        "{window}刷单炒信经查实{value}次",
        "Verified fake trading or reviews, {window}: {value}",
    ),
    reason("R607", "网店亮照比例{value}", "Share of shops that show the licence: {value}"),
    reason(
        "R608",
        "{window}网络交易投诉{value}件,{peer}",
        "Complaints about online trade, {window}: {value}; {peer}",
        _SETTLE,
    ),
    reason("R609", "网店亮照比例仅{value}", "Only {value} of shops show the licence", _SHOW),
    reason(
        "R610",
        "{window}被平台限制经营或关店{value}次",
        "Shops restricted or closed by platforms, {window}: {value}",
    ),
    reason("R611", "网店持续经营{value}", "Online shop in business for {value}"),
    reason("R612", "网店开设时间较短({value})", "Online shop opened only {value} ago"),
    reason("R613", "{window}新开网店{value}家", "Shops newly opened, {window}: {value}"),
    reason(
        "R614",
        "平台报送身份信息与登记一致的网店比例仅{value}",
        "Only {value} of shops are on the platform as registered",
        _UPDATE,
    ),
    reason(
        "R615", "最近一次网络监测线索查实在{value}前", "Last verified monitoring lead {value} ago"
    ),
)

DATA_AND_RULES = (
    reason("R901", "关键数据缺失,结果参考性有限", "Key data missing; of limited use"),
    reason(
        "R902", "存在异议中的记录,暂按较轻结果使用", "Disputed record; the milder result is used"
    ),
    reason("R903", "依据直接判定规则:{value}", "Direct rule: {value}"),
    reason("R904", "属重点监管领域,不适用低频抽查", "Key sector; low-frequency benefit off"),
)
