"""A store of an earlier version goes on with what is in it; one of a later is refused."""

from __future__ import annotations

import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apsw
import pytest

from features.errors import OurConfiguration
from serving import canonical
from serving.audit.ledger import Ledger
from serving.auth.keys import ApiKeys, Wanted
from serving.database import Database, Stores
from serving.database.migrations import STORES, migrate
from serving.inbox import Inbox, Pushed
from serving.inbox.receipt import Receipt
from tests.serving.audit.logs import entry, faults_at, ledger_at, written_at
from tests.serving.where import Where


def begun(database: Database, to: int) -> None:
    """The store as the version with that many migrations made it."""
    with database._transaction() as rows:
        database._found(rows)
        migrate(rows, database.store, database._words, is_embedded=not database.is_shared, to=to)


def version(database: Database) -> int:
    found = database.one("SELECT MAX(no) FROM migration")
    assert found is not None
    return int(found[0])


@pytest.mark.parametrize("store", sorted(STORES))
def test_every_store_can_be_made_from_nothing(where: Where, store: str) -> None:
    database: Database = getattr(where.stores(), store)
    assert version(database) == len(STORES[store])
    again: Database = getattr(where.stores(), store)
    assert version(again) == len(STORES[store])


def test_inbox_of_the_previous_version_goes_on_with_its_pushes(where: Where) -> None:
    old = where.stores().inbox
    begun(old, 1)
    with old._transaction() as rows:
        told = Receipt("A", "penalties", "2023-08-01", ()).to_json()
        rows.all("INSERT INTO receipt VALUES ('A', 'market', 'k', 'r', 'penalties', 1, ?)", told)
        rows.all("INSERT INTO row VALUES (3, 'A', 'penalties', 0, ?)", '{"no": "1"}')
        record = canonical.encode({"entity_id": "B-1"}).decode()
        rows.all("INSERT INTO arrival VALUES (5, 'A', 'penalties', 1, 'B-1', ?)", record)
    inbox = Inbox(where.stores().inbox)
    assert inbox.last == 5
    assert [one.receipt for one in inbox.of("B-1")] == ["A"]
    assert [sent.rows for sent in inbox.waiting()] == [({"no": "1"},)]
    answered = inbox.answered("market", "k")
    assert answered is not None
    assert answered.answer == told
    inbox.keep(Pushed("B", "market", "l", "r", "penalties", 1, [{"no": "2"}], [], told))
    assert [sent.receipt for sent in inbox.waiting()] == ["A", "B"]


def test_numbers_forgotten_before_counters_are_not_used_again(tmp_path: Path) -> None:
    stores = Stores.of(tmp_path)
    begun(stores.inbox, 1)
    with stores.inbox._transaction() as rows:
        rows.all("INSERT INTO arrival VALUES (57, 'A', 'penalties', 1, 'B-1', '{}')")
        rows.all("DELETE FROM arrival")
    assert Inbox(Stores.of(tmp_path).inbox).last == 57


def test_keys_of_the_previous_versions_file_open_the_service(where: Where) -> None:
    made = ApiKeys(where.folder / "elsewhere")
    key, text = made.create(Wanted("registry", "registry"))
    folder = where.folder / "auth"
    folder.mkdir()
    shutil.copy(where.folder / "elsewhere" / "keys.secret", folder)
    (folder / "keys.json").write_bytes(canonical.encode((key,)))
    keys = ApiKeys(folder, where.stores().auth)
    assert keys.first() is None
    assert keys.first() is None
    assert keys.all() == (key,)
    assert keys.caller(text) is not None


def test_log_of_the_previous_version_goes_on_in_one_chain(where: Where) -> None:
    """What it had is read, found by business, and followed by new records."""
    old = where.stores().audit
    begun(old, 1)
    with old._transaction() as rows:
        rows.all("INSERT INTO meta VALUES ('chain', ?)", "ab" * 32)
        rows.all("INSERT INTO meta VALUES ('format', '1')")
        rows.all("INSERT INTO subject VALUES (4, 'TOWN-004', ?, 'p')", b"salt")
    found, _ = written_at(where, [[entry(4)], [entry(5)]])
    ledger = ledger_at(where)
    assert ledger.chain == "ab" * 32
    assert [json.loads(one.record)["subject"] == "p" for one in found] == [True, False]
    assert [one.seq for one in ledger.about("TOWN-005", 2**62, 10)] == [2]
    assert ledger.rows.all("SELECT no FROM subject ORDER BY no") == [(4,), (5,)]
    assert faults_at(where) == []


def test_log_made_before_there_were_migrations_is_taken_over(tmp_path: Path) -> None:
    """The tables as the first release made them, which kept no account of migrations."""
    folder = tmp_path / "audit"
    folder.mkdir()
    rows = apsw.Connection(str(folder / "audit.sqlite"))
    for statement in STORES["audit"][0].statements:
        rows.execute(statement)
    rows.execute("INSERT INTO meta VALUES ('chain', ?), ('format', '1')", ("cd" * 32,))
    rows.close()
    assert Ledger.of(Stores.of(tmp_path).audit).chain == "cd" * 32
    assert version(Stores.of(tmp_path).audit) == len(STORES["audit"])


def test_store_of_a_newer_program_is_refused_and_left_as_it_is(where: Where) -> None:
    newer = where.stores().auth
    newer.prepare()
    with newer.writing() as rows:
        rows.all("INSERT INTO migration VALUES (99, 'of the future', '2099-01-01')")
    with pytest.raises(OurConfiguration, match=r"newer store in the store auth: .*got schema 99"):
        where.stores().auth.prepare()
    assert version(newer) == 99


def test_processes_that_start_together_migrate_once(where: Where) -> None:
    together = threading.Barrier(6)

    def start(database: Database) -> None:
        together.wait()
        database.prepare()

    stores = [where.stores().audit for _ in range(6)]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(start, stores))
    assert version(stores[0]) == len(STORES["audit"])


def test_migration_that_fails_changes_nothing(
    where: Where, monkeypatch: pytest.MonkeyPatch
) -> None:
    from serving.database import migrations

    begun(where.stores().auth, 1)
    broken = migrations.Migration("broken", ("CREATE TABLE half (no INTEGER)", "NO SUCH WORD"))
    known = {**STORES, "auth": (*STORES["auth"], broken)}
    monkeypatch.setattr(migrations, "STORES", known)
    with pytest.raises(Exception, match="syntax error"):
        where.stores().auth.prepare()
    monkeypatch.undo()
    database = where.stores().auth
    assert version(database) == len(STORES["auth"])
    with database.writing() as rows:
        rows.all("CREATE TABLE half (no INTEGER)")
