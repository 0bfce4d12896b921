import json
from typing import Any

import pytest

from serving.answers.answer import answer, subject_of
from serving.answers.edition import open_edition
from serving.decision.points import read
from serving.doors.api import DOORS
from tests.serving.clients import TestClient, local_client
from tests.serving.json_schema import faults
from tests.serving.services import app_of
from tests.serving.town import (
    CLOSED,
    DISPUTING,
    FINED,
    LISTED,
    REPAIRED,
    N,
    Town,
    settings_of,
)

EVERYONE = [f"TOWN-{i:03d}" for i in range(1, N + 1)]


def score(http: TestClient, business_id: str) -> Any:
    response = http.post("/v1/score", json={"business_id": business_id})
    assert response.status_code == 200
    return response.json()


def problem(response: Any) -> str:
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["status"] == response.status_code
    return str(response.json()["type"]).removeprefix("urn:xinheng:problem:")


def test_a_score_is_what_the_decision_core_says_byte_for_byte(
    the_town: Town, http: TestClient
) -> None:
    edition = open_edition(settings_of(the_town), the_town.scores, the_town.catalogue)
    for business_id in EVERYONE:
        response = http.post("/v1/score", json={"business_id": business_id})
        assert response.content == answer(edition, subject_of(edition, business_id)).to_json()


def test_equal_requests_get_equal_bytes_also_from_another_process_of_the_service(
    the_town: Town, http: TestClient
) -> None:
    with local_client(app_of(settings_of(the_town))) as other:
        for path in ("/v1/model", f"/v1/businesses/{FINED}/explanation", "/v1/businesses"):
            first, second = http.get(path), other.get(path)
            assert first.content == second.content
            assert first.headers["etag"] == second.headers["etag"]
            assert first.headers["x-request-id"] != second.headers["x-request-id"]


def test_printed_points_add_up_to_the_printed_score(http: TestClient) -> None:
    for business_id in EVERYONE:
        told = score(http, business_id)["explanation"]
        parts = [read(one["points"]) for one in told["contributions"]]
        groups = [read(one["points"]) for one in told["by_group"]]
        departments = [read(one["points"]) for one in told["by_department"]]
        limit = read(told["limit"])
        for way in (parts, groups, departments):
            assert read(told["base"]) + sum(way) + limit == read(told["total"])
        assert told["total"] == score(http, business_id)["score"]


def test_reasons_name_their_records_and_rules_stand_apart(http: TestClient) -> None:
    fined = score(http, FINED)
    assert all(one["record_ids"] or one["because"] == "absence" for one in fined["reasons"])
    assert fined["rules"] == []
    listed = score(http, LISTED)
    assert (listed["tier"], listed["rules"][0]["id"]) == ("D", "H01")
    assert listed["rules"][0]["record_ids"] == ["serious_list:0001"]


def test_a_disputed_record_shows_both_results_and_the_milder_applies(http: TestClient) -> None:
    told = score(http, DISPUTING)
    assert told["contested"]["applies"] == "without"
    assert [one["why"] for one in told["contested"]["records"]] == ["disputed"]
    assert told["contested"]["other"]["tier"] >= told["tier"]
    assert score(http, FINED)["contested"] is None


def test_a_repaired_record_is_named_as_not_used(http: TestClient) -> None:
    told = score(http, REPAIRED)
    assert [(one["source"], one["why"]) for one in told["not_used"]] == [("penalties", "repaired")]
    assert told["vector"]["penalty_count_36m"] == 0


def test_the_explanation_carries_the_score_and_every_record_it_names(http: TestClient) -> None:
    for business_id in (FINED, LISTED, DISPUTING):
        told = http.get(f"/v1/businesses/{business_id}/explanation").json()
        assert told["decision"] == score(http, business_id)
        named = {
            record
            for cited in told["decision"]["reasons"] + told["decision"]["positives"]
            for record in cited["record_ids"]
        }
        assert named <= {one["record_id"] for one in told["records"]}
        assert {one["source"] for one in told["data"]} == {
            "registrations", "penalties", "serious_list", "complaints", "burglaries", "weather",
        }  # fmt: skip


def test_records_are_told_in_words_and_without_persons(http: TestClient) -> None:
    told = http.get(f"/v1/businesses/{FINED}/explanation").json()
    (penalty,) = [one for one in told["records"] if one["record_id"] == "penalties:0061"]
    assert penalty["happened_on"] == "2024-04-10"
    said = {one["name"]: one["text"]["zh"] for one in penalty["fields"]}
    assert said == {"kind": "罚款", "fine_fen": "3,000元", "grounds": "食品、广告"}


def test_an_answer_the_caller_has_is_not_sent_again(http: TestClient) -> None:
    path = f"/v1/businesses/{FINED}/explanation"
    first = http.get(path)
    again = http.get(path, headers={"if-none-match": first.headers["etag"]})
    other = http.get(path, headers={"if-none-match": '"something else"'})
    assert (again.status_code, again.content) == (304, b"")
    assert other.status_code == 200
    assert http.head(path).headers["etag"] == first.headers["etag"]


def test_an_unknown_business_is_told_what_to_do(http: TestClient) -> None:
    response = http.post(
        "/v1/score", json={"business_id": "NOBODY"}, headers={"accept-language": "en"}
    )
    assert (response.status_code, problem(response)) == (404, "unknown-business")
    assert "NOBODY" not in response.text
    assert "/v1/businesses?query=" in response.json()["next_step"]


def test_a_closed_business_has_no_tier_and_is_told_so(http: TestClient) -> None:
    response = http.get(f"/v1/businesses/{CLOSED}/explanation")
    assert (response.status_code, problem(response)) == (404, "not-scored")
    assert "2024-05-31" in response.json()["detail"]


@pytest.mark.parametrize(
    ("body", "where", "expected"),
    [
        ({}, "business_id", "this field"),
        ({"business_id": 1}, "business_id", "a string"),
        ({"business_id": ""}, "business_id", "at least one character"),
        ({"business_id": "x" * 129}, "business_id", "at most 128 characters"),
        ({"business_id": "x", "tier": "A"}, "tier", "no such field"),
        ([], "the body", "an object"),
        ("x", "the body", "an object"),
        (None, "the body", "an object"),
    ],
)
@pytest.mark.parametrize("path", ["/v1/score", "/score"])
def test_what_does_not_fit_is_told_field_by_field(
    http: TestClient, path: str, body: Any, where: str, expected: str
) -> None:
    response = http.post(
        path, content=json.dumps(body), headers={"content-type": "application/json"}
    )
    assert (response.status_code, problem(response)) == (422, "invalid-request")
    (fault,) = response.json()["faults"]
    assert (fault["where"], fault["expected"]) == (where, expected)


def test_the_wrong_type_and_the_wrong_size_are_refused(http: TestClient) -> None:
    form = http.post("/v1/score", data={"business_id": FINED})
    long = http.post("/v1/score", json={"business_id": "x" * 2000})
    assert (form.status_code, problem(form)) == (415, "wrong-media-type")
    assert (long.status_code, problem(long)) == (413, "body-too-large")


def test_a_batch_streams_answers_in_order_with_refusals_in_their_place(http: TestClient) -> None:
    asked = [FINED, "NOBODY", CLOSED, *EVERYONE[5:30]]
    response = http.post("/v1/score/batch", json={"business_ids": asked})
    assert response.headers["content-type"].startswith("application/x-ndjson")
    assert response.headers["x-lines"] == str(len(asked))
    lines = response.text.splitlines()
    assert [json.loads(line)["business_id"] for line in lines] == asked
    assert json.loads(lines[0]) == score(http, FINED)
    assert json.loads(lines[1])["problem"]["status"] == 404
    assert json.loads(lines[2])["problem"]["type"].endswith("not-scored")


@pytest.mark.parametrize(
    "ids", [[], ["a"] * 2, [f"{i}" for i in range(10_001)], ["a", 1], "a", None]
)
def test_a_batch_is_bounded_and_names_each_business_once(http: TestClient, ids: Any) -> None:
    response = http.post("/v1/score/batch", json={"business_ids": ids})
    assert (response.status_code, problem(response)) == (422, "invalid-request")


def test_a_full_batch_of_unknown_businesses_is_answered(http: TestClient) -> None:
    response = http.post(
        "/v1/score/batch", json={"business_ids": [f"{i:0128d}" for i in range(10_000)]}
    )
    assert len(response.text.splitlines()) == 10_000


def test_the_list_is_walked_by_its_next_addresses(http: TestClient) -> None:
    seen: list[str] = []
    address: str | None = "/v1/businesses?limit=20&query=小镇"
    while address:
        document = http.get(address).json()
        seen += [one["business_id"] for one in document["page"]["businesses"]]
        address = document["next"]
    assert len(seen) == len(set(seen)) == N - 1


@pytest.mark.parametrize(
    "query",
    ["tier=E", "limit=0", "limit=1000", "limit=x", "after=-1", "colour=red", "tier=A&tier=B"],
)
def test_a_query_that_does_not_fit_is_refused(http: TestClient, query: str) -> None:
    response = http.get(f"/v1/businesses?{query}")
    assert (response.status_code, problem(response)) == (422, "invalid-request")


def test_the_model_in_force_tells_scale_rules_and_measures(
    the_town: Town, http: TestClient
) -> None:
    told = http.get("/v1/model").json()
    assert told["scores"]["businesses"] == N
    assert told["model"]["bundle"] == the_town.bundle.name
    assert [rule["id"] for rule in told["policy"]["rules"]] == ["H01"]
    assert told["policy"]["measures"]["D"]["ratio"] == 0.3


# BentoML asks pydantic for a model's fields in a way that is deprecated.
@pytest.mark.filterwarnings("ignore:Accessing the 'model_fields' attribute")
def test_the_bentoml_method_gives_the_same_answer(http: TestClient) -> None:
    assert http.post("/score", json={"business_id": FINED}).json() == score(http, FINED)
    refused = http.post("/score", json={"business_id": "NOBODY"})
    assert (refused.status_code, problem(refused)) == (404, "unknown-business")


@pytest.mark.parametrize(
    "path", ["/docs.json", "/schema.json", "/livez", "/static_content/x", "/score/submit", "/v1"]
)
def test_addresses_of_the_framework_do_not_exist(http: TestClient, path: str) -> None:
    assert problem(http.get(path)) in ("unknown-path", "wrong-method")


def test_health_tells_what_is_in_force_and_metrics_name_nobody(
    the_town: Town, http: TestClient
) -> None:
    http.post("/v1/score", json={"business_id": FINED})
    http.get("/nowhere/91330200-hush")
    assert http.get("/healthz").json() == {"status": "alive"}
    assert http.get("/readyz").json()["scores"] == the_town.scores.name
    text = http.get("/metrics").text
    assert 'xinheng_requests_total{method="POST",route="/v1/score",status="200"}' in text
    assert f'bundle="{the_town.bundle.name[:12]}"' in text
    assert "hush" not in text
    assert FINED not in text


def test_the_description_names_every_public_address_and_no_other(http: TestClient) -> None:
    described = {
        (path, method.upper())
        for path, methods in http.get("/openapi.json").json()["paths"].items()
        for method in methods
        if method != "parameters"
    }
    console = ("/businesses", "/assets", "/sign-")
    opened = {
        (door.template, door.method)
        for door in DOORS
        if door.template != "/" and not door.template.startswith(console)
    }
    assert described == opened


def test_answers_fit_the_description(http: TestClient) -> None:
    document = http.get("/openapi.json").json()

    def fits(value: Any, name: str) -> None:
        assert list(faults(value, {"$ref": f"#/components/schemas/{name}"}, document)) == []

    for business_id in EVERYONE:
        fits(score(http, business_id), "Answer")
    for business_id in (FINED, LISTED, DISPUTING, REPAIRED):
        fits(http.get(f"/v1/businesses/{business_id}/explanation").json(), "Explained")
    fits(http.get("/v1/businesses").json(), "BusinessPage")
    fits(http.get("/v1/model").json(), "ModelInForce")
    fits(http.get("/readyz").json(), "Ready")
    fits(http.post("/v1/score", json={"business_id": 1}).json(), "Problem")
    line = http.post("/v1/score/batch", json={"business_ids": ["NOBODY"]}).json()
    fits(line, "RefusedLine")
