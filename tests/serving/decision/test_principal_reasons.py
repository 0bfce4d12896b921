"""The few reasons a decision gives, and what they are measured from."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given

from serving.bundle.folder import Bundle, write_bundle
from serving.decision.decide import decide
from serving.decision.points import read
from serving.manifest import Tier
from tests.serving import bundles
from tests.serving.bundles import AS_OF_DAY, BUSINESS
from tests.serving.decision.cases import CLEAN, KEPT, TROUBLED, VECTORS, Row, decided, rows_of


@pytest.mark.parametrize(("tier", "above"), [("B", "A"), ("C", "B"), ("D", "C")])
def test_reasons_are_measured_from_the_boundary_of_the_better_tier(
    bundle: Bundle, tier: Tier, above: Tier
) -> None:
    decision = decide(BUSINESS, rows_of(tier, bundle)[0], bundle, AS_OF_DAY, lambda _: ("r",))
    against = decision.explanation.against
    assert (against.tier, against.n) == (above, 40)
    # Those just inside the better tier score better than this business.
    assert read(against.base) > read(decision.score)


def test_in_the_best_tier_reasons_are_measured_from_the_expectation(bundle: Bundle) -> None:
    explanation = decided(bundle, CLEAN).explanation
    assert (explanation.against.tier, explanation.against.n) == (None, 0)
    assert explanation.against.base == explanation.base


def test_reasons_are_measured_from_the_businesss_own_sector_where_one_is_pinned(
    bundle: Bundle, tmp_path: Path
) -> None:
    parts = bundles.parts(tmp_path)
    own = parts.reference["B", None][:10]
    name = write_bundle(
        tmp_path, replace(parts, reference={**parts.reference, ("B", "H"): own}), bundles.KEY
    )
    sectored = bundles.load_bundle(tmp_path / name, bundles.TRUSTED)
    row = rows_of("C", bundle)[0]
    told = decide(BUSINESS, row, sectored, AS_OF_DAY, lambda _: ("r",)).explanation.against
    assert (told.tier, told.n) == ("B", 10)
    assert told.sector is not None
    assert told.sector.en == "Accommodation and catering"
    elsewhere = replace(BUSINESS, sector="F")
    other = decide(elsewhere, row, sectored, AS_OF_DAY, lambda _: ("r",))
    plain = decide(elsewhere, row, bundle, AS_OF_DAY, lambda _: ("r",))
    assert other.explanation == plain.explanation
    assert other.explanation.against.sector is None


def test_without_a_reference_set_the_expectation_is_used_and_told(
    bundle: Bundle, tmp_path: Path
) -> None:
    parts = replace(bundles.parts(tmp_path), reference={})
    name = write_bundle(tmp_path, parts, bundles.KEY)
    plain = bundles.load_bundle(tmp_path / name, bundles.TRUSTED)
    decision = decide(BUSINESS, rows_of("C", plain)[0], plain, AS_OF_DAY, lambda _: ("r",))
    assert decision.explanation.against.tier is None
    assert all(one.points == one.points_against for one in decision.explanation.contributions)


@KEPT
@given(row=VECTORS)
def test_reasons_are_few_known_negative_and_each_from_records_of_its_own(
    bundle: Bundle, row: Row
) -> None:
    decision = decided(bundle, row)
    by_feature = {one.feature: one for one in decision.explanation.contributions}
    assert len(decision.reasons) <= 4
    assert len(decision.positives) <= 3
    seen: set[str] = set()
    for reason in decision.reasons + decision.positives:
        assert row[reason.feature] is not None
        assert reason.code != "R901"
        assert reason.points == by_feature[reason.feature].points_against
        assert seen.isdisjoint(reason.record_ids)
        seen.update(reason.record_ids)
        assert bool(reason.record_ids) == (reason.because == "records")
    assert all(read(one.points) < 0 for one in decision.reasons)
    assert all(read(one.points) > 0 for one in decision.positives)
    for cited in (decision.reasons, decision.positives):
        assert len({one.code for one in cited}) == len(cited)
        sizes = [abs(read(one.points)) for one in cited]
        assert sizes == sorted(sizes, reverse=True)


def test_a_troubled_business_reads_what_counts_against_it(bundle: Bundle) -> None:
    decision = decided(bundle, TROUBLED)
    by_code = {reason.code: reason for reason in decision.reasons}
    assert by_code["R304"].text.zh == "近3年受到行政处罚2次"
    assert by_code["R304"].record_ids == ("penalties:0", "penalties:1")
    # Count and fines stand on the same two records: only one of them is told.
    assert "R305" not in by_code
    assert by_code["R501"].text.zh == "近1年投诉+3.50件,与同行业、同区主体的平均水平相比"
    assert by_code["R206"].because == "absence"
    assert by_code["R206"].advice is not None


def test_a_reason_with_no_record_and_no_absence_is_left_out(bundle: Bundle) -> None:
    decision = decide(BUSINESS, TROUBLED, bundle, AS_OF_DAY, lambda _: ())
    assert {reason.code for reason in decision.reasons} <= {"R206"}


def test_a_missing_value_is_never_a_reason(bundle: Bundle) -> None:
    decision = decided(bundle, TROUBLED | {"annual_report_count_36m": None})
    assert "annual_report_count_36m" not in {one.feature for one in decision.reasons}
    assert (decision.completeness.known, decision.completeness.of) == (9, 10)


def test_only_the_first_fifty_records_are_named_and_all_are_counted(bundle: Bundle) -> None:
    many = tuple(f"complaint:{n}" for n in range(80))
    decision = decide(
        BUSINESS, TROUBLED, bundle, AS_OF_DAY,
        lambda name: many if name.startswith("complaint") else (),
    )  # fmt: skip
    (complaints,) = (one for one in decision.reasons if one.code == "R501")
    assert complaints.record_count == 80
    assert complaints.record_ids == many[:50]


def test_evidence_is_asked_only_about_what_comes_into_question(bundle: Bundle) -> None:
    asked: list[str] = []

    def evidence(name: str) -> tuple[str, ...]:
        asked.append(name)
        return (f"{name}:1",)

    decision = decide(BUSINESS, TROUBLED, bundle, AS_OF_DAY, evidence)
    cited = [*decision.reasons, *decision.positives, *decision.warnings[0].reasons]
    assert len(asked) == len(cited)
