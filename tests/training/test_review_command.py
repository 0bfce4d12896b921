"""``xinheng review`` lists what waits for people, the soonest due first."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from click.testing import CliRunner

from serving import canonical
from serving.database import Stores
from serving.formats import day_of
from serving.review import Asked, By, Made, Reviews
from serving.review.links import LINKED, Said
from serving.review.objections import DECIDED, FILED, Decided, Filed
from serving.review.overrides import CONFIRMED, PROPOSED, Confirmed, Proposed
from tests.serving.town import today
from tests.serving.town_declared import catalogue
from training.cli import cli

BY = By("key:a", "regulator", "market")
TODAY = day_of(today().isoformat())


def keep(reviews: Reviews, case: str, kind: str, day: int, content: object) -> None:
    made = Made(case, kind, day, canonical.encode(content).decode(), "")
    reviews.act(f"B-{case}", Asked(BY, f"{case}-{kind}", "r"), lambda _: made)


def test_open_objections_are_listed_by_their_due_day_and_overrides_by_state(
    tmp_path: Path,
) -> None:
    city = catalogue(tmp_path / "declared")
    reviews = Reviews(Stores.of(tmp_path / "home").review)
    filed = Filed(BY, "tier", (), "not so")
    for case, days in (("recent", 1), ("long-ago", 60), ("decided", 90)):
        keep(reviews, case, FILED, TODAY - days, filed)
    keep(reviews, "decided", DECIDED, TODAY, Decided(BY, "rejected", "it is so", ()))
    for case, until in (("holds", 5), ("over", -5)):
        keep(reviews, case, PROPOSED, TODAY - 9,
             Proposed(BY, "B", "C", "seen", TODAY + until))  # fmt: skip
        keep(reviews, case, CONFIRMED, TODAY - 9, Confirmed(BY))
    keep(reviews, "penalties:0a", LINKED, TODAY - 2, Said(BY, False, "another shop"))
    place = ["--jurisdiction", str(city.folder), "--home", str(tmp_path / "home")]
    done = CliRunner().invoke(cli, [*place, "review"], catch_exceptions=False)
    assert done.exit_code == 0
    assert done.output.index("long-ago") < done.output.index("recent")
    assert "overdue" in done.output
    assert "B-decided" not in done.output
    assert "in_force" in done.output
    assert "B-over" not in done.output
    last = (today() + timedelta(days=5)).isoformat()
    assert last in done.output
    (said,) = [line for line in done.output.splitlines() if "penalties:0a" in line and "│" in line]
    assert "different" in said


def test_forgetting_a_business_deletes_the_words_of_what_is_over_and_says_what_is_open(
    tmp_path: Path,
) -> None:
    city = catalogue(tmp_path / "declared")
    stores = Stores.of(tmp_path / "home")
    reviews = Reviews(stores.review)
    keep(reviews, "one", FILED, TODAY - 9, Filed(BY, "tier", (), "not so"))
    place = ["--jurisdiction", str(city.folder), "--home", str(tmp_path / "home")]
    forget = [*place, "audit", "forget", "B-one", "--yes"]
    waits = CliRunner().invoke(cli, forget, catch_exceptions=False)
    assert "0 acts of objections, overrides and names lost their words" in waits.output
    assert "1 acts keep them" in waits.output
    keep(reviews, "one", DECIDED, TODAY, Decided(BY, "rejected", "it is so", ()))
    done = CliRunner().invoke(cli, forget, catch_exceptions=False)
    assert "2 acts of objections, overrides and names lost their words" in done.output
    assert "keep them" not in done.output
    assert not any(" so" in one.content for one in reviews.about("B-one"))
