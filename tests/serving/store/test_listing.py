import pytest

from serving.decision.points import read
from serving.store import Page, Store, Wanted, find
from tests.serving.town import FINED, LISTED, N, town


@pytest.fixture(name="store", scope="module")
def the_store() -> Store:
    return Store(town().scores.store, town().catalogue)


def ids(page: Page) -> list[str]:
    return [one.business_id for one in page.businesses]


def test_everyone_is_listed_riskiest_first(store: Store) -> None:
    page = find(store, Wanted(limit=100))
    assert (len(page.businesses), page.total, page.total_is_exact, page.after) == (N, N, True, None)
    # A contested business keeps the place of its score with the disputed record.
    contested = {no for (no,) in store.rows.execute("SELECT no FROM without")}
    scores = [read(one.score) for one in page.businesses if one.no not in contested]
    assert scores == sorted(scores)


def test_pages_follow_each_other_without_gap_or_repetition(store: Store) -> None:
    seen: list[str] = []
    after: int | None = 0
    while after is not None:
        page = find(store, Wanted(after=after, limit=7))
        seen += ids(page)
        after = page.after
    assert seen == ids(find(store, Wanted(limit=100)))


def test_names_are_searched_by_part_and_identifiers_by_beginning(store: Store) -> None:
    assert ids(find(store, Wanted(query="食品003"))) == [LISTED]
    assert ids(find(store, Wanted(query="town-002"))) == [FINED]
    assert len(find(store, Wanted(query="TOWN-0", limit=100)).businesses) == N
    assert ids(find(store, Wanted(query="OWN-002"))) == []
    assert find(store, Wanted(query="小镇", limit=100)).total == N - 1  # one has no name


def test_every_condition_must_hold(store: Store) -> None:
    everyone = find(store, Wanted(limit=100)).businesses
    wanted = Wanted(query="食品", tier="C", district="W", sector="T", limit=100)
    expected = [
        one.business_id
        for one in everyone
        if "食品" in one.name and (one.tier, one.district, one.sector) == ("C", "W", "T")
    ]
    assert expected
    assert ids(find(store, wanted)) == expected
    red = [one.business_id for one in everyone if one.level == "red"]
    assert ids(find(store, Wanted(level="red", limit=100))) == red


def test_a_query_can_hold_any_character(store: Store) -> None:
    for query in ('"', "*", "NEAR(", "a OR b", "'; DROP TABLE score", "\x00", "%", "\U0010ffff"):
        assert find(store, Wanted(query=query)).total == 0
