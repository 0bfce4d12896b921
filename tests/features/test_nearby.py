"""Records at a place, attached to the businesses around it."""

from __future__ import annotations

import math
import random
from pathlib import Path

from features.contracts import Dates, Kind, Nearby
from features.nearby import EARTH_RADIUS_M
from tests.features.ingest.town import Office, column, day, only, source
from tests.features.test_profiles import HEADER, REGISTER

RADIUS = 500
BURGLARIES = source(
    "burglaries",
    subject=Nearby("north", "east", RADIUS),
    dates=Dates(event="day", trust="exact", known="known"),
    columns=(
        column("no", Kind.TEXT),
        column("day", Kind.DAY),
        column("known", Kind.DAY),
        column("north", Kind.DECIMAL),
        column("east", Kind.DECIMAL),
    ),
)
# One thousandth of a degree of latitude is 111.2 m; of longitude, at 30° north, 96.3 m.
SHOP = "R1,100,2020-01-01,2020-01-05,,甲,east,30.000,121.000"


def office(folder: Path, burglaries: str, *shops: str) -> Office:
    opened = Office(folder, REGISTER, BURGLARIES, roster=("register",))
    opened.deliver("register.csv", "\n".join([HEADER, *shops]))
    opened.deliver("burglaries.csv", "no,day,known,north,east\n" + burglaries)
    return opened


def test_a_record_within_the_radius_belongs_to_the_business(tmp_path: Path) -> None:
    opened = office(
        tmp_path,
        """
        B1,2021-01-01,2021-01-02,30.001,121.000
        B2,2021-01-02,2021-01-03,30.000,121.005
        B3,2021-01-03,2021-01-04,30.000,121.006
        """,
        SHOP,
    )
    count = opened.ingest().source("burglaries")
    assert (count.records, count.attached) == (3, 2)
    assert only(opened.rows("burglaries"), "entity_id", "event_key", "distance_m") == [
        ("100", "B1", 111),
        ("100", "B2", 481),
    ]


def test_a_record_belongs_to_every_business_around_it(tmp_path: Path) -> None:
    opened = office(
        tmp_path,
        "B1,2021-01-01,2021-01-02,30.001,121.000",
        SHOP,
        "R2,200,2020-01-01,2020-01-05,,乙,east,30.002,121.000",
    )
    opened.ingest()
    stored = only(opened.rows("burglaries"), "entity_id", "record_no", "distance_m")
    assert stored == [("100", 1, 111), ("200", 1, 111)]


def test_what_happened_before_the_business_was_known_is_known_with_it(tmp_path: Path) -> None:
    opened = office(tmp_path, "B1,2019-01-01,2019-01-02,30.001,121.000", SHOP)
    opened.ingest()
    assert only(opened.rows("burglaries"), "event_day", "known_day", "superseded_day") == [
        (day("2019-01-01"), day("2020-01-05"), None)
    ]


def test_an_attachment_ends_when_the_business_moves(tmp_path: Path) -> None:
    opened = office(
        tmp_path,
        """
        B1,2019-01-01,2019-01-02,30.001,121.000
        B2,2020-06-01,2020-06-02,30.101,121.000
        B3,2021-06-01,2021-06-02,30.001,121.000
        """,
        SHOP,
        "R1,100,2020-01-01,2021-01-05,,甲,east,30.100,121.000",
    )
    opened.ingest()
    assert only(opened.rows("burglaries"), "event_key", "known_day", "superseded_day") == [
        ("B1", day("2020-01-05"), day("2021-01-05")),
        ("B2", day("2021-01-05"), None),
    ]


def test_a_new_name_at_the_same_place_changes_nothing(tmp_path: Path) -> None:
    opened = office(
        tmp_path,
        "B1,2019-01-01,2019-01-02,30.001,121.000",
        SHOP,
        "R1,100,2020-01-01,2021-01-05,,甲乙,east,30.000,121.000",
    )
    opened.ingest()
    assert only(opened.rows("burglaries"), "known_day", "superseded_day") == [
        (day("2020-01-05"), None)
    ]


def test_a_record_without_a_place_is_kept_and_attached_to_nobody(tmp_path: Path) -> None:
    opened = office(tmp_path, "B1,2021-01-01,2021-01-02,,", SHOP)
    count = opened.ingest().source("burglaries")
    assert (count.records, count.attached) == (1, 0)


def test_a_coordinate_off_the_globe_is_held_back(tmp_path: Path) -> None:
    opened = office(tmp_path, "B1,2021-01-01,2021-01-02,121.000,30.000", SHOP)
    assert opened.ingest().total("quarantined") == 1


def metres(one: tuple[float, float], other: tuple[float, float]) -> float:
    """Great-circle distance by the spherical law of cosines: another formula than the engine's."""
    (a, b), (c, d) = ([math.radians(x) for x in point] for point in (one, other))
    cosine = math.sin(a) * math.sin(c) + math.cos(a) * math.cos(c) * math.cos(b - d)
    return EARTH_RADIUS_M * math.acos(min(1.0, cosine))


def test_the_grid_loses_no_pair(tmp_path: Path) -> None:
    draw = random.Random(7)
    shops = {f"{i}": (draw.uniform(29.9, 30.1), draw.uniform(-0.05, 0.05)) for i in range(60)}
    events = {f"B{i}": (draw.uniform(29.9, 30.1), draw.uniform(-0.05, 0.05)) for i in range(80)}
    shops = {code: (round(a, 6), round(b, 6)) for code, (a, b) in shops.items()}
    events = {no: (round(a, 6), round(b, 6)) for no, (a, b) in events.items()}
    opened = office(
        tmp_path,
        "\n".join(f"{no},2021-01-01,2021-01-02,{a},{b}" for no, (a, b) in events.items()),
        *(f"R{c},{c},2020-01-01,2020-01-05,,甲,,{a},{b}" for c, (a, b) in shops.items()),
    )
    opened.ingest()
    expected = {
        (code, no)
        for code, place in shops.items()
        for no, event in events.items()
        if metres(place, event) <= RADIUS
    }
    found = set(only(opened.rows("burglaries"), "entity_id", "event_key"))
    assert found == expected
    assert len(found) > 10
