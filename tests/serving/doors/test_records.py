"""Records pushed over HTTP: kept, accounted for, and counted with the next request."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.serving.clients import TestClient, local_client
from tests.serving.json_schema import faults
from tests.serving.services import app_of
from tests.serving.town import AS_OF, CLEAN, CLOSED, FINED, Town, settings_of

PATH = "/v1/records/penalties"


@pytest.fixture
def own_home(the_town: Town, tmp_path: Path) -> Town:
    """The town in a workspace that may be written to."""
    home = tmp_path / "home"
    shutil.copytree(the_town.home, home)
    return replace(the_town, home=home)


@pytest.fixture
def desk(own_home: Town) -> Iterator[TestClient]:
    with local_client(app_of(settings_of(own_home))) as client:
        yield client


def penalty(number: str, business: str = CLEAN, fine: str = "5000", on: str = AS_OF) -> Any:
    return {
        "编号": number,
        "代码": business,
        "当事人": "",
        "日期": on,
        "种类": "罚款",
        "罚款": fine,
    }


def push(http: TestClient, *rows: Any, key: str = "push-0001") -> Any:
    response = http.post(PATH, json={"records": rows}, headers={"idempotency-key": key})
    assert response.status_code == 200, response.text
    return response.json()


def score(http: TestClient, business: str = CLEAN) -> Any:
    return http.post("/v1/score", json={"business_id": business}).json()


def test_pushed_record_changes_the_next_answer_and_stands_behind_its_reason(
    desk: TestClient,
) -> None:
    before = score(desk)
    receipt = push(desk, penalty("NEW-1"))
    assert (receipt["read"], receipt["accepted"]) == (1, 1)
    assert receipt["rows"][0]["counts"] == "now"
    after = score(desk)
    assert float(after["score"]) < float(before["score"])
    assert "NEW-1" in [record for reason in after["reasons"] for record in reason["record_ids"]]
    assert after["as_of"] == before["as_of"] == AS_OF
    told = desk.get(f"/v1/businesses/{CLEAN}/explanation").json()
    assert "NEW-1" in [record["record_id"] for record in told["records"]]
    assert {one["source"]: one["records"] for one in told["data"]}["penalties"] == 1
    assert told["decision"] == after


def test_change_since_the_scores_is_told_by_the_pushed_record(desk: TestClient) -> None:
    push(desk, penalty("NEW-1"))
    told = desk.get(f"/v1/businesses/{CLEAN}/changes?from={AS_OF}").json()
    assert told["change"]["after"]["score"] == score(desk)["score"]
    assert [record["record_id"] for record in told["records"]] == ["NEW-1"]
    assert any("records that were pushed" in note["en"] for note in told["notes"])


def test_others_stay_as_they_were_to_the_byte(desk: TestClient) -> None:
    before = desk.post("/v1/score", json={"business_id": FINED}).content
    push(desk, penalty("NEW-1"))
    assert desk.post("/v1/score", json={"business_id": FINED}).content == before


def test_answer_names_the_snapshot_and_what_arrived_since(desk: TestClient) -> None:
    before = score(desk)["provenance"]["snapshot"]
    push(desk, penalty("NEW-1"))
    after = score(desk)["provenance"]["snapshot"]
    assert after.startswith(f"{before}+")
    assert len(after) == len(before) + 65


def test_every_row_is_in_the_receipt_and_faulty_ones_name_their_faults(desk: TestClient) -> None:
    receipt = push(
        desk, penalty("NEW-1"), penalty("NEW-1"), penalty("NEW-2", fine="viel", on="neulich")
    )
    counts = [receipt[name] for name in ("read", "accepted", "duplicate", "held_back")]
    assert counts == [3, 1, 1, 1]
    assert [row["fate"] for row in receipt["rows"]] == ["accepted", "duplicate", "held_back"]
    assert [(f["column"], f["rule"]) for f in receipt["rows"][2]["faults"]] == [
        ("happened_on", "unreadable"), ("fine_fen", "unreadable"),
    ]  # fmt: skip


def test_repeated_push_is_answered_the_same_and_counts_once(desk: TestClient) -> None:
    first = push(desk, penalty("NEW-1"))
    once = score(desk)
    assert push(desk, penalty("NEW-1")) == first
    assert score(desk) == once
    again = push(desk, penalty("NEW-1"), key="push-0002")
    assert again["duplicate"] == 1
    assert score(desk)["score"] == once["score"]


def test_correction_is_a_new_version_and_counts_from_the_day_it_arrives(desk: TestClient) -> None:
    push(desk, penalty("NEW-1"))
    receipt = push(desk, penalty("NEW-1", fine="900000"), key="push-0002")
    assert receipt["new_version"] == 1
    after = score(desk)
    assert after["as_of"] == receipt["received_on"] > AS_OF


def test_business_without_scores_gets_its_record_with_the_next_scoring(desk: TestClient) -> None:
    receipt = push(desk, penalty("NEW-1", CLOSED), penalty("NEW-2", "NOBODY"))
    assert [row["counts"] for row in receipt["rows"]] == ["next_scoring", "next_scoring"]


@pytest.mark.parametrize(
    ("path", "headers", "records", "problem"),
    [
        ("/v1/records/nothing", {"idempotency-key": "push-0001"}, [{"a": "b"}], "unknown-source"),
        ("/v1/records/weather", {"idempotency-key": "push-0001"}, [{"a": "b"}], "unknown-source"),
        (PATH, {}, [{"a": "b"}], "idempotency-key-missing"),
        (PATH, {"idempotency-key": "short"}, [{"a": "b"}], "idempotency-key-missing"),
        (PATH, {"idempotency-key": "push-0001"}, [{"a": "b"}], "invalid-request"),
        (PATH, {"idempotency-key": "push-0001"}, [], "invalid-request"),
        (PATH, {"idempotency-key": "push-0001"}, [{"编号": 7}], "invalid-request"),
    ],
)
def test_what_cannot_be_taken_in_is_refused_and_nothing_is_kept(
    desk: TestClient, path: str, headers: Any, records: Any, problem: str
) -> None:
    response = desk.post(path, json={"records": records}, headers=headers)
    assert response.json()["type"] == f"urn:xinheng:problem:{problem}"
    assert score(desk)["as_of"] == AS_OF
    assert push(desk, penalty("NEW-1"))["accepted"] == 1  # the key is still free


def test_key_of_other_rows_is_refused(desk: TestClient) -> None:
    push(desk, penalty("NEW-1"))
    response = desk.post(
        PATH, json={"records": [penalty("NEW-2")]}, headers={"idempotency-key": "push-0001"}
    )
    assert response.json()["type"] == "urn:xinheng:problem:idempotency-key-reused"


def test_what_was_answered_survives_the_process(own_home: Town) -> None:
    with local_client(app_of(settings_of(own_home))) as first:
        push(first, penalty("NEW-1"))
        told = score(first)
    with local_client(app_of(settings_of(own_home))) as second:
        assert score(second) == told


def test_receipt_fits_its_description(desk: TestClient) -> None:
    document = desk.get("/openapi.json").json()
    receipt = push(desk, penalty("NEW-1"), penalty("NEW-2", on="neulich"))
    assert list(faults(receipt, {"$ref": "#/components/schemas/Receipt"}, document)) == []


def test_rows_without_the_headings_of_their_source_are_told_which_ones(desk: TestClient) -> None:
    response = desk.post(
        PATH, json={"records": [{"备注": "hush"}, {"说明": "x"}]},
        headers={"idempotency-key": "push-0001", "accept-language": "en"},
    )  # fmt: skip
    told = response.json()
    assert (response.status_code, told["type"]) == (422, "urn:xinheng:problem:invalid-request")
    assert told["detail"] == (
        "No row in `records` has the headings that make it a record of penalties."
    )
    (fault,) = told["faults"]
    assert (fault["where"], fault["got"]) == ("records", "2 other heading(s)")
    assert "编号" in fault["expected"]
    assert "jsonl" not in response.text
    assert "hush" not in response.text
