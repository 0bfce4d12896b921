from __future__ import annotations

from features.catalogue import load_catalogue
from features.contracts import (
    Change,
    Count,
    Days,
    DaysUntil,
    Distinct,
    Growth,
    Latest,
    Max,
    Mean,
    Months,
    Repeats,
    Share,
    Sum,
)
from features.examples import example
from features.expressions import col
from features.page import condition_text, markdown
from tests.features.small_city import catalogue_of, feature

_FOOD = col("about").has_any("food") & ~col("kind").equals("warning")
FEATURES = [
    feature("food_penalties_12m", "penalties", Count(), _FOOD, Months(12)),
    feature("fines_yuan", "penalties", Sum("fine_fen"), scale=100),
    feature("associate_fines_yuan", "penalties", Sum("fine_fen"), scale=100, via="representative"),
    feature("severity_mean", "penalties", Mean("severity"), scale=1_000_000),
    feature("offices", "penalties", Distinct("office")),
    feature("offices_repeated", "penalties", Repeats("office")),
    feature("paid_days_until", "penalties", DaysUntil("paid_on")),
    feature("kind_latest", "penalties", Latest("kind")),
    feature("published_share", "penalties", Share(col("published").equals(1))),
    feature("penalty_change", "penalties", Change(), window=Days(90), peers=("sector",)),
    feature("penalty_growth", "penalties", Growth(), window=Days(90)),
    feature("nearest_m", "burglaries", Max("distance_m")),
    feature("weather_days", "weather", Count(), window=Days(30)),
]
CATALOGUE = catalogue_of(FEATURES)


def test_every_feature_has_its_entry_with_sql_and_an_example() -> None:
    page = markdown(CATALOGUE)
    for declared in FEATURES:
        entry = page.split(f"### `{declared.name}`")[1].split("###")[0]
        assert "| missing 缺失 | nothing is known |" in entry
        assert "| basis 依据 | law |" in entry
        assert "reason 理由 R304 | 受罚{value} · {value} penalties |" in entry
        assert f"AS {declared.name}" in entry.split("```sql")[1]
        assert "As of 2024-05-31" in entry


def test_the_page_of_ningbo_names_every_feature_and_link() -> None:
    catalogue = load_catalogue("ningbo")
    page = markdown(catalogue)
    city = catalogue.jurisdiction
    assert page.count("\n### `") == len(city.features) + len(city.links)
    for link in city.links:
        assert f"-- linked_{link.name}\n" in page


def test_every_example_of_ningbo_counts_something_and_leaves_something_out() -> None:
    catalogue = load_catalogue("ningbo")
    for declared in catalogue.jurisdiction.features:
        made = example(catalogue, declared)
        assert made.value is not None, declared.name
        assert any(made.decided), declared.name
        selective = declared.where is not None or declared.window is not None
        assert not (selective and all(made.decided)), declared.name


def test_an_example_shows_what_counts_and_what_does_not() -> None:
    made = example(CATALOGUE, FEATURES[0])
    # recent, older, another matter, before the window
    assert made.decided == (True, True, False, False)
    assert made.value == 2.0
    assert made.columns == ("event_day", "about", "kind")


def test_an_example_of_linked_records_belongs_to_the_other_business() -> None:
    made = example(CATALOGUE, FEATURES[2])
    assert {row["entity_id"] for row in made.rows} == {"a linked one"}
    assert made.value == 300.0  # 100 and 200 yuan


def test_conditions_read_as_words() -> None:
    either = col("kind").isin("fine", "warning") | (col("pages") > 3) | col("paid_on").is_null()
    assert condition_text(either) == "kind is fine or warning or pages > 3 or paid_on is empty"
    mixed = (col("pages") < 3) & (col("kind").equals("fine") | ~col("paid_on").is_null())
    assert condition_text(mixed) == "pages < 3 and (kind = fine or paid_on is known)"
    assert condition_text(~_FOOD) == "not (about has food and not (kind = warning))"
