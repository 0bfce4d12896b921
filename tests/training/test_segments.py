from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np

from features.contracts import Phrase, Segment
from tests.features.worlds import write_world
from tests.training.small_town import catalogue
from training.segments import banded, segments_of

TITLE = Phrase("某", "Something")
SEGMENTS = (
    Segment("district", TITLE, by="district"),
    Segment("form", TITLE, by="form", apart=("sole",)),
    Segment("age", TITLE, by="age_years", edges=(1, 3)),
    Segment("checked", TITLE, by="failed_checks_count_36m", edges=(1,)),
)
PEOPLE = (
    {"entity_id": "a", "from_day": 0, "to_day": 500, "district": "north", "form": "sole",
     "established_day": 0},
    {"entity_id": "a", "from_day": 500, "to_day": 9999, "district": "south", "form": "company",
     "established_day": 0},
)  # fmt: skip


def test_each_row_is_parted_as_its_business_was_known_on_its_day(tmp_path: Path) -> None:
    town = catalogue()
    town = replace(town, jurisdiction=replace(town.jurisdiction, segments=SEGMENTS))
    world = write_world(tmp_path, town, {}, PEOPLE)  # type: ignore[arg-type]  # plain cells
    X = np.array([[0, 0, 0, 0], [0, 0, 2, 0], [0, 0, np.nan, 0]], dtype=float)
    entity, day = np.array(["a", "a", "nobody"]), np.array([100, 1200, 100])
    groups = segments_of(town, world.snapshot, entity, day, X)
    assert {name: values.tolist() for name, values in groups.items()} == {
        "district": ["north", "south", "unknown"],
        "form": ["sole", "others", "unknown"],
        "age": ["below 1", "from 3", "unknown"],
        "checked": ["below 1", "from 1", "unknown"],
    }


def test_bands_may_have_names_of_their_own() -> None:
    online = Segment(
        "online", TITLE, by="shops", edges=(1,), bands=(Phrase("无", "none"), Phrase("有", "some"))
    )
    assert banded(online, np.array([0.0, 3.0])).tolist() == ["无 none", "有 some"]


def test_city_without_segments_has_none(tmp_path: Path) -> None:
    town = catalogue()
    world = write_world(tmp_path, town, {}, ())
    assert segments_of(town, world.snapshot, np.array([]), np.array([]), np.empty((0, 4))) == {}
