"""Answers as bytes: the same however they come about."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from serving import canonical
from serving.answers.answer import answer, subject_of
from serving.answers.edition import Edition, open_edition
from serving.answers.told import told
from serving.database import Stores
from serving.inbox import Inbox
from serving.render.views import VIEWS, View
from serving.review import Reviews
from serving.review.acts import Asked, By, Made
from serving.review.overrides import CONFIRMED, PROPOSED, Confirmed, Proposed
from tests.serving.town import DISPUTING, FINED, N, Town, settings_of

EVERYONE = [f"TOWN-{number:03d}" for number in range(1, N + 1)]
NOON = datetime(2026, 11, 24, 4, tzinfo=UTC)
FIRST, SECOND = By("key:1", "regulator", "market"), By("key:2", "regulator", "market")


@pytest.fixture(name="edition")
def an_edition(the_town: Town, tmp_path: Path) -> Edition:
    stores = Stores.of(tmp_path)
    opened = open_edition(settings_of(the_town), the_town.scores, the_town.catalogue)
    return replace(opened, inbox=Inbox(stores.inbox), reviews=Reviews(stores.review))


def overridden(edition: Edition, business_id: str) -> Edition:
    """The edition after two persons set tier D."""
    assert edition.reviews is not None
    until = 10**5
    proposed = Proposed(FIRST, "D", "A", "seen on the spot", until)
    for by, kind, content in (
        (FIRST, PROPOSED, proposed), (SECOND, CONFIRMED, Confirmed(SECOND)),
    ):  # fmt: skip
        made = Made("one", kind, 20_000, canonical.encode(content).decode(), "{}")
        edition.reviews.act(business_id, Asked(by, kind, "0"), lambda _, made=made: made)
    return edition.asked_at(NOON)


@pytest.mark.parametrize("view", VIEWS)
def test_every_view_is_told_the_bytes_of_the_whole_answer(edition: Edition, view: View) -> None:
    now = overridden(edition, FINED)
    assert answer(now, subject_of(now, DISPUTING)).contested is not None
    for business_id in EVERYONE:
        whole = answer(now, subject_of(now, business_id))
        expected = whole.to_json(view), whole.decision.provenance.vector, whole.tier
        for _ in ("worked out", "kept"):
            said = told(now, business_id, view)
            assert (said.body, said.noted.inputs, said.noted.tier) == expected


def test_what_is_kept_is_told_again_without_working_it_out(edition: Edition) -> None:
    now = edition.asked_at(NOON)
    assert told(now, DISPUTING, "auditor") is told(now, DISPUTING, "auditor")
    assert told(now, DISPUTING, "auditor").body != told(now, DISPUTING, "regulator").body


def test_what_people_did_is_told_at_once_and_never_kept(edition: Edition) -> None:
    before = told(edition.asked_at(NOON), FINED, "regulator")
    after = told(overridden(edition, FINED), FINED, "regulator")
    assert before.body != after.body
    assert (after.noted.tier, b'"override":null' in after.body) == ("D", False)
    # An edition of before that act is told what held then.
    earlier = replace(edition.asked_at(NOON), reviewed=0)
    assert told(earlier, FINED, "regulator").body == before.body
