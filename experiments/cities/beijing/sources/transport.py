"""The transport commission's own yearly credit grades."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Source

from .subject import BY_CODE_OR_NAME, code, name

_TRUST = (
    "Only the year assessed is given. It is taken to be known half a year after its end, "
    "when the results of a year have been announced."
)


def _columns(grade: Column, *names: str) -> tuple[Column, ...]:
    return (
        name(*names),
        code(),
        grade,
        Column("area", Kind.TEXT, ("所属区域",), "所属区域"),
        Column("year_on", Kind.DAY, ("年度",), "评价年度, 记为该年最后一日", required=True),
    )


def _grade(heading: str, labels: tuple[str, ...], spellings: dict[str, str]) -> Column:
    return Column("grade", Kind.CODE, (heading,), "信用等级, 好者在前", labels=labels,
                  spellings=spellings, required=True)  # fmt: skip


COACHES = Source(
    name="coach_grades",
    department="transport",
    title=Phrase("旅游客运企业信用评价", "Credit grades of coach operators"),
    legal_basis="《道路运输企业质量信誉考核办法》",
    files="*旅游客运企业信用评价*.csv",
    key=("business_name", "year_on"),
    subject=BY_CODE_OR_NAME,
    dates=Dates(event="year_on", known_lag_days=181, trust=_TRUST),
    columns=_columns(
        _grade("评定等级", ("AAA", "AA", "A+", "A", "B", "C", "未评定"), {"___": "未评定"}),
        "业户名称",
    ),
    profile={"name": "business_name"},
)
RENTALS = Source(
    name="rental_grades",
    department="transport",
    title=Phrase("汽车租赁企业信用评价", "Credit grades of car-rental firms"),
    legal_basis="《小微型客车租赁经营服务管理办法》",
    files="*汽车租赁企业信用评价*.csv",
    key=("business_name", "year_on"),
    subject=BY_CODE_OR_NAME,
    dates=Dates(event="year_on", known_lag_days=181, trust=_TRUST),
    columns=_columns(
        _grade(
            "等级", ("优秀", "良", "中", "差", "未参加"),
            {"良(A)": "良", "良好": "良", "中(B)": "中", "合格": "中", "差(C)": "差",
             "不合格": "差"},
        ),
        "企业名称",
    ),
    profile={"name": "business_name"},
)  # fmt: skip
