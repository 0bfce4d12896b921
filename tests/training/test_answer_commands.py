"""``xinheng explain``, ``way-back`` and ``reproduce`` say what the service says."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click import Command
from click.testing import CliRunner, Result

from features.errors import YourInput
from serving.answers.answer import answer, subject_of
from serving.answers.edition import Edition, open_edition
from serving.answers.explained import explain as explained
from serving.answers.way_back import way_back_of
from serving.answers.what_if import Supposed, what_if
from serving.language import LANGUAGES, Language
from serving.render import View, text
from serving.render.way_back import way_back_json, way_back_text
from tests.serving.bundles import TRUSTED
from tests.serving.town import CLOSED, DISPUTING, FINED, LISTED, Town, settings_of, town
from training.cli.decisions import reproduce
from training.cli.explain import explain
from training.cli.place import Place
from training.cli.way_back import way_back

Run = Callable[..., Result]
EVERYONE = [FINED, LISTED, DISPUTING]


@pytest.fixture(scope="module", name="the_town")
def a_town() -> Town:
    return town()


@pytest.fixture(name="run")
def a_command_line(the_town: Town) -> Run:
    place = Place(str(the_town.catalogue.folder), the_town.home)

    def run(command: Command, *arguments: str) -> Result:
        runner = CliRunner(env={"XINHENG_TRUSTED_KEYS": ",".join(TRUSTED)})
        return runner.invoke(command, arguments, obj=place)

    return run


@pytest.fixture(scope="module")
def edition(the_town: Town) -> Edition:
    return open_edition(settings_of(the_town), the_town.scores, the_town.catalogue)


def printed(done: Result) -> str:
    assert done.exit_code == 0, done.output + repr(done.exception)
    return done.stdout


def whole(edition: Edition, business_id: str, view: View, language: Language) -> str:
    told = explained(edition, business_id)
    return text(told.decision, view, language, told.case_file(view))


# The way back


@pytest.mark.parametrize("business_id", EVERYONE)
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_way_back_is_printed_as_the_core_says_it(
    run: Run, edition: Edition, business_id: str, language: Language
) -> None:
    told, _ = way_back_of(edition, business_id)
    shown = printed(run(way_back, business_id, "--language", language))
    assert shown == way_back_text(told, "regulator", language)
    for step in told.steps:
        assert step.legal_basis in shown
    as_json = printed(run(way_back, business_id, "--json"))
    assert as_json.encode().rstrip(b"\n") == way_back_json(told, "regulator")


def test_the_way_back_of_the_subject_gives_no_tier_away(run: Run) -> None:
    shown = printed(run(way_back, FINED, "--view", "subject", "--language", "en"))
    assert "Tier" not in shown
    told = json.loads(printed(run(way_back, FINED, "--view", "subject", "--json")))
    assert (told["tier"], told["better"]) == (None, None)
    assert all(step["legal_basis"] for step in told["steps"])


@pytest.mark.parametrize(
    ("business_id", "said"), [("NOBODY", "no business"), (CLOSED, "outside the scoring")]
)
def test_of_whom_nothing_is_decided_there_is_no_way_back(
    run: Run, business_id: str, said: str
) -> None:
    done = run(way_back, business_id, "--language", "en")
    assert isinstance(done.exception, YourInput)
    assert said in str(done.exception).lower()


# Two decisions


def test_both_decisions_on_a_disputed_record_are_told_and_the_milder_is_marked(
    run: Run, edition: Edition
) -> None:
    told = answer(edition, subject_of(edition, DISPUTING))
    assert told.contested is not None
    assert told.contested.applies == "without"
    with_, without = told.contested.other, told.decision
    shown = printed(run(explain, DISPUTING, "--language", "en"))
    assert shown.startswith(
        f"With the disputed record: tier {with_.tier}, {with_.score} points\n"
        f"Without the disputed record: tier {without.tier}, {without.score} points (milder)\n"
    )
    assert shown.endswith(whole(edition, DISPUTING, "regulator", "en"))


@pytest.mark.parametrize("view", ["subject", "registry"])
def test_a_disputed_business_gets_its_own_text_whole(
    run: Run, edition: Edition, view: View
) -> None:
    shown = printed(run(explain, DISPUTING, "--view", view))
    assert shown.endswith(whole(edition, DISPUTING, view, "zh"))
    assert ("（较轻）" in shown) == (view == "registry")


def test_a_supposition_is_told_beside_what_is_decided_now(run: Run, edition: Edition) -> None:
    (reason,) = (
        one
        for one in answer(edition, subject_of(edition, FINED)).decision.reasons
        if one.source == "penalties"
    )
    keys = tuple(("penalties", record) for record in reason.record_ids)
    both = what_if(edition, FINED, Supposed(repaired=keys))
    options = [option for key in keys for option in ("--repaired", ":".join(key))]
    now, then = both.now.decision, both.then.decision
    shown = printed(run(explain, FINED, "--language", "en", *options))
    assert shown.startswith(
        f"Now: tier {now.tier}, {now.score} points\n"
        f"As supposed: tier {then.tier}, {then.score} points (milder)\n"
        "Features that differ: "
    )
    assert "4 → 0" in shown.splitlines()[2]
    assert shown.endswith(text(then, "regulator", "en"))
    as_json = printed(run(explain, FINED, "--format", "json", *options))
    assert as_json.encode() == both.to_json("regulator") + b"\n"
    page = run(explain, FINED, "--format", "html", *options)
    assert printed(page).startswith("<article")
    assert "（较轻）" in page.stderr


def test_a_supposed_objection_shows_both_its_results(run: Run, edition: Edition) -> None:
    record = next(
        one.record_ids[0]
        for one in answer(edition, subject_of(edition, FINED)).decision.reasons
        if one.source == "penalties"
    )
    shown = printed(run(explain, FINED, "--disputed", f"penalties:{record}"))
    sides = [line.partition("：")[0] for line in shown.splitlines() if "分" in line][:4]
    assert sides == ["现在", "假设之后", "计入异议中的记录", "不计入异议中的记录"]


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (("--repaired", "none"), "expected SOURCE:RECORD"),
        (("--set", "penalty_count_36m=many"), "expected FEATURE=NUMBER"),
        (("--set", "penalty_count_36m"), "expected FEATURE=NUMBER"),
    ],
)
def test_a_supposition_that_says_nothing_is_a_usage_error(
    run: Run, option: tuple[str, str], said: str
) -> None:
    done = run(explain, FINED, *option)
    assert done.exit_code == 2
    assert said in done.output


# Made again


def test_what_explain_writes_is_what_reproduce_makes_again(
    run: Run, edition: Edition, tmp_path: Path
) -> None:
    file = tmp_path / "decision.json"
    run(explain, DISPUTING, "--view", "auditor", "--format", "json", "--out", str(file))
    told = answer(edition, subject_of(edition, DISPUTING)).decision
    assert file.read_bytes() == told.to_json() + b"\n"
    assert "the same to the byte" in printed(run(reproduce, str(file)))
