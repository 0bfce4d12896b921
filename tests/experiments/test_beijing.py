from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import duckdb
import pytest

from features.blind_spots import blind_spots
from features.catalogue import load_catalogue
from features.identity import is_resident
from features.ingest import Reconciliation, ingest, mentions, quarantined
from features.snapshot import Snapshot
from serving.manifest import feature_specs
from serving.policy import Case, failure_of, load_policy, policy_cases

PROJECT = Path(__file__).resolve().parents[2]
CATALOGUE = load_catalogue(str(PROJECT / "experiments" / "cities" / "beijing"))
CITY = CATALOGUE.jurisdiction
POLICY = load_policy(
    CATALOGUE.policy_folder, {one.name: one.labels for one in feature_specs(CATALOGUE)}
)
RECEIVED = date(2025, 4, 1)
FILES = 26


def test_numbers_that_may_be_a_persons_are_never_stored() -> None:
    for source in CITY.sources:
        for column in source.columns:
            if column.name in ("code", "registration_no"):
                assert column.personal, source.name


def test_no_feature_reads_a_name_or_an_undated_record() -> None:
    undated = {s.name for s in CITY.sources if s.dates.undated == "received"}
    assert {"abnormal_list", "tax_arrears", "environment_penalties"} <= undated
    for feature in CITY.features:
        assert feature.source not in undated
        assert getattr(feature.measure, "column", None) != "business_name"


def test_every_reason_speaks_both_languages_with_the_same_slots() -> None:
    for reason in CITY.reasons:
        slots = [set(re.findall(r"\{(\w+)\}", t)) for t in (reason.phrase.zh, reason.phrase.en)]
        assert slots[0] == slots[1], reason.code


@pytest.mark.parametrize("case", policy_cases(CATALOGUE.policy_folder), ids=str)
def test_the_policy_decides_its_cases_as_stated(case: Case) -> None:
    assert failure_of(POLICY, case) is None


@pytest.fixture(scope="module")
def delivered(real_data: Path) -> Path:
    folder = real_data / "beijing"
    if not folder.is_dir():
        pytest.skip(f"{real_data} holds no beijing/")
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("beijing")


@pytest.fixture(scope="module")
def account(delivered: Path, home: Path) -> Reconciliation:
    return ingest(CATALOGUE, home, delivered, RECEIVED)


@pytest.mark.real_data
@pytest.mark.slow
def test_every_row_of_every_file_is_accounted_for(account: Reconciliation, home: Path) -> None:
    files = [file for source in account.sources for file in source.files]
    assert len(files) == FILES
    assert [file.refusal for file in files] == [None] * FILES
    for file in files:
        assert file.adds_up
        assert file.accepted + file.new_versions == file.by_code + file.by_name + file.unlinked
    assert len(quarantined(home)) == account.total("quarantined")
    assert account.source("inspections").records == 15_031 + 16_140


@pytest.mark.real_data
@pytest.mark.slow
def test_no_stored_number_is_a_natural_persons(account: Reconciliation, home: Path) -> None:

    snapshot = Snapshot.open(home, account.snapshot)
    with duckdb.connect() as connection:
        for source in CITY.sources:
            rows = connection.execute(
                "SELECT DISTINCT entity_id FROM read_parquet(?) WHERE entity_id IS NOT NULL",
                [str(snapshot.source(source.name))],
            ).fetchall()
            assert not any(is_resident(code) for (code,) in rows), source.name


@pytest.mark.real_data
@pytest.mark.slow
def test_names_without_a_code_are_linked_reviewed_or_reported(
    account: Reconciliation, home: Path
) -> None:
    snapshot = Snapshot.open(home, account.snapshot)
    states = {m.state for m in mentions(snapshot)}
    assert states == {"linked", "review", "unlinked"}
    assert account.source("inspections").by_name > 1_000
    spots = {one.source: one for one in blind_spots(CATALOGUE, home).sources}
    assert spots["abnormal_list"].nameless > 90_000


@pytest.mark.real_data
@pytest.mark.slow
def test_the_same_files_again_change_nothing(
    account: Reconciliation, home: Path, delivered: Path
) -> None:
    again = ingest(CATALOGUE, home, delivered, date(2025, 5, 1))
    assert again.unchanged
    assert again.snapshot == account.snapshot
