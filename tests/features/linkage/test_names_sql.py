"""Names taken apart in the engine, as `NameReader.read` takes them apart."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from features.linkage.names import NameReader

READER = NameReader("宁波市", ("海曙区", "余姚市", "象山县"))
PIECES = (
    *("宁波", "宁波市", "市", "海曙", "海曙区", "余姚市", "象山县", "晨禾", "貿易", "贸易", "沈船"),
    *("(", ")", "（", "）", "()", "·", " ", "\n", "!", "ａ", "b", "７", "一", "𠀀"),
    *("有限", "公司", "有限公司", "有限责任公司", "集团公司", "股份有限公司", "股份公司"),
    *("专业合作社", "合伙企业", "(有限合伙)", "第一分公司"),
)


def in_the_engine(reader: NameReader, names: Sequence[str]) -> list[tuple[str, str]]:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE given AS SELECT unnest(range(?)) AS name, unnest(?::VARCHAR[]) AS plain",
            [len(names), reader.plain(names)],
        )
        rows = connection.execute(f"{reader.parts_sql('given')} ORDER BY name").fetchall()
    return [(full, core) for _, full, core in rows]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.lists(st.sampled_from(PIECES), min_size=1, max_size=7).map("".join),
        min_size=1,
        max_size=40,
    )
)
def test_the_engine_takes_names_apart_alike(names: list[str]) -> None:
    assert in_the_engine(READER, names) == [(p.full, p.core) for p in READER.read(names)]


@pytest.mark.parametrize("districts", [(), ("海曙区",)])
def test_a_city_without_districts_is_read_alike(districts: tuple[str, ...]) -> None:
    reader = NameReader("宁波市", districts)
    names = ["宁波市海曙区晨禾小吃店", "晨禾(海曙区)贸易有限公司", "(宁波)公司"]
    assert in_the_engine(reader, names) == [(p.full, p.core) for p in reader.read(names)]
