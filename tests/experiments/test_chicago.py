from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from features.builder import build
from features.catalogue import Catalogue, load_catalogue
from features.contracts import Nearby
from features.ingest import Reconciliation, ingest
from features.snapshot import Snapshot
from serving.manifest import feature_specs
from serving.policy import Case, failure_of, load_policy, policy_cases
from training.cohort import cohort_rows
from training.matrix import read

PROJECT = Path(__file__).resolve().parents[2]
STUDY = PROJECT / "experiments" / "2026-11-chicago"
CATALOGUE = load_catalogue(str(PROJECT / "experiments" / "cities" / "chicago"))
CITY = CATALOGUE.jurisdiction
POLICY = load_policy(
    CATALOGUE.policy_folder, {one.name: one.labels for one in feature_specs(CATALOGUE)}
)
# Headings that hold what became known only later, or who inspected.
LATER = {"maxDate", "LICENSE_STATUS", "Completion_Date", "Status", "Updated_On", "inspector_group"}
RECEIVED = date(2014, 9, 1)


def test_what_became_known_later_is_never_loaded() -> None:
    loaded = {heading for s in CITY.sources for c in s.columns for heading in c.headers}
    assert loaded & LATER == set()


def test_no_feature_reads_the_inspector() -> None:
    read_columns = [
        column
        for feature in CITY.features
        for condition in (feature.where, getattr(feature.measure, "of", None))
        for column in (
            getattr(feature.measure, "column", None),
            *(condition.columns() if condition is not None else ()),
        )
    ]
    assert "inspector_group" not in read_columns


def test_no_feature_reads_what_surrounds_a_business() -> None:
    around = {s.name for s in CITY.sources if isinstance(s.subject, Nearby)}
    assert around == {"burglaries", "sanitation_complaints"}
    assert not around & {feature.source for feature in CITY.features}


def test_every_reason_speaks_both_languages_with_the_same_slots() -> None:
    for reason in CITY.reasons:
        slots = [set(re.findall(r"\{(\w+)\}", t)) for t in (reason.phrase.zh, reason.phrase.en)]
        assert slots[0] == slots[1], reason.code


def test_every_reason_is_given_by_a_feature_or_kept_for_the_rules() -> None:
    given = {code for f in CITY.features for code in (f.reason, f.positive_reason)}
    assert {reason.code for reason in CITY.reasons} - given == {"R902", "R903"}


@pytest.mark.parametrize("case", policy_cases(CATALOGUE.policy_folder), ids=str)
def test_the_policy_decides_its_cases_as_stated(case: Case) -> None:
    assert failure_of(POLICY, case) is None


def test_the_neighbourhood_variant_only_adds() -> None:
    variant = load_catalogue(str(STUDY / "neighbourhood")).jurisdiction
    assert variant.features[: len(CITY.features)] == CITY.features
    assert len(variant.features) > len(CITY.features)


@pytest.fixture(scope="module")
def delivered(real_data: Path) -> Path:
    folder = real_data / "chicago"
    if not folder.is_dir():
        pytest.skip(f"{real_data} holds no chicago/")
    return folder


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("chicago")


@pytest.fixture(scope="module")
def reconciliation(delivered: Path, home: Path) -> Reconciliation:
    return ingest(CATALOGUE, home, delivered, RECEIVED)


@pytest.fixture(scope="module")
def rows(reconciliation: Reconciliation, home: Path) -> pd.DataFrame:
    """The cohort with its features, and the inspection each row is about."""
    return cohort_with_features(CATALOGUE, home)


def cohort_with_features(catalogue: Catalogue, home: Path) -> pd.DataFrame:
    snapshot = Snapshot.current(home)
    cohort = cohort_rows(catalogue, snapshot)
    matrix = build(catalogue, snapshot, cohort.spine, home)
    frame = pd.DataFrame(read(matrix), columns=list(matrix.features))
    frame.insert(0, "entity_id", cohort.entity_id)
    frame.insert(1, "as_of_day", cohort.as_of_day)
    return frame


def day_number(texts: pd.Series) -> pd.Series:
    return (pd.to_datetime(texts) - pd.Timestamp(0)).dt.days


@pytest.mark.real_data
@pytest.mark.slow
def test_every_delivered_row_is_accounted_for(reconciliation: Reconciliation) -> None:
    files = {source.source: source.files for source in reconciliation.sources}
    assert {name: sum(f.read for f in found) for name, found in files.items()} == {
        "inspections": 24_518,
        "visits": 63_280,
        "licences": 17_173,
        "sanitation_complaints": 69_598,
        "burglaries": 64_325,
        "weather": 1_249,
    }
    for found in files.values():
        for file in found:
            assert file.refusal is None
            assert file.read == (
                file.accepted
                + file.new_versions
                + file.duplicates
                + file.quarantined
                + file.out_of_scope
            )


@pytest.mark.real_data
@pytest.mark.slow
def test_features_equal_a_plain_count_over_the_days_before(
    rows: pd.DataFrame, delivered: Path
) -> None:
    sheets = pd.read_parquet(delivered / "inspections_canvass.parquet")
    sheets["day"] = day_number(sheets["Inspection_Date"])
    sheets["entity_id"] = sheets["License"].astype(str)
    pairs = rows[["entity_id", "as_of_day"]].reset_index().merge(sheets, on="entity_id")
    before = pairs[pairs["day"] <= pairs["as_of_day"]]
    critical = before[before["criticalCount"] > 0].groupby("index").size()
    expected = critical.reindex(rows.index, fill_value=0)
    assert (rows["critical_inspection_count_36m"] == expected).all()
    since = rows["as_of_day"] - before.groupby("index")["day"].max().reindex(rows.index)
    assert np.array_equal(rows["routine_inspection_days_since"], since, equal_nan=True)


@pytest.mark.real_data
@pytest.mark.slow
def test_what_is_dated_on_the_day_or_later_changes_no_feature(
    rows: pd.DataFrame, delivered: Path, tmp_path: Path
) -> None:
    until = "2013-03-01"
    dated = {
        "inspections_canvass": "Inspection_Date",
        "inspection_log_all_purposes": "Inspection_Date",
        "licences": "LICENSE_TERM_START_DATE",
        "weather": "date",
    }
    earlier = tmp_path / "delivered"
    earlier.mkdir()
    for path in delivered.glob("*.parquet"):
        table = pd.read_parquet(path)
        if path.stem in dated:
            table = table[table[dated[path.stem]] < until]
        if path.stem not in ("burglaries", "sanitation_311"):
            table.to_parquet(earlier / path.name)
    ingest(CATALOGUE, tmp_path / "home", earlier, RECEIVED)
    shorter = cohort_with_features(CATALOGUE, tmp_path / "home")
    same_days = rows[rows["as_of_day"] <= shorter["as_of_day"].max()].reset_index(drop=True)
    pd.testing.assert_frame_equal(shorter, same_days)


@pytest.mark.real_data
@pytest.mark.slow
def test_the_study_runs_and_beats_past_violations(delivered: Path, tmp_path: Path) -> None:
    command = [sys.executable, str(STUDY / "run.py"), "--data", str(delivered.parent)]
    command += ["--home", str(tmp_path / "home"), "--out", str(tmp_path)]
    subprocess.run(
        [*command, "--last", "2013-02-28", "--replicates", "20"], check=True, cwd=PROJECT
    )
    results = json.loads((tmp_path / "results.json").read_text("utf-8"))
    credit = results["results"][0]
    assert credit["model_minus"]["past_violations"]["stratified_auc"][0] > 0
    assert credit["figures"]["actual_order"]["days_earlier"][0] == 0
    assert set(results["origin"]["data_sha256"]) == {p.name for p in delivered.glob("*.parquet")}
    assert "## credit: 2013-01" in (tmp_path / "results.md").read_text("utf-8")
