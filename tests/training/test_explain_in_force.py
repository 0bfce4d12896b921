"""``xinheng explain`` says what holds now: what arrived since the scores and what people did."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from serving.render import VIEWS, View
from tests.serving.bundles import TRUSTED
from tests.serving.clients import local_client
from tests.serving.doors.offices import Offices
from tests.serving.doors.test_access import guarded_settings
from tests.serving.services import app_of
from tests.serving.town import AS_OF, FINED, Town, town
from training.cli.decisions import reproduce
from training.cli.explain import explain
from training.cli.place import Place

ABOUT = f"/v1/businesses/{FINED}"


@pytest.fixture(scope="module", name="the_town")
def a_town() -> Town:
    return town()


@pytest.fixture(name="office")
def an_office(the_town: Town, tmp_path: Path) -> Iterator[Offices]:
    settings = guarded_settings(the_town, tmp_path)
    with local_client(app_of(settings)) as http:
        yield Offices.of(http, settings, FINED)


def told(office: Offices, the_town: Town, *options: str) -> str:
    place = Place(str(the_town.catalogue.folder), office.settings.home)
    runner = CliRunner(env={"XINHENG_TRUSTED_KEYS": ",".join(TRUSTED)})
    done = runner.invoke(explain, [FINED, "--language", "en", *options], obj=place)
    assert done.exit_code == 0, done.output + repr(done.exception)
    return done.stdout


def overridden(office: Offices) -> dict[str, Any]:
    now = office.ask("auditor", "/v1/score", {"business_id": FINED}).json()["tier"]
    proposal = {
        "tier": "B" if now == "A" else "A", "reasons": "Checked on the spot.",
        "until": (date.today() + timedelta(days=30)).isoformat(),
    }  # fmt: skip
    made = office.post("first", f"{ABOUT}/overrides", proposal).json()
    path = f"{ABOUT}/overrides/{made['override_id']}/confirmation"
    confirmed: dict[str, Any] = office.post("second", path, {}).json()
    assert confirmed["state"] == "in_force"
    return confirmed


def test_tier_set_by_people_is_the_tier_told_and_the_decided_one_stands_beside(
    the_town: Town, office: Offices
) -> None:
    made = overridden(office)
    shown = told(office, the_town)
    assert f"Final tier: {made['tier']}\n" in shown
    assert f"Overridden from {made['decided_tier']} to {made['tier']}" in shown
    assert f"Model tier: {made['decided_tier']}\n" in shown
    page = told(office, the_town, "--format", "html")
    assert f'data-tier="{made["tier"]}"' in page
    assert "Overridden from" in page
    assert told(office, the_town, "--view", "registry").startswith(f"Tier: {made['tier']}\n")


@pytest.mark.parametrize("view", [view for view in VIEWS if view != "auditor"])
def test_json_is_what_the_service_answers_each_role(
    the_town: Town, office: Offices, view: View
) -> None:
    overridden(office)
    who = {"registry": "registry", "regulator": "first", "subject": FINED}[view]
    answered = office.ask(who, "/v1/score", {"business_id": FINED}).json()
    shown = json.loads(told(office, the_town, "--view", view, "--format", "json"))
    assert shown == answered


def test_the_business_is_not_told_who_set_its_tier(the_town: Town, office: Offices) -> None:
    overridden(office)
    for form in ("text", "html"):
        shown = told(office, the_town, "--view", "subject", "--format", form)
        assert not re.search(r"Overridden|by first|second|[Tt]ier|data-tier", shown)


def test_open_objections_are_counted_for_regulator_and_business(
    the_town: Town, office: Offices
) -> None:
    assert "Objections not decided yet" not in told(office, the_town)
    body = {"about": "tier", "records": [], "grounds": "The fine was another firm's."}
    assert office.post(FINED, f"{ABOUT}/objections", body).status_code == 201
    for view in ("regulator", "subject"):
        assert "Objections not decided yet: 1\n" in told(office, the_town, "--view", view)


def test_a_record_pushed_since_the_scores_counts_and_its_content_is_told(
    the_town: Town, office: Offices, tmp_path: Path
) -> None:
    row = {
        "编号": "NEW-1",
        "代码": FINED,
        "当事人": "",
        "日期": AS_OF,
        "种类": "罚款",
        "罚款": "5000",
    }
    answered = office.post("registry", "/v1/records/penalties", {"records": [row]})
    assert answered.status_code == 200, answered.text
    for view in ("regulator", "subject"):
        shown = told(office, the_town, "--view", view)
        assert "NEW-1" in shown
        assert "What the records say" in shown
        assert re.search(r"NEW-1 \(31 May 2024\)\n.*5,000", shown)
    file = tmp_path / "decision.json"
    told(office, the_town, "--view", "auditor", "--format", "json", "--out", str(file))
    place = Place(str(the_town.catalogue.folder), office.settings.home)
    runner = CliRunner(env={"XINHENG_TRUSTED_KEYS": ",".join(TRUSTED)})
    done = runner.invoke(reproduce, [str(file)], obj=place)
    assert "rests on records or objections that came after them" in str(done.exception)
