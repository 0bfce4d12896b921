"""Columns by which Beijing's departments say whom a record is about."""

from __future__ import annotations

from features.contracts import ByCode, ByName, Column, Kind

NAME = ByName("business_name")
# Lists of names and nothing else, so that an error cannot be noticed elsewhere. Three of 12,521
# strangers were linked by an exact name (worth 0.990); of the city's 100,036 names that would be 24
# wrong links (8 to 70) among 422. More is asked for than an exact name is worth: a person decides.
LISTED = ByName("business_name", link_at=0.995, lead=64.0)
OLD_NUMBER = "15 位注册号或税号; 个体工商户的税号可为公民身份号码, 故只核验、不存"


def code(*headers: str) -> Column:
    """The identifier as given; it may be a sole trader's own number, so it is not stored."""
    return Column("code", Kind.TEXT, headers or ("统一社会信用代码",), OLD_NUMBER, personal=True)


def name(*headers: str) -> Column:
    """The name as given, by which a record without an identifier is linked."""
    return Column("business_name", Kind.TEXT, headers, "名称", required=True)


BY_CODE_OR_NAME = ByCode("code", name=NAME)
