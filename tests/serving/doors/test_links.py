"""Decisions about names over HTTP: attached at once, taken away as fast, told, paged, refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.serving.clients import local_client
from tests.serving.doors.offices import Offices
from tests.serving.doors.test_access import guarded_settings
from tests.serving.json_schema import faults
from tests.serving.services import app_of
from tests.serving.town import (
    FINED,
    LIKELY,
    LINKED_TO,
    LISTED,
    UNSURE,
    UNSURE_WEST,
    Town,
    mention_id,
)


@pytest.fixture(name="office", params=["embedded", "postgresql"])
def an_office(request: pytest.FixtureRequest, the_town: Town, tmp_path: Path) -> Iterator[Offices]:
    settings = guarded_settings(the_town, tmp_path)
    if request.param == "postgresql":
        address = str(request.getfixturevalue("postgres_address")).replace("+psycopg", "")
        settings = replace(settings, stores=address)
    with local_client(app_of(settings)) as http:
        yield Offices.of(http, settings, FINED)


def say(
    office: Offices, name: str, same: bool, *, of: str = FINED, who: str = "first", key: str = ""
) -> Any:
    body = {"mention": mention_id(name), "same": same, "reasons": "The shop sign says so."}
    return office.post(who, f"/v1/businesses/{of}/links", body, key or None)


def told(office: Offices, of: str = FINED, who: str = "first") -> dict[str, Any]:
    response = office.get(who, f"/v1/businesses/{of}/links")
    assert response.status_code == 200, response.text
    return {one["mention"]: one for one in response.json()["links"]}


def score(office: Offices, of: str = FINED) -> Any:
    return office.ask("auditor", "/v1/score", {"business_id": of})


def count(office: Offices, of: str = FINED) -> int:
    return int(score(office, of).json()["vector"]["penalty_count_36m"])


def problem(response: Any) -> tuple[int, str]:
    return response.status_code, str(response.json()["type"]).removeprefix("urn:xinheng:problem:")


def test_a_confirmed_name_counts_with_the_next_answer_and_refused_no_more(
    office: Offices,
) -> None:
    before = score(office)
    held = count(office)
    after = say(office, UNSURE, same=True).json()
    assert (after["state"], after["counted"], after["records"]) == ("linked", 3, 3)
    now = score(office).json()
    assert now["vector"]["penalty_count_36m"] == held + 3
    assert now["as_of"] == after["said"][0]["on"]
    snapshot = before.json()["provenance"]["snapshot"]
    assert now["provenance"]["snapshot"].startswith(f"{snapshot}+")
    undone = say(office, UNSURE, same=False, who="second").json()
    assert (undone["state"], undone["counted"]) == ("refused", 0)
    assert [one["same"] for one in undone["said"]] == [True, False]
    assert score(office).content == before.content


def test_the_explanation_says_that_a_person_confirmed_the_name(office: Offices) -> None:
    say(office, UNSURE, same=True)
    records = office.get("first", f"/v1/businesses/{FINED}/explanation").json()["records"]
    linked = {one["linked"]["en"] for one in records if one["linked"]}
    assert linked == {"linked by name, confirmed by a person, probability 0.93"}
    assert {one["known_on"] for one in records if one["linked"]} == {
        score(office).json()["as_of"],
    }  # fmt: skip


def test_what_likeness_linked_is_taken_away_by_a_refusal_and_given_back(office: Offices) -> None:
    before = score(office, LINKED_TO)
    held = count(office, LINKED_TO)
    [name] = told(office, LINKED_TO).values()
    assert (name["state"], name["counted"], name["name"]) == ("linked", 1, LIKELY)
    assert name["likely"] == [
        {"business_id": LINKED_TO, "name": "小镇023号有限公司", "link_probability": "0.9956"},
    ]  # fmt: skip
    assert say(office, LIKELY, same=False, of=LINKED_TO).json()["state"] == "refused"
    now = score(office, LINKED_TO).json()
    assert now["vector"]["penalty_count_36m"] < held or held == 0
    assert say(office, LIKELY, same=True, of=LINKED_TO).json()["counted"] == 1
    again = office.get("first", f"/v1/businesses/{LINKED_TO}/explanation").json()
    linked = [one for one in again["records"] if one["linked"]]
    # It counted before anyone said so, and was known then.
    assert {one["known_on"] for one in linked} <= {"2024-04-12"}
    assert before.json()["as_of"] == "2024-05-31"


def test_a_name_another_business_has_is_refused_until_that_one_is_refused(
    office: Offices,
) -> None:
    say(office, UNSURE, same=True)
    taken = say(office, UNSURE, same=True, of=LISTED)
    assert problem(taken) == (409, "conflict")
    assert "another business" in taken.json()["detail"]
    linked = say(office, LIKELY, same=True)
    assert problem(linked) == (409, "conflict")  # likeness linked it
    say(office, UNSURE, same=False)
    assert say(office, UNSURE, same=True, of=LISTED).json()["counted"] == 3
    assert told(office)[mention_id(UNSURE)]["state"] == "refused"


def test_saying_the_same_again_or_refusing_what_never_was_is_a_conflict(office: Offices) -> None:
    say(office, UNSURE, same=True)
    assert problem(say(office, UNSURE, same=True, who="second")) == (409, "conflict")
    assert problem(say(office, UNSURE_WEST, same=False)) == (409, "conflict")
    assert problem(say(office, "nobody", same=True)) == (404, "unknown-case")
    nobody = say(office, UNSURE, same=True, of="NOBODY")
    assert problem(nobody) == (404, "unknown-business")


def test_same_write_is_answered_the_same_and_kept_once(office: Offices) -> None:
    first = say(office, UNSURE, same=True, key="my-write-1")
    again = say(office, UNSURE, same=True, key="my-write-1")
    assert (again.status_code, again.content) == (200, first.content)
    assert len(told(office)[mention_id(UNSURE)]["said"]) == 1
    other = say(office, UNSURE, same=False, key="my-write-1")
    assert problem(other) == (422, "idempotency-key-reused")


def test_only_regulators_of_the_district_say_anything(office: Offices) -> None:
    for who in (FINED, "registry", "auditor"):
        assert problem(say(office, UNSURE, same=True, who=who)) == (403, "not-allowed")
    west = say(office, UNSURE_WEST, same=True, of="TOWN-035", who="east")
    assert problem(west) == (403, "outside-your-district")
    assert say(office, UNSURE, same=True, who="east").status_code == 200


def test_likely_businesses_of_other_districts_are_only_counted(office: Offices) -> None:
    name = told(office, who="east")[mention_id(UNSURE)]
    assert ([one["business_id"] for one in name["likely"]], name["elsewhere"]) == ([FINED], 1)
    assert len(told(office)[mention_id(UNSURE)]["likely"]) == 2


def test_names_that_wait_are_listed_by_records_and_what_was_said_in_order(
    office: Offices,
) -> None:
    seen, address = [], "/v1/links?limit=1"
    while address:
        page = office.get("auditor", address).json()
        seen += [(one["name"], one["business_id"], one["state"]) for one in page["links"]]
        address = page["next"]
    assert seen == [(UNSURE, FINED, "review"), (UNSURE_WEST, "TOWN-035", "review")]
    east = office.get("east", "/v1/links?state=open").json()["links"]
    assert [one["name"] for one in east] == [UNSURE]
    say(office, UNSURE_WEST, same=True, of="TOWN-035")
    say(office, UNSURE, same=False)
    assert office.get("first", "/v1/links").json()["links"] == []
    said = office.get("first", "/v1/links?state=closed").json()["said"]
    assert [(one["business_id"], one["same"], one["by"]["name"]) for one in said] == [
        ("TOWN-035", True, said[0]["by"]["name"]), (FINED, False, said[1]["by"]["name"]),
    ]  # fmt: skip
    assert [one["reasons"] for one in said] == ["The shop sign says so."] * 2
    east = office.get("east", "/v1/links?state=closed").json()["said"]
    assert [one["business_id"] for one in east] == [FINED]


def test_names_of_one_business_are_paged_and_filtered_by_state(office: Offices) -> None:
    say(office, UNSURE_WEST, same=True)  # TOWN-035 is likelier, but nobody has it yet
    path = f"/v1/businesses/{FINED}/links"
    page = office.get("first", f"{path}?limit=1").json()
    following = office.get("first", page["next"]).json()
    assert [one["name"] for one in (*page["links"], *following["links"])] == [UNSURE, UNSURE_WEST]
    assert following["next"] is None
    linked = office.get("first", f"{path}?state=linked").json()["links"]
    assert [one["name"] for one in linked] == [UNSURE_WEST]
    elsewhere = told(office, "TOWN-035")[mention_id(UNSURE_WEST)]
    assert (elsewhere["state"], elsewhere["counted"]) == ("elsewhere", 0)


def test_one_name_is_told_with_the_records_that_give_it(office: Offices) -> None:
    path = f"/v1/businesses/{FINED}/links/{mention_id(UNSURE)}"
    before = office.get("first", path).json()
    assert [one["is_counted"] for one in before["records"]] == [False] * 3
    assert [one["happened_on"] for one in before["records"]] == [
        "2024-04-11", "2024-03-11", "2024-02-11",
    ]  # fmt: skip
    say(office, UNSURE, same=True)
    after = office.get("first", path).json()
    assert [one["is_counted"] for one in after["records"]] == [True] * 3
    nobody = office.get("first", f"/v1/businesses/{FINED}/links/penalties:0")
    assert problem(nobody) == (404, "unknown-case")


def test_a_record_attached_by_a_person_can_be_objected_to(office: Offices) -> None:
    say(office, UNSURE, same=True)
    path = f"/v1/businesses/{FINED}/links/{mention_id(UNSURE)}"
    record = office.get("first", path).json()["records"][0]
    body = {
        "about": "records", "grounds": "not mine",
        "records": [{"source": record["source"], "record_id": record["record_id"]}],
    }  # fmt: skip
    filed = office.post(FINED, f"/v1/businesses/{FINED}/objections", body)
    assert filed.status_code == 201, filed.text
    assert score(office).json()["contested"] is not None


def test_an_answer_given_before_is_made_again_after_it(office: Offices) -> None:
    say(office, UNSURE, same=True)
    then = office.ask("first", "/v1/score", {"business_id": FINED})
    say(office, UNSURE, same=False)
    again = office.get("auditor", f"/v1/audit/records/{then.headers['x-audit-id']}/answer")
    assert (again.status_code, again.content) == (200, then.content)


def test_every_act_is_in_the_audit_log_without_its_words(office: Offices) -> None:
    response = say(office, UNSURE, same=True)
    record = office.get("auditor", f"/v1/audit/records/{response.headers['x-audit-id']}").json()
    assert record["record"]["route"] == "POST /v1/businesses/{business_id}/links"
    assert (record["record"]["action"], record["record"]["request"]) == ("links", None)


def test_links_fit_their_description(office: Offices) -> None:
    document = office.http.get("/openapi.json").json()

    def fits(response: Any, name: str) -> None:
        found = faults(response.json(), {"$ref": f"#/components/schemas/{name}"}, document)
        assert list(found) == []

    fits(say(office, UNSURE, same=True), "NameInRecords")
    fits(office.get("first", f"/v1/businesses/{FINED}/links"), "NamePage")
    name = f"/v1/businesses/{FINED}/links/{mention_id(UNSURE)}"
    fits(office.get("first", name), "NameAndRecords")
    for state in ("open", "closed"):
        fits(office.get("first", f"/v1/links?state={state}"), "LinkPage")
