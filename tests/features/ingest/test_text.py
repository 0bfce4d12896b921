"""Cleaning text: the same in Python and in SQL."""

from __future__ import annotations

import duckdb
import pytest

from features.ingest.text import (
    FULL_WIDTH,
    HALF_WIDTH,
    PLACEHOLDERS,
    clean,
    clean_sql,
    heading,
    is_none,
    none_sql,
    whole_sql,
)

TEXTS = [
    "plain",
    " padded ",
    "\ttabbed\r\n",
    "两端 空白　",
    "　全角空白",
    "公司（宁波）",
    "时间：三；四，五",
    "ＡＢＣ１２３",
    "２０２３－０１－０２",
    "\ufeff带标记",
    "\u200b零宽\u200b",
    "\u00a0不换行\u00a0",
    "￥１００",
    "“引号”、顿号。",
    "",
    " ",
    "　",
    "it's",
    "a\u00a0b",
    FULL_WIDTH,
]


@pytest.mark.parametrize("text", TEXTS)
def test_sql_cleans_as_python_does(text: str) -> None:
    with duckdb.connect() as connection:
        (row,) = connection.execute(
            f"SELECT {clean_sql('t')} FROM (SELECT ? AS t)", [text]
        ).fetchall()
    assert row[0] == clean(text)


def test_full_width_characters_become_half_width() -> None:
    assert clean(f"x{FULL_WIDTH}x") == f"x{HALF_WIDTH}x"


@pytest.mark.parametrize("text", [*PLACEHOLDERS, "0", "无证", "none of these", "a"])
def test_sql_knows_the_same_placeholders(text: str) -> None:
    with duckdb.connect() as connection:
        (row,) = connection.execute(
            f"SELECT {none_sql('t')} FROM (SELECT ? AS t)", [text]
        ).fetchall()
    assert (row[0] is None) == is_none(text)


def test_a_placeholder_that_is_declared_has_a_meaning() -> None:
    with duckdb.connect() as connection:
        sql = none_sql("t", frozenset({"无"}))
        rows = connection.execute(f"SELECT {sql} FROM (VALUES ('无'), ('不详')) AS v(t)").fetchall()
    assert rows == [("无",), (None,)]


@pytest.mark.parametrize(
    ("text", "whole"),
    [("2081412.0", "2081412"), ("2081412", "2081412"), ("1.50", "1.50"), ("v1.0", "v1.0")],
)
def test_a_number_that_went_through_a_float_loses_its_point(text: str, whole: str) -> None:
    with duckdb.connect() as connection:
        (row,) = connection.execute(
            f"SELECT {whole_sql('t')} FROM (SELECT ? AS t)", [text]
        ).fetchall()
    assert row[0] == whole


def test_headings_are_compared_without_blanks_and_widths() -> None:
    assert heading("\ufeff罚款金额 （万元）") == heading("罚款金额(万元)")
