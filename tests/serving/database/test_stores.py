"""One interface, two databases: a store does the same on both."""

from __future__ import annotations

import logging
import threading
import time
from pathlib import Path

import pytest

from features.errors import OurConfiguration
from serving.auth.keys import ApiKeys, Wanted
from serving.database import Database, Rows, Unavailable
from serving.database.postgresql import PostgreSQL
from serving.settings import Settings, read_settings
from tests.postgres import PASSWORD
from tests.serving.where import Where


@pytest.fixture(name="database")
def a_database(where: Where) -> Database:
    """A store with an empty table of our own."""
    database = where.stores().auth
    with database.writing() as rows:
        rows.all("CREATE TABLE thing (no BIGINT PRIMARY KEY, word TEXT)")
    return database


def things(rows: Database | Rows) -> list[tuple[int, str]]:
    return rows.all("SELECT no, word FROM thing ORDER BY no")


def test_what_a_block_wrote_is_there_when_it_ended_and_not_before(
    where: Where, database: Database
) -> None:
    other = where.stores().auth
    assert things(other) == []
    with database.writing() as rows:
        rows.each("INSERT INTO thing VALUES (?, ?)", [(1, "一"), (2, "100 %? '")])
        assert things(rows) == [(1, "一"), (2, "100 %? '")]
        assert things(other) == []
    assert things(other) == [(1, "一"), (2, "100 %? '")]


def test_a_block_that_raises_leaves_nothing_and_the_store_usable(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.writing() as rows:  # noqa: PT012  # the block is tested
        rows.all("INSERT INTO thing VALUES (1, 'one')")
        raise ZeroDivisionError
    with pytest.raises(Exception, match=r"no such|does not exist"):
        database.all("SELECT 1 FROM nothing_of_that_name")
    with database.writing() as rows:
        rows.all("INSERT INTO thing VALUES (2, 'two')")
    assert things(database) == [(2, "two")]


def test_numbers_become_visible_in_their_order_however_many_write(
    where: Where, database: Database
) -> None:
    """Whoever has seen a number has seen every smaller one."""
    stop = threading.Event()
    gaps: list[list[int]] = []

    def write() -> None:
        own = where.stores().auth
        while not stop.is_set():
            with own.writing() as rows:
                rows.all("INSERT INTO thing VALUES (?, '')", rows.step("thing"))

    writers = [threading.Thread(target=write) for _ in range(4)]
    for one in writers:
        one.start()
    until = time.monotonic() + 1.5
    while time.monotonic() < until:
        numbers = [no for no, _ in things(database)]
        if numbers != list(range(1, len(numbers) + 1)):
            gaps.append(numbers)
    stop.set()
    for one in writers:
        one.join()
    assert gaps == []
    assert len(things(database)) > 20


def test_counters_of_another_process_are_seen_within_a_second(where: Where) -> None:
    one, other = where.stores().auth, where.stores().auth
    assert other.counters().get("thing", 0) == 0
    with one.writing() as rows:
        assert rows.step("thing", 3) == 3
        assert rows.step("thing") == 4
    assert one.counters()["thing"] == 4
    until = time.monotonic() + 1
    while other.counters().get("thing") != 4 and time.monotonic() < until:
        time.sleep(0.02)
    assert other.counters()["thing"] == 4


def test_a_secret_other_than_the_first_nodes_is_refused(where: Where) -> None:
    first = ApiKeys(where.folder / "one", where.stores().auth)
    first.create(Wanted("x", "registry"))
    second = ApiKeys(where.folder / "two", where.stores().auth)
    with pytest.raises(OurConfiguration, match="another secret in the store auth"):
        second.create(Wanted("y", "registry"))


def test_keys_of_one_node_open_the_other(where: Where) -> None:
    one = ApiKeys(where.folder, where.stores().auth)
    other = ApiKeys(where.folder, where.stores().auth)
    text = one.first()
    assert text is not None
    assert other.first() is None
    caller = other.caller(text)
    assert caller is not None
    assert caller.role == "administrator"


def test_a_file_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "auth").mkdir()
    (tmp_path / "auth" / "auth.sqlite").mkdir()
    with pytest.raises(Unavailable, match="store unavailable in the store auth"):
        Where(tmp_path).stores().auth.prepare()


def test_a_server_that_is_not_there_is_unavailable_at_once_and_its_password_untold(
    caplog: pytest.LogCaptureFixture,
) -> None:
    database = PostgreSQL(f"postgresql://nobody:{PASSWORD}@127.0.0.1:1/nothing", "auth")
    began = time.monotonic()
    with caplog.at_level(logging.DEBUG), pytest.raises(Unavailable) as told:
        database.prepare()
    with pytest.raises(Unavailable):
        database.counters()
    assert time.monotonic() - began < 2
    assert PASSWORD not in f"{told.value!r} {told.value} {caplog.text}"


CITY = {"XINHENG_JURISDICTION": "ningbo"}


@pytest.mark.parametrize(
    "address",
    [
        "mysql://u@h/d",
        "postgresql://u@10.0.0.1/d",
        "postgresql://u@10.0.0.1/d?sslmode=prefer",
        "postgresql://u@127.0.0.1",
        f"postgresql://u:{PASSWORD}@h/d?passwd={PASSWORD}",
        f"postgresql://u:{PASSWORD}@[h/d",
    ],
)
def test_address_that_cannot_be_used_is_refused_without_being_repeated(address: str) -> None:
    with pytest.raises(OurConfiguration, match="XINHENG_STORES") as refused:
        read_settings(CITY | {"XINHENG_STORES": address})
    assert PASSWORD not in str(refused.value)
    assert "10.0.0.1" not in str(refused.value)


def test_settings_do_not_show_the_address() -> None:
    address = f"postgresql://u:{PASSWORD}@10.0.0.1/d?sslmode=verify-full"
    settings = read_settings(CITY | {"XINHENG_STORES": address})
    assert settings.stores == address
    assert PASSWORD not in repr(settings)
    assert Settings("ningbo", Path("x")).stores == ""
