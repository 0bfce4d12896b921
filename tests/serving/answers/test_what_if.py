import pytest

from serving.answers.answer import answer, subject_of
from serving.answers.edition import Edition, open_edition
from serving.answers.what_if import Supposed, what_if
from serving.decision.points import read
from serving.problems import Refused
from tests.serving.town import DISPUTING, FINED, Town, settings_of


@pytest.fixture(scope="module")
def edition(the_town: Town) -> Edition:
    return open_edition(settings_of(the_town), the_town.scores, the_town.catalogue)


def penalties(edition: Edition) -> tuple[tuple[str, str], ...]:
    reasons = answer(edition, subject_of(edition, FINED)).decision.reasons
    (reason,) = (one for one in reasons if one.source == "penalties")
    return tuple(("penalties", record) for record in reason.record_ids)


def test_a_repaired_record_counts_no_more_and_the_milder_decision_is_named(
    edition: Edition,
) -> None:
    named = penalties(edition)
    told = what_if(edition, FINED, Supposed(repaired=named))
    assert told.now.to_json() == answer(edition, subject_of(edition, FINED)).to_json()
    assert told.milder == "then"
    assert read(told.then.decision.score) > read(told.now.decision.score)
    left = {(one.source, one.record_id) for one in told.then.decision.not_used}
    assert set(named) <= left
    now, then = told.now.decision.vector, told.then.decision.vector
    assert {one.feature for one in told.differs} == {f for f in now if now[f] != then[f]}
    assert "penalty_count_36m" in {one.feature for one in told.differs}


def test_a_disputed_record_gives_both_results_of_the_supposition(edition: Edition) -> None:
    named = penalties(edition)
    told = what_if(edition, FINED, Supposed(disputed=named))
    contested = told.then.contested
    assert contested is not None
    assert contested.applies == "without"
    assert tuple((one.source, one.record_id) for one in contested.records) == named
    assert contested.other.score == told.now.decision.score
    assert told.milder == "then"


def test_a_changed_value_changes_the_decision_alone(edition: Edition) -> None:
    told = what_if(edition, FINED, Supposed(values={"penalty_count_36m": 9.0}))
    assert [one.feature for one in told.differs] == ["penalty_count_36m"]
    assert told.milder == "now"
    missing = what_if(edition, FINED, Supposed(values={"penalty_count_36m": None}))
    assert missing.then.decision.vector["penalty_count_36m"] is None


def test_a_business_with_an_open_objection_keeps_it(edition: Edition) -> None:
    told = what_if(edition, DISPUTING, Supposed(values={"penalty_count_36m": 3.0}))
    assert told.now.contested is not None
    assert told.then.contested is not None
    assert told.then.contested.records == told.now.contested.records


def test_every_fault_of_a_supposition_is_told_by_its_place(edition: Edition) -> None:
    odd = Supposed((("penalties", "none"),), (("nothing", "1"),), {"colour": 1.0})
    with pytest.raises(Refused) as refused:
        what_if(edition, FINED, odd)
    assert [one.where for one in refused.value.problem.faults] == [
        "repaired.0", "disputed.0", "values.0",
    ]  # fmt: skip
