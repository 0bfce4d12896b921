"""R1xx basic attributes and R2xx dynamics."""

from __future__ import annotations

from features.jurisdictions.ningbo.reasons.words import reason

_PAY_IN = ("按章程约定期限实缴并公示", "Pay in the capital as promised and disclose it")
_RENEW = ("在有效期届满前申请延续许可", "Apply for renewal before the permit expires")
_REPORT = ("通过国家企业信用信息公示系统补报年度报告", "File the missing annual report")
_CORRECT = ("核对并更正年报数据", "Check and correct the annual report")
_GRADE = ("向税务机关申请纳税信用复评或修复", "Ask the tax authority for review or repair")
_PAY = ("缴清欠税", "Pay the arrears")
_LIFT = ("向税务机关申请解除非正常状态", "Ask the tax authority to lift the abnormal status")
_INSURE = ("补缴社会保险费", "Pay the outstanding insurance")

ATTRIBUTES = (
    reason("R101", "成立时间较短({value}),经营记录不足", "Short operating history ({value})"),
    reason(
        "R102", "注册资本实缴比例偏低,为{value}", "Low share of capital paid in ({value})", _PAY_IN
    ),
    reason(
        "R103",
        "分支机构或对外投资数量较多({value}家),管理链条长",
        "Many branches or investments ({value})",
    ),
    reason("R104", "持续经营{value}且登记事项稳定", "Stable registration for {value}"),
)

DYNAMICS = (
    reason(
        "R201",
        "{window}法定代表人变更{value}次",
        "Changes of legal representative, {window}: {value}",
    ),
    reason("R202", "{window}登记住所变更{value}次", "Address changes, {window}: {value}"),
    reason("R203", "{window}经营范围变更{value}次", "Scope changes, {window}: {value}"),
    reason("R204", "{window}注册资本增减幅度达{value}", "Large capital swing, {window}: {value}"),
    reason(
        "R205",
        "许可证有效期剩余{value}",
        "Permit still valid for {value}",
        _RENEW,
    ),
    reason(
        "R206",
        "未按期报送年度报告({window}共报送{value}次)",
        "Annual reports missing (filed, {window}: {value})",
        _REPORT,
    ),
    reason(
        "R207",
        "年报数据异常(资产营收全为零)",
        "Implausible annual-report figures (all zero)",
        _CORRECT,
    ),
    reason("R208", "纳税信用等级为{value}级", "Tax-credit grade {value}", _GRADE),
    reason("R209", "存在未缴清欠税{value}笔", "Tax arrears not cleared: {value}", _PAY),
    reason(
        "R210",
        "社会保险参保人数较上年同期变化{value}",
        "Insured staff against a year before: {value}",
    ),
    reason("R211", "股权被冻结{value}笔", "Equity freezes: {value}"),
    reason("R212", "已进入破产或清算程序", "In bankruptcy or liquidation"),
    reason(
        "R213", "{window}按期报送年度报告{value}次", "Annual reports on time, {window}: {value}"
    ),
    reason("R214", "{window}纳税信用评为A级{value}次", "Times graded A for tax, {window}: {value}"),
    reason("R215", "拥有有效注册商标/专利{value}件", "Valid trademarks or patents: {value}"),
    reason(
        "R216",
        "{window}名称、股东等登记事项变更{value}次",
        "Changes of name, shareholders or other items, {window}: {value}",
    ),
    reason("R217", "资产负债率偏高,为{value}", "High debt ratio ({value})"),
    reason(
        "R218",
        "最近一次变更登记(住所或法定代表人)在{value}前",
        "Address or representative last changed {value} ago",
    ),
    reason(
        "R219", "欠缴社会保险费{value}个月", "Months of social insurance owed: {value}", _INSURE
    ),
    reason(
        "R220", "最近一次报送年度报告在{value}前", "Last annual report filed {value} ago", _REPORT
    ),
    reason(
        "R221", "{window}逾期补报年度报告{value}次", "Annual reports filed late, {window}: {value}"
    ),
    reason("R222", "最近一次年度报告为逾期补报", "The latest annual report was filed late"),
    reason(
        "R223",
        "{window}纳税信用评为C级或D级{value}次",
        "Times graded C or D for tax, {window}: {value}",
        _GRADE,
    ),
    reason("R224", "被认定为税务非正常户", "Abnormal taxpayer", _LIFT),
    reason("R225", "未缴清欠税余额{value}", "Tax arrears not cleared: {value}", _PAY),
    reason("R226", "{window}欠税公告{value}次", "Announcements of tax arrears, {window}: {value}"),
    reason(
        "R227",
        "{window}欠缴社会保险费{value}个季度",
        "Quarters with social insurance owed, {window}: {value}",
        _INSURE,
    ),
    reason("R228", "最近一次欠税公告在{value}前", "Tax arrears last announced {value} ago"),
    reason(
        "R229", "{window}取得的许可被撤销或吊销{value}件", "Permits withdrawn, {window}: {value}"
    ),
    reason("R230", "股权出质{value}笔", "Equity pledges: {value}"),
    reason(
        "R231",
        "{window}法定代表人、住所、经营范围中有{value}项变更",
        "How many of representative, address and scope changed, {window}: {value}",
    ),
    reason(
        "R232",
        "{window}登记变更次数与前一期间相差{value}次",
        "Changes registered, {window}, beyond those of the period before: {value}",
    ),
    reason("R233", "对外提供担保{value}笔", "Guarantees given: {value}"),
    reason(
        "R234",
        "{window}有{value}个季度参保人数同比下降两成以上",
        "Quarters with a fifth fewer insured staff, {window}: {value}",
    ),
    reason("R235", "{window}股权被冻结{value}次", "Equity freezes, {window}: {value}"),
    reason("R236", "{window}单笔股权出质比例最高达{value}", "Largest pledge, {window}: {value}"),
    reason("R238", "拥有有效注册商标{value}件", "Valid trademarks: {value}"),
    reason("R239", "拥有有效授权专利{value}件", "Valid patents: {value}"),
    reason(
        "R240",
        "最近一次纳税信用评为C级或D级在{value}前",
        "Last graded C or D for tax {value} ago",
        _GRADE,
    ),
    reason(
        "R241",
        "{window}被认定为税务非正常户{value}次",
        "Times declared an abnormal taxpayer, {window}: {value}",
        _LIFT,
    ),
)
