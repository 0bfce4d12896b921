"""Tax: penalties, major cases, arrears."""

from __future__ import annotations

from features.contracts import ByCode, ByName, Column, Dates, Kind, Phrase, Source

from .periods import THREE_YEARS
from .subject import BY_CODE_OR_NAME, code, name

_OFFENCES = ("虚开增值税专用发票", "虚开普通发票", "走逃失联", "逃避缴纳税款")

PENALTIES = Source(
    name="tax_penalties",
    department="tax",
    title=Phrase("税收行政处罚", "Tax penalties"),
    legal_basis="《税收征收管理法》;《行政处罚法》第四十八条",
    files="*税收行政处罚*.csv",
    key=("decision_no", "business_name"),
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="decided_on",
        known_lag_days=10,
        use=THREE_YEARS,
        trust="处罚日期 is exact; published within seven working days, which ten days cover.",
    ),
    columns=(
        name("纳税人名称"),
        code("纳税人识别号"),
        Column("decision_no", Kind.TEXT, ("行政处罚文号",), "处罚文号", required=True),
        Column("procedure", Kind.CODE, ("处罚类别",), "处罚程序",
               labels=("一般程序处罚", "税务行政处罚", "简易程序处罚")),
        Column("facts", Kind.TEXT, ("处罚事由",), "处罚事由"),
        Column("outcome", Kind.TEXT, ("处罚结果",), "处罚结果"),
        Column("fine_fen", Kind.MONEY, ("罚款金额",), "罚款金额(元); 多数只写在处罚结果中",
               minimum=0),
        Column("decided_on", Kind.DAY, ("处罚日期",), "处罚日期", required=True),
        Column("authority", Kind.TEXT, ("处罚机构",), "处罚机构"),
    ),
    profile={"name": "business_name"},
)  # fmt: skip
# The status of a taxpayer is that of the day the table was made, not of the case.
MAJOR_CASES = Source(
    name="major_tax_cases",
    department="tax",
    title=Phrase("重大税收违法案件", "Major tax cases"),
    legal_basis="《重大税收违法失信主体信息公布管理办法》",
    files="*重大税收违法案件*.csv",
    key=("business_name", "published_on", "offences", "authority"),
    subject=ByCode("code", name=ByName("business_name", address="address")),
    dates=Dates(
        event="published_on",
        use=THREE_YEARS,
        trust="Only the month of publication is given; it counts from the last day of the month, "
        "for the three years it is published.",
    ),
    columns=(
        name("纳税人名称"),
        code("纳税人识别号"),
        Column("address", Kind.TEXT, ("注册地址",), "注册地址"),
        Column("offences", Kind.MASK, ("案件类型",), "案件类型", labels=_OFFENCES,
               spellings={
                   "虚开增值税专用发票或者虚开用于骗取出口退税、抵扣税款的其他发票":
                       "虚开增值税专用发票",
                   "经税务机关检查确认走逃(失联)": "走逃失联",
                   "偷税": "逃避缴纳税款",
               }, required=True),
        Column("published_on", Kind.DAY, ("发布时间",), "发布月份", required=True),
        Column("authority", Kind.TEXT, ("检查机构",), "检查机构", required=True),
    ),
    profile={"name": "business_name", "address": "address"},
)  # fmt: skip
ARREARS = Source(
    name="tax_arrears",
    department="tax",
    title=Phrase("企业欠税公告", "Tax arrears"),
    legal_basis="《欠税公告办法(试行)》",
    files="*企业欠税公告*.csv",
    key=("business_name", "tax", "amount_fen"),
    subject=ByCode("code", name=ByName("business_name", address="address")),
    dates=Dates(
        event=None,
        undated="received",
        trust="Undated: announced in some quarter before it was received, and counted from then.",
    ),
    columns=(
        name("企业或单位名称"),
        code("纳税人识别号"),
        Column("address", Kind.TEXT, ("经营地点",), "经营地点"),
        Column("tax", Kind.TEXT, ("税种",), "税种", required=True),
        Column("amount_fen", Kind.MONEY, ("欠税金额",), "欠税金额(元)", minimum=0, required=True),
    ),
    profile={"name": "business_name", "address": "address"},
)
