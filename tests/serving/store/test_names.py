import sqlite3

import pytest

from serving.store.names import folded, index_text, match_text

NAMES = ("宁波甬江食品有限公司", "宁波 AB 贸易", "ＡＢ餐饮", "甬", 'a"b (c)*')


@pytest.fixture(name="names")
def indexed_names() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE s USING fts5(name, content='', tokenize='ascii')")
    for no, name in enumerate(NAMES):
        connection.execute("INSERT INTO s (rowid, name) VALUES (?, ?)", (no, index_text(name)))
    return connection


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("宁波", [0, 1]),
        ("波甬江", [0]),
        ("江波", []),
        ("甬", [0, 3]),
        ("司", [0]),
        ("ab", [1, 2]),
        ("ＡＢ 贸", [1]),
        ("贸易 宁波", [1]),
        ('a"b', [4]),
        ("(c)*", [4]),
        ("OR", []),
    ],
)
def test_a_name_is_found_by_any_part_of_it(
    names: sqlite3.Connection, query: str, found: list[int]
) -> None:
    rows = names.execute("SELECT rowid FROM s WHERE s MATCH ? ORDER BY rowid", (match_text(query),))
    assert [no for (no,) in rows] == found
    words = folded(query).split()
    assert found == [n for n, name in enumerate(NAMES) if all(w in folded(name) for w in words)]


def test_a_blank_query_asks_for_nothing() -> None:
    assert match_text("  ") == ""
