"""Too much at once, or from one caller: told so at once, with when to come back."""

from __future__ import annotations

import asyncio
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from features.contracts import Phrase
from serving import problems
from serving.auth import refusals as not_let_in
from serving.auth.access import DATA_SCIENTIST, Access, open_to_all
from serving.auth.gatekeeper import Gatekeeper
from serving.auth.keys import Wanted
from serving.auth.rates import Rate, Rates
from serving.doors import recording, refusals
from serving.doors.addresses import Door, Endpoint
from serving.doors.api import DOORS
from serving.doors.guard import Guard, Limits
from serving.metrics import Metrics
from serving.problems import Problem
from tests.serving.clients import local_client
from tests.serving.services import NATIVE

READING = {"/v1/score", "/v1/score/batch", "/v1/businesses/{business_id}/what-if", "/score"}


def test_what_is_under_way_is_finished_while_others_are_turned_back_at_once() -> None:
    started, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_: Request) -> Response:
        started.set()
        await go_on.wait()
        return JSONResponse({"finished": True})

    endpoint = Endpoint(Door("/slow", "GET", open_to_all("test"), seconds=30), slow)
    healthy = Endpoint(Door("/healthy", "GET", open_to_all("test"), metered=False), _fine)
    guard = guard_of([endpoint, healthy], Limits(concurrent=1))

    async def asking() -> None:
        transport = httpx.ASGITransport(guard, client=("127.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
            first = asyncio.create_task(http.get("/slow"))
            await started.wait()
            turned = [await asyncio.wait_for(http.get("/slow"), 1) for _ in range(5)]
            assert {one.status_code for one in turned} == {503}
            assert {one.headers["retry-after"] for one in turned} == {"1"}
            assert {one.headers["x-problem"] for one in turned} == {"busy"}
            # Probes are answered all the same.
            assert (await http.get("/healthy")).status_code == 200
            go_on.set()
            assert (await first).json() == {"finished": True}
            assert (await http.get("/slow")).status_code == 200

    asyncio.run(asking())


def test_caller_that_asks_too_often_is_told_when_to_come_back_and_others_are_not_held_up(
    tmp_path: Path,
) -> None:
    gatekeeper = Gatekeeper(
        tmp_path, rates=Rates(others=Rate(per_second=0.5, burst=2), clock=lambda: 0.0)
    )
    eager, other = (
        gatekeeper.keys.create(Wanted(name, "data_scientist"))[1] for name in ("eager", "other")
    )
    door = Door("/model", "GET", Access("model", DATA_SCIENTIST))
    guard = guard_of([Endpoint(door, _fine)], gatekeeper=gatekeeper)
    with local_client(guard) as http:
        told = [http.get("/model", headers=_bearer(eager)) for _ in range(4)]
        assert [one.status_code for one in told] == [200, 200, 429, 429]
        assert told[-1].headers["x-problem"] == "too-many-requests"
        assert told[-1].headers["retry-after"] == "2"
        assert http.get("/model", headers=_bearer(other)).status_code == 200


SOMETHING = Phrase("某事", "something")


@pytest.mark.parametrize(
    "problem",
    [
        refusals.busy(), refusals.too_slow(), not_let_in.too_many(0.1), recording.no_audit(),
        problems.no_store(), problems.not_ready(SOMETHING),
    ],
    ids=lambda one: one.type.slug,
)  # fmt: skip
def test_every_refusal_that_passes_says_when_to_come_back(problem: Problem) -> None:
    assert problem.type.status in (429, 503)
    assert int(problem.headers["retry-after"]) >= 1


def test_every_door_that_changes_something_wants_an_idempotency_key() -> None:
    unnamed = {
        door.template
        for door in (*DOORS, NATIVE)
        if door.method == "POST" and not door.writes and not door.takes_form
    }
    assert unnamed == READING
    assert not any(door.writes for door in DOORS if door.method == "GET")


def test_every_address_but_what_is_everyones_has_its_version_in_its_path() -> None:
    console = {door.template for door in DOORS if door.page or door.takes_form}
    other = {
        door.template
        for door in DOORS
        if not door.template.startswith(("/v1/", "/assets/")) and door.template not in console
    }
    assert other == {"/openapi.json", "/healthz", "/readyz", "/metrics"}


async def _fine(_: Request) -> Response:
    return JSONResponse({})


def _bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def guard_of(
    endpoints: list[Endpoint], limits: Limits | None = None, gatekeeper: Gatekeeper | None = None
) -> Guard:
    return Guard(
        Starlette(routes=[one.route for one in endpoints]),
        [one.door for one in endpoints],
        language="en",
        metrics=Metrics(),
        gatekeeper=gatekeeper or Gatekeeper(Path("nowhere"), is_demo=True),
        limits=limits,
    )
