"""The acceptance cases: each folder entry is a rule, its law and worked cases to read."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from serving import canonical
from serving.render.text import text
from serving.render.views import seen
from tests.acceptance.road import Road, Told

FILES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
_MEANT = {
    "as_of", "penalties", "class", "score", "aside", "zh", "en", "used", "used_zh", "used_en",
    "contested", "disputed_zh", "disputed_en", "auditor_sees",
}  # fmt: skip


@dataclass(frozen=True)
class Case:
    """One worked case of a rule."""

    file: str
    name: str
    city: str
    delivered: list[dict[str, Any]]
    expect: list[dict[str, Any]]


def _cases() -> list[Case]:
    found = []
    for path in FILES:
        rule = yaml.safe_load(path.read_text(encoding="utf-8"))
        assert rule["says"]
        assert rule["basis"]
        for one in rule["cases"]:
            city = one.get("city", "ningbo")
            found.append(Case(path.stem, one["case"], city, one["delivered"], one["expect"]))
    return found


CASES = _cases()


def _differences(told: Told, expected: dict[str, Any]) -> list[str]:
    """What is told otherwise than expected, in words."""
    assert set(expected) <= _MEANT, set(expected) - _MEANT
    aside, clocks = told.aside(), told.clocks()
    contested = told.answer.contested
    found: dict[str, object] = {
        "penalties": told.counted,
        "class": told.class_,
        "score": "lower" if told.moved else "unmoved",
        "aside": {number: why for number, (why, _, _) in aside.items()},
        "used": next((status for status, _, _ in clocks.values()), None),
        "contested": contested.applies if contested else None,
    }
    disputed = [one.clock for one in contested.records if one.clock] if contested else []
    said = {
        "zh": [zh for _, zh, _ in aside.values()],
        "en": [en for _, _, en in aside.values()],
        "used_zh": [zh for _, zh, _ in clocks.values()],
        "used_en": [en for _, _, en in clocks.values()],
        "disputed_zh": [one.zh for one in disputed],
        "disputed_en": [one.en for one in disputed],
    }
    wrong = [
        f"{name}: {found[name]}, expected {wanted}"
        for name, wanted in expected.items()
        if name in found and found[name] != wanted
    ]
    wrong += [
        f"{name}: {said[name]} do not say {wanted}"
        for name, wanted in expected.items()
        if name in said and not any(wanted in one for one in said[name])
    ]
    if "auditor_sees" in expected:
        shown = text(told.answer.decision, "auditor", "zh")
        if expected["auditor_sees"] not in shown:
            wrong.append(f"the auditor does not see {expected['auditor_sees']}")
    return wrong


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=[f"{one.file} {i}" for i, one in enumerate(CASES)])
def test_the_case_comes_out_as_it_is_written(case: Case, tmp_path: Path) -> None:
    road = Road(tmp_path, case.city)
    for delivery in case.delivered:
        account = road.deliver(
            delivery["received"], {k: v for k, v in delivery.items() if k != "received"}
        )
        assert account.total("quarantined") == 0
    for expected in case.expect:
        when = expected["as_of"]
        assert isinstance(when, dt.date)
        told = road.on(when)
        assert _differences(told, expected) == [], f"{case.name}, as of {when}"


@pytest.mark.slow
def test_the_class_is_in_nothing_the_business_is_told(tmp_path: Path) -> None:
    """11.12, as far as views go; what each role is answered is in `test_access.py`."""
    road = Road(tmp_path)
    row = {
        "行政处罚决定书文号": "甬1号", "处罚决定日期": "2025-06-10",
        "处罚确定日期": "2025-06-15", "数据更新时间": "2025-06-16 09:00",
    }  # fmt: skip
    road.deliver(dt.date(2025, 6, 20), {"penalties": [row]})
    decision = road.on(dt.date(2025, 6, 30)).answer.decision
    assert decision.tier == "B"
    told = canonical.encode(seen(decision, "subject")).decode()
    for shown in (told, text(decision, "subject", "zh"), text(decision, "subject", "en")):
        assert "类别:" not in shown
        assert "Tier" not in shown
        assert decision.score not in shown
        assert '"tier":"' not in shown
    assert '"tier":null' in told.replace(" ", "")
