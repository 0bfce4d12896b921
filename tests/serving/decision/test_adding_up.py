"""The printed points of a decision add up to its score."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from hypothesis import given

from serving.bundle.folder import Bundle, write_bundle
from serving.decision.points import read
from tests.serving import bundles
from tests.serving.decision.cases import CLEAN, KEPT, TROUBLED, VECTORS, Row, decided


@KEPT
@given(row=VECTORS)
def test_base_contributions_and_limit_are_the_score(bundle: Bundle, row: Row) -> None:
    told = decided(bundle, row).explanation
    parts = sum(read(one.points) for one in told.contributions)
    assert read(told.base) + parts + read(told.limit) == read(told.total)


@KEPT
@given(row=VECTORS)
def test_the_points_against_the_reference_add_up_to_the_same_score(
    bundle: Bundle, row: Row
) -> None:
    told = decided(bundle, row).explanation
    parts = sum(read(one.points_against) for one in told.contributions)
    assert read(told.against.base) + parts + read(told.limit) == read(told.total)


@KEPT
@given(row=VECTORS)
def test_groups_and_departments_each_hold_all_the_points(bundle: Bundle, row: Row) -> None:
    told = decided(bundle, row).explanation
    parts = sum(read(one.points) for one in told.contributions)
    assert sum(read(one.points) for one in told.by_group) == parts
    assert sum(read(one.points) for one in told.by_department) == parts


def test_a_group_holds_the_points_of_its_features(bundle: Bundle) -> None:
    told = decided(bundle, TROUBLED).explanation
    of_supervision = [read(one.points) for one in told.contributions if one.group == "R03"]
    (supervision,) = (one for one in told.by_group if one.key == "R03")
    assert read(supervision.points) == sum(of_supervision)
    assert supervision.title.zh == "监管"


def test_the_base_is_the_same_for_every_business(bundle: Bundle) -> None:
    assert decided(bundle, CLEAN).explanation.base == decided(bundle, TROUBLED).explanation.base


def test_a_score_beyond_the_scale_is_cut_and_the_cut_is_told(
    bundle: Bundle, tmp_path: Path
) -> None:
    parts = bundles.parts(tmp_path)
    lifted = replace(parts.manifest.score, anchor_score=1200.0)
    offset = lifted.offset + 600.0
    manifest = replace(parts.manifest, score=replace(lifted, offset=offset))
    name = write_bundle(tmp_path, replace(parts, manifest=manifest), bundles.KEY)
    high = decided(bundles.load_bundle(tmp_path / name, bundles.TRUSTED), CLEAN)
    plain = decided(bundle, CLEAN)
    assert high.score == "1000.0"
    assert read(high.explanation.limit) == 10_000 - (read(plain.score) + 6000)
