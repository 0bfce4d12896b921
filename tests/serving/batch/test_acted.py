"""A scoring of everyone takes in what people decided by its day, and nothing later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from serving import canonical
from serving.answers.answer import answer, subject_of
from serving.answers.edition import Edition, open_edition
from serving.batch import score_everyone
from serving.database import Stores
from serving.decision.points import read
from serving.review import Asked, By, Made, Reviews
from serving.review.objections import DECIDED, FILED, Annulled, Decided, Filed, RecordKey
from serving.review.overrides import CONFIRMED, PROPOSED, Confirmed, Proposed
from serving.store.scores import Scores
from tests.serving.town import AS_OF_DAY, DISPUTING, FINED, LISTED, N, Town, settings_of

ONE, OTHER = By("key:1", "regulator", "market"), By("key:2", "regulator", "market")
UPHELD = "TOWN-023"


@pytest.fixture(name="reviews")
def no_acts(tmp_path: Path) -> Reviews:
    return Reviews(Stores.of(tmp_path / "stores").review)


def keep(reviews: Reviews, business: str, kind: str, day: int, content: object) -> None:
    made = Made(f"case-{business}", kind, day, canonical.encode(content).decode(), "{}")
    reviews.act(business, Asked(ONE, f"{business}-{kind}", "0"), lambda _: made)


def penalties_of(edition: Edition, business: str) -> tuple[RecordKey, ...]:
    rows = edition.store.records(subject_of(edition, business)).own["penalties"]
    return tuple(RecordKey("penalties", str(row["event_key"])) for row in rows)


def scored(town: Town, reviews: Reviews, home: Path) -> Scores:
    return score_everyone(
        town.catalogue, town.world.snapshot, town.bundle, town.matrix, home, reviews=reviews
    )


def rows_of(scores: Scores) -> Mapping[str, dict[str, Any]]:
    return {row["entity_id"]: row for row in pq.read_table(scores.table).to_pylist()}


def test_tiers_are_those_of_the_answers_about_each_business(
    the_town: Town, reviews: Reviews, tmp_path: Path
) -> None:
    opened = open_edition(settings_of(the_town), the_town.scores, the_town.catalogue)
    filed = Filed(ONE, "records", penalties_of(opened, FINED), "not mine")
    keep(reviews, FINED, FILED, AS_OF_DAY - 3, filed)
    records = penalties_of(opened, UPHELD)
    keep(reviews, UPHELD, FILED, AS_OF_DAY - 9, Filed(ONE, "records", records, "not mine"))
    annulled = tuple(Annulled(one.source, one.record_id, 9) for one in records)
    keep(reviews, UPHELD, DECIDED, AS_OF_DAY, Decided(OTHER, "upheld", "so it is", annulled))

    scores = scored(the_town, reviews, tmp_path)
    assert scores.name != the_town.scores.name
    assert scores.manifest.inputs.reviewed == 3
    before, after = rows_of(the_town.scores), rows_of(scores)
    edition = replace(opened, reviews=reviews, reviewed=reviews.last, today=AS_OF_DAY)
    for number in range(1, N + 1):
        business = f"TOWN-{number:03d}"
        decision = answer(edition, subject_of(edition, business)).decision
        row = after[business]
        assert (row["tier"], row["tenths"]) == (decision.tier, read(decision.score)), business
    changed = {one for one in after if after[one]["tenths"] != before[one]["tenths"]}
    assert changed == {FINED, UPHELD}
    contested = the_town.scores.manifest.contested
    assert scores.manifest.contested == contested + 1  # FINED; DISPUTING was before
    anew = replace(edition, scores=scores, store=type(opened.store)(scores.store, opened.catalogue))
    for business in (FINED, UPHELD, DISPUTING):
        told = answer(anew, subject_of(anew, business)).decision
        assert told.score == answer(edition, subject_of(edition, business)).decision.score


def test_an_override_stands_beside_the_decided_tier_with_its_last_day(
    the_town: Town, reviews: Reviews, tmp_path: Path
) -> None:
    for business, until in ((LISTED, AS_OF_DAY + 30), (FINED, AS_OF_DAY - 1)):
        proposed = Proposed(ONE, "B", "D", "seen on the spot", until)
        keep(reviews, business, PROPOSED, AS_OF_DAY - 9, proposed)
        keep(reviews, business, CONFIRMED, AS_OF_DAY - 9, Confirmed(OTHER))
    rows = rows_of(scored(the_town, reviews, tmp_path))
    assert (rows[LISTED]["set_tier"], rows[LISTED]["set_until"]) == ("B", AS_OF_DAY + 30)
    assert rows[LISTED]["tier"] == rows_of(the_town.scores)[LISTED]["tier"] != "B"
    assert {one for one in rows if rows[one]["set_tier"] is not None} == {LISTED}


def test_acts_of_a_later_day_change_no_byte(
    the_town: Town, reviews: Reviews, tmp_path: Path
) -> None:
    opened = open_edition(settings_of(the_town), the_town.scores, the_town.catalogue)
    filed = Filed(ONE, "records", penalties_of(opened, FINED), "not mine")
    keep(reviews, FINED, FILED, AS_OF_DAY + 1, filed)
    scores = scored(the_town, reviews, tmp_path)
    assert scores.name == the_town.scores.name
    assert scores.manifest.files == the_town.scores.manifest.files
