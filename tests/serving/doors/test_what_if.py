"""What would be decided, over HTTP: both decisions, the milder one, what differs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.serving.clients import TestClient, local_client
from tests.serving.json_schema import faults
from tests.serving.services import app_of
from tests.serving.town import CLEAN, CLOSED, DISPUTING, FINED, Town, settings_of


@pytest.fixture(name="http", scope="module")
def a_client(the_town: Town) -> Iterator[TestClient]:
    with local_client(app_of(settings_of(the_town))) as client:
        yield client


def what_if(http: TestClient, business: str, **supposed: Any) -> Any:
    response = http.post(f"/v1/businesses/{business}/what-if", json=supposed)
    assert response.status_code == 200, response.text
    return response.json()


def score(http: TestClient, business: str) -> Any:
    return http.post("/v1/score", json={"business_id": business}).json()


def penalties(http: TestClient) -> list[dict[str, str]]:
    told = http.get(f"/v1/businesses/{FINED}/explanation").json()["records"]
    return [
        {"source": one["source"], "record_id": one["record_id"]}
        for one in told
        if (one["source"], one["business_id"]) == ("penalties", FINED)
    ]


def test_a_repair_is_answered_with_both_decisions_and_the_milder_one(http: TestClient) -> None:
    named = penalties(http)
    told = what_if(http, FINED, repaired=named)
    assert told["now"] == score(http, FINED)
    assert told["milder"] == "then"
    assert float(told["then"]["score"]) > float(told["now"]["score"])
    left = {one["record_id"] for one in told["then"]["not_used"] if one["why"] == "repaired"}
    assert left >= {one["record_id"] for one in named}
    assert "penalty_count_36m" in [one["feature"] for one in told["differs"]]


def test_nothing_of_a_supposition_stays(http: TestClient) -> None:
    path = "/v1/score"
    before = http.post(path, json={"business_id": FINED}).content
    first = what_if(http, FINED, disputed=penalties(http), values={"penalty_count_36m": None})
    assert first["then"]["contested"]["applies"] in ("with", "without")
    assert http.post(path, json={"business_id": FINED}).content == before
    assert first == what_if(
        http, FINED, values={"penalty_count_36m": None}, disputed=penalties(http)
    )


def test_answers_fit_their_description(http: TestClient) -> None:
    document = http.get("/openapi.json").json()
    answers = [
        what_if(http, CLEAN, values={"penalty_count_36m": 3}),
        what_if(http, DISPUTING, values={"penalty_count_36m": 1e12, "penalty_kind_latest": 0.5}),
        what_if(http, FINED, disputed=penalties(http)),
    ]
    for told in answers:
        assert list(faults(told, {"$ref": "#/components/schemas/WhatIf"}, document)) == []
        assert told["differs"]


def test_a_supposition_is_not_counted_as_a_decision(http: TestClient) -> None:
    def counted() -> float:
        lines = http.get("/metrics").text.splitlines()
        return sum(
            float(one.split()[-1])
            for one in lines
            if one.startswith("xinheng_businesses_scored_total")
        )

    before = counted()
    what_if(http, FINED, values={"penalty_count_36m": 0})
    assert counted() == before + 1


ONE = {"source": "penalties", "record_id": "none"}


@pytest.mark.parametrize(
    ("supposed", "where", "expected"),
    [
        ({}, "the body", "at least one supposition"),
        ({"repaired": [], "values": {}}, "the body", "at least one supposition"),
        ({"repaired": [ONE, ONE]}, "the body", "each record once, repaired or disputed"),
        ({"repaired": [ONE], "disputed": [ONE]}, "the body", "each record once, repaired or disp"),
        ({"repaired": [ONE]}, "repaired.0", "a record of the business in use"),
        ({"disputed": [ONE]}, "disputed.0", "a record of the business in use"),
        ({"repaired": ["penalties:none"]}, "repaired.0", ""),
        ({"repaired": [{"source": "penalties"}]}, "repaired.0.record_id", "this field"),
        ({"repaired": [ONE] * 101}, "repaired", "at most 100"),
        ({"annulled": [ONE]}, "annulled", "no such field"),
        ({"values": {"colour": 1}}, "values.0", "a feature of the model"),
        ({"values": {"penalty_count_36m": "1"}}, "values.penalty_count_36m", "a valid number"),
        ({"values": {"penalty_count_36m": True}}, "values.penalty_count_36m", "a valid number"),
        ({"values": {"penalty_count_36m": 1e13}}, "values.penalty_count_36m", "less than or equal"),
        ({"values": {"penalty_count_36m": 10**400}}, "values.penalty_count_36m", ""),
    ],
)
def test_what_cannot_be_supposed_is_refused_by_its_place(
    http: TestClient, supposed: Any, where: str, expected: str
) -> None:
    response = http.post(f"/v1/businesses/{FINED}/what-if", json=supposed)
    # What a body names and is not there is another matter than a body that does not fit.
    is_unknown = expected.startswith(("a record of", "a feature of"))
    status, slug = (404, "unknown-reference") if is_unknown else (422, "invalid-request")
    assert (response.status_code, response.headers["x-problem"]) == (status, slug)
    told = response.json()["faults"][0]
    assert told["where"] == where
    assert told["expected"].startswith(expected)


@pytest.mark.parametrize(
    ("business_id", "slug"), [("NOBODY", "unknown-business"), (CLOSED, "not-scored")]
)
def test_of_a_business_without_a_decision_nothing_can_be_supposed(
    http: TestClient, business_id: str, slug: str
) -> None:
    response = http.post(
        f"/v1/businesses/{business_id}/what-if", json={"values": {"penalty_count_36m": 0}}
    )
    assert (response.status_code, response.headers["x-problem"]) == (404, slug)
