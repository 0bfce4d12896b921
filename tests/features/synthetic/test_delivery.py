from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from features.contracts import ByCode, Column, Dates, Kind, Phrase, Source
from features.synthetic.delivery import Cells, Coded, Deliveries, Dialect
from features.synthetic.span import NONE, day

SOURCE = Source(
    name="things",
    department="market",
    title=Phrase("事项", "things"),
    legal_basis="none",
    files="事项*",
    key=("no",),
    subject=ByCode("no"),
    dates=Dates("happened_on", "exact", known="updated_at"),
    columns=(
        Column("no", Kind.TEXT, ("编号",), "number"),
        Column("happened_on", Kind.DAY, ("日期", "发生日期"), "day"),
        Column("kind", Kind.CODE, ("类别",), "kind", labels=("甲", "乙")),
        Column("amount_fen", Kind.MONEY, ("金额(万元)",), "amount", unit=10_000),
        Column("share", Kind.DECIMAL, ("占比",), "share"),
        Column("flag", Kind.FLAG, ("是否",), "flag"),
        Column("count", Kind.INTEGER, ("数量",), "count"),
        Column("updated_at", Kind.INSTANT, ("更新时间",), "known"),
    ),
)
RECORDS = {
    "no": pa.array(["一", "二", "三"]),
    "happened_on": np.array([day(2024, 3, 5), NONE, day(2024, 12, 31)], np.int32),
    "kind": Coded(np.array([1, -1, 0]), ("甲", "乙")),
    "amount_fen": np.array([3_405, -1, 100_000_000]),
    "share": np.array([0.000833, np.nan, 1.0]),
    "flag": np.array([1, 0, -1], np.int8),
    "count": np.array([0, NONE, 7], np.int32),
    "updated_at": np.array([day(2024, 3, 6), day(2024, 3, 7), day(2025)], np.int32),
}


def written(folder: Path, dialect: Dialect, last_day: int = day(2030)) -> list[list[str]]:
    batches = (folder / "first", folder / "second")
    with Deliveries(batches, (SOURCE,), {"things": dialect}, last_day) as deliveries:
        deliveries.write("things", RECORDS, np.array([False, False, True]))
    files = [batches[0] / "事项.csv", batches[1] / "事项-补报.csv"]
    texts = [file.read_text(dialect.encoding) for file in files if file.exists()]
    return [line.split(",") for text in texts for line in text.splitlines()]


def test_cells_are_in_the_units_and_headings_of_the_contract(tmp_path: Path) -> None:
    header, first, second, _, third = written(tmp_path, Dialect())
    assert header == ["编号", "日期", "类别", "金额(万元)", "占比", "是否", "数量", "更新时间"]
    assert first[:7] == ["一", "2024-03-05", "乙", "0.003405", "0.000833", "是", "0"]
    assert second[:7] == ["二", "", "", "", "", "否", ""]
    assert third[:7] == ["三", "2024-12-31", "甲", "100.000000", "1", "", "7"]
    assert first[7].startswith("2024-03-06 ")


def test_a_dialect_decides_encoding_days_headings_and_flags(tmp_path: Path) -> None:
    dialect = Dialect("gb18030", "characters", heading=1, yes_no=("0", "1"))
    header, first, *_ = written(tmp_path, dialect)
    assert header[1] == "发生日期"
    assert (first[1], first[5]) == ("2024年03月05日", "1")


def test_what_was_not_known_by_the_last_day_is_not_delivered(tmp_path: Path) -> None:
    rows = written(tmp_path, Dialect(), last_day=day(2024, 3, 6))
    assert [row[0] for row in rows] == ["编号", "一"]


def test_every_style_of_day_names_the_same_day() -> None:
    column = SOURCE.column("happened_on")
    spelled = {
        style: Cells(Dialect(days=style)).of(column, RECORDS["happened_on"]).to_pylist()[0]
        for style in ("iso", "slashes", "compact", "characters")
    }
    assert spelled == {
        "iso": "2024-03-05",
        "slashes": "2024/3/5",
        "compact": "20240305",
        "characters": "2024年03月05日",
    }
