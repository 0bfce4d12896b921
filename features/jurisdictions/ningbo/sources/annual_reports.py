"""Annual reports: filed 1 January to 30 June; figures the business states itself."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="annual_reports",
    department="market",
    title=Phrase("年度报告信息", "Annual reports"),
    legal_basis="《企业信息公示暂行条例》第八条、第九条;《市场主体登记管理条例》第三十五条",
    files="市市场监管局-年度报告信息*",
    key=("uscc", "report_year"),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="filed_on",
        known="updated_at",
        trust="填报日期 is exact. A correction before 30 June replaces the report; both versions "
        "stay visible. The figures are the business's own statement.",
    ),
    columns=(
        uscc(),
        business_name(),
        Column("report_year", Kind.INTEGER, ("报告年度", "年报年度"), "报告所述年度",
               required=True, minimum=2013, maximum=2100),
        Column("filed_on", Kind.DAY, ("填报日期", "报送日期"), "报送日期", required=True),
        Column(
            "reporter", Kind.CODE, ("报告类型",), "报告主体类别",
            labels=("企业", "农民专业合作社", "个体工商户"),
            spellings={"企业年报": "企业", "个体年报": "个体工商户",
                       "合作社年报": "农民专业合作社"},
        ),
        Column("late", Kind.FLAG, ("是否逾期补报",), "6 月 30 日后补报"),
        Column("staff", Kind.INTEGER, ("从业人数",), "期末从业人数", minimum=0),
        Column("branches", Kind.INTEGER, ("分支机构数",), "分支机构数", minimum=0),
        Column("investments", Kind.INTEGER, ("对外投资企业数",), "对外投资企业数", minimum=0),
        Column("guarantees", Kind.INTEGER, ("对外担保笔数",), "对外提供担保笔数", minimum=0),
        Column("paid_in_percent", Kind.DECIMAL, ("实缴比例(%)",), "实缴占认缴资本的比例",
               minimum=0, maximum=100),
        Column("debt_percent", Kind.DECIMAL, ("资产负债率(%)",), "负债占资产的比例; 企业自报",
               minimum=0),
        Column("revenue_fen", Kind.MONEY, ("营业总收入(万元)",),
               "仅企业与合作社; 个体工商户不归集 (浙江省公共信用信息管理条例第十四条)",
               unit=10_000, minimum=0),
        Column("all_zero", Kind.FLAG, ("资产营收全为零",), "资产、营收、纳税全部填报为零"),
        Column("has_shop", Kind.FLAG, ("是否有网站或网店",), "填报了网站或网店"),
        Column("shop_addresses", Kind.TEXT, ("网站或网店网址",), "名称与网址, 分号分隔"),
        updated_at(),
    ),
)  # fmt: skip
