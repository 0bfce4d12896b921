"""The list of abnormal operation: names, and nothing else."""

from __future__ import annotations

from features.contracts import Dates, Phrase, Source

from .subject import LISTED, name

_TRUST = (
    "A list of names without dates. Who is on it was entered some time before the list was "
    "received, and counts from then; when somebody left it, a later list only shows by absence."
)
_BASIS = "《企业经营异常名录管理办法》;《企业信息公示暂行条例》第十七条"

CITY = Source(
    name="abnormal_list",
    department="market",
    title=Phrase("经营异常名录", "List of abnormal operation"),
    legal_basis=_BASIS,
    files="经营异常企业信息*.csv",
    key=("business_name",),
    subject=LISTED,
    dates=Dates(event=None, undated="received", trust=_TRUST),
    columns=(name("企业名称"),),
)
MIYUN = Source(
    name="miyun_abnormal_list",
    department="market",
    title=Phrase("密云区经营异常名录", "List of abnormal operation, Miyun"),
    legal_basis=_BASIS,
    files="密云区经营异常企业信息*.csv",
    key=("business_name",),
    subject=LISTED,
    dates=Dates(event=None, undated="received", trust=_TRUST),
    columns=(name("企业(机构)名称"),),
)
