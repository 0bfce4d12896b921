"""Objections over HTTP: filed, disputed at once, decided by another person, with their effect."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from features.working_days import after, day_of
from serving.auth.keys import ApiKeys, Wanted
from serving.formats import iso_day
from tests.serving.clients import local_client
from tests.serving.doors.offices import Offices
from tests.serving.doors.test_access import guarded_settings
from tests.serving.json_schema import faults
from tests.serving.services import app_of
from tests.serving.town import CLOSED, FINED, LISTED, Town

OWN = f"/v1/businesses/{FINED}/objections"
RECORD = {"source": "penalties", "record_id": "penalties:0061"}
OTHER = {"source": "penalties", "record_id": "penalties:0060"}


@pytest.fixture(name="office")
def an_office(the_town: Town, tmp_path: Path) -> Iterator[Offices]:
    settings = guarded_settings(the_town, tmp_path)
    with local_client(app_of(settings)) as http:
        yield Offices.of(http, settings, FINED, LISTED)


def objection(*records: Any) -> dict[str, Any]:
    about = "records" if records else "tier"
    return {"about": about, "records": list(records), "grounds": "The fine was another firm's."}


def filed(office: Offices, *records: Any, who: str = FINED) -> Any:
    response = office.post(who, OWN, objection(*records))
    assert response.status_code == 201, response.text
    return response.json()


def score(office: Offices, who: str = "auditor") -> Any:
    return office.ask(who, "/v1/score", {"business_id": FINED}).json()


def problem(response: Any) -> str:
    assert response.headers["content-type"] == "application/problem+json"
    return str(response.json()["type"]).removeprefix("urn:xinheng:problem:")


def decide(office: Offices, told: Any, outcome: str, who: str = "first", **more: Any) -> Any:
    body = {"outcome": outcome, "reasons": "The register names another firm.", **more}
    return office.post(who, f"{OWN}/{told['objection_id']}/decision", body)


def test_record_objected_to_is_disputed_at_once_and_the_milder_decision_holds(
    office: Offices,
) -> None:
    before = score(office)
    assert before["contested"] is None
    told = filed(office, RECORD)
    assert (told["state"], told["about"], told["records"]) == ("open", "records", [RECORD])
    now = score(office)
    assert now["as_of"] == told["filed_on"]
    contested = now["contested"]
    assert [one["record_id"] for one in contested["records"]] == [RECORD["record_id"]]
    without = now if contested["applies"] == "without" else contested["other"]
    with_it = contested["other"] if contested["applies"] == "without" else now
    counted = [one["vector"]["penalty_count_36m"] for one in (with_it, without)]
    assert counted[0] - counted[1] == 1
    assert (now["tier"], -float(now["score"])) <= (
        contested["other"]["tier"], -float(contested["other"]["score"]),
    )  # fmt: skip
    records = office.get("first", f"/v1/businesses/{FINED}/explanation").json()["records"]
    (disputed,) = [one for one in records if one["record_id"] == RECORD["record_id"]]
    assert disputed["status"] == "disputed"


def test_upheld_objection_ends_the_use_of_its_records_from_that_day_on(office: Offices) -> None:
    told = filed(office, RECORD, OTHER)
    decided = decide(office, told, "upheld").json()
    assert decided["state"] == decided["decision"]["outcome"] == "upheld"
    assert {one["record_id"] for one in decided["decision"]["annulled"]} == {
        RECORD["record_id"], OTHER["record_id"],
    }  # fmt: skip
    now = score(office)
    assert now["contested"] is None
    why = {one["record_id"]: one["why"] for one in now["not_used"]}
    assert why == {RECORD["record_id"]: "retracted", OTHER["record_id"]: "retracted"}


def test_partly_upheld_annuls_what_it_names_and_rejected_nothing(office: Offices) -> None:
    told = filed(office, RECORD, OTHER)
    decide(office, told, "partly", annulled=[OTHER])
    assert [one["record_id"] for one in score(office)["not_used"]] == [OTHER["record_id"]]
    again = filed(office, RECORD)
    decide(office, again, "rejected")
    now = score(office)
    assert (now["contested"], len(now["not_used"])) == (None, 1)


def test_who_filed_it_cannot_decide_it_and_a_business_decides_nothing(office: Offices) -> None:
    told = filed(office, RECORD, who="first")
    mine = decide(office, told, "rejected", who="first")
    assert (mine.status_code, problem(mine)) == (403, "same-person")
    for who in (FINED, "registry", "auditor"):
        assert problem(decide(office, told, "rejected", who=who)) == "not-allowed"
    assert decide(office, told, "rejected", who="second").json()["state"] == "rejected"
    assert problem(decide(office, told, "upheld", who="second")) == "conflict"


def withdraw(office: Offices, told: Any, who: str = FINED) -> Any:
    return office.post(who, f"{OWN}/{told['objection_id']}/withdrawal", {})


def test_withdrawn_objection_disputes_nothing_and_no_decision_can_follow(office: Offices) -> None:
    before = score(office)
    told = filed(office, RECORD)
    assert score(office)["contested"] is not None
    response = withdraw(office, told)
    assert response.status_code == 200, response.text
    over = response.json()
    assert (over["state"], over["decision"]) == ("withdrawn", None)
    assert over["withdrawn_on"] == over["filed_on"]
    now = score(office)
    assert (now["contested"], now["not_used"]) == (None, before["not_used"])
    for refused in (
        decide(office, told, "upheld"),
        withdraw(office, told),
        office.post("first", f"{OWN}/{told['objection_id']}/extension", {"reasons": "later"}),
    ):
        assert (refused.status_code, problem(refused)) == (409, "conflict")
    assert office.get("first", "/v1/objections?state=open").json()["objections"] == []
    closed = office.get("first", "/v1/objections?state=closed").json()["objections"]
    assert [one["state"] for one in closed] == ["withdrawn"]
    again = filed(office, RECORD)
    assert again["state"] == "open"
    decide(office, again, "rejected")
    assert score(office)["score"] == now["score"]


def test_only_who_filed_it_withdraws_it_the_business_with_any_key_of_its_own(
    office: Offices,
) -> None:
    own, others = filed(office, RECORD), filed(office, OTHER, who="first")
    for told, who in ((own, "first"), (own, "registry"), (others, FINED), (others, "second")):
        response = withdraw(office, told, who)
        assert (response.status_code, problem(response)) == (403, "not-yours")
    assert problem(withdraw(office, own, "auditor")) == "not-allowed"
    assert problem(withdraw(office, own, LISTED)) == "outside-your-district"
    another = ApiKeys(office.settings.home / "auth").create(
        Wanted("another", "subject", business_id=FINED)
    )
    office.keys["another"] = another[1]
    assert withdraw(office, own, "another").json()["state"] == "withdrawn"
    assert withdraw(office, others, "first").json()["filed_by"]["department"] == "market"
    decided = filed(office, RECORD)
    decide(office, decided, "rejected")
    assert problem(withdraw(office, decided)) == "conflict"


def test_limits_are_counted_in_working_days_and_can_be_extended_once(office: Offices) -> None:
    told = filed(office, RECORD)
    start = day_of(date.fromisoformat(told["filed_on"]))
    five, twenty = (iso_day(after(start, n, "weekdays").day) for n in (5, 20))
    assert [(one["name"], one["on"]) for one in told["limits"]] == [
        ("answer", five), ("latest", twenty),
    ]  # fmt: skip
    assert told["due_on"] == five
    path = f"{OWN}/{told['objection_id']}/extension"
    longer = office.post("first", path, {"reasons": "The court's file is awaited."}).json()
    assert (longer["state"], longer["due_on"]) == ("extended", twenty)
    assert problem(office.post("second", path, {"reasons": "once more"})) == "conflict"


def test_same_write_is_answered_the_same_and_kept_once(office: Offices) -> None:
    first = office.post(FINED, OWN, objection(RECORD), "my-write-1")
    again = office.post(FINED, OWN, objection(RECORD), "my-write-1")
    assert (again.status_code, again.content) == (201, first.content)
    assert len(office.get(FINED, OWN).json()["objections"]) == 1
    other = office.post(FINED, OWN, objection(OTHER), "my-write-1")
    assert (other.status_code, problem(other)) == (422, "idempotency-key-reused")
    response = office.ask(FINED, OWN, objection(OTHER))
    assert (response.status_code, problem(response)) == (400, "idempotency-key-missing")


def test_second_objection_to_a_record_waits_for_the_first(office: Offices) -> None:
    filed(office, RECORD)
    filed(office)
    for records in ([RECORD], [OTHER, RECORD], []):
        response = office.post("registry", OWN, objection(*records))
        assert (response.status_code, problem(response)) == (409, "conflict")


def test_objection_to_the_tier_disputes_no_record(office: Offices) -> None:
    before = score(office)
    told = filed(office)
    assert told["about"] == "tier"
    assert score(office) == before
    assert decide(office, told, "upheld").json()["decision"]["annulled"] == []


def test_business_sees_its_own_objections_without_the_names_of_who_acted(office: Offices) -> None:
    told = filed(office, RECORD)
    decide(office, told, "rejected")
    (mine,) = office.get(FINED, OWN).json()["objections"]
    assert mine["filed_by"] is None
    assert mine["decision"]["by"] is None
    assert mine["decision"]["reasons"] == "The register names another firm."
    (theirs,) = office.get("registry", OWN).json()["objections"]
    assert theirs["decision"]["by"]["role"] == "regulator"
    assert problem(office.get(LISTED, OWN)) == "outside-your-district"
    assert problem(office.post(LISTED, OWN, objection(RECORD))) == "outside-your-district"


def test_list_is_paged_in_the_order_of_filing_and_keeps_to_districts(office: Offices) -> None:
    # LISTED lies in the west, FINED in the east.
    mine = [filed(office, RECORD), filed(office)]
    there = office.post(LISTED, f"/v1/businesses/{LISTED}/objections", objection()).json()
    decide(office, mine[0], "rejected")
    seen, address = [], "/v1/objections?limit=1"
    while address:
        page = office.get("auditor", address).json()
        seen += [one["objection_id"] for one in page["objections"]]
        address = page["next"]
    every = [*mine, there]
    assert seen == [one["objection_id"] for one in every]
    for state, expected in (("open", every[1:]), ("closed", every[:1])):
        page = office.get("first", f"/v1/objections?state={state}").json()
        assert [one["objection_id"] for one in page["objections"]] == [
            one["objection_id"] for one in expected
        ]
    east = office.get("east", "/v1/objections").json()["objections"]
    assert {one["business_id"] for one in east} == {FINED}


@pytest.mark.parametrize(
    "record",
    [
        {"source": "penalties", "record_id": "penalties:0001"},
        {"source": "weather", "record_id": "weather:0001"},
    ],
)
def test_records_the_business_does_not_have_are_told_by_their_place(
    office: Offices, record: dict[str, str]
) -> None:
    response = office.post(FINED, OWN, objection(RECORD, record))
    assert (response.status_code, problem(response)) == (404, "unknown-reference")
    assert [one["where"] for one in response.json()["faults"]] == ["records.1"]
    assert office.get(FINED, OWN).json() == {"objections": []}


@pytest.mark.parametrize(
    ("body", "where"),
    [
        (objection(RECORD) | {"about": "tier"}, "the body"),
        (objection() | {"about": "records"}, "the body"),
        (objection(RECORD, RECORD), "the body"),
        (objection(RECORD) | {"grounds": " "}, "grounds"),
        (objection(RECORD) | {"grounds": "x" * 2001}, "grounds"),
    ],
)
def test_objection_that_does_not_fit_is_told_field_by_field(
    office: Offices, body: Any, where: str
) -> None:
    response = office.post(FINED, OWN, body)
    assert (response.status_code, problem(response)) == (422, "invalid-request")
    assert [one["where"] for one in response.json()["faults"]] == [where]
    assert office.get(FINED, OWN).json() == {"objections": []}


def test_unknown_names_are_refused(office: Offices) -> None:
    nobody = office.post("first", "/v1/businesses/NOBODY/objections", objection())
    assert problem(nobody) == "unknown-business"
    assert problem(office.get("first", f"{OWN}/0000")) == "unknown-case"
    told = filed(office, RECORD)
    beside = {"outcome": "partly", "reasons": "as said", "annulled": [OTHER]}
    path = f"{OWN}/{told['objection_id']}/decision"
    assert problem(office.post("first", path, beside)) == "unknown-reference"


def test_closed_business_may_object_too(office: Offices) -> None:
    path = f"/v1/businesses/{CLOSED}/objections"
    assert office.post("registry", path, objection()).status_code == 201


def test_every_act_is_in_the_audit_log_without_its_words(office: Offices) -> None:
    told = filed(office, RECORD)
    response = decide(office, told, "rejected")
    record = office.get("auditor", f"/v1/audit/records/{response.headers['x-audit-id']}").json()
    assert record["record"]["route"].endswith("/objections/{objection_id}/decision")
    assert record["record"]["by"]["role"] == "regulator"
    assert record["record"]["subject"]
    assert record["record"]["request"] is None
    log = b"".join(one.read_bytes() for one in (office.settings.home / "audit").glob("*.sqlite*"))
    assert b"another firm" not in log


def test_answer_given_before_a_decision_is_made_again_after_it(office: Offices) -> None:
    told = filed(office, RECORD)
    then = office.ask("first", "/v1/score", {"business_id": FINED})
    decide(office, told, "upheld")
    assert score(office, "first") != then.json()
    path = f"/v1/audit/records/{then.headers['x-audit-id']}/answer"
    again = office.get("auditor", path)
    assert (again.status_code, again.content) == (200, then.content)


def test_what_was_filed_survives_the_process(office: Offices) -> None:
    told = filed(office, RECORD)
    now = score(office)
    with local_client(app_of(office.settings)) as http:
        other = Offices(http, office.settings, office.keys)
        assert score(other) == now
        assert other.get("first", f"{OWN}/{told['objection_id']}").json()["grounds"]


def test_objections_fit_their_description(office: Offices) -> None:
    document = office.http.get("/openapi.json").json()

    def fits(value: Any, name: str) -> None:
        assert list(faults(value, {"$ref": f"#/components/schemas/{name}"}, document)) == []

    told = filed(office, RECORD)
    fits(told, "Objection")
    fits(decide(office, told, "upheld").json(), "Objection")
    fits(office.get("first", "/v1/objections").json(), "ObjectionPage")
    fits(office.get(FINED, OWN).json(), "Objections")
