"""Changes and history of a business, over HTTP, in a town with two published sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from features.builder import build
from features.durable import point
from serving.batch import score_everyone
from serving.bundle.folder import load_bundle, write_bundle
from serving.decision.points import read
from serving.manifest import TierCuts
from serving.store.scores import CURRENT, Scores
from tests.features.worlds import day, spine_of
from tests.serving.bundles import KEY, TRUSTED
from tests.serving.clients import TestClient, local_client
from tests.serving.json_schema import faults
from tests.serving.services import app_of
from tests.serving.town import (
    AS_OF,
    CLOSED,
    DISPUTING,
    FINED,
    LISTED,
    REPAIRED,
    N,
    Town,
    build_town,
    parts_of,
    settings_of,
)

MARCH = "2024-03-31"  # another set was published for it, with another model
APRIL = "2024-04-30"  # no set was published for it
EVERYONE = [f"TOWN-{i:03d}" for i in range(1, N + 1)]


@dataclass(frozen=True)
class TwoSets:
    """A town whose scores in force and whose scores of March rest on two bundles."""

    town: Town
    march: Scores


@pytest.fixture(name="two", scope="module")
def two_sets(tmp_path_factory: pytest.TempPathFactory) -> TwoSets:
    town = build_town(tmp_path_factory.mktemp("changing"))
    march = _published(town, MARCH, TierCuts(9000, 6500, 3000))
    return TwoSets(town, march)


def _published(town: Town, on: str, cuts: TierCuts) -> Scores:
    """A set of that day with another bundle; the one in force stays in force."""
    open_then = [(e, day(on)) for e in EVERYONE[:40]]
    matrix = build(town.catalogue, town.world.snapshot, spine_of(open_then), town.home)
    parts = parts_of(town.catalogue, town.world, town.matrix)
    manifest = replace(parts.manifest, tiers=cuts, trained_as_of="2024-01-31")
    other = replace(parts, manifest=manifest, models=parts.models | _swapped(parts.models))
    name = write_bundle(town.home / "bundles", other, KEY)
    bundle = load_bundle(town.home / "bundles" / name, TRUSTED)
    scores = score_everyone(town.catalogue, town.world.snapshot, bundle, matrix, town.home)
    point(town.home / "scores" / CURRENT, town.scores.name)
    return scores


def _swapped(models: Any) -> dict[str, str]:
    return {"credit": models["surge"], "surge": models["credit"]}


@pytest.fixture(name="http", scope="module")
def a_client(two: TwoSets) -> Iterator[TestClient]:
    with local_client(app_of(settings_of(two.town))) as client:
        yield client


def changes(http: TestClient, business_id: str, **query: str) -> Any:
    response = http.get(f"/v1/businesses/{business_id}/changes", params=query)
    assert response.status_code == 200, response.text
    return response.json()


def groups(told: Any) -> dict[tuple[str, str | None], Any]:
    return {(one["cause"], one["source"]): one for one in told["change"]["causes"]}


def test_every_account_adds_up_and_fits_the_description(http: TestClient) -> None:
    document = http.get("/openapi.json").json()
    for business_id in EVERYONE:
        for since in (MARCH, APRIL, "2024-05-15"):
            if business_id in EVERYONE[40:] and since == MARCH:
                continue
            told = changes(http, business_id, **{"from": since})
            assert list(faults(told, {"$ref": "#/components/schemas/Changes"}, document)) == []
            change = told["change"]
            score = http.post("/v1/score", json={"business_id": business_id}).json()
            assert (change["after"]["score"], change["after"]["tier"]) == (
                score["score"], score["tier"],
            )  # fmt: skip
            rest = read(change["limit"]) + (
                read(change["model"]["points"]) if change["model"] else 0
            )
            for parts in ("causes", "features", "by_group"):
                total = sum(read(one["points"]) for one in change[parts]) + rest
                assert total == read(change["difference"])
            difference = read(change["after"]["score"]) - read(change["before"]["score"])
            assert read(change["difference"]) == difference


def test_a_penalty_that_arrived_is_told_with_its_points_and_in_words(http: TestClient) -> None:
    told = changes(http, FINED, **{"from": "2024-04-05"})
    arrived = groups(told)["arrived", "penalties"]
    assert [one["record_id"] for one in arrived["records"]] == ["penalties:0061"]
    assert arrived["records"][0]["points"] == arrived["points"]
    assert read(arrived["points"]) <= 0
    (record,) = [one for one in told["records"] if one["record_id"] == "penalties:0061"]
    assert (record["status"], record["happened_on"]) == ("used", "2024-04-10")


def test_a_repaired_record_counts_no_more_and_its_points_come_back(http: TestClient) -> None:
    told = changes(http, REPAIRED, **{"from": "2024-03-30"})
    repaired = groups(told)["repaired", "penalties"]
    assert len(repaired["records"]) == 1
    assert read(repaired["points"]) >= 0
    (record,) = [one for one in told["records"] if one["status"] == "not_used"]
    assert record["record_id"] == repaired["records"][0]["record_id"]


def test_an_objection_takes_a_record_out_until_it_is_settled(http: TestClient) -> None:
    told = changes(http, DISPUTING, **{"from": "2024-05-19"})
    disputed = groups(told)["disputed", "penalties"]
    assert len(disputed["records"]) == 1
    assert read(told["change"]["after"]["score"]) >= read(told["change"]["before"]["score"])


def test_a_rule_that_began_to_apply_is_told_apart_from_the_points(http: TestClient) -> None:
    told = changes(http, LISTED, **{"from": "2024-01-31"})["change"]
    (rule,) = told["rules"]
    assert (rule["id"], rule["kind"], rule["why"]) == ("H01", "began", "facts")
    by = {step["by"]: step["tier"] for step in told["tier_steps"]}
    assert by["facts"][1] == "D"
    assert told["after"]["tier"] == "D"


def test_days_that_pass_move_features_without_any_record(http: TestClient) -> None:
    told = changes(http, EVERYONE[20], **{"from": "2024-05-30"})
    assert all(one["record_count"] == 0 for one in told["change"]["causes"] if not one["source"])
    named = {part["feature"] for (cause, _), one in groups(told).items() if cause == "time"
             for part in one["features"]}  # fmt: skip
    assert named <= {"business_age_days"}


def test_a_day_with_a_published_set_means_that_set_and_its_model(
    two: TwoSets, http: TestClient
) -> None:
    told = changes(http, FINED, **{"from": MARCH})["change"]
    assert (told["before"]["basis"], told["before"]["scores"]) == ("published", two.march.name)
    assert told["before"]["bundle"] != told["after"]["bundle"]
    assert told["model"] is not None
    by_name = changes(http, FINED, **{"from": two.march.name[:12]})["change"]
    assert by_name == told


def test_a_day_without_one_is_worked_out_anew_and_said_to_be(http: TestClient) -> None:
    told = changes(http, FINED, **{"from": APRIL})
    assert told["change"]["before"]["basis"] == "recomputed"
    assert told["change"]["model"] is None
    (note,) = told["notes"]
    assert "30 April 2024" in note["en"]
    assert (
        changes(http, FINED) == told
    )  # the month end before is what is meant when nothing is said


def test_nothing_changes_between_a_day_and_itself(http: TestClient) -> None:
    told = changes(http, FINED, **{"from": AS_OF})["change"]
    assert (told["difference"], told["causes"], told["rules"]) == ("0.0", [], [])


def test_two_earlier_days_can_be_compared(http: TestClient) -> None:
    told = changes(http, FINED, **{"from": "2024-01-09", "to": "2024-01-10"})
    assert told["change"]["after"]["as_of"] == "2024-01-10"
    arrived = groups(told)["arrived", "penalties"]
    assert [one["happened_on"] for one in arrived["records"]] == ["2024-01-10"]


def test_equal_requests_get_equal_bytes_and_are_not_sent_twice(
    two: TwoSets, http: TestClient
) -> None:
    path = f"/v1/businesses/{FINED}/changes?from={MARCH}"
    first = http.get(path)
    with local_client(app_of(settings_of(two.town))) as other:
        assert other.get(path).content == first.content
    again = http.get(path, headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("business_id", "query", "status", "slug"),
    [
        ("NOBODY", {}, 404, "unknown-business"),
        (CLOSED, {}, 404, "not-scored"),
        (FINED, {"from": "1999-01-01"}, 404, "not-scored"),
        (FINED, {"from": "2024-02-30"}, 422, "invalid-request"),
        (FINED, {"from": "yesterday"}, 422, "invalid-request"),
        (FINED, {"to": "2024-06-01"}, 409, "not-comparable"),
        (FINED, {"from": AS_OF, "to": APRIL}, 409, "not-comparable"),
        (FINED, {"since": APRIL}, 422, "invalid-request"),
        (FINED, {"from": "ffffffffffff"}, 404, "unknown-reference"),
        (FINED, {"from": ""}, 422, "invalid-request"),
        (EVERYONE[45], {"from": MARCH}, 404, "not-scored"),
    ],
)
def test_what_cannot_be_compared_is_refused_with_the_next_step(
    http: TestClient, business_id: str, query: dict[str, str], status: int, slug: str
) -> None:
    response = http.get(f"/v1/businesses/{business_id}/changes", params=query)
    assert response.status_code == status
    assert response.json()["type"] == f"urn:xinheng:problem:{slug}"


def test_a_day_with_several_sets_is_asked_back_about(two: TwoSets, http: TestClient) -> None:
    again = _published(two.town, MARCH, TierCuts(9500, 6500, 3000))
    try:
        response = http.get(f"/v1/businesses/{FINED}/changes", params={"from": MARCH})
        assert response.status_code == 409
        (fault,) = response.json()["faults"]
        assert again.name[:12] in fault["expected"]
    finally:
        again.folder.rename(two.town.home / "put-aside")


def test_an_earlier_set_that_was_altered_is_not_compared_with(two: TwoSets) -> None:
    manifest = two.march.folder / "scores.parquet"
    whole = manifest.read_bytes()
    manifest.write_bytes(whole + b"\0")
    try:
        with local_client(app_of(settings_of(two.town))) as fresh:
            response = fresh.get(f"/v1/businesses/{FINED}/changes", params={"from": MARCH})
            assert response.status_code == 409
    finally:
        manifest.write_bytes(whole)


def test_the_history_ends_with_the_score_in_force_and_follows_each_month(
    http: TestClient,
) -> None:
    document = http.get("/openapi.json").json()
    for business_id in (FINED, LISTED, DISPUTING, REPAIRED):
        told = http.get(f"/v1/businesses/{business_id}/history?months=6").json()
        assert list(faults(told, {"$ref": "#/components/schemas/History"}, document)) == []
        latest = told["moments"][0]
        score = http.post("/v1/score", json={"business_id": business_id}).json()
        assert (latest["score"], latest["tier"]) == (score["score"], score["tier"])
        april = changes(http, business_id, **{"from": APRIL})["change"]["before"]
        (then,) = [one for one in told["moments"] if one["as_of"] == APRIL]
        assert (then["score"], then["tier"]) == (april["score"], april["tier"])
    days = [one["as_of"] for one in told["moments"]]
    assert days[:3] == [AS_OF, APRIL, MARCH]


def test_a_history_begins_when_the_business_did(http: TestClient) -> None:
    told = http.get(f"/v1/businesses/{EVERYONE[0]}/history?months=36").json()
    opened = day(AS_OF) - 100 - 37
    assert all(day(one["as_of"]) >= opened for one in told["moments"])
    assert len(told["moments"]) < 36
    assert http.get(f"/v1/businesses/{FINED}/history?months=99").status_code == 422
