"""The generated files against the real reader: nothing is refused that need not be."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from features.catalogue import load_catalogue
from features.ingest import Reconciliation, ingest
from features.snapshot import Snapshot
from features.synthetic import City, generate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return generate(tmp_path_factory.mktemp("city"), 3_000, seed=2)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def accounts(city: City, home: Path) -> list[Reconciliation]:
    catalogue = load_catalogue("ningbo")
    return [ingest(catalogue, home, d.folder, d.received_on) for d in city.deliveries]


def test_exactly_the_rows_without_their_date_are_refused(
    city: City, accounts: list[Reconciliation]
) -> None:
    refused = {
        source.source: sum(file.quarantined for account in accounts
                           for one in account.sources if one.source == source.source
                           for file in one.files)
        for source in accounts[0].sources
    }  # fmt: skip
    assert {name: n for name, n in refused.items() if n} == {
        name: n for name, n in city.unusable.items() if n
    }
    assert sum(city.unusable.values()) > 0


def test_every_other_row_becomes_a_record_or_a_version(
    city: City, accounts: list[Reconciliation]
) -> None:
    kept = sum(account.total("accepted") + account.total("new_versions") for account in accounts)
    assert kept == sum(city.rows.values()) - sum(city.unusable.values())
    assert all(account.total("duplicates") == 0 for account in accounts)


def test_every_declared_heading_is_found_and_every_code_checks(
    accounts: list[Reconciliation],
) -> None:
    files = [file for one in accounts[0].sources for file in one.files]
    assert [(file.source, file.notes) for file in files if file.notes] == []
    assert all(file.warnings == 0 for file in files)


def test_a_code_names_a_registered_business(accounts: list[Reconciliation]) -> None:
    assert [one.source for one in accounts[-1].sources if one.unlinked] == []


def test_every_source_stands_by_business_and_as_its_records_followed(
    home: Path, accounts: list[Reconciliation]
) -> None:
    snapshot = Snapshot.current(home)
    order = "entity_id, event_day, known_us, event_key, version"
    with duckdb.connect() as connection:
        for count in accounts[-1].sources:
            rows = connection.execute(
                f"SELECT record_no, row_number() OVER (ORDER BY {order}), file_row_number + 1 "
                "FROM read_parquet(?, file_row_number=true)",
                [str(snapshot.source(count.source))],
            ).fetchall()
            assert all(number == place == row for number, place, row in rows), count.source
