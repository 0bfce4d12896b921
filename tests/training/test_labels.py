from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from features.contracts import Ahead, AtRecord, AtRecords, Column, Evidence, Kind
from features.expressions import col
from tests.features.worlds import write_world
from tests.training.small_town import PROFILES, SEVERE, catalogue, checks, outcome, penalty
from training.cohort import CohortDay, CohortRows, cohort_rows, monthly
from training.errors import ImmatureLabels, UnusableOutcome
from training.labels import label, mature

HORIZON = Ahead(30, maturity_days=5)


def labels(folder: Path, *penalties: dict[str, object], as_of: int = 60) -> dict[str, int]:
    """Label of each business as of a day, by horizon of 30 days and maturity of 5."""
    town = catalogue()
    world = write_world(folder, town, {"penalties": penalties}, PROFILES)  # type: ignore[dict-item]
    rows = monthly(world.snapshot, [CohortDay(as_of)])
    found = label(town, world.snapshot, rows, town.jurisdiction.outcomes[0], through=95)
    assert set(found.label_day.tolist()) == {as_of + 35}
    return dict(zip(rows.entity_id.tolist(), found.y.tolist(), strict=True))


def test_event_within_the_horizon_makes_the_label_one(tmp_path: Path) -> None:
    assert labels(tmp_path, penalty("p", "early", 70)) == {"early": 1, "late": 0}


@pytest.mark.parametrize(("day", "expected"), [(60, 0), (61, 1), (90, 1), (91, 0)])
def test_horizon_excludes_the_as_of_day_and_includes_its_last(
    tmp_path: Path, day: int, expected: int
) -> None:
    assert labels(tmp_path, penalty("p", "late", day))["late"] == expected


def test_evidence_must_satisfy_its_condition(tmp_path: Path) -> None:
    assert labels(tmp_path, penalty("p", "late", 70, severity=1))["late"] == 0


@pytest.mark.parametrize(("known", "expected"), [(95, 1), (96, 0)])
def test_record_learnt_after_maturity_does_not_count(
    tmp_path: Path, known: int, expected: int
) -> None:
    assert labels(tmp_path, penalty("p", "late", 70, known_day=known))["late"] == expected


@pytest.mark.parametrize("ended", ["superseded_day", "retracted_day", "repaired_day"])
def test_record_ended_by_maturity_does_not_count_but_one_ended_later_does(
    tmp_path: Path, ended: str
) -> None:
    assert labels(tmp_path, penalty("p", "late", 70, **{ended: 95}))["late"] == 0
    assert labels(tmp_path, penalty("p", "late", 70, **{ended: 96}))["late"] == 1


def test_end_of_publication_does_not_undo_what_happened(tmp_path: Path) -> None:
    assert labels(tmp_path, penalty("p", "late", 62, usable_until_day=64))["late"] == 1


@pytest.mark.parametrize("column", ["final_day", "final_on"])
def test_fact_learnt_after_maturity_is_not_seen_by_the_condition(
    tmp_path: Path, column: str
) -> None:
    final = outcome(Evidence("penalties", SEVERE & ~col(column).is_null()), horizon=HORIZON)
    town = catalogue()
    penalties_source, *others = town.jurisdiction.sources
    told = replace(
        penalties_source,
        columns=(*penalties_source.columns, Column("final_on", Kind.DAY, ("final",), "when")),
        dates=replace(penalties_source.dates, final="final_on"),
    )
    town = replace(
        town, jurisdiction=replace(town.jurisdiction, sources=(told, *others), outcomes=(final,))
    )
    found = {}
    for day in (95, 96):
        penalties = [penalty("p", "late", 70, final_day=day, final_on=day)]
        world = write_world(tmp_path, town, {"penalties": penalties}, PROFILES)  # type: ignore[dict-item]
        rows = monthly(world.snapshot, [CohortDay(60)])
        found[day] = label(town, world.snapshot, rows, final, through=95).y.tolist()
    assert found == {95: [0, 1], 96: [0, 0]}


def test_immature_labels_are_refused_and_say_when_they_will_be_ready(tmp_path: Path) -> None:
    town = catalogue()
    snapshot = write_world(tmp_path, town, {}, PROFILES).snapshot
    rows = monthly(snapshot, [CohortDay(60), CohortDay(61)])
    wanted = town.jurisdiction.outcomes[0]
    with pytest.raises(ImmatureLabels, match=r"2 rows complete only by 1970-04-07"):
        label(town, snapshot, rows, wanted, through=95)
    assert mature(wanted, rows, 95).tolist() == [True, True, False, False]


def test_label_at_record_is_whether_the_own_record_is_evidence(tmp_path: Path) -> None:
    town = catalogue(AtRecords("checks"))
    snapshot = write_world(tmp_path, town, {"checks": checks()}, PROFILES).snapshot
    rows = cohort_rows(town, snapshot)
    found = label(town, snapshot, rows, town.jurisdiction.outcomes[0], through=99)
    assert found.y.tolist() == [1, 0, 0, 1]  # the third was corrected to "not failed"
    assert found.label_day.tolist() == [31, 60, 65, 70]


def test_label_at_record_may_not_read_other_records(tmp_path: Path) -> None:
    town = catalogue(AtRecords("checks"))
    snapshot = write_world(tmp_path, town, {"checks": checks()}, PROFILES).snapshot
    rows: CohortRows = cohort_rows(town, snapshot)
    other = outcome(Evidence("penalties"), horizon=AtRecord())
    with pytest.raises(UnusableOutcome, match="evidence among the cohort's checks, got penalties"):
        label(town, snapshot, rows, other, through=99)
