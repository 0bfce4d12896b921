import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from features.builder import build
from features.errors import YourInput
from serving.batch import score_everyone
from serving.decision.decide import decide, decide_with_and_without
from serving.decision.points import read
from serving.store import Store, Wanted, find
from serving.store.scores import Scores, ScoresRefused
from tests.features.worlds import spine_of
from tests.serving.town import (
    AS_OF_DAY,
    DISPUTING,
    LISTED,
    REPAIRED,
    N,
    Town,
    build_town,
    town,
    vector_of,
)


@pytest.fixture(name="town", scope="module")
def the_town() -> Town:
    return town()


def test_every_business_is_graded_as_the_decision_core_decides(town: Town) -> None:
    store = Store(town.scores.store, town.catalogue)
    rows = {row["entity_id"]: row for row in pq.read_table(town.scores.table).to_pylist()}
    listed = {one.business_id: one for one in find(store, Wanted(limit=100)).businesses}
    assert len(rows) == len(listed) == N
    for entity_id, row in rows.items():
        subject = store.subject(entity_id)
        assert subject is not None
        vector = store.vector(subject.no)
        assert vector is not None
        decision = decide(subject.business, vector, town.bundle, AS_OF_DAY, lambda _: ())
        without = store.vector(subject.no, without_disputed=True)
        if without is not None:
            decision = decide_with_and_without(
                subject.business, (vector, lambda _: ()), (without, lambda _: ()), town.bundle,
                AS_OF_DAY,
            ).applies  # fmt: skip
        assert row["tenths"] == read(decision.score)
        assert (row["tier"], row["model_tier"]) == (decision.tier, decision.model_tier)
        assert row["rules"].split() == [rule.id for rule in decision.rules]
        assert row["ratio"] == decision.measures.ratio
        assert f"{row['chance_surge']:.4f}" == decision.warnings[0].probability
        for outcome, interval in (
            ("credit", decision.interval), ("surge", decision.warnings[0].interval),
        ):  # fmt: skip
            assert interval is not None
            ends = tuple(f"{row[f'{end}_{outcome}'] / 10_000:.4f}" for end in ("low", "high"))
            assert ends == (interval.low, interval.high)
        assert listed[entity_id].tier == decision.tier
        assert listed[entity_id].score == decision.score
        assert listed[entity_id].level == decision.warnings[0].level


def test_a_rule_decides_over_the_model(town: Town) -> None:
    (row,) = pq.read_table(town.scores.table, filters=[("entity_id", "=", LISTED)]).to_pylist()
    assert (row["tier"], row["rules"]) == ("D", "H01")


def test_the_milder_grade_holds_while_a_record_is_disputed(town: Town) -> None:
    store = Store(town.scores.store, town.catalogue)
    (row,) = pq.read_table(town.scores.table, filters=[("entity_id", "=", DISPUTING)]).to_pylist()
    assert town.scores.manifest.contested == 2  # and the neighbour at the same address
    subject = store.subject(DISPUTING)
    assert subject is not None
    vector = store.vector(subject.no)
    assert vector is not None
    with_record = decide(subject.business, vector, town.bundle, AS_OF_DAY, lambda _: ())
    assert row["tenths"] >= read(with_record.score)


def test_a_repaired_record_has_no_weight(town: Town) -> None:
    assert vector_of(town, REPAIRED)["penalty_count_36m"] == 0


def test_the_manifest_counts_what_the_table_holds(town: Town) -> None:
    manifest = town.scores.manifest
    tiers = pq.read_table(town.scores.table)["tier"].to_pylist()
    assert manifest.businesses == N
    assert manifest.tiers == {tier: tiers.count(tier) for tier in "ABCD"}
    assert sum(sum(tally.values()) for tally in manifest.districts.values()) == N
    assert sum(sum(tally.values()) for tally in manifest.sectors.values()) == N


def test_scoring_the_same_inputs_again_changes_nothing(town: Town) -> None:
    before = {path: path.stat().st_mtime_ns for path in town.scores.folder.iterdir()}
    again = score_everyone(town.catalogue, town.world.snapshot, town.bundle, town.matrix, town.home)
    assert again == Scores.current(town.home) == town.scores
    assert {path: path.stat().st_mtime_ns for path in again.folder.iterdir()} == before


def test_progress_is_told_to_the_end(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    one = build_town(tmp_path)
    (tmp_path / "other").mkdir()
    score_everyone(
        one.catalogue, one.world.snapshot, one.bundle, one.matrix, tmp_path / "other",
        lambda *report: told.append(report),
    )  # fmt: skip
    assert ("scores", N, N) in told
    assert told[-1][0] == "indexes"
    assert told[-1][1] == told[-1][2]


def test_what_does_not_belong_together_is_refused_with_every_fault(
    town: Town, tmp_path: Path
) -> None:
    two_days = spine_of([("TOWN-001", AS_OF_DAY), ("TOWN-001", AS_OF_DAY - 1)])
    matrix = build(town.catalogue, town.world.snapshot, two_days, tmp_path)
    manifest = json.loads((matrix.folder / "manifest.json").read_text(encoding="utf-8"))
    manifest["snapshot"] = "another"
    (matrix.folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(YourInput) as refused:
        score_everyone(town.catalogue, town.world.snapshot, town.bundle, matrix, tmp_path)
    assert "another snapshot" in str(refused.value)
    assert "several as-of days" in str(refused.value)
    assert Scores.current(tmp_path) is None


def test_altered_scores_do_not_verify(tmp_path: Path) -> None:
    scores = build_town(tmp_path).scores
    scores.verify()
    content = bytearray(scores.store.read_bytes())
    content[-1] ^= 1
    scores.store.write_bytes(content)
    with pytest.raises(ScoresRefused, match=r"altered scores in store\.sqlite"):
        scores.verify()
    with pytest.raises(ScoresRefused, match="no scores"):
        Scores.open(tmp_path, "0" * 64)
