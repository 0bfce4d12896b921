from dataclasses import replace

import pytest

from features.errors import YourInput
from serving.answers.answer import answer, subject_of
from serving.answers.edition import open_edition
from serving.answers.reproduce import reproduce
from serving.decision.decide import Decision
from serving.errors import NotReproducible
from tests.serving.town import DISPUTING, FINED, LISTED, Town, build_town, settings_of


def told(town: Town, business_id: str) -> Decision:
    edition = open_edition(settings_of(town), town.scores, town.catalogue)
    return answer(edition, subject_of(edition, business_id)).decision


@pytest.mark.parametrize("business_id", [FINED, LISTED, DISPUTING])
def test_a_decision_is_made_again_byte_for_byte_from_the_hashes_it_names(
    the_town: Town, business_id: str
) -> None:
    given = told(the_town, business_id).to_json()
    again = reproduce(settings_of(the_town), the_town.catalogue, given)
    assert again.same
    assert again.decision.to_json() == given
    assert again.scores == the_town.scores.name


def test_the_decision_that_does_not_apply_is_made_again_too(the_town: Town) -> None:
    edition = open_edition(settings_of(the_town), the_town.scores, the_town.catalogue)
    contested = answer(edition, subject_of(edition, DISPUTING)).contested
    assert contested is not None
    given = contested.other.to_json()
    assert reproduce(settings_of(the_town), the_town.catalogue, given).same


def test_what_was_changed_in_a_decision_is_named(the_town: Town) -> None:
    altered = replace(told(the_town, FINED), tier="A", score="999.9")
    again = reproduce(settings_of(the_town), the_town.catalogue, altered.to_json())
    assert again.differs == ("score", "tier")


def test_a_decision_of_unknown_scores_is_not_reproduced(the_town: Town) -> None:
    one = told(the_town, FINED)
    elsewhere = replace(one, provenance=replace(one.provenance, bundle="0" * 64))
    with pytest.raises(NotReproducible, match="no such scores"):
        reproduce(settings_of(the_town), the_town.catalogue, elsewhere.to_json())


def test_altered_scores_reproduce_nothing(tmp_path_factory: pytest.TempPathFactory) -> None:
    one = build_town(tmp_path_factory.mktemp("town"))
    given = told(one, FINED).to_json()
    content = bytearray(one.scores.store.read_bytes())
    content[-1] ^= 1
    one.scores.store.write_bytes(content)
    with pytest.raises(YourInput, match="altered"):
        reproduce(settings_of(one), one.catalogue, given)
