"""Penalty files as archives hold them: the 26 fields, the exchange table, the layout until 2018."""

from __future__ import annotations

import csv
import re
from pathlib import Path

import pytest

from features.catalogue import Catalogue, encoder, load_catalogue
from features.contracts import Jurisdiction
from features.ingest.reconciliation import FileCount
from features.ingest.run import ingest_file
from features.jurisdictions.ningbo.sources import penalties
from features.jurisdictions.ningbo.sources.double_publicity import SUBSTANTIVE
from features.jurisdictions.ningbo.sources.penalty_words import KINDS
from features.snapshot import Snapshot
from tests.features.ingest.town import RECEIVED, Cell, read

CITY = load_catalogue("ningbo")
CODE, OTHER = "91330200711192037M", "91330203MA29DJ4P1Q"
REGISTRATION, ORGANISATION, IDENTITY = "330203000012344", "71119203-7", "330203199001010011"
NEW = {
    "行政相对人名称": "甲公司", "行政相对人类别": "法人及非法人组织",
    "行政相对人代码_1(统一社会信用代码)": CODE, "行政相对人代码_2(工商注册号)": REGISTRATION,
    "行政相对人代码_3(组织机构代码)": ORGANISATION, "行政处罚决定书文号": "甬市监罚〔2023〕1号",
    "违法行为类型": "食品安全", "处罚类别": "罚款;没收违法所得", "罚款金额(万元)": "0.340501",
    "没收违法所得、没收非法财物的金额(万元)": "12345678.123456", "处罚决定日期": "2023/5/1",
    "处罚机关": "宁波市市场监督管理局",
}  # fmt: skip
EXCHANGE = {
    "cf_xdr_mc": "甲公司", "cf_xdr_lb": "法人及非法人组织", "cf_xdr_shxym": CODE,
    "cf_xdr_gszc": REGISTRATION, "cf_xdr_zzjg": ORGANISATION, "cf_wsh": "甬市监罚〔2023〕1号",
    "cf_wfxw": "食品安全", "cf_cflb": "罚款;没收违法所得", "cf_nr_fk": "0.340501",
    "cf_nr_wfff": "12345678.123456", "cf_jdrq": "2023-05-01", "cf_cfjg": "宁波市市场监督管理局",
}  # fmt: skip
OLD = {
    "行政处罚决定书文号": "甬市监罚〔2023〕1号", "处罚名称": "食品案", "处罚类别1": "罚款",
    "处罚类别2": "没收违法所得", "处罚事由": "略", "行政相对人名称": "甲公司",
    "行政相对人代码_1": CODE, "行政相对人代码_2": ORGANISATION, "行政相对人代码_3": REGISTRATION,
    "行政相对人代码_4": "", "行政相对人代码_5": IDENTITY, "处罚结果": "略",
    "罚款金额": "0.340501", "没收违法所得、没收非法财物金额(万元)": "12345678.123456",
    "处罚决定日期": "2023年05月01日", "处罚机关": "宁波市市场监督管理局", "当前状态": "0",
    "地方编码": "330200", "数据更新时间戳": "2023-05-08 09:00:00", "违法行为类型": "食品安全",
}  # fmt: skip


def take(folder: Path, *rows: dict[str, str]) -> tuple[FileCount, list[dict[str, Cell]]]:
    path = folder / "处罚.csv"
    with path.open("w", encoding="gb18030", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    only = Jurisdiction(**{**vars(CITY.jurisdiction), "sources": (penalties.SOURCE,), "roster": ()})
    account = ingest_file(
        Catalogue(only, CITY.folder), folder / "home", penalties.SOURCE, path, RECEIVED
    )
    (file_count,) = account.source("penalties").files
    return file_count, read(Snapshot.current(folder / "home").source("penalties"))


@pytest.mark.parametrize("row", [NEW, EXCHANGE, OLD], ids=["new", "exchange table", "until 2018"])
def test_every_layout_gives_the_same_record(tmp_path: Path, row: dict[str, str]) -> None:
    file, (record,) = take(tmp_path, row)
    assert file.accepted == 1
    assert (record["entity_id"], record["event_key"]) == (
        CODE, "甬市监罚〔2023〕1号|宁波市市场监督管理局",
    )  # fmt: skip
    assert record["event_day"] == 19478  # 2023-05-01
    assert (record["registration_no"], record["organisation_code"]) == (REGISTRATION, ORGANISATION)
    assert record["kinds"] == 1 << KINDS.index("罚款") | 1 << KINDS.index("没收违法所得")
    # 万元 with six decimals are fen, exactly.
    assert (record["fine_fen"], record["confiscated_fen"]) == (340_501, 12_345_678_123_456)


def test_bare_codes_are_told_apart_by_their_form_in_either_order(tmp_path: Path) -> None:
    old = {**OLD, "行政处罚决定书文号": "1"}
    new = {**OLD, "行政处罚决定书文号": "2", "行政相对人代码_2": REGISTRATION,
           "行政相对人代码_3": ORGANISATION}  # fmt: skip
    _, records = take(tmp_path, old, new)
    assert {r["registration_no"] for r in records} == {REGISTRATION}
    assert {r["organisation_code"] for r in records} == {ORGANISATION}


def test_the_identity_number_of_a_person_is_stored_nowhere(tmp_path: Path) -> None:
    _, (record,) = take(tmp_path, OLD)
    assert IDENTITY not in {str(value) for value in record.values()}
    kept = [path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert not any(IDENTITY.encode() in data for data in kept)


def test_a_persons_number_in_the_tax_field_is_stored_nowhere(tmp_path: Path) -> None:
    """Sole traders used their own number as tax number."""
    own = "11010519491231002X"
    row = {**OLD, "行政相对人代码_1": "", "行政相对人代码_2": "", "行政相对人代码_3": ""}
    _, (record,) = take(tmp_path, {**row, "行政相对人代码_4": own})
    assert record["entity_id"] is None
    kept = [path.read_bytes() for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert not any(own.encode() in data for data in kept)


@pytest.mark.parametrize(
    ("given", "means"),
    [
        ({}, "711192037"),
        ({"行政相对人代码_2": ""}, REGISTRATION),
        ({"行政相对人代码_2": "", "行政相对人代码_3": "", "行政相对人代码_4": "330200711192037"},
         "330200711192037"),
    ],
)  # fmt: skip
def test_without_a_unified_code_an_older_number_says_whom_it_is_about(
    tmp_path: Path, given: dict[str, str], means: str
) -> None:
    _, (record,) = take(tmp_path, {**OLD, "行政相对人代码_1": "", **given})
    assert record["entity_id"] == means


def test_a_decision_against_a_natural_person_is_counted_and_not_loaded(tmp_path: Path) -> None:
    person = {**NEW, "行政相对人类别": "自然人", "行政处罚决定书文号": "2"}
    file, records = take(tmp_path, NEW, person)
    assert (file.read, file.accepted, file.out_of_scope) == (2, 1, 1)
    assert len(records) == 1


def test_a_revoked_decision_never_counts(tmp_path: Path) -> None:
    rows = [{**OLD, "行政处罚决定书文号": str(i), "当前状态": s} for i, s in enumerate("01")]
    _, records = take(tmp_path, *rows)
    counts = SUBSTANTIVE.test(encoder(penalties.SOURCE))
    ordinary = penalties.SOURCE.column("procedure").labels.index("普通程序")
    found = {r["event_key"]: counts({**r, "procedure": ordinary}) for r in records}
    assert {str(key)[0]: counted for key, counted in found.items()} == {"0": True, "1": False}


def test_all_26_fields_are_declared_in_order() -> None:
    numbered = [m for c in penalties.SOURCE.columns if (m := re.match(r"(\d+) ", c.meaning))]
    numbers = [int(found[1]) for found in numbered]
    assert numbers == sorted(numbers)
    # 3 is the business's own code, declared once for all sources.
    assert set(numbers) == set(range(1, 27)) - {3}
