"""Reason codes and what people read: one entry for each, in Chinese and English.

Slots: ``{value}`` the observed value with its unit, ``{window}`` its period,
``{peer}`` the comparison. Codes R1xx–R6xx follow the indicator groups; R9xx
speak about data and rules. R901 is never one of the principal reasons, so facts
that only ever speak for a business name it as their adverse code: having no
honour is nobody's reason for a worse tier.
"""

from __future__ import annotations

from features.contracts import Phrase, Reason

NOT_CITED = "R901"


def _reason(code: str, zh: str, en: str, do_zh: str = "", do_en: str = "") -> Reason:
    return Reason(code, Phrase(zh, en), Phrase(do_zh, do_en) if do_zh else None)


_ATTRIBUTES = (
    _reason("R101", "成立时间较短({value}),经营记录不足", "Short operating history ({value})"),
    _reason(
        "R102",
        "注册资本实缴比例偏低({value})",
        "Low share of capital paid in ({value})",
        "按章程约定期限实缴并公示实缴情况",
        "Pay in the capital as promised and disclose it",
    ),
    _reason(
        "R103",
        "分支机构、对外投资或关联主体数量较多({value}),管理链条长",
        "Many branches, investments or affiliates ({value})",
    ),
    _reason("R104", "持续经营{value}且登记事项稳定", "Stable registration for {value}"),
)

_DYNAMICS = (
    _reason(
        "R201",
        "{window}法定代表人变更:{value}",
        "Changes of legal representative, {window}: {value}",
    ),
    _reason("R202", "{window}登记住所变更:{value}", "Address changes, {window}: {value}"),
    _reason("R203", "{window}经营范围变更:{value}", "Scope changes, {window}: {value}"),
    _reason("R204", "{window}注册资本大幅增减({value})", "Large capital swing, {window} ({value})"),
    _reason(
        "R205",
        "许可证已过期或即将过期({value})",
        "Permit expired or about to ({value})",
        "在有效期届满三十个工作日前申请延续许可",
        "Apply for renewal 30 working days before expiry",
    ),
    _reason(
        "R206",
        "未按期报送年度报告({value})",
        "Annual report not filed in time ({value})",
        "通过国家企业信用信息公示系统补报年度报告",
        "File the missing annual report",
    ),
    _reason(
        "R207",
        "年报数据异常(如资产营收全为零)",
        "Implausible annual-report figures",
        "核对并更正年报数据",
        "Check and correct the annual report",
    ),
    _reason(
        "R208",
        "纳税信用等级:{value}",
        "Tax-credit grade: {value}",
        "向税务机关申请纳税信用复核或修复",
        "Ask the tax authority for review or repair",
    ),
    _reason(
        "R209",
        "存在欠税或非正常户记录({value})",
        "Tax arrears or abnormal-taxpayer record ({value})",
        "缴清欠税或申请解除非正常户",
        "Pay the arrears or apply to end the abnormal status",
    ),
    _reason(
        "R210",
        "社会保险参保人数明显下降或欠缴({value})",
        "Fall in insured staff or unpaid insurance ({value})",
        "补缴社会保险费",
        "Pay the outstanding insurance",
    ),
    _reason(
        "R211", "股权被冻结或高比例出质({value})", "Equity frozen or heavily pledged ({value})"
    ),
    _reason("R212", "已进入破产或清算程序", "In bankruptcy or liquidation"),
    _reason("R213", "按期年报且信息完整({value})", "Reports on time and complete ({value})"),
    _reason("R214", "{window}纳税信用评为A级{value}", "Tax grade A, {window}: {value}"),
    _reason("R215", "拥有有效注册商标/专利{value}", "Valid trademarks or patents: {value}"),
    _reason(
        "R216",
        "{window}名称、股东等登记事项变更频繁:{value}",
        "Frequent changes of name, shareholders and other items, {window}: {value}",
    ),
    _reason("R217", "资产负债率偏高({value})", "High debt ratio ({value})"),
)

_SUPERVISION = (
    _reason(
        "R301",
        "当前列入经营异常名录:{value}",
        "On the abnormal-operation list: {value}",
        "补报年报、更正公示信息或办理住所变更后申请移出",
        "File, correct or change the address, then apply to be removed",
    ),
    _reason(
        "R302",
        "{window}列入经营异常名录:{value}",
        "Entries on the abnormal list, {window}: {value}",
    ),
    _reason(
        "R303",
        "列入严重违法失信名单",
        "On the serious-violation list",
        "履行义务满一年后可申请提前移出",
        "After a year of compliance apply for early removal",
    ),
    _reason(
        "R304",
        "{window}受到行政处罚:{value}",
        "Penalties, {window}: {value}",
        "履行处罚决定并在最短公示期满后申请信用修复",
        "Fulfil the decision and apply for credit repair after the shortest publication period",
    ),
    _reason("R305", "{window}罚没金额{value},{peer}", "Fines, {window}: {value}; {peer}"),
    _reason("R306", "受到较重处罚:{value}", "Heavier penalties: {value}"),
    _reason("R307", "同类违法行为重复发生:{value}", "Repeat of the same violation: {value}"),
    _reason(
        "R308",
        "抽查检查发现问题({window}):{value}",
        "Problems found in checks, {window}: {value}",
        "完成整改并申请复查",
        "Correct the problem and ask for a re-check",
    ),
    _reason("R309", "抽查发现问题已按要求改正:{value}", "Problems found and corrected: {value}"),
    _reason(
        "R310",
        "拒绝或不配合监督检查:{value}",
        "Refused or obstructed inspection: {value}",
        "配合监督检查",
        "Cooperate with inspections",
    ),
    _reason("R311", "{window}产品或食品抽检不合格:{value}", "Failed samples, {window}: {value}"),
    _reason(
        "R312",
        "当前为失信被执行人",
        "Judgment defaulter",
        "履行生效法律文书确定的义务",
        "Perform the judgment",
    ),
    _reason(
        "R313",
        "有未履行生效裁判:{value}",
        "Unperformed judgments: {value}",
        "履行生效法律文书确定的义务",
        "Perform the judgment",
    ),
    _reason(
        "R314",
        "列入拖欠农民工工资失信名单",
        "On the wage-arrears list",
        "支付拖欠工资",
        "Pay the wages owed",
    ),
    _reason("R315", "环境信用评价:{value}", "Environmental credit: {value}"),
    _reason("R316", "海关失信企业", "Customs dishonest enterprise"),
    _reason("R317", "{window}侵犯知识产权裁决或处罚:{value}", "IP infringement, {window}: {value}"),
    _reason(
        "R318",
        "{window}违法广告行为已查实:{value}",
        "Verified illegal advertising, {window}: {value}",
    ),
    _reason("R319", "{window}检查未发现问题:{value}", "Clean checks, {window}: {value}"),
    _reason("R320", "海关高级认证企业", "AEO advanced certified"),
    _reason("R321", "失信信息已完成信用修复", "Credit repair completed"),
)

_ASSOCIATES = (
    _reason("R401", "关联主体列入经营异常名录:{value}", "Associates on the abnormal list: {value}"),
    _reason(
        "R402", "关联主体被吊销或列入黑名单:{value}", "Associates revoked or blacklisted: {value}"
    ),
    _reason(
        "R403",
        "法定代表人任职的其他主体存在失信或处罚:{value}",
        "Same representative, other businesses penalised or dishonest: {value}",
    ),
    _reason(
        "R404",
        "同一住所登记主体异常集中(非集群登记):{value}",
        "Unusual concentration at the address (no cluster registration): {value}",
    ),
)

_SOCIAL = (
    _reason(
        "R501",
        "{window}投诉举报{value},{peer}",
        "Complaints, {window}: {value}; {peer}",
        "与消费者和解并改进服务",
        "Settle with consumers and improve the service",
    ),
    _reason("R502", "{window}投诉较前期增加:{value}", "Complaints up, {window}: {value}"),
    _reason(
        "R503",
        "{window}投诉调解成功率:{value}",
        "Settlement rate, {window}: {value}",
        "积极参与调解",
        "Take part in mediation",
    ),
    _reason(
        "R504", "{window}投诉举报转案件:{value}", "Complaints that became cases, {window}: {value}"
    ),
    _reason("R505", "{window}举报经核实属实:{value}", "Verified reports, {window}: {value}"),
    _reason("R506", "放心网店/放心消费单位", "Trusted-shop status"),
    _reason("R507", "无理由退货承诺履行良好", "Keeps its return promise"),
)

_ONLINE = (
    _reason(
        "R601",
        "网店未公示营业执照或许可信息:{value}",
        "Licence not shown on shops: {value}",
        "在店铺首页显著位置公示营业执照",
        "Show the licence on the shop's home page",
    ),
    _reason(
        "R602",
        "平台报送身份信息与登记不一致:{value}",
        "Platform identity mismatch: {value}",
        "三个工作日内向平台更新信息",
        "Update the platform within three working days",
    ),
    _reason(
        "R603", "{window}网络监测线索查实:{value}", "Verified monitoring leads, {window}: {value}"
    ),
    _reason("R604", "{window}平台依规处置:{value}", "Platform sanctions, {window}: {value}"),
    _reason(
        "R605",
        "{window}直播营销行为违规已查实:{value}",
        "Verified live-stream violations, {window}: {value}",
    ),
    _reason(
        "R606",
        "{window}刷单炒信已查实:{value}",
        "Verified fake trading or reviews, {window}: {value}",
    ),
    _reason("R607", "网店首页均公示营业执照({value})", "Licence shown on its shops ({value})"),
)

_DATA_AND_RULES = (
    _reason(
        "R901", "关键数据缺失,结果参考性有限", "Key data missing; the result is of limited use"
    ),
    _reason(
        "R902", "存在异议中的记录,暂按较轻结果使用", "Disputed record; the milder result is used"
    ),
    _reason("R903", "依据直接判定规则:{value}", "Direct rule: {value}"),
    _reason("R904", "属重点监管领域,不适用低频抽查", "Key sector; low-frequency benefit off"),
)

REASONS: tuple[Reason, ...] = (
    *_ATTRIBUTES,
    *_DYNAMICS,
    *_SUPERVISION,
    *_ASSOCIATES,
    *_SOCIAL,
    *_ONLINE,
    *_DATA_AND_RULES,
)
