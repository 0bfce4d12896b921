from __future__ import annotations

import hashlib
from collections import Counter
from datetime import date
from fnmatch import fnmatch
from pathlib import Path

import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from features.errors import YourInput
from features.identity import Verdict, check
from features.jurisdictions.ningbo.sources import SOURCES
from features.synthetic import City, generate
from tests.features.synthetic.city_files import read, table


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    first = generate(tmp_path / "a", 1_000, seed=3)
    second = generate(tmp_path / "b", 1_000, seed=3)
    assert digests(first.folder) == digests(second.folder)


def test_another_seed_gives_another_city(tmp_path: Path) -> None:
    first = generate(tmp_path / "a", 1_000, seed=3)
    second = generate(tmp_path / "b", 1_000, seed=4)
    assert digests(first.folder / "delivery-1") != digests(second.folder / "delivery-1")


def test_files_of_an_earlier_city_are_replaced(tmp_path: Path) -> None:
    generate(tmp_path / "a", 1_500, seed=9)
    again = generate(tmp_path / "a", 1_000, seed=3)
    fresh = generate(tmp_path / "b", 1_000, seed=3)
    assert digests(again.folder) == digests(fresh.folder)


def test_every_department_delivers(small_city: City) -> None:
    assert set(small_city.rows) == {source.name for source in SOURCES}
    # In a city of 2,000 a large accident or a ruling may not happen at all.
    assert {name for name, rows in small_city.rows.items() if rows == 0} <= {
        "accidents", "complaint_alerts", "customs_penalties", "insolvency", "ip_rulings",
        "major_tax_cases", "wage_arrears",
    }  # fmt: skip


def test_headings_are_exactly_the_contracts(small_city: City) -> None:
    for delivery in small_city.deliveries:
        for path in delivery.folder.iterdir():
            (source,) = [s for s in SOURCES if fnmatch(path.name, s.files)]
            allowed = {heading for column in source.columns for heading in column.headers}
            assert set(read(path).column_names) <= allowed


def test_required_columns_are_delivered(small_city: City) -> None:
    for source in SOURCES:
        delivered = set(table(small_city, source.name).column_names)
        assert {c.name for c in source.columns if c.required} <= delivered


def test_no_contract_reads_the_truth(small_city: City) -> None:
    for path in small_city.truth.rglob("*"):
        for source in SOURCES:
            assert not fnmatch(path.name, source.files)
            assert not fnmatch(str(path.relative_to(small_city.folder)), source.files)


def test_the_truth_knows_what_no_department_saw(small_city: City) -> None:
    truth = pq.read_table(small_city.truth / "conduct.parquet")
    unseen = pc.and_(truth["violation"], pc.invert(truth["checked"]))
    assert pc.sum(unseen).as_py() > 100
    assert set(pc.unique(truth["month"]).to_pylist()) >= {202301, 202607}


def test_the_truth_says_what_a_check_would_find_whether_or_not_one_came(small_city: City) -> None:
    truth = pq.read_table(small_city.truth / "conduct.parquet")
    chance = truth["found_if_checked"].to_numpy()
    broken = truth["violation"].to_numpy()
    assert 0 < chance.min() <= chance.max() <= 1
    assert chance[broken].min() >= 0.75
    assert chance[~broken].mean() < 0.15
    months = truth.filter(truth["open"])["month"]
    assert pc.sum(pc.equal(months, 202607)).as_py() < small_city.businesses


def test_some_files_are_gb18030_and_some_carry_a_byte_order_mark(small_city: City) -> None:
    folder = small_city.deliveries[0].folder
    marked = (folder / "市市场监管局-市场主体登记信息.csv").read_bytes()
    assert marked.startswith(b"\xef\xbb\xbf")
    chinese = (folder / "市税务局-纳税信用等级.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        chinese.decode()
    assert "纳税人识别号" in chinese.decode("gb18030")


def test_every_name_is_marked_as_made_up(small_city: City) -> None:
    names = table(small_city, "registrations")["name"]
    assert pc.all(pc.match_substring(names, "模拟")).as_py()


def test_every_registered_code_checks_and_is_one_business(small_city: City) -> None:
    codes = pc.unique(table(small_city, "registrations")["uscc"]).to_pylist()
    assert all(check(code).verdict is Verdict.VALID for code in codes)
    assert 1_980 <= len(codes) <= 2_000


def test_the_second_delivery_holds_updates_of_known_records(small_city: City) -> None:
    first, second = small_city.deliveries
    name = "市市场监管局-12315投诉举报"
    before = set(read(first.folder / f"{name}.csv")["工单编号"].to_pylist())
    after = read(second.folder / f"{name}-补报.csv")
    assert set(after["工单编号"].to_pylist()) <= before
    assert "" not in after["处理结果"].to_pylist()


def test_nothing_is_delivered_before_it_is_known(small_city: City) -> None:
    for source in SOURCES:
        if small_city.rows[source.name] == 0:
            continue
        known = table(small_city, source.name)["updated_at"]
        assert pc.min(known).as_py() >= "2023-01-01"
        assert pc.max(known).as_py() < "2026-08-01"


def test_other_departments_sometimes_write_names_without_codes(small_city: City) -> None:
    elsewhere = table(small_city, "complaints")
    missing = pc.mean(pc.equal(elsewhere["uscc"], "").cast("int32")).as_py()
    assert 0.01 < missing < 0.12
    assert pc.min(pc.utf8_length(elsewhere["business_name"])).as_py() > 4


def test_a_repaired_or_annulled_penalty_first_stood(small_city: City) -> None:
    versions = table(small_city, "penalties_elsewhere").to_pylist()
    by_decision: dict[str, list[dict[str, str]]] = {}
    for version in versions:
        by_decision.setdefault(version["decision_no"], []).append(version)
    ended = [v for v in versions if v["repaired_on"] or v["annulled_on"]]
    assert ended
    for version in ended:
        earliest = min(by_decision[version["decision_no"]], key=lambda v: v["updated_at"])
        assert not earliest["repaired_on"]
        assert not earliest["annulled_on"]


def test_who_files_late_is_listed_in_the_last_summer_as_in_those_before(small_city: City) -> None:
    rows = table(small_city, "abnormal_list").to_pylist()
    listed = {(row["decision_no"], row["listed_on"][:4], row["listed_on"][5:7]) for row in rows}
    july = Counter(year for _, year, month in listed if month == "07")
    # The city ends in July: of those who file late only a sixth have filed by then.
    assert july["2026"] == pytest.approx((july["2024"] + july["2025"]) / 2, rel=0.15)
    assert max(row["delisted_on"] or "" for row in rows) <= "2026-07-31"


def test_a_shorter_span_gives_fewer_records(tmp_path: Path, small_city: City) -> None:
    span = generate(tmp_path, 2_000, seed=5, start=date(2024, 1, 1), end=date(2025, 1, 31))
    assert sum(span.rows.values()) < 0.6 * sum(small_city.rows.values())


def test_progress_is_told_in_businesses(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    generate(tmp_path, 1_000, progress=lambda *step: told.append(step))
    assert told == [("generate", 1_000, 1_000)]


@pytest.mark.parametrize(
    ("businesses", "end"), [(999, date(2026, 6, 30)), (1_000, date(2023, 6, 30))]
)
def test_too_small_a_city_is_refused(tmp_path: Path, businesses: int, end: date) -> None:
    with pytest.raises(YourInput, match="city too small"):
        generate(tmp_path, businesses, end=end)
