"""Accounts of a change as text: whole for the regulator, plain for the business."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from features.contracts import Phrase
from features.moves import Mover
from features.record_changes import CAUSES, RecordChange, RecordRef
from serving.decision.changed import CauseGroup, Change
from serving.decision.content import Bundle
from serving.language import Language
from serving.render import change_text
from serving.render.change_words import CAUSE_WORDS, group_words
from tests.serving import bundles
from tests.serving.bundles import AS_OF_DAY, BUSINESS
from tests.serving.decision.test_change import (
    CLEAN,
    TROUBLED,
    all_moved,
    another_model,
    change,
    end,
)

NOTE = Phrase("重新计算。", "Worked out anew.")
RECORDS = [
    RecordRef("market_penalties", BUSINESS.business_id, f"p:{n}", AS_OF_DAY - n) for n in (1, 2)
]


@pytest.fixture(name="bundle", scope="module")
def a_bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    return bundles.loaded(tmp_path_factory.mktemp("bundle"))


@pytest.fixture(name="told", scope="module")
def an_account(bundle: Bundle) -> Change:
    """Two penalties arrived, a list entry set a rule off, another model came."""
    after = TROUBLED | {"abnormal_current_count": 1.0}
    moved = all_moved(CLEAN, after, Mover("arrived", "market_penalties", None, tuple(RECORDS)))
    repaired = RecordChange(replace(RECORDS[0], event_key="p:3"), "repaired")
    return change(end(bundle, CLEAN), end(another_model(bundle), after), moved, [repaired])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_regulator_reads_every_part_with_its_points(told: Change, language: Language) -> None:
    text = change_text(told, [NOTE], "regulator", language)
    assert told.model is not None
    moved = [one.points for one in told.causes if one.features]
    for points in (told.difference, told.model.points, *moved):
        assert points in text
    for group in told.causes:
        assert all(record.record_id in text for record in group.records)
    for feature in told.features:
        assert (feature.meaning.zh if language == "zh" else feature.meaning.en) in text
    assert told.before.score in text
    assert told.after.score in text
    assert "H04" in text
    assert (NOTE.zh if language == "zh" else NOTE.en) in text
    assert text == change_text(told, [NOTE], "regulator", language)


def test_records_that_moved_together_say_so_and_one_without_effect_says_so(told: Change) -> None:
    text = change_text(told, (), "regulator", "en")
    assert "the points of these records are worked out together" in text
    assert re.search(r"Credit repair completed: .*: no effect on the score\n.* p:3\n", text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_business_reads_records_and_rights_and_neither_score_nor_tier(
    told: Change, language: Language
) -> None:
    text = change_text(told, (), "subject", language)
    assert all(record.event_key in text for record in RECORDS)
    assert told.before.score not in text
    assert told.after.score not in text
    assert not re.search(r"\b[ABCD] → [ABCD]\b", text)
    assert ("异议" if language == "zh" else "object") in text
    open_ = replace(told, told=replace(told.told, subject_sees_tier=True))
    assert f"{told.before.tier} → {told.after.tier}" in change_text(open_, (), "subject", language)


def test_the_business_reads_which_rules_began_to_apply_and_not_what_they_did(
    told: Change,
) -> None:
    text = change_text(told, (), "subject", "zh")
    assert "列入经营异常名录：开始适用" in text
    assert "不优于" not in text


def test_records_of_other_businesses_are_not_named_to_the_business(bundle: Bundle) -> None:
    other = replace(RECORDS[0], entity_id="ANOTHER", event_key="secret:1")
    mover = Mover("arrived", "market_penalties", "representative", (other,))
    after = CLEAN | {"penalty_count_36m": 2.0}
    told = change(end(bundle, CLEAN), end(bundle, after), all_moved(CLEAN, after, mover), ())
    subject = change_text(told, (), "subject", "en")
    assert "records of other businesses: 1" in subject
    assert not re.search("ANOTHER|secret", subject)
    assert "secret:1 ANOTHER" in change_text(told, (), "regulator", "en")


def test_an_account_of_nothing_says_that_nothing_changed(bundle: Bundle) -> None:
    same = end(bundle, CLEAN)
    nothing = change(same, same, (), ())
    assert "Nothing changed." in change_text(nothing, (), "regulator", "en")
    assert "没有变化。" in change_text(nothing, (), "subject", "zh")


def test_every_cause_has_words_and_linked_records_say_whose_they_are() -> None:
    assert set(CAUSE_WORDS) == set(CAUSES)
    title = Phrase("处罚", "Penalties")
    linked = CauseGroup("arrived", "penalties", title, "representative", "+0.0", (), 0, ())
    assert group_words(linked) == Phrase(
        "新增记录:关联主体的处罚", "New records: Penalties of linked businesses"
    )
