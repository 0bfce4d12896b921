"""What became known since an earlier answer, over HTTP and on the page."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.serving.clients import TestClient, local_client
from tests.serving.doors.console.test_pages import page
from tests.serving.doors.test_records import penalty, push, score
from tests.serving.json_schema import faults
from tests.serving.services import app_of
from tests.serving.town import AS_OF, CLEAN, FINED, REPAIRED, Town, settings_of

# BentoML asks pydantic for a model's fields in a way that is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Accessing the 'model_fields' attribute")


@pytest.fixture
def desk(the_town: Town, tmp_path: Path) -> Iterator[TestClient]:
    """The town in a workspace that may be written to."""
    home = tmp_path / "home"
    shutil.copytree(the_town.home, home)
    with local_client(app_of(settings_of(replace(the_town, home=home)))) as client:
        yield client


def addendum(http: TestClient, business: str, **query: str) -> Any:
    response = http.get(f"/v1/businesses/{business}/addendum", params=query)
    assert response.status_code == 200, response.text
    schema = http.get("/openapi.json").json()
    told = {"$ref": "#/components/schemas/Addendum"}
    assert list(faults(response.json(), told, schema)) == []
    return response.json()


def cited(http: TestClient, business: str) -> str:
    records = http.get(f"/v1/businesses/{business}/explanation").json()["records"]
    return next(str(one["record_id"]) for one in records if one["source"] == "penalties")


def test_nothing_is_added_while_nothing_became_known(desk: TestClient) -> None:
    told = addendum(desk, FINED, of=AS_OF)
    assert (told["of"], told["as_of"], told["entries"]) == (AS_OF, AS_OF, [])


def test_a_correction_pushed_since_the_scores_is_added_to_their_answer(desk: TestClient) -> None:
    record = cited(desk, FINED)
    given = desk.post("/v1/score", json={"business_id": FINED})
    push(desk, penalty(record, FINED, fine="1", on="2024-04-10"))
    assert score(desk, FINED) != given.json()
    [one] = addendum(desk, FINED, of=AS_OF)["entries"]
    assert (one["what"], one["record_id"], one["named"]) == ("corrected", record, True)
    again = desk.get(f"/v1/audit/records/{given.headers['x-audit-id']}/answer")
    assert again.content == given.content
    assert again.headers["x-addendum"] == "1"
    assert f"/v1/businesses/{FINED}/addendum?of=" in again.headers["link"]


def test_an_answer_of_a_day_without_scores_is_worked_out_anew(desk: TestClient) -> None:
    """The penalty of 2023 was repaired on 1 April 2024."""
    [one] = addendum(desk, REPAIRED, of="2024-03-31")["entries"]
    assert (one["what"], one["on"]) == ("repaired", "2024-04-01")
    assert "neither shown, shared nor used" in one["text"]["en"]
    assert addendum(desk, REPAIRED, of="2024-04-30")["entries"] == []


def test_without_a_day_the_month_end_before_is_meant(desk: TestClient) -> None:
    assert addendum(desk, CLEAN)["of"] == "2024-04-30"


@pytest.mark.parametrize(
    ("of", "status", "slug"),
    [
        ("tomorrow", 422, "invalid-request"),
        ("2031-01-01", 409, "not-comparable"),
        ("ffffffff", 404, "unknown-reference"),
    ],
)
def test_a_day_that_cannot_be_answered_for_is_refused(
    desk: TestClient, of: str, status: int, slug: str
) -> None:
    response = desk.get(f"/v1/businesses/{FINED}/addendum", params={"of": of})
    assert (response.status_code, response.headers["x-problem"]) == (status, slug)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_page_of_a_change_shows_the_addendum_to_its_earlier_end(
    desk: TestClient, language: str
) -> None:
    [one] = addendum(desk, REPAIRED, of="2024-03-31")["entries"]
    shown = page(desk, f"/businesses/{REPAIRED}/changes?from=2024-03-31", language)
    [entry] = shown.having("data-what")
    assert (entry["data-what"], entry["data-added"]) == ("repaired", one["record_id"])
    none = page(desk, f"/businesses/{REPAIRED}/changes?from=2024-04-30", language)
    assert none.having("data-what") == []
