"""What people wrote can be forgotten; what follows from it stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from serving import canonical
from serving.database import Database
from serving.database.embedded import Embedded
from serving.review import (
    Act,
    Answered,
    Asked,
    By,
    Forgotten,
    Made,
    Reviews,
    forget_words,
    in_force,
    marks_of,
    objections_of,
    overrides_of,
)
from serving.review.objections import DECIDED, FILED, Annulled, Decided, Filed, RecordKey
from serving.review.overrides import CONFIRMED, PROPOSED, Confirmed, Proposed
from tests.serving.where import Where

SUBJECT, OFFICIAL = By("token:owner", "subject", ""), By("key:a", "regulator", "market")
RECORD = RecordKey("penalties", "penalties:0001")
SECRET = "The neighbour of Mrs Wang said so."
TODAY = 20


def written(database: Database, business: str, case: str, kind: str, content: object) -> Answered:
    by = getattr(content, "by")  # noqa: B009  # each kind of content has one
    asked = Asked(by, f"{case}-{kind}-{business}", "digest of the words")
    made = Made(case, kind, 7, canonical.encode(content).decode(), f'{{"grounds": "{SECRET}"}}')
    return Reviews(database).act(business, asked, lambda _: made)


def objected(database: Database, business: str, case: str) -> None:
    written(database, business, case, FILED, Filed(SUBJECT, "records", (RECORD,), SECRET))


def decided(database: Database, business: str, case: str) -> None:
    ruling = Decided(OFFICIAL, "upheld", SECRET, (Annulled("penalties", "penalties:0001", 1),))
    written(database, business, case, DECIDED, ruling)


def set_tier(database: Database, business: str, until: int) -> None:
    proposal = Proposed(OFFICIAL, "B", "C", SECRET, until)
    written(database, business, "override", PROPOSED, proposal)
    other = replace(OFFICIAL, name="key:b")
    written(database, business, "override", CONFIRMED, Confirmed(other))


def acts(database: Database, business: str) -> tuple[Act, ...]:
    return Reviews(database).about(business)


def kept_words(database: Database) -> int:
    rows = database.all("SELECT content, answer FROM act")
    return sum(SECRET in str(content) or SECRET in str(answer) for content, answer in rows)


def test_words_of_cases_that_are_over_go_and_what_was_decided_still_holds(where: Where) -> None:
    database = where.stores().review
    objected(database, "B", "one")
    decided(database, "B", "one")
    objected(database, "OTHER", "two")
    before = objections_of(acts(database, "B"))
    assert forget_words(database, "B", TODAY) == Forgotten(2, 0)
    [after] = objections_of(acts(database, "B"))
    assert list(marks_of([after])) == list(marks_of(before))
    assert after.state == "upheld"
    assert after.decided is not None
    assert (after.filed.grounds, after.decided.reasons) == ("", "")
    assert after.filed.by == replace(SUBJECT, name="")
    assert after.decided.by == OFFICIAL
    assert kept_words(database) == 1  # the other business's


def test_open_cases_keep_their_words_until_they_are_over(where: Where) -> None:
    database = where.stores().review
    objected(database, "B", "one")
    set_tier(database, "B", until=TODAY)
    assert forget_words(database, "B", TODAY) == Forgotten(0, 3)
    held = in_force(overrides_of(acts(database, "B")), TODAY)
    assert held is not None
    assert held.proposed.reasons == SECRET
    assert forget_words(database, "B", TODAY + 1) == Forgotten(2, 1)
    decided(database, "B", "one")
    assert forget_words(database, "B", TODAY + 1) == Forgotten(4, 0)
    assert kept_words(database) == 0


def test_a_write_whose_words_are_gone_is_never_taken_for_its_repetition(where: Where) -> None:
    database = where.stores().review
    objected(database, "B", "one")
    decided(database, "B", "one")
    forget_words(database, "B", TODAY)
    content = Filed(SUBJECT, "records", (RECORD,), SECRET)
    assert written(database, "B", "one", FILED, content) == Answered("", "")
    assert len(acts(database, "B")) == 2


def test_no_word_is_left_in_the_file(tmp_path: Path) -> None:
    with Where.of(tmp_path) as where:
        database = where.stores().review
        objected(database, "B", "one")
        decided(database, "B", "one")
        forget_words(database, "B", TODAY)
        assert isinstance(database, Embedded)
        for file in database.path.parent.iterdir():
            assert SECRET.encode() not in file.read_bytes(), file.name
