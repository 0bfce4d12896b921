"""A push is judged alike whether its plan was kept or all of it is read as a file."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from features.catalogue import load_catalogue
from features.contract_samples import faulty_samples, sample_records
from features.ingest.planned import Planned, planned
from features.ingest.pushed import Judged, judge, pushable
from tests.features.worlds import day

CATALOGUE = load_catalogue("ningbo")
CITY = CATALOGUE.jurisdiction
PUSHABLE = [source.name for source in CITY.sources if pushable(source)]
PENALTIES = CITY.source("penalties")
RECEIVED = day("2026-01-31")
ROWS = [
    dict(sample.fields) for sample in sample_records(CITY, PENALTIES, 12) if sample.in_scope
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("name", PUSHABLE)
def test_rows_of_every_source_are_judged_alike_one_by_one_and_as_a_file(name: str) -> None:
    source = CITY.source(name)
    good = [dict(sample.fields) for sample in sample_records(CITY, source, 12)]
    faulty = [dict(sample.fields) for sample in faulty_samples(CITY, source)]
    # With a faulty row among them, all are read as a file.
    together = judge(CATALOGUE, source, [*good, *faulty], RECEIVED)
    assert [one.place for one in together.held_back] == [*range(12, 12 + len(faulty))]
    accepted = {one.place: one.row for one in together.accepted}
    for place, row in enumerate(good):
        alone = judge(CATALOGUE, source, [row], RECEIVED)
        expected = [accepted[place]] if place in accepted else []
        assert [one.row for one in alone.accepted] == expected
        assert bool(alone.out_of_scope) == (place in together.out_of_scope)


@pytest.mark.parametrize("text", ["甬市监\u0000处罚", "甬'\"\\😀", " 甬\t1 ", "甬 -- 1; DROP"])
def test_no_text_is_read_otherwise_for_coming_as_a_parameter(text: str) -> None:
    row = {**ROWS[0], "行政处罚决定书文号": text}
    together = judge(CATALOGUE, PENALTIES, [row, {**ROWS[1], "处罚决定日期": "soon"}])
    (alone,) = judge(CATALOGUE, PENALTIES, [row]).accepted
    assert alone == together.accepted[0]


def test_a_pushed_decision_of_tomorrow_is_held_back() -> None:
    row = {**ROWS[0], "处罚决定日期": "2026-01-31"}
    assert len(judge(CATALOGUE, PENALTIES, [row], RECEIVED).accepted) == 1
    [held] = judge(CATALOGUE, PENALTIES, [row], RECEIVED - 1).held_back
    assert [(fault.column, fault.rule) for fault in held.faults] == [
        ("decided_on", "after_receipt")
    ]


def test_two_rows_of_one_record_are_judged_as_a_file_is() -> None:
    judged = judge(CATALOGUE, PENALTIES, [ROWS[0], ROWS[1], ROWS[0]])
    assert ([one.place for one in judged.accepted], judged.duplicates) == ([0, 1], (2,))


def test_the_plan_of_the_same_headings_is_kept() -> None:
    headings = tuple(ROWS[0])
    assert planned(CATALOGUE, PENALTIES, headings) is planned(CATALOGUE, PENALTIES, headings)
    other = replace(CATALOGUE)
    assert planned(other, PENALTIES, headings) is not planned(CATALOGUE, PENALTIES, headings)


def test_a_kept_plan_is_not_made_anew() -> None:
    def used(work: Callable[[], object]) -> float:
        before = time.process_time()
        work()
        return time.process_time() - before

    headings = tuple(ROWS[0])
    making = used(lambda: Planned(CATALOGUE, PENALTIES, headings))
    plan = Planned(CATALOGUE, PENALTIES, headings)
    assert min(used(lambda: plan.read(ROWS[:1])) for _ in range(5)) < making / 4


def test_pushes_that_come_at_once_do_not_mix() -> None:
    def one(row: dict[str, str | None]) -> Judged:
        return judge(CATALOGUE, PENALTIES, [row])

    expected = [one(row) for row in ROWS]
    with ThreadPoolExecutor(4) as threads:
        assert list(threads.map(one, ROWS * 5)) == expected * 5
