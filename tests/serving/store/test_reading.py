import math
import sqlite3
from pathlib import Path

import pytest

from features.as_of import seen, why_not_seen
from features.builder import build
from features.engines.single import engine_of
from features.records_of import RecordReader
from serving.store import Store, StoreRefused, Subject
from tests.features.worlds import own_records, spine_of
from tests.serving.town import (
    AS_OF_DAY,
    CLEAN,
    CLOSED,
    DISPUTING,
    REPAIRED,
    UNNAMED,
    N,
    Town,
    town,
    vector_of,
)

EVERYONE = [f"TOWN-{i:03d}" for i in range(1, N + 1)]


@pytest.fixture(name="town", scope="module")
def the_town() -> Town:
    return town()


@pytest.fixture(name="store", scope="module")
def the_store(town: Town) -> Store:
    return Store(town.scores.store, town.catalogue)


def subject(store: Store, entity_id: str) -> Subject:
    found = store.subject(entity_id)
    assert found is not None
    return found


def test_a_business_has_the_profile_of_the_as_of_day(store: Store) -> None:
    found = subject(store, CLEAN)
    assert (found.name, found.district, found.sector) == ("小镇食品001号有限公司", "W", "T")
    assert found.business.business_id == CLEAN
    assert subject(store, UNNAMED).business.name == ""
    assert store.subject("TOWN-999") is None


def test_a_business_that_was_not_scored_is_known_and_has_no_vector(store: Store) -> None:
    closed = subject(store, CLOSED)
    assert closed.closed_day is not None
    assert store.vector(closed.no) is None


@pytest.mark.parametrize("entity_id", EVERYONE[:12])
def test_records_come_back_as_they_stood_in_the_snapshot(
    town: Town, store: Store, entity_id: str
) -> None:
    stored = store.records(subject(store, entity_id))
    written = own_records(town.world, entity_id)
    for source in town.catalogue.jurisdiction.sources:
        known = [row for row in written.own[source.name] if int(row["known_day"] or 0) <= AS_OF_DAY]
        assert [dict(row) for row in stored.own[source.name]] == [dict(row) for row in known]
    assert stored.profile_at(AS_OF_DAY) == written.profile_at(AS_OF_DAY)


@pytest.mark.parametrize("entity_id", EVERYONE)
def test_features_computed_from_the_store_equal_the_matrix_to_the_bit(
    town: Town, store: Store, entity_id: str
) -> None:
    records = store.records(subject(store, entity_id))
    computed = engine_of(town.catalogue).compute(records, AS_OF_DAY, store.peers)
    assert computed == vector_of(town, entity_id)


def test_the_stored_vector_is_the_row_of_the_matrix(town: Town, store: Store) -> None:
    for entity_id in EVERYONE:
        stored = store.vector(subject(store, entity_id).no)
        assert stored is not None
        values = [None if math.isnan(value) else value for value in stored.tolist()]
        assert values == list(vector_of(town, entity_id).values())


def test_a_record_known_after_the_as_of_day_is_not_in_the_file(store: Store) -> None:
    assert list(store.records(subject(store, CLEAN)).own["penalties"]) == []
    assert store.known["penalties"].known_day is not None
    assert store.known["penalties"].known_day <= AS_OF_DAY


def test_what_is_used_and_what_is_not_follow_the_one_time_cut(town: Town, store: Store) -> None:
    for entity_id in EVERYONE:
        own = own_records(town.world, entity_id).own
        used = {k.source: k.records for k in store.used(subject(store, entity_id).no)}
        left = {
            (k.source, k.event_key): k.why for k in store.not_used(subject(store, entity_id).no)
        }
        for source in ("registrations", "penalties", "complaints", "burglaries"):
            rows = own[source]
            assert used.get(source, 0) == sum(seen(row, AS_OF_DAY) for row in rows)
            why = {
                (source, str(row["event_key"])): reason
                for row in rows
                if (reason := why_not_seen(row, AS_OF_DAY)) in ("repaired", "retracted")
            }
            assert why == {key: reason for key, reason in left.items() if key[0] == source}


def test_repaired_and_disputed_records_are_named(store: Store) -> None:
    repaired = store.not_used(subject(store, REPAIRED).no)
    disputed = store.disputed(subject(store, DISPUTING).no)
    assert [(one.source, one.why) for one in repaired] == [("penalties", "repaired")]
    assert [(one.source, one.why) for one in disputed] == [("penalties", "disputed")]
    assert store.vector(subject(store, DISPUTING).no, without_disputed=True) is not None


def test_the_file_cannot_be_written_through_the_store(store: Store) -> None:
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        store.rows.execute("DELETE FROM score")


def test_another_format_and_another_file_are_refused(tmp_path: Path, town: Town) -> None:
    empty = tmp_path / "empty.sqlite"
    sqlite3.connect(empty).close()
    empty.touch()
    with pytest.raises(StoreRefused, match=r"no store in empty\.sqlite"):
        Store(empty, town.catalogue)
    other = tmp_path / "other.sqlite"
    other.write_bytes(town.scores.store.read_bytes())
    file = sqlite3.connect(other)
    file.execute("UPDATE meta SET value = '0' WHERE key = 'format'")
    file.commit()
    file.close()
    with pytest.raises(StoreRefused, match=r"expected format \d+, got format 0"):
        Store(other, town.catalogue)


@pytest.mark.parametrize("days_before", [0, 33, 400])
def test_features_of_an_earlier_day_come_out_of_the_store_as_out_of_the_snapshot(
    town: Town, store: Store, tmp_path: Path, days_before: int
) -> None:
    day = AS_OF_DAY - days_before
    then = build(
        town.catalogue, town.world.snapshot, spine_of([(e, day) for e in EVERYONE]), tmp_path
    )
    peered = {one.name for one in town.catalogue.jurisdiction.features if one.peers}
    for expected in then.read().to_pylist():
        records = store.records(subject(store, expected["entity_id"]), since_day=day)
        computed = engine_of(town.catalogue).compute(records, day, store.peers)
        for name in set(then.features) - peered:
            assert computed[name] == expected[name]


def test_links_are_kept_with_their_days(town: Town, store: Store) -> None:
    with RecordReader(town.catalogue, town.world.snapshot, AS_OF_DAY) as reader:
        for entity_id in EVERYONE:
            stored = store.records(subject(store, entity_id), since_day=0).links
            read = reader.of(entity_id).links
            assert {link: dict(days) for link, days in stored.items()} == read
