"""Food: results of samples, and items of inspections."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Source

from .subject import BY_CODE_OR_NAME, NAME, code, name

_NOTHING_FOUND = (
    "本次检查发现不符合项(0)项,其中:重点项()项,项目序号分别是();一般项()项,项目序号分别是()。"
)

SAMPLES = Source(
    name="food_samples",
    department="market",
    title=Phrase("食品安全监督抽检", "Food samples"),
    legal_basis="《食品安全法》第八十七条;《食品安全抽样检验管理办法》",
    files="*食品安全监督抽检*.csv",
    key=("sample_no",),
    subject=NAME,
    dates=Dates(
        event="updated_at",
        known="updated_at",
        trust="When a sample was taken is not said; 更新时间, when the result was published, "
        "stands for it. Producer and sampled business are the same in every row.",
    ),
    columns=(
        Column("sample_no", Kind.TEXT, ("主键",), "抽检编号", required=True),
        name("被抽样单位信息"),
        Column("product", Kind.TEXT, ("产品信息",), "产品"),
        Column("result", Kind.CODE, ("检验结果",), "检验结果",
               labels=("合格", "有不符合项"),
               spellings={"完全合格": "合格", _NOTHING_FOUND: "合格"},
               otherwise="有不符合项", required=True),
        Column("updated_at", Kind.INSTANT, ("更新时间",), "更新时间", required=True),
    ),
)  # fmt: skip
INSPECTIONS = Source(
    name="food_inspections",
    department="market",
    title=Phrase("食品经营环节监督检查", "Items of food inspections"),
    legal_basis="《食品生产经营监督检查管理办法》",
    files="*食品经营环节监督检查*.csv",
    key=("item_id",),
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        event="inspected_on",
        known="stamped_at",
        undated="received",
        trust="检查时间 is exact where given, in nine of ten; 时间戳 is when the table had it.",
    ),
    columns=(
        Column("item_id", Kind.TEXT, ("主键ID",), "编号", required=True),
        name("企业名称"),
        code(),
        Column("item", Kind.TEXT, ("检查事项",), "检查事项"),
        Column("result", Kind.CODE, ("检查结果",), "检查结果; 代码未附说明, 1 占 99.5 %",
               labels=("1", "2"), required=True),
        Column("inspected_on", Kind.DAY, ("检查时间",), "检查时间"),
        Column("stamped_at", Kind.INSTANT, ("时间戳",), "时间戳"),
        Column("authority", Kind.TEXT, ("检查实施单位",), "检查实施单位"),
    ),
    profile={"name": "business_name"},
)  # fmt: skip
