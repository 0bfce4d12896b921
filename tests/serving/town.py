"""A town of a few dozen businesses: a snapshot, a matrix, a bundle, scores."""

from __future__ import annotations

import functools
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import lightgbm
import numpy as np

from features.builder import Matrix, build
from features.catalogue import Catalogue
from serving.batch import score_everyone
from serving.bundle.folder import Bundle, GoldenInput, Parts, load_bundle, write_bundle
from serving.decision.decide import Business
from serving.manifest import (
    FORMAT,
    Band,
    Calibration,
    LevelCuts,
    Manifest,
    ModelSpec,
    ScoreScale,
    TierCuts,
    feature_specs,
    place_of,
)
from serving.policy import load_policy
from serving.settings import Settings
from serving.store.scores import Scores
from tests.features.worlds import Cell, World, day, spine_of, write_world
from tests.serving.bundles import KEY, TRUSTED
from tests.serving.town_declared import SOURCES, catalogue

AS_OF = "2024-05-31"
AS_OF_DAY = day(AS_OF)
N = 48
# What the tests ask about.
CLEAN, FINED, LISTED, DISPUTING, REPAIRED, UNNAMED, CLOSED = (
    "TOWN-001", "TOWN-002", "TOWN-003", "TOWN-004", "TOWN-005", "TOWN-006", "TOWN-CLOSED",
)  # fmt: skip


# Names in penalties without a code: one waits for a person, one is linked by likeness.
UNSURE, LIKELY, UNSURE_WEST = "小镇食品贰号", "小镇食品贰叁号", "小镇食品叁伍号"
LINKED_TO = "TOWN-023"


def mention_id(name: str) -> str:
    """The id of a name in penalties."""
    return f"penalties:{_said(name)}"


def _said(name: str) -> str:
    return hashlib.md5(name.encode(), usedforsecurity=False).hexdigest()[:16]


def _mentions() -> list[dict[str, Cell]]:
    """What likeness made of the names."""
    found: list[dict[str, Cell]] = []
    for name, records, state, likely in (
        (UNSURE, 3, "review", ((FINED, 0.93), (LISTED, 0.31))),
        (LIKELY, 1, "linked", ((LINKED_TO, 0.9956),)),
        (UNSURE_WEST, 1, "review", (("TOWN-035", 0.71),)),
    ):
        found += [
            {
                "source": "penalties", "mention": _said(name), "name": name, "records": records,
                "place": place, "entity_id": entity, "roster_name": f"小镇{entity[-3:]}号有限公司",
                "from_day": 18_000, "weight": math.log2(chance / (1 - chance)),
                "probability": round(chance * 1e6), "state": state,
                "linked_by": 3 if state == "linked" else None,
            }
            for place, (entity, chance) in enumerate(likely)
        ]  # fmt: skip
    return found


def _rows() -> dict[str, list[dict[str, Cell]]]:
    """Records of every business, made by arithmetic; the named ones by hand."""
    rows: dict[str, list[dict[str, Cell]]] = {source.name: [] for source in SOURCES}

    def add(source: str, entity: str | None, on: str | int, **other: Cell) -> None:
        event = day(on) if isinstance(on, str) else on
        number = f"{source}:{len(rows[source]) + 1:04d}"
        row: dict[str, Cell] = {
            "entity_id": entity, "event_key": number, "event_day": event, "number": number,
            "code": entity, "happened_on": event,
        }  # fmt: skip
        rows[source].append(row | other)

    for i in range(1, N + 1):
        entity = f"TOWN-{i:03d}"
        name = None if entity == UNNAMED else f"小镇{'食品' if i % 2 else '贸易'}{i:03d}号有限公司"
        add("registrations", entity, AS_OF_DAY - 100 - 37 * i, name=name, address=f"{i // 2} 号")
        for k in range(0 if i < 10 else (i * 7) % 4):
            add("penalties", entity, AS_OF_DAY - 60 - 170 * k - i, kind=(i + k) % 3,
                fine_fen=50_000 * (k + 1), grounds=1 + (i + k) % 3)  # fmt: skip
        for k in range(0 if i < 4 else (i * 5) % 3):
            add("complaints", entity, AS_OF_DAY - 20 - 90 * k, amount_fen=100 * i)
        for k in range(i % 5):
            add("burglaries", entity, AS_OF_DAY - 10 * k - 1, distance_m=40 * k, latitude=29,
                longitude=121)  # fmt: skip
    for k in range(4):
        add("penalties", FINED, f"2024-0{k + 1}-10", kind=1, fine_fen=300_000, grounds=3)
    add("serious_list", LISTED, "2024-02-01")
    add("penalties", DISPUTING, "2024-03-01", kind=2, fine_fen=900_000, grounds=1)
    add("penalties", DISPUTING, "2024-03-02", kind=2, fine_fen=900_000, grounds=1,
        disputed_day=day("2024-05-20"))  # fmt: skip
    add("penalties", REPAIRED, "2023-03-01", kind=1, fine_fen=10_000, grounds=1,
        repaired_day=day("2024-04-01"))  # fmt: skip
    add("penalties", CLEAN, "2024-05-01", kind=1, fine_fen=77_700, grounds=1,
        known_day=day("2024-06-15"))  # fmt: skip
    for k in range(3):
        add("penalties", None, f"2024-0{k + 2}-11", kind=1, fine_fen=70_000, grounds=1,
            called=UNSURE)  # fmt: skip
    add("penalties", LINKED_TO, "2024-04-12", kind=1, fine_fen=50_000, grounds=1, called=LIKELY,
        code=None, linked_by=3, link_probability=995_600)  # fmt: skip
    add("penalties", None, "2024-04-13", kind=1, fine_fen=30_000, grounds=1, called=UNSURE_WEST)
    for k in range(10):
        add("weather", None, AS_OF_DAY - k, degrees=20_000_000 + k)
    return rows


def today() -> date:
    """The town's day, which begins while it is still yesterday in UTC."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def district_of(entity: str) -> str:
    """The district of a business that is open."""
    return "EW"[int(entity[-3:]) % 2]


def _profiles() -> list[dict[str, Cell]]:
    people: list[dict[str, Cell]] = []
    for i in range(1, N + 1):
        entity = f"TOWN-{i:03d}"
        name = None if entity == UNNAMED else f"小镇{'食品' if i % 2 else '贸易'}{i:03d}号有限公司"
        people.append(
            {
                "entity_id": entity, "name": name, "district": district_of(entity),
                "sector": "FT"[i % 2], "form": "company",
                "established_day": AS_OF_DAY - 100 - 37 * i,
                "from_day": AS_OF_DAY - 100 - 37 * i, "to_day": None,
            }
        )  # fmt: skip
    closed = day("2024-01-31")
    people.append(
        {
            "entity_id": CLOSED, "name": "已注销商行", "district": "E", "sector": "F",
            "form": "company", "established_day": 10_000, "closed_day": closed,
            "from_day": 10_000, "to_day": closed,
        }
    )  # fmt: skip
    return people


@dataclass(frozen=True)
class Town:
    """Everything the town's tests stand on; `home` is a workspace with published scores."""

    home: Path
    catalogue: Catalogue
    world: World
    matrix: Matrix
    bundle: Bundle
    scores: Scores


def build_town(folder: Path) -> Town:
    """The whole road: records, matrix, models, bundle, scores, all below `folder`."""
    home = folder / "home"
    city = catalogue(folder / "declared")
    world = write_world(folder / "snapshot", city, _rows(), _profiles(), _mentions())
    pairs = [(f"TOWN-{i:03d}", AS_OF_DAY) for i in range(1, N + 1)]
    matrix = build(city, world.snapshot, spine_of(pairs), home)
    name = write_bundle(home / "bundles", parts_of(city, world, matrix), KEY)
    bundle = load_bundle(home / "bundles" / name, TRUSTED)
    scores = score_everyone(city, world.snapshot, bundle, matrix, home)
    return Town(home, city, world, matrix, bundle, scores)


_kept: list[TemporaryDirectory[str]] = []


@functools.cache
def town() -> Town:
    """The town, built once a process; tests only read it."""
    _kept.append(TemporaryDirectory(prefix="town-"))
    return build_town(Path(_kept[-1].name))


def settings_of(one: Town) -> Settings:
    """How a service of the town runs."""
    return Settings(
        jurisdiction=str(one.catalogue.folder), home=one.home, trusted_keys=tuple(TRUSTED),
        is_demo=True,
    )  # fmt: skip


def numbers(matrix: Matrix) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """The matrix as float64, NaN missing."""
    table = matrix.read(matrix.features)
    columns = [column.to_numpy(zero_copy_only=False) for column in table.columns]
    return np.ascontiguousarray(np.column_stack(columns), dtype=np.float64)


def parts_of(city: Catalogue, world: World, matrix: Matrix) -> Parts:
    """What the town's bundle is made of."""
    X = np.repeat(numbers(matrix), 20, axis=0)
    draw = np.random.default_rng(3)
    risk = -2.0 + 0.9 * X[:, 0] + 0.7 * X[:, 4] + 0.3 * X[:, 9] + 2.0 * X[:, 3]
    texts: dict[str, str] = {}
    margins = np.empty(0)
    for outcome in ("surge", "credit"):
        y = (draw.random(len(X)) < 1 / (1 + np.exp(-risk))).astype(int)
        booster = lightgbm.train(
            {"objective": "binary", "num_leaves": 8, "max_depth": 4, "min_data_in_leaf": 5,
             "num_threads": 1, "seed": 1, "deterministic": True, "verbosity": -1},
            lightgbm.Dataset(X, y, feature_name=list(matrix.features),
                             categorical_feature=["penalty_kind_latest"]),
            num_boost_round=25,
        )  # fmt: skip
        texts[outcome] = booster.model_to_string()
        margins = np.asarray(booster.predict(numbers(matrix), raw_score=True))
    factor = 50.0 / math.log(2.0)
    scale = ScoreScale(50.0, 600.0, 0.05, factor, 600.0 + factor * math.log(0.05))
    tenths = np.rint((scale.offset - scale.factor * margins) * 10).astype(int)
    cuts = TierCuts(*(int(q) for q in np.quantile(tenths, [0.5, 0.2, 0.05], method="higher")))
    just_inside = {
        (letter, None): numbers(matrix)[np.flatnonzero(tenths >= lowest)[:8]]
        for letter, lowest in zip("ABC", (cuts.A, cuts.B, cuts.C), strict=True)
    }
    band = Band(0.9, (0.0, 0.05, 0.33, 0.9), (0.01, 0.12, 0.5, 0.99))
    calibration = Calibration((-6.0, -2.0, 0.0, 3.0), (0.001, 0.08, 0.4, 0.95), band)
    titles = {one.name: one.title for one in city.jurisdiction.outcomes}
    manifest = Manifest(
        format=FORMAT,
        jurisdiction=place_of(city),
        catalogue_fingerprint=city.fingerprint,
        snapshot=world.snapshot.name,
        matrix=matrix.name,
        trained_as_of="2024-04-30",
        code_version="0.1.0",
        features=feature_specs(city),
        groups=city.jurisdiction.groups,
        departments=city.jurisdiction.departments,
        districts=city.jurisdiction.districts,
        sectors=city.jurisdiction.sectors,
        models={
            name: ModelSpec(f"models/{name}.txt", titles[name], calibration, 0.2) for name in texts
        },
        score=scale,
        tiers=cuts,
        warnings={"surge": LevelCuts(red=0.5, orange=0.3, yellow=0.1, blue=0.05)},
        references=(),
        files={},
    )
    first = numbers(matrix)[0].tolist()
    vector = tuple(None if math.isnan(value) else value for value in first)
    labels = {one.name: one.labels for one in manifest.features}
    return Parts(
        manifest=manifest,
        models=texts,
        reasons=city.jurisdiction.reasons,
        policy=load_policy(city.policy_folder, labels),
        reference=just_inside,  # type: ignore[arg-type]  # its keys are tiers
        golden=[GoldenInput(Business("GOLDEN", "示例"), AS_OF_DAY, vector, {})],
    )


def vector_of(one: Town, entity_id: str) -> Mapping[str, float | None]:
    """A business's features as the batch engine built them."""
    row = one.matrix.read().filter(
        one.matrix.read(["entity_id"])["entity_id"].to_numpy(zero_copy_only=False) == entity_id
    )
    (values,) = row.select(list(one.matrix.features)).to_pylist()
    return dict(values)
