"""The city's rates against the handbook's: section 8.1 volumes, 8.2 shares, 8.4 priors.

One city of 30,000 businesses; ranges are the handbook's where it gives a range,
and leave room for chance and for the heavy tail of complaints where it gives a
figure.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd
import pytest

from features.synthetic import City
from tests.features.synthetic.city_files import table

pytestmark = pytest.mark.slow

SOLE = "个体工商户"
SUBSTANTIVE_NOT = ("警告", "不予处罚")
CLEAN = ("未发现问题", "未发现开展本次抽查涉及的经营活动")
YEARS = 43 / 12
END = "2026-05-31"  # before July lists those who missed the annual report


def day(column: pd.Series) -> pd.Series:
    plain = column.str.replace("[年月]", "-", regex=True).str.replace("日", "")
    return pd.to_datetime(plain.replace("", None), format="mixed")


def newest(records: pd.DataFrame, *key: str) -> pd.DataFrame:
    return records.sort_values("updated_at", kind="stable").drop_duplicates(key, keep="last")


@dataclass
class Observed:
    """The city as its files tell it."""

    city: City

    def records(self, source: str, *key: str) -> pd.DataFrame:
        return newest(table(self.city, source).to_pandas(), *key)

    @cached_property
    def registered(self) -> pd.DataFrame:
        return self.records("registrations", "uscc")

    def open_on(self, when: str) -> pd.Series:
        one = self.registered
        closed = day(one["closed_on"])
        there = (day(one["established_on"]) <= when) & (closed.isna() | (closed > when))
        return there & (one["status"] != "吊销未注销")

    @cached_property
    def average(self) -> float:
        return float(self.open_on("2024-10-15").sum())

    def yearly_per_100(self, events: int | float) -> float:
        return 100 * events / YEARS / self.average

    def listed_share(self, source: str, key: str, left: str, *, sole: bool) -> float:
        """Share of open sole traders, or of all others, that stand on a list."""
        one = self.registered[self.open_on(END)]
        of = set(one.loc[(one["form"] == SOLE) == sole, "uscc"])
        records = self.records(source, key)
        off = day(records[left])
        began = day(records["listed_on" if "listed_on" in records else "published_on"])
        on = records[(began <= END) & (off.isna() | (off > END))]
        return len(of & set(on["uscc"].str.strip().str.upper())) / len(of)


@pytest.fixture(scope="module")
def observed(city: City) -> Observed:
    return Observed(city)


def substantive(penalties: pd.DataFrame) -> pd.Series:
    return (
        (penalties["procedure"] == "普通程序")
        & ~penalties["kinds"].isin(SUBSTANTIVE_NOT)
        & (penalties["annulled_on"] == "")
    )


def test_shares_of_districts_and_sections_are_the_published_ones(observed: Observed) -> None:
    sole = observed.registered[observed.registered["form"] == SOLE]
    assert len(sole) / len(observed.registered) == pytest.approx(0.5842, abs=0.01)
    sections = sole["sector"].value_counts(normalize=True)
    assert sections["批发和零售业"] == pytest.approx(0.4361, abs=0.012)
    assert sections["制造业"] == pytest.approx(0.1627, abs=0.010)
    assert sections["住宿和餐饮业"] == pytest.approx(0.1160, abs=0.008)
    largest = sole["district"].value_counts(normalize=True)
    assert largest[["330282", "330281", "330206"]].sum() == pytest.approx(0.4616, abs=0.012)


def test_businesses_come_and_go_at_the_known_pace(observed: Observed) -> None:
    established = day(observed.registered["established_on"])
    closed = day(observed.registered["closed_on"])
    assert 12 <= observed.yearly_per_100((established > "2023-01-01").sum()) <= 14
    assert 7 <= observed.yearly_per_100(closed.notna().sum()) <= 9


def test_market_regulators_punish_about_three_in_four_hundred_a_year(observed: Observed) -> None:
    penalties = observed.records("penalties", "decision_no", "authority")
    counted = penalties[substantive(penalties)]
    assert observed.yearly_per_100(len(counted)) == pytest.approx(0.76, abs=0.15)
    fines = pd.to_numeric(counted["fine_fen"]) * 10_000
    assert 4_000 < fines.mean() < 12_000  # 7,500 yuan, heavy-tailed
    assert 0.15 < 1 - len(counted) / len(penalties) < 0.55  # summary, warnings, none


def test_all_departments_punish_between_one_and_a_half_and_two_and_a_half_percent(
    observed: Observed,
) -> None:
    both = pd.concat(
        [observed.records(s, "decision_no", "authority") for s in
         ("penalties", "penalties_elsewhere")]
    )  # fmt: skip
    counted = both[substantive(both)]
    decided = day(counted["decided_on"])
    year = counted[(decided > "2024-06-30") & (decided <= "2025-06-30")]
    open_then = observed.open_on("2024-12-31").sum()
    assert 1.5 <= 100 * year["business_name"].nunique() / open_then <= 2.5


def test_lists_hold_the_known_shares(observed: Observed) -> None:
    abnormal = observed.listed_share("abnormal_list", "decision_no", "delisted_on", sole=False)
    assert 0.06 <= abnormal <= 0.10
    serious = observed.listed_share("serious_list", "decision_no", "delisted_on", sole=False)
    assert 0.003 <= serious <= 0.008
    defaulters = observed.listed_share("defaulters", "case_no", "removed_on", sole=False)
    assert 0.008 <= defaulters <= 0.015


def test_checks_reach_three_to_six_percent_and_find_something_in_one_of_seven(
    observed: Observed,
) -> None:
    checks = observed.records("random_checks", "check_no")
    assert 3 <= observed.yearly_per_100(len(checks)) <= 6
    problem = ~checks["result"].isin(CLEAN)
    assert 0.10 <= problem.mean() <= 0.25
    by_class = problem.groupby(checks["class_at_draw"]).mean()
    assert by_class["A"] < by_class["B"] < by_class["C"] < by_class["D"]
    drawn = checks[checks["drawn_by"].isin(["信用风险分类抽查", "不定向抽查"])]
    assert (drawn["inclusion_probability"] != "").all()


def test_complaints_are_few_and_heavy_tailed(observed: Observed) -> None:
    complaints = observed.records("complaints", "case_no")
    assert 6 <= observed.yearly_per_100(len(complaints)) <= 12  # 8.5
    report = complaints["kind"] == "违法行为举报"
    assert report.mean() == pytest.approx(0.254, abs=0.03)
    # 617 of 45,188 complaints and 2,379 of 15,396 reports became cases.
    to_case = (complaints["to_case"] == "1").groupby(report).mean()
    assert to_case[False] == pytest.approx(0.0137, abs=0.006)
    assert to_case[True] == pytest.approx(0.155, abs=0.05)
    received = day(complaints["received_on"])
    year = complaints[(received > "2024-06-30") & (received <= "2025-06-30")]
    each = year.groupby("business_name").size().sort_values(ascending=False)
    open_then = observed.open_on("2024-12-31").sum()
    assert 1 - len(each) / open_then == pytest.approx(0.965, abs=0.01)
    assert each.head(open_then // 100).sum() / each.sum() > 0.5


def test_online_shops_are_as_many_as_planned_for(observed: Observed) -> None:
    # 100,000 to 250,000 shops for 1,421,700 entities.
    shops = observed.records("shops", "shop_id")
    assert 0.07 <= len(shops) / len(observed.registered) <= 0.18


def test_there_are_as_many_records_as_a_city_of_that_size_keeps(city: City) -> None:
    assert 10 <= sum(city.rows.values()) / city.businesses <= 18
