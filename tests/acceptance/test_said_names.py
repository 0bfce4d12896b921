"""What a person says about a name, on the whole road: at once, in a scoring, in the records."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from features.builder import build
from features.ingest import mentions
from features.snapshot import Snapshot
from serving import canonical
from serving.answers.answer import answer, subject_of
from serving.answers.edition import Edition
from serving.batch import score_everyone
from serving.database import Stores
from serving.decision.decide import Decision
from serving.decision.points import read
from serving.review import Asked, By, Made, Reviews
from serving.review.links import LINKED, Said
from serving.review.passing_on import pass_on
from serving.store import Store
from tests.acceptance.road import BUSINESS, TWIN, Cells, Road
from tests.features.worlds import day, spine_of

NAME = "宁波晨禾云栖商贸有限公司"
FINE: Cells = {
    "行政相对人代码_1(统一社会信用代码)": "", "行政相对人名称": NAME,
    "处罚决定日期": "2025-06-10", "处罚确定日期": "2025-06-15",
    "数据更新时间": "2025-06-16 09:00",
}  # fmt: skip
WHEN = dt.date(2025, 6, 30)
A_PERSON = By("key:1", "regulator", "market")


@pytest.fixture(name="road")
def a_road(tmp_path: Path) -> Road:
    """Two businesses of one name, and two penalties that give it."""
    road = Road(tmp_path)
    rows = [
        {"统一社会信用代码": code, "企业名称": NAME, "数据更新时间": "2018-03-05 09:00"}
        for code in (BUSINESS, TWIN)
    ]
    road.deliver(dt.date(2018, 3, 5), {"registrations": rows})
    fines = [{**FINE, "行政处罚决定书文号": f"甬{n}号"} for n in (1, 2)]
    road.deliver(dt.date(2025, 6, 20), {"penalties": fines})
    return road


@pytest.fixture(name="reviews")
def no_acts(tmp_path: Path) -> Reviews:
    return Reviews(Stores.of(tmp_path / "stores").review)


def say(road: Road, reviews: Reviews, business: str, *, same: bool, on: dt.date = WHEN) -> None:
    [mention] = mentions(Snapshot.current(road.home), source="penalties")
    content = canonical.encode(Said(A_PERSON, same, "seen on the spot")).decode()
    made = Made(mention.id, LINKED, day(on.isoformat()), content, "{}")
    asked = Asked(A_PERSON, f"write-{reviews.last}", "0")
    reviews.act(business, asked, lambda _: made, mention.id)


def beside(edition: Edition, reviews: Reviews) -> Edition:
    today = edition.store.as_of_day
    return replace(edition, reviews=reviews, reviewed=reviews.last, today=today)


def decided(edition: Edition, business: str = BUSINESS) -> Decision:
    return answer(edition, subject_of(edition, business)).decision


def told(decision: Decision, road: Road) -> bytes:
    """The decision's bytes but for the names of what it was made from, and the peers' averages.

    Those are of everyone, and follow with the next scoring.
    """
    relative = {f.name for f in road.catalogue.jurisdiction.features if f.peers}
    vector = {name: value for name, value in decision.vector.items() if name not in relative}
    named = replace(decision.provenance, snapshot="", vector="")
    return canonical.encode(replace(decision, vector=vector, provenance=named))


def scored(road: Road, reviews: Reviews) -> Edition:
    """Everyone scored as of the day, with what people said by then."""
    snapshot, edition = Snapshot.current(road.home), road.edition(WHEN)
    pairs = [(BUSINESS, day(WHEN.isoformat())), (TWIN, day(WHEN.isoformat()))]
    matrix = build(road.catalogue, snapshot, spine_of(pairs), road.home)
    scores = score_everyone(
        road.catalogue, snapshot, edition.bundle, matrix, road.home, reviews=reviews
    )
    return replace(edition, scores=scores, store=Store(scores.store, road.catalogue))


@pytest.mark.slow
def test_answer_scoring_and_next_snapshot_say_the_same_to_the_byte(
    road: Road, reviews: Reviews
) -> None:
    before = road.edition(WHEN)
    assert (decided(before).vector["penalty_count_36m"], decided(before).tier) == (0, "A")
    say(road, reviews, BUSINESS, same=True)
    at_once = decided(beside(before, reviews))
    assert (at_once.vector["penalty_count_36m"], at_once.tier) == (2, "C")

    batch = scored(road, reviews)
    rows = {row["entity_id"]: row for row in pq.read_table(batch.scores.table).to_pylist()}
    assert (rows[BUSINESS]["tier"], rows[BUSINESS]["tenths"]) == ("C", read(at_once.score))
    assert rows[TWIN]["tier"] == "A"
    assert decided(beside(batch, reviews)) == at_once
    vector = batch.store.vector(subject_of(batch, BUSINESS).no)
    assert vector is not None
    assert vector[list(batch.store.features).index("penalty_count_36m")] == 2

    passed = pass_on(road.catalogue, road.home, reviews)
    assert (passed.decisions, passed.left) == (1, ())
    collected = road.edition(WHEN)
    assert told(decided(collected), road) == told(at_once, road)
    # The act is in the records now, so the answer rests on them alone.
    assert decided(beside(collected, reviews)) == decided(collected)
    assert pass_on(road.catalogue, road.home, reviews).account is None


@pytest.mark.slow
def test_saying_the_contrary_takes_the_records_away_at_once_and_from_the_records(
    road: Road, reviews: Reviews
) -> None:
    before = road.edition(WHEN)
    say(road, reviews, BUSINESS, same=True)
    pass_on(road.catalogue, road.home, reviews)
    linked = road.edition(WHEN)
    assert decided(linked).tier == "C"
    say(road, reviews, BUSINESS, same=False)
    undone = decided(beside(linked, reviews))
    assert undone.tier == "A"
    assert told(undone, road) == told(decided(before), road)
    assert pass_on(road.catalogue, road.home, reviews).decisions == 1
    after = road.edition(WHEN)
    assert told(decided(after), road) == told(undone, road)
    # Refused to the one, it is not the other's by likeness: it was known to nobody.
    assert decided(after, TWIN).tier in ("A", "C")


@pytest.mark.slow
def test_what_is_said_after_the_day_of_a_scoring_changes_no_byte_of_it(
    road: Road, reviews: Reviews
) -> None:
    say(road, reviews, BUSINESS, same=True, on=WHEN + dt.timedelta(days=1))
    assert scored(road, reviews).scores.name == road.edition(WHEN).scores.name


@pytest.mark.slow
def test_records_from_before_what_was_said_count_from_that_day(
    road: Road, reviews: Reviews
) -> None:
    say(road, reviews, BUSINESS, same=True)
    edition = beside(road.edition(WHEN), reviews)
    explained = answer(edition, subject_of(edition, BUSINESS))
    assert explained.decision.as_of == WHEN.isoformat()
    pass_on(road.catalogue, road.home, reviews)
    [yesterday, today] = [
        decided(road.edition(WHEN + dt.timedelta(days=n))).vector["penalty_count_36m"]
        for n in (-1, 0)
    ]
    assert (yesterday, today) == (0, 2)
