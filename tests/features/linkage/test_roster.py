"""What leaves the roster is what shares a blocking key, counted over the whole roster."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from features.linkage.names import NameReader
from features.linkage.roster import NOMINATORS, Called, Roster, nominated, read_names

READER = NameReader("宁波市", ("海曙区",))
PIECES = ("晨", "禾", "云", "栖", "宁波", "贸易", "有限公司")
NAME = st.lists(st.sampled_from(PIECES), min_size=1, max_size=5).map("".join)
NAMES = st.lists(NAME, min_size=1, max_size=12)


def found(roster: Sequence[Called], mentions: Sequence[Called]) -> Roster:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE roster AS SELECT *, NULL::VARCHAR AS address, NULL::VARCHAR AS phone, "
            "NULL::VARCHAR AS representative FROM (SELECT unnest(?::VARCHAR[]) AS id, "
            "unnest(?::VARCHAR[]) AS name, unnest(?::INTEGER[]) AS from_day)",
            [[one.id for one in roster], [one.name for one in roster],
             [one.from_day for one in roster]],
        )  # fmt: skip
        return nominated(connection, READER, mentions)


def slowly(roster: Sequence[Called], mentions: Sequence[Called]) -> set[tuple[str, str]]:
    """The same by looking at every pair of names."""
    parts = {name: READER.read([name])[0] for name in {one.name for one in (*roster, *mentions)}}
    said = {(one.id, one.name) for one in roster}
    frequency = Counter(pair for _, name in said for pair in parts[name].bigrams)
    kept = set()
    for asked in (parts[one.name] for one in mentions):
        known = sorted((frequency[pair], pair) for pair in asked.bigrams if frequency[pair])
        rare = {pair for _, pair in known[:NOMINATORS]}
        kept |= {
            (id_, name)
            for id_, name in said
            if parts[name].full == asked.full
            or parts[name].core == asked.core
            or rare & set(parts[name].bigrams)
        }
    return kept


@settings(max_examples=40, deadline=None)
@given(roster=NAMES, mentions=NAMES)
def test_exactly_the_names_that_share_a_key_leave_the_roster(
    roster: list[str], mentions: list[str]
) -> None:
    standing = [Called(str(i % 7), name) for i, name in enumerate(roster)]
    asked = [Called(str(i), name) for i, name in enumerate(mentions)]
    left = found(standing, asked)
    assert {(one.id, one.name) for one in left.called} == slowly(standing, asked)
    assert left.businesses == len({one.id for one in standing})


def test_a_business_is_known_under_a_name_from_the_first_day_it_was_told() -> None:
    told = [Called("a", "晨禾贸易", from_day=30), Called("a", "晨禾贸易", from_day=10)]
    assert found(told, [Called("m", "晨禾贸易")]).called == [Called("a", "晨禾贸易", from_day=10)]


def test_names_are_read_once() -> None:
    with duckdb.connect() as connection:
        for names in (
            "SELECT '晨禾' AS name",
            "SELECT unnest(['晨禾', '晨禾', '云栖', NULL]) AS name",
        ):
            read_names(connection, READER, names)
        rows = connection.execute("SELECT name, core FROM name_parts ORDER BY name").fetchall()
    assert rows == [("云栖", "云栖"), ("晨禾", "晨禾")]
