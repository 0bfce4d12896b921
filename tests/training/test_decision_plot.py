from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from serving.decision.decide import Decision
from serving.decision.points import read
from tests.serving import bundles
from tests.serving.decision.cases import TROUBLED, decided
from training.cli.explain import explain
from training.decision_plot import PlotKind, draw_decision, plotted


@pytest.fixture(scope="module")
def decision(tmp_path_factory: pytest.TempPathFactory) -> Decision:
    return decided(bundles.loaded(tmp_path_factory.mktemp("bundle")), TROUBLED)


def test_what_is_plotted_are_the_printed_points(decision: Decision) -> None:
    told = plotted(decision)
    printed = {one.feature: read(one.points) for one in decision.explanation.contributions}
    shown = {n: round(10 * p) for n, p in zip(told.names, told.points, strict=True)}
    assert shown == {name: tenths for name, tenths in printed.items() if tenths}
    assert told.base + told.points.sum() == pytest.approx(read(decision.score) / 10)


def test_a_cut_score_is_plotted_with_what_was_cut(decision: Decision) -> None:
    cut = replace(decision, explanation=replace(decision.explanation, limit="−3.5"))
    told = plotted(cut)
    assert (told.names[-1], told.points[-1]) == ("cut to the range", -3.5)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "name", "start"),
    [
        ("waterfall", "w.png", b"\x89PNG"),
        ("waterfall", "w.svg", b"<?xml"),
        ("force", "f.png", b"\x89PNG"),
        ("force", "f.svg", b"<?xml"),
    ],
)
@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # shap makes its colours so
def test_a_picture_appears(
    tmp_path: Path, decision: Decision, kind: PlotKind, name: str, start: bytes
) -> None:
    draw_decision(tmp_path / name, decision, kind)
    assert (tmp_path / name).read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--plot", "force"], ".png or .svg"),
        (["--plot", "force", "--out", "plot.pdf"], ".png or .svg"),
        (["--plot", "force", "--out", "p.png", "--view", "subject"], "the subject does not see"),
    ],
)
def test_a_plot_that_cannot_be_written_or_shown_is_refused(options: list[str], said: str) -> None:
    done = CliRunner().invoke(explain, ["91330200711192037M", *options])
    assert done.exit_code == 2
    assert said in done.output
