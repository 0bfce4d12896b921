"""A contract as a page and as a schema."""

from __future__ import annotations

import pytest

from features.catalogue import load_catalogue
from features.contract_page import contract_page, row_schema
from features.contracts import Dates, Kind, Nearby, Part
from features.expressions import col
from tests.features.ingest.town import column, source, town, with_columns

KIND = column(
    "kind",
    Kind.CODE,
    "种类",
    labels=("罚款", "其他"),
    spellings={"罚 款": "罚款"},
    otherwise="其他",
)
PENALTIES = with_columns(
    KIND,
    column("owner", Kind.TEXT, personal=True),
    column("amount", Kind.MONEY, "金额(万元)", "金额", unit=10_000, minimum=0),
    keep=col("kind").equals("罚款"),
    parts=(Part("kinds*", "id", main_on="no"),),
    dates=Dates(event="day", trust="The day is exact.", known_lag_days=28),
)


def test_the_page_says_what_the_gate_checks() -> None:
    page = contract_page(town(PENALTIES).jurisdiction, PENALTIES)
    lines = page.splitlines()
    assert "| completed by 附件 | `kinds*` on no = id |" in lines
    assert "- without a known date, the event and 28 days are assumed; " in page
    assert (
        "| `amount` | 金额(万元) / 金额 | amount 金额, in units of 10,000, from 0 | amount "
        "| the text cannot be read as what the column holds; "
        "the value is below the declared minimum |"
    ) in lines
    assert "- 罚款 (also 罚 款)" in lines
    assert "- 其他 (also any other text)" in lines
    assert "`owner` (personal, never stored 个人信息, 不存)" in page


def test_a_record_at_a_place_says_how_far_it_reaches() -> None:
    near = with_columns(
        column("north", Kind.DECIMAL), column("east", Kind.DECIMAL),
        subject=Nearby("north", "east", 500),
    )  # fmt: skip
    page = contract_page(town(near).jurisdiction, near)
    assert "every business within 500 m of `north`, `east`" in page


def test_the_schema_requires_what_the_gate_requires() -> None:
    schema = row_schema(town(source()).jurisdiction, source())
    assert schema["required"] == ["no", "day"]
    assert schema["properties"] == {
        "no": {"description": "no", "type": "string"},
        "code": {"description": "code", "type": ["string", "null"]},
        "day": {"description": "day", "type": "string", "format": "date"},
        "fine": {
            "description": "fine",
            "type": ["string", "null"],
            "pattern": r"^[+-]?[0-9]+(\.[0-9]+)?$",
        },
    }


def test_any_of_several_headings_will_do() -> None:
    amount = column("amount", Kind.MONEY, "new", "old", required=True)
    paid = with_columns(amount)
    schema = row_schema(town(paid).jurisdiction, paid)
    assert schema["allOf"] == [{"anyOf": [{"required": ["new"]}, {"required": ["old"]}]}]


@pytest.mark.parametrize("name", ["ningbo"])
def test_every_declared_source_has_a_page(name: str) -> None:
    jurisdiction = load_catalogue(name).jurisdiction
    for declared in jurisdiction.sources:
        assert contract_page(jurisdiction, declared).startswith(f"# {declared.title.zh}")
        assert row_schema(jurisdiction, declared)["properties"]
