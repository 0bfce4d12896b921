"""Who has which warning, and the score by GET, over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from tests.serving.clients import TestClient
from tests.serving.json_schema import faults
from tests.serving.town import FINED, N, district_of

EVERYONE = [f"TOWN-{i:03d}" for i in range(1, N + 1)]
ORDER = ("red", "orange", "yellow", "blue")


def page(http: TestClient, query: str = "") -> Any:
    response = http.get(f"/v1/warnings{query}")
    assert response.status_code == 200, response.text
    return response.json()


def walked(http: TestClient, query: str) -> list[Any]:
    found: list[Any] = []
    address: str | None = f"/v1/warnings{query}"
    while address:
        told = http.get(address).json()
        found += told["warnings"]
        address = told["next"]
    return found


def test_every_warning_with_a_level_is_listed_once_the_gravest_and_likeliest_first(
    http: TestClient,
) -> None:
    expected = [
        (ORDER.index(one["level"]), -float(one["probability"]), business)
        for business in EVERYONE
        for one in http.post("/v1/score", json={"business_id": business}).json()["warnings"]
        if one["level"]
    ]
    assert len(expected) > 3
    found = walked(http, "?limit=3")
    told = [(ORDER.index(w["level"]), -float(w["probability"]), w["business_id"]) for w in found]
    assert sorted(told) == sorted(expected)
    assert [one[:2] for one in told] == sorted(one[:2] for one in told)
    assert page(http)["titles"] == {"surge": {"zh": "投诉激增", "en": "Complaint surge"}}


def test_filters_leave_exactly_what_fits(http: TestClient) -> None:
    every = walked(http, "?limit=100")
    for query, fits in (
        ("level=red", lambda one: one["level"] == "red"),
        ("district=E", lambda one: district_of(one["business_id"]) == "E"),
        ("sector=F", lambda one: one["sector"] == "F"),
        ("probability=0.5", lambda one: float(one["probability"]) >= 0.5),
        ("outcome=surge&level=orange", lambda one: one["level"] == "orange"),
        ("outcome=credit", lambda _: False),
    ):
        assert walked(http, f"?limit=2&{query}") == [one for one in every if fits(one)], query


@pytest.mark.parametrize(
    "query",
    ["level=pink", "probability=2", "probability=0.12345", "after=1", "after=x", "limit=0", "a=b"],
)
def test_query_that_does_not_fit_is_refused(http: TestClient, query: str) -> None:
    response = http.get(f"/v1/warnings?{query}")
    assert (response.status_code, response.headers["x-problem"]) == (422, "invalid-request")


def test_page_fits_its_description(http: TestClient) -> None:
    document = http.get("/openapi.json").json()
    schema = {"$ref": "#/components/schemas/WarningPage"}
    assert list(faults(page(http, "?limit=2"), schema, document)) == []


def test_score_by_get_is_the_posted_one_and_is_not_sent_twice(http: TestClient) -> None:
    path = f"/v1/businesses/{FINED}/score"
    first = http.get(path)
    assert first.content == http.post("/v1/score", json={"business_id": FINED}).content
    again = http.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["x-audit-id"] != first.headers["x-audit-id"]
    other = http.get(f"/v1/businesses/{EVERYONE[10]}/score")
    assert other.headers["etag"] != first.headers["etag"]
    unknown = http.get("/v1/businesses/NOBODY/score")
    assert unknown.headers["x-problem"] == "unknown-business"
