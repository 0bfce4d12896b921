"""The generated files against the real reader: nothing is refused that need not be."""

from __future__ import annotations

from pathlib import Path

import pytest

from features.catalogue import load_catalogue
from features.ingest import Reconciliation, ingest
from features.synthetic import City, generate

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> City:
    return generate(tmp_path_factory.mktemp("city"), 3_000, seed=2)


@pytest.fixture(scope="module")
def accounts(city: City, tmp_path_factory: pytest.TempPathFactory) -> list[Reconciliation]:
    home: Path = tmp_path_factory.mktemp("home")
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
