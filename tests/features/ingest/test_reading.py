"""What is read from a field as it was delivered is what careful reading says of it."""

from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from features.contracts import ByCode, Dates, Kind, Source
from features.expressions import col
from features.ingest.record import RecordQuery
from features.ingest.slow import create_lookup, unread
from features.ingest.table import DeliveredTable
from features.ingest.zone import create_zone_table
from tests.features.ingest.town import column, source, town

EVERY_KIND = source(
    key=("no",),
    subject=ByCode("code", also=("old",)),
    dates=Dates(event="day", trust="exact", known="at"),
    keep=~col("state").equals("out"),
    columns=(
        column("no", Kind.TEXT),
        column("code", Kind.TEXT),
        column("old", Kind.TEXT),
        column("day", Kind.DAY, required=True),
        column("at", Kind.INSTANT),
        column("fine", Kind.MONEY, minimum=0),
        column("capital", Kind.MONEY, unit=10_000),
        column("share", Kind.DECIMAL, maximum=100),
        column("staff", Kind.INTEGER, minimum=0, maximum=5_000),
        column("online", Kind.FLAG),
        column("state", Kind.CODE, labels=("in", "out", "无")),
        column("form", Kind.CODE, labels=("company", "other"), otherwise="other"),
        column("kinds", Kind.MASK, labels=("警告", "罚款")),
        column("phone", Kind.TEXT, personal=True),
    ),
)
ZONE = ZoneInfo("Asia/Shanghai")
USUAL = "91330281MAF5541R45"
WRITTEN = [
    None, "", " ", "/", "-", "无", "不详", "null", "0", "1", "-1", "+1", "007", "1_000", "0x1F",
    "1e3", "1,000", "12.0", "12.5", ".5", "5.", ".", "-.5", "0.1234567", "99999", "100000.01",
    "123456789012.5", "9223372036854775807", "１２", "12 ", "\t12", "2023-01-02", "2023/1/2",
    "2023-1-2 ", " 2023-01-02", "２０２３-01-02", "2023-02-30", "20230102", "45000", "1/2/2023",
    "13/2/2023", "2023年1月2日", "1900-01-00", "1899-12-31", "2023-01-02 10:00:00", "infinity",
    "2023-01-02 1:2:3", " 2023-01-02 10:00:00", "2023-01-02 10:00:00 ", "2023-01-02  10:00:00",
    "2023-01-02T10:00:00Z", "2023-01-02 10:00:0Z", "2023-01-02 10:00:00+08", "2023-01-02 24:00:00",
    "2023-01-02 10:00:00.5", "2023-01-02 10:00", "1986-05-04 10:00:00", "23-01-02 10:00:00",
    "in", "out", " out", "ｏｕｔ", "company", "company ", "cooperative", "警告", "罚款",
    "警告;罚款", "警告，罚款", "是", "否", "true", USUAL, f" {USUAL}", USUAL.lower(),
    "９１" + USUAL[2:],
    "330281000000016", "99999999999999999X", "111111199001011234", "宁波（模拟）公司", "a\u200b",
    "\u3000b", "c\u00a0d", "e\n", "2081412.0",
]  # fmt: skip
FIELD = st.one_of(st.sampled_from(WRITTEN), st.text("0123456789-/.:T _e年\u3000", max_size=20))
ROW = st.tuples(*(FIELD for _ in EVERY_KIND.columns))
GOOD = (
    "A1", USUAL, None, "2023-01-02", "2023-01-03 10:00:00", "1.5", "0.3405", "12.5", "7", "是",
    "in", "company", "罚款", None,
)  # fmt: skip


def both_readings(
    connection: duckdb.DuckDBPyConnection, kind: Source, rows: list[tuple[str | None, ...]]
) -> list[tuple[tuple[object, ...], tuple[object, ...], list[str]]]:
    """The rows that quick reading accepts, as it and as careful reading says; with its faults."""
    width = len(kind.columns)
    names = [f"_h{i}" for i in range(width)]
    connection.execute(f"CREATE OR REPLACE TABLE t ({', '.join(f'{n} VARCHAR' for n in names)})")
    connection.executemany(f"INSERT INTO t VALUES ({', '.join('?' * width)})", rows)
    numbered = f"SELECT {', '.join(names)}, rowid AS _row_no, NULL AS _shape FROM t"
    headings = tuple(one.headers[0] for one in kind.columns)
    table = DeliveredTable(Path("t"), "test", headings, numbered, numbered=True)
    query = RecordQuery.of(town(kind, identity="uscc").jurisdiction, kind, table)
    raw = f"SELECT _row_no, _shape, [{', '.join(names)}] AS _raw FROM ({numbered})"
    connection.execute(f"CREATE OR REPLACE TABLE doubtful AS {query.doubtful(raw)}")
    lookups = unread(connection, "doubtful", query.conversions)
    for read in lookups:
        create_lookup(connection, "doubtful", read, query.zone)
    columns = ", ".join(query.columns)
    quick = connection.execute(
        f"SELECT _row_no, _out, {columns} FROM ({query.fast()}) WHERE _raw IS NULL ORDER BY 1"
    ).fetchall()
    careful = {
        row[0]: row
        for row in connection.execute(
            f"SELECT _row_no, _out, {columns}, _faults FROM ({query.slow('doubtful', lookups)})"
        ).fetchall()
    }
    return [(one, careful[one[0]][:-1], careful[one[0]][-1]) for one in quick]


@pytest.mark.slow
@settings(max_examples=20, deadline=None)
@given(st.lists(ROW, min_size=1, max_size=12), st.lists(st.tuples(
    st.integers(0, len(GOOD) - 1), FIELD), max_size=40))  # fmt: skip
@example([GOOD], [(place, text) for place in range(len(GOOD)) for text in WRITTEN])
@example([(*GOOD[:5], "-\u300098", *GOOD[6:10], "out", *GOOD[11:])], [])
def test_what_is_read_as_it_stands_is_what_careful_reading_says(
    rows: list[tuple[str | None, ...]], changes: list[tuple[int, str | None]]
) -> None:
    nearly = [(*GOOD[:place], text, *GOOD[place + 1 :]) for place, text in changes]
    with duckdb.connect() as connection:
        create_zone_table(connection, ZONE)
        accepted = both_readings(connection, EVERY_KIND, [GOOD, *rows, *nearly])
    assert accepted  # the good row at least
    for quick, careful, faults in accepted:
        out_of_scope = quick[1]
        assert out_of_scope == careful[1]
        # Nothing is kept of a row that is out of scope, so it is not read twice.
        assert out_of_scope or (quick == careful and not faults)
