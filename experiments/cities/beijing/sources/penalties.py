"""Penalties in the "double publicity" layout, by five offices with five sets of fields.

警告 alone and 不予处罚 never count. A decision without a last day of publication is
used for the longest period the law allows.
"""

from __future__ import annotations

from features.contracts import ByCode, Column, Dates, Kind, Phrase, Source, Subject
from features.expressions import Condition, col

from .periods import THREE_YEARS
from .subject import BY_CODE_OR_NAME, NAME, code, name

WAN = 10_000
NO_PENALTY = "不予处罚"
KINDS = ("警告", "罚款", "没收违法所得", "责令停产停业", "其他", NO_PENALTY)
FINED = col("kinds").has_any("罚款", "没收违法所得", "责令停产停业")
_BASIS = "《行政处罚法》第四十八条;《行政许可和行政处罚信息公示工作的通知》"
_TRUST = (
    "处罚决定日期 is exact. Published within seven working days, which the lag of ten days "
    "covers; the platform's own time of update is years later and is not when it was known."
)


def _columns(*more: Column) -> tuple[Column, ...]:
    return (
        name("行政相对人名称"),
        Column("decision_no", Kind.TEXT, ("行政处罚决定书文号",), "决定书文号", required=True),
        Column("violation", Kind.TEXT, ("违法行为类型",), "违法行为类型"),
        Column("basis", Kind.TEXT, ("处罚依据",), "处罚依据"),
        Column("kinds", Kind.MASK, ("处罚类别",), "处罚种类", labels=KINDS,
               spellings={"没收违法所得、没收非法财物": "没收违法所得"}, required=True),
        Column("fine_fen", Kind.MONEY, ("罚款金额(万元)",), "罚款金额", unit=WAN, minimum=0),
        Column("decided_on", Kind.DAY, ("处罚决定日期",), "处罚决定日期", required=True),
        Column("authority", Kind.TEXT, ("处罚机关",), "处罚机关", required=True),
        *more,
    )  # fmt: skip


def _source(
    source: str, title: Phrase, files: str, department: str, *more: Column,
    until: str | None = "published_until_on", subject: Subject = BY_CODE_OR_NAME,
    keep: Condition | None = None,
) -> Source:  # fmt: skip
    return Source(
        name=source,
        department=department,
        title=title,
        legal_basis=_BASIS,
        files=files,
        key=("decision_no", "business_name"),
        subject=subject,
        dates=Dates(
            event="decided_on", known_lag_days=10, usable_until=until, use=THREE_YEARS,
            trust=_TRUST,
        ),
        columns=_columns(*more),
        keep=keep,
        profile={"name": "business_name"} if isinstance(subject, ByCode) else {},
    )  # fmt: skip


_UNTIL = Column("published_until_on", Kind.DAY, ("公示截止期",), "公示截止期; 其后不再使用")
_CONFISCATED = Column(
    "confiscated_fen", Kind.MONEY,
    ("没收违法所得、没收非法财物的金额(万元)", "没收违法所得、没收非法财务的金额(万元)",
     "没收非法财物的金额(万元)"),
    "没收金额", unit=WAN, minimum=0,
)  # fmt: skip
_DELETED = Column("deleted", Kind.FLAG, ("是否删除",), "已从公示中删除")

INTERNET_CAFES = _source(
    "internet_cafe_penalties",
    Phrase("互联网上网服务营业场所处罚", "Penalties of internet cafés"),
    "*互联网上网服务营业场所处罚*.csv", "culture",
    code("行政相对人代码_1(统一社会信用代码)"), _UNTIL, _CONFISCATED,
)  # fmt: skip
ONLINE_PUBLISHING = _source(
    "online_publishing_penalties",
    Phrase("违反网络出版服务管理规定处罚", "Penalties of online publishing"),
    "*违反网络出版服务管理规定处罚*.csv", "culture",
    code(), _UNTIL, _CONFISCATED, _DELETED,
    keep=~col("deleted").equals(1),
)  # fmt: skip
HUAIROU = _source(
    "huairou_penalties",
    Phrase("怀柔区行政处罚", "Penalties in Huairou"),
    "*怀柔区行政处罚公示*.csv", "huairou",
    code(), _UNTIL, _CONFISCATED,
    Column("remark", Kind.CODE, ("备注",), "备注", labels=(NO_PENALTY, "其他"), otherwise="其他"),
    keep=~col("remark").equals(NO_PENALTY),
)  # fmt: skip
YANQING_2020 = _source(
    "yanqing_penalties_2020",
    Phrase("延庆区法人行政处罚(2020 年版式)", "Penalties in Yanqing, fields of 2020"),
    "法人行政处罚[!信]*csv", "yanqing",
    code("行政相对人代码1(统一社会信用代码)"), _UNTIL, _CONFISCATED,
)  # fmt: skip
# The remark says that credit was repaired and not when: such a record may neither be
# used nor shared any more, so it does not enter.
YANQING_2023 = _source(
    "yanqing_penalties_2023",
    Phrase("延庆区法人行政处罚(2023 年版式)", "Penalties in Yanqing, fields of 2023"),
    "法人行政处罚信息*.csv", "yanqing",
    Column("repaired", Kind.CODE, ("备注",), "备注",
           labels=("已完成信用修复", "其他"), otherwise="其他"),
    until=None, subject=NAME, keep=~col("repaired").equals("已完成信用修复"),
)  # fmt: skip
SOURCES = (INTERNET_CAFES, ONLINE_PUBLISHING, HUAIROU, YANQING_2020, YANQING_2023)
