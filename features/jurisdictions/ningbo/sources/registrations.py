"""Registration: who exists, since when, where, in what form, in what state."""

from __future__ import annotations

from features.contracts import ByCode, Column, Dates, Kind, Phrase, Registered, Sharing, Source
from features.jurisdictions.ningbo import codes
from features.jurisdictions.ningbo.sources.subject import updated_at, uscc

SOURCE = Source(
    name="registrations",
    department="market",
    title=Phrase("市场主体登记信息", "Registration"),
    legal_basis="《市场主体登记管理条例》第八条、第三十八条",
    files="市市场监管局-市场主体登记信息*",
    key=("uscc",),
    sharing=Sharing.PUBLIC,
    subject=ByCode("uscc"),
    dates=Dates(
        event="established_on",
        known="updated_at",
        trust="成立日期 is exact. Each change, suspension or cancellation is a new version, known "
        "from 数据更新时间; an empty one means the first registration, known the same day.",
    ),
    columns=(
        uscc(),
        Column("registration_no", Kind.TEXT, ("注册号",), "15 位工商注册号 (GS 15-2006), 旧证"),
        Column("name", Kind.TEXT, ("企业名称", "名称"), "登记名称或字号名称", required=True),
        Column(
            "legal_representative", Kind.TEXT, ("法定代表人", "经营者"), "姓名", personal=True
        ),
        Column(
            "representative_token", Kind.TEXT, ("法定代表人标识",),
            "加密杂凑标识: 登记机关持有密钥, 本系统不能还原为姓名或证件",
        ),
        Column(
            "form", Kind.CODE, ("企业类型", "主体类型"), "登记的市场主体类型",
            labels=codes.FORMS, spellings=codes.FORM_SPELLINGS, otherwise="其他",
            barred="ownership is no conduct",
        ),
        Column(
            "district", Kind.CODE, ("行政区划代码", "所属区县"), "住所所在区县 (GB/T 2260)",
            labels=tuple(codes.DISTRICTS), spellings=codes.DISTRICT_SPELLINGS,
            barred="where a business stands is not what it did",
        ),
        Column(
            "sector", Kind.CODE, ("行业门类",), "国民经济行业门类 (GB/T 4754-2017)",
            labels=tuple(codes.SECTORS), spellings=codes.SECTOR_SPELLINGS,
        ),
        Column("industry_class", Kind.INTEGER, ("行业代码",), "四位行业小类",
               minimum=100, maximum=9999),
        Column("established_on", Kind.DAY, ("成立日期", "注册日期"), "成立日期", required=True),
        Column("closed_on", Kind.DAY, ("注销日期",), "注销日期; 空为未注销"),
        Column(
            "status", Kind.CODE, ("登记状态",), "登记状态",
            labels=("存续", "歇业", "责令关闭", "吊销未注销", "注销"),
            spellings={"在业": "存续", "存续(在营、开业、在册)": "存续", "吊销": "吊销未注销"},
        ),
        Column("capital_fen", Kind.MONEY, ("注册资本(万元)", "注册资本（万元）"),
               "认缴注册资本", unit=10_000, minimum=0, barred="wealth is no conduct"),
        Column("address", Kind.TEXT, ("住所", "经营场所"), "住所 (可能为自然人住所)",
               personal=True),
        Column("address_token", Kind.TEXT, ("住所标识",), "标准地址的杂凑标识"),
        Column("cluster_registration", Kind.FLAG, ("集群登记",),
               "集群登记、一址多照、住宅商用备案"),
        Column("latitude", Kind.DECIMAL, ("纬度",), "住所纬度", minimum=20, maximum=40),
        Column("longitude", Kind.DECIMAL, ("经度",), "住所经度", minimum=110, maximum=130),
        updated_at(),
    ),
    profile={
        "name": "name",
        "district": "district",
        "sector": "sector",
        "form": "form",
        "latitude": "latitude",
        "longitude": "longitude",
        "established_on": "established_on",
        "closed_on": "closed_on",
    },
    registered=Registered("name", numbers=("registration_no",)),
)  # fmt: skip
