"""Overrides over HTTP: proposed by one, confirmed by another, shown apart, over on their day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from serving.answers.answer import answer, subject_of
from serving.answers.edition import open_edition
from serving.answers.overrides import overrides_about
from serving.database import Stores
from serving.review import Reviews
from tests.serving.clients import local_client
from tests.serving.doors.offices import Offices
from tests.serving.doors.test_access import guarded_settings
from tests.serving.doors.test_objections import problem
from tests.serving.json_schema import faults
from tests.serving.services import app_of
from tests.serving.town import FINED, LISTED, Town, today

PATH = f"/v1/businesses/{FINED}/overrides"
TODAY = today()
SOON = (TODAY + timedelta(days=30)).isoformat()


@pytest.fixture(name="office")
def an_office(the_town: Town, tmp_path: Path) -> Iterator[Offices]:
    settings = guarded_settings(the_town, tmp_path)
    with local_client(app_of(settings)) as http:
        yield Offices.of(http, settings, FINED)


def score(office: Offices, who: str = "auditor") -> Any:
    return office.ask(who, "/v1/score", {"business_id": FINED}).json()


def another(tier: str) -> str:
    return "B" if tier == "A" else "A"


def proposal(office: Offices, **more: Any) -> dict[str, Any]:
    tier = another(score(office)["tier"])
    return {"tier": tier, "reasons": "Checked on the spot.", "until": SOON} | more


def proposed(office: Offices, who: str = "first", **more: Any) -> Any:
    response = office.post(who, PATH, proposal(office, **more))
    assert response.status_code == 201, response.text
    return response.json()


def confirmed(office: Offices, **more: Any) -> Any:
    told = proposed(office, **more)
    response = office.post("second", f"{PATH}/{told['override_id']}/confirmation", {})
    assert response.status_code == 200, response.text
    return response.json()


def test_tier_set_by_two_persons_is_in_force_and_what_was_decided_stays_visible(
    office: Offices,
) -> None:
    before = score(office)
    told = confirmed(office)
    assert (told["state"], told["decided_tier"]) == ("in_force", before["tier"])
    now = score(office)
    override = now.pop("override")
    assert before.pop("override") is None
    assert (now["tier"], override["tier"]) == (told["tier"], told["tier"])
    assert override["decided_tier"] == before["tier"]
    assert override["decided_measures"] == before["measures"]
    assert now["measures"] == override["measures"] != before["measures"]
    assert override["said"]["en"].startswith(f"Overridden from {before['tier']} to {told['tier']}")
    assert override["said"]["en"].endswith(str(date.fromisoformat(SOON).year))
    # Model, rules, score and reasons are told as they were.
    same = before.keys() - {"tier", "measures"}
    assert {name: now[name] for name in same} == {name: before[name] for name in same}


def test_proposal_alone_changes_nothing(office: Offices) -> None:
    before = score(office)
    proposed(office)
    assert score(office) == before


def test_who_proposed_cannot_confirm_and_others_have_no_say(office: Offices) -> None:
    told = proposed(office)
    path = f"{PATH}/{told['override_id']}/confirmation"
    mine = office.post("first", path, {})
    assert (mine.status_code, problem(mine)) == (403, "same-person")
    for who in ("registry", "auditor", FINED):
        assert problem(office.post(who, path, {})) == "not-allowed"
        assert problem(office.post(who, PATH, proposal(office))) == "not-allowed"
    assert office.post("second", path, {}).json()["state"] == "in_force"
    assert problem(office.post("second", path, {})) == "conflict"


def test_override_is_over_after_its_day_and_the_decided_tier_is_in_force_again(
    the_town: Town, office: Offices
) -> None:
    told = confirmed(office, until=TODAY.isoformat())
    edition = replace(
        open_edition(office.settings, the_town.scores, the_town.catalogue),
        reviews=Reviews(Stores.of(office.settings.home).review),
    )
    for days, tier, state in ((0, told["tier"], "in_force"), (1, told["decided_tier"], "expired")):
        noon = datetime(TODAY.year, TODAY.month, TODAY.day, 4, tzinfo=UTC) + timedelta(days=days)
        then = edition.asked_at(noon)
        assert answer(then, subject_of(then, FINED)).tier == tier
        assert [one.state for one in overrides_about(then, FINED)] == [state]


def test_override_ended_before_its_day_holds_no_more(office: Offices) -> None:
    before = score(office)
    told = confirmed(office)
    path = f"{PATH}/{told['override_id']}/end"
    ended = office.post("first", path, {"reasons": "The check was repeated."}).json()
    assert (ended["state"], ended["end"]["by"]["role"]) == ("ended", "regulator")
    assert score(office) == before
    assert problem(office.post("first", path, {"reasons": "again"})) == "conflict"


def test_every_door_tells_the_tier_in_force(office: Offices) -> None:
    told = confirmed(office)
    registry = score(office, "registry")
    assert (registry["tier"], registry["flags"][-1]) == (told["tier"], "overridden")
    (line,) = office.ask("first", "/v1/score/batch", {"business_ids": [FINED]}).text.splitlines()
    assert f'"tier":"{told["tier"]}"' in line
    explained = office.get("first", f"/v1/businesses/{FINED}/explanation").json()
    assert explained["decision"]["override"]["override_id"] == told["override_id"]
    page = office.get("first", f"/businesses/{FINED}?lang=en").text
    assert f'data-decided-tier="{told["decided_tier"]}"' in page
    assert "Overridden from" in page
    mine = score(office, FINED)
    assert (mine["tier"], "override" in mine) == (None, False)


def test_lists_keep_the_published_tier_and_say_what_people_did_since(office: Offices) -> None:
    body = {"about": "tier", "grounds": "We moved out of that trade."}
    office.post(FINED, f"/v1/businesses/{FINED}/objections", body)
    told = confirmed(office)
    page = office.get("first", f"/v1/businesses?query={FINED}").json()["page"]
    (listed,) = page["businesses"]
    assert listed["tier"] == told["decided_tier"]
    assert listed["review"] == {"objections_open": 1, "tier": told["tier"], "until": SOON}
    html = office.get("first", f"/businesses?query={FINED}&lang=en").text
    assert f"now {told['tier']}" in html
    assert "objection open" in html


def test_audit_record_holds_the_tier_in_force_and_its_answer_is_made_again(
    office: Offices,
) -> None:
    told = confirmed(office)
    then = office.ask("first", "/v1/score", {"business_id": FINED})
    audit_id = then.headers["x-audit-id"]
    record = office.get("auditor", f"/v1/audit/records/{audit_id}").json()["record"]
    assert record["tier"] == told["tier"]
    assert record["basis"]["on"]
    office.post("first", f"{PATH}/{told['override_id']}/end", {"reasons": "over"})
    again = office.get("auditor", f"/v1/audit/records/{audit_id}/answer")
    assert (again.status_code, again.content) == (200, then.content)


@pytest.mark.parametrize(
    ("more", "slug", "where"),
    [
        ({"until": (TODAY - timedelta(days=2)).isoformat()}, "conflict", "until"),
        ({"until": (TODAY + timedelta(days=190)).isoformat()}, "conflict", "until"),
        ({"until": "soon"}, "invalid-request", "until"),
        ({"until": None}, "invalid-request", "until"),
        ({"tier": "E"}, "invalid-request", "tier"),
        ({"reasons": ""}, "invalid-request", "reasons"),
    ],
)
def test_proposal_without_reason_day_or_tier_is_refused(
    office: Offices, more: Any, slug: str, where: str
) -> None:
    response = office.post("first", PATH, proposal(office, **more))
    status = {"conflict": 409, "invalid-request": 422}[slug]
    assert (response.status_code, problem(response)) == (status, slug)
    assert [one["where"] for one in response.json()["faults"]] == [where]


def test_decided_tier_cannot_be_proposed_nor_a_second_override(office: Offices) -> None:
    same = office.post("first", PATH, proposal(office, tier=score(office)["tier"]))
    assert (same.status_code, problem(same)) == (409, "conflict")
    unknown = office.post("first", PATH, proposal(office, objection_id="0000"))
    assert problem(unknown) == "unknown-case"
    proposed(office)
    assert problem(office.post("second", PATH, proposal(office))) == "conflict"
    assert problem(office.get("first", f"{PATH}/0000")) == "unknown-case"


def test_override_names_the_objection_it_follows_from(office: Offices) -> None:
    body = {"about": "tier", "grounds": "We moved out of that trade."}
    filed = office.post(FINED, f"/v1/businesses/{FINED}/objections", body).json()
    told = proposed(office, objection_id=filed["objection_id"])
    assert told["objection_id"] == filed["objection_id"]


def test_overrides_are_listed_by_state_and_district(office: Offices) -> None:
    there = f"/v1/businesses/{LISTED}/overrides"
    other = office.post("first", there, proposal(office) | {"tier": "C"}).json()
    told = confirmed(office)
    office.post("first", f"{there}/{other['override_id']}/end", {"reasons": "not needed"})

    def listed(query: str, who: str = "auditor") -> list[str]:
        page = office.get(who, f"/v1/overrides{query}").json()
        return [one["override_id"] for one in page["overrides"]]

    assert listed("") == [other["override_id"], told["override_id"]]
    assert listed("?state=open") == [told["override_id"]]
    assert listed("?state=closed") == [other["override_id"]]
    assert listed("", "east") == [told["override_id"]]
    page = office.get("auditor", "/v1/overrides?limit=1").json()
    following = office.get("auditor", page["next"]).json()
    assert (len(page["overrides"]), following["next"]) == (1, None)
    assert following["overrides"][0]["override_id"] == told["override_id"]


def test_overrides_fit_their_description(office: Offices) -> None:
    document = office.http.get("/openapi.json").json()

    def fits(value: Any, name: str) -> None:
        assert list(faults(value, {"$ref": f"#/components/schemas/{name}"}, document)) == []

    told = confirmed(office)
    fits(told, "Override")
    fits(office.get("first", PATH).json(), "Overrides")
    fits(office.get("first", f"{PATH}/{told['override_id']}").json(), "Override")
    fits(office.get("first", "/v1/overrides").json(), "OverridePage")
    fits(score(office), "Answer")
