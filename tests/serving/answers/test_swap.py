"""New scores are taken up under load: no request fails, no answer mixes two sets."""

from __future__ import annotations

import asyncio
import json
import shutil
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from features.durable import point
from serving.answers.answer import answer, subject_of
from serving.answers.edition import open_edition
from serving.batch import score_everyone
from serving.bundle.folder import load_bundle, write_bundle
from serving.manifest import TierCuts
from serving.store.scores import Scores
from tests.serving.bundles import KEY, TRUSTED
from tests.serving.services import app_of
from tests.serving.town import FINED, Town, build_town, parts_of, settings_of

SEVERAL = [f"TOWN-{i:03d}" for i in range(1, 25)]
Ask = Callable[[httpx.AsyncClient], Awaitable[None]]


@dataclass(frozen=True)
class Two:
    """A town with two sets of scores, and what each says of FINED."""

    town: Town
    scores: tuple[Scores, Scores]
    said: tuple[bytes, bytes]

    def publish(self, which: int) -> None:
        """Move the pointer."""
        point(self.town.home / "scores" / "CURRENT", self.scores[which].name)


@pytest.fixture(scope="module", name="two")
def two_sets_of_scores(tmp_path_factory: pytest.TempPathFactory) -> Two:
    town = build_town(tmp_path_factory.mktemp("two"))
    parts = parts_of(town.catalogue, town.world, town.matrix)
    cuts = parts.manifest.tiers
    stricter = replace(parts.manifest, tiers=TierCuts(cuts.A + 100, cuts.B + 100, cuts.C + 100))
    name = write_bundle(town.home / "bundles", replace(parts, manifest=stricter), KEY)
    bundle = load_bundle(town.home / "bundles" / name, TRUSTED)
    other = score_everyone(town.catalogue, town.world.snapshot, bundle, town.matrix, town.home)
    both = (town.scores, other)
    said = tuple(_said(town, one) for one in both)
    assert said[0] != said[1]
    return Two(town, both, (said[0], said[1]))


def _said(town: Town, scores: Scores) -> bytes:
    edition = open_edition(settings_of(town), scores, town.catalogue)
    return answer(edition, subject_of(edition, FINED)).to_json()


async def under_load(town: Town, ask: Ask, meanwhile: Awaitable[None]) -> None:
    """Eight clients ask again and again until `meanwhile` is over."""
    transport = httpx.ASGITransport(app_of(settings_of(town)), client=("127.0.0.1", 50_000))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1") as http:
        while (await http.get("/readyz")).status_code != 200:
            await asyncio.sleep(0.05)
        over = asyncio.Event()

        async def again() -> None:
            while not over.is_set():
                await ask(http)
                await asyncio.sleep(0)

        clients = [asyncio.create_task(again()) for _ in range(8)]
        await meanwhile
        over.set()
        await asyncio.gather(*clients)


async def in_force(town: Town, name: str, seen: Counter[str]) -> None:
    """Wait until answers come from the set of that name."""
    before = seen[name]
    for _ in range(1200):
        if seen[name] > before:
            return
        await asyncio.sleep(0.05)
    raise AssertionError("never taken up")


def test_no_answer_fails_or_is_mixed_while_scores_are_swapped(two: Two) -> None:
    seen: Counter[str] = Counter()
    names = [one.name for one in two.scores]

    async def ask(http: httpx.AsyncClient) -> None:
        response = await http.post("/v1/score", json={"business_id": FINED})
        assert response.status_code == 200
        seen[names[two.said.index(response.content)]] += 1

    async def swapping() -> None:
        for which in (1, 0, 1, 0):
            two.publish(which)
            await in_force(two.town, names[which], seen)

    two.publish(0)
    asyncio.run(under_load(two.town, ask, swapping()))
    assert min(seen.values()) > 0


def test_lines_of_a_batch_come_from_one_set_though_scores_are_swapped(two: Two) -> None:
    seen: Counter[str] = Counter()
    bundles = {one.manifest.inputs.bundle: one.name for one in two.scores}

    async def ask(http: httpx.AsyncClient) -> None:
        response = await http.post("/v1/score/batch", json={"business_ids": SEVERAL})
        lines: list[Any] = [json.loads(line) for line in response.text.splitlines()]
        assert len(lines) == len(SEVERAL)
        (bundle,) = {line["provenance"]["bundle"] for line in lines}
        seen[bundles[bundle]] += 1

    async def swapping() -> None:
        for which in (1, 0):
            two.publish(which)
            await in_force(two.town, two.scores[which].name, seen)

    two.publish(0)
    asyncio.run(under_load(two.town, ask, swapping()))
    assert min(seen.values()) > 0


@pytest.mark.parametrize("file", ["models/credit.txt", "manifest.json", "policy.json"])
def test_scores_of_a_bundle_that_was_touched_are_never_served(
    two: Two, tmp_path: Path, file: str
) -> None:
    home = tmp_path / "home"
    shutil.copytree(two.town.home, home)
    town = replace(two.town, home=home)
    point(home / "scores" / "CURRENT", two.scores[0].name)
    touched = home / "bundles" / two.scores[1].manifest.inputs.bundle / file
    content = bytearray(touched.read_bytes())
    content[len(content) // 2] ^= 1
    touched.write_bytes(bytes(content))
    asked = 0

    async def ask(http: httpx.AsyncClient) -> None:
        nonlocal asked
        response = await http.post("/v1/score", json={"business_id": FINED})
        assert (response.status_code, response.content) == (200, two.said[0])
        asked += 1

    async def publishing() -> None:
        point(home / "scores" / "CURRENT", two.scores[1].name)
        before = asked
        while asked < before + 40:
            await asyncio.sleep(0.05)

    asyncio.run(under_load(town, ask, publishing()))
