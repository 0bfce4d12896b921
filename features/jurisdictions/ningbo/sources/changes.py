"""Changes of registered items: one record per approved change."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Registered, Sharing, Source
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

SOURCE = Source(
    name="changes",
    department="market",
    title=Phrase("变更登记信息", "Changes of registered items"),
    legal_basis="《市场主体登记管理条例》第二十四条",
    files="市市场监管局-变更登记信息*",
    key=("change_no",),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="approved_on",
        known="updated_at",
        trust="核准日期 is exact; 数据更新时间 is one to three days later.",
    ),
    columns=(
        Column("change_no", Kind.TEXT, ("变更编号",), "变更核准编号", required=True),
        uscc(),
        business_name(),
        Column(
            "item", Kind.CODE, ("变更事项",), "变更的登记事项",
            labels=("法定代表人", "住所", "经营范围", "注册资本", "名称", "股东", "其他"),
            spellings={
                "法定代表人变更": "法定代表人",
                "负责人变更": "法定代表人",
                "住所变更": "住所",
                "经营场所变更": "住所",
                "地址变更": "住所",
                "经营范围变更": "经营范围",
                "注册资本变更": "注册资本",
                "注册资本(金)变更": "注册资本",
                "名称变更": "名称",
                "投资人变更": "股东",
                "股东变更": "股东",
            },
            otherwise="其他",
        ),
        Column("name_before", Kind.TEXT, ("变更前名称",), "名称变更前的登记名称"),
        Column("name_after", Kind.TEXT, ("变更后名称",), "名称变更后的登记名称"),
        Column("capital_change_percent", Kind.DECIMAL, ("注册资本增减幅度(%)",),
               "变更后较变更前的增减幅度绝对值", minimum=0),
        Column("approved_on", Kind.DAY, ("核准日期",), "核准日期", required=True),
        updated_at(),
    ),
    registered=Registered("name_after", former="name_before"),
)  # fmt: skip
