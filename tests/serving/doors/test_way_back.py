from __future__ import annotations

from typing import Any

import pytest

from serving.answers.edition import open_edition
from serving.answers.way_back import way_back_of
from serving.manifest import TIERS
from tests.serving.clients import TestClient
from tests.serving.json_schema import faults
from tests.serving.town import CLOSED, DISPUTING, FINED, LISTED, N, Town, settings_of

EVERYONE = [f"TOWN-{i:03d}" for i in range(1, N + 1)]


def way_back(http: TestClient, business_id: str) -> Any:
    response = http.get(f"/v1/businesses/{business_id}/way-back")
    assert response.status_code == 200
    return response.json()


def test_everyones_way_back_fits_the_description_and_begins_at_todays_tier(
    http: TestClient,
) -> None:
    document = http.get("/openapi.json").json()
    ways = 0
    for business_id in EVERYONE:
        told = way_back(http, business_id)
        assert list(faults(told, {"$ref": "#/components/schemas/WayBack"}, document)) == []
        scored = http.post("/v1/score", json={"business_id": business_id}).json()
        assert (told["tier"], told["score"]) == (scored["tier"], scored["score"])
        better = [one["tier"] for one in told["better"]]
        assert better == list(TIERS[: TIERS.index(told["tier"])])[::-1]
        ways += sum(one["soonest"] is not None for one in told["better"])
    assert ways >= 5


def test_it_is_what_the_core_says_byte_for_byte(the_town: Town, http: TestClient) -> None:
    edition = open_edition(settings_of(the_town), the_town.scores, the_town.catalogue)
    for business_id in (FINED, LISTED, DISPUTING):
        response = http.get(f"/v1/businesses/{business_id}/way-back")
        assert response.content == way_back_of(edition, business_id)[0].to_json()


def test_an_answer_the_caller_has_is_not_sent_again(http: TestClient) -> None:
    path = f"/v1/businesses/{FINED}/way-back"
    tag = http.get(path).headers["etag"]
    assert http.get(path, headers={"if-none-match": tag}).status_code == 304


@pytest.mark.parametrize(
    ("business_id", "slug"), [("NOBODY", "unknown-business"), (CLOSED, "not-scored")]
)
def test_nobody_and_the_closed_have_no_way_back(
    http: TestClient, business_id: str, slug: str
) -> None:
    response = http.get(f"/v1/businesses/{business_id}/way-back")
    assert response.status_code == 404
    assert response.json()["type"].endswith(slug)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("business_id", [FINED, LISTED, DISPUTING, EVERYONE[0]])
def test_the_page_names_every_step_and_every_day_that_the_api_names(
    http: TestClient, business_id: str, language: str
) -> None:
    told = way_back(http, business_id)
    html = http.get(f"/businesses/{business_id}?lang={language}").text
    section = html.split('data-part="way-back"')[1].split("</section>")[0]
    for one in told["steps"]:
        assert one["allowed_on"] in section
        assert one["record_id"] in section
        assert one["legal_basis"] in section
    for one in told["better"]:
        for way in filter(None, (one["soonest"], one["cheapest"])):
            assert way["reached"]["on"] in section
            assert way["reached"]["decision"] in section
        if one["untouched"]:
            assert one["untouched"]["on"] in section


def test_the_notice_says_what_helps_and_nothing_of_the_tier(http: TestClient) -> None:
    helped = next(
        business_id
        for business_id in EVERYONE
        if any(one["lifts"] for one in way_back(http, business_id)["steps"])
    )
    html = http.get(f"/businesses/{helped}/notice?lang=en").text
    section = html.split('data-part="way-back"')[1].split("</section>")[0]
    assert "Apply for credit repair" in section
    assert "data-tier" not in section
    assert "Tier" not in section
