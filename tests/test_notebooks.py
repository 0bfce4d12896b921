"""The notebooks: each runs from top to bottom on one small city, and what it says is true there.

What a notebook claims, it asserts; a claim that does not hold stops it here.
"""

from __future__ import annotations

import ast
import os
import re
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import jupytext
import pytest
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from features.builder import build
from features.snapshot import Snapshot
from serving.answers.edition import trusted_keys
from serving.batch import score_everyone
from serving.bundle.folder import load_bundle
from serving.settings import read_settings
from training.calendar import day_of
from training.cli.place import Place
from training.cli.road import synthetic_records
from training.cohort import population
from training.settings import TrainSettings
from training.train import train

ROOT = Path(__file__).parent.parent
FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.py"))
BUSINESSES, DRIFT = 3000, date(2025, 8, 1)  # as `make notebooks`
_FORGET = (
    "get_ipython().reset(new_session=True, aggressive=False)\n"
    "import matplotlib.pyplot; matplotlib.pyplot.close('all')"
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One small Ningbo that changes under its models, made as `make notebooks` makes it."""
    place = Place("ningbo", tmp_path_factory.mktemp("notebooks") / "home")
    home, catalogue = place.home, place.catalogue
    synthetic_records(place, BUSINESSES, seed=1, drift=DRIFT)
    snapshot = Snapshot.current(home)
    settings = TrainSettings(outcomes=("penalty",), track=False)
    result = train(catalogue, snapshot, home, settings=settings)
    assert result.promoted, [rule for rule in result.rules if rule.holds is False]
    spine = population(snapshot, day_of(date.fromisoformat(result.as_of))).spine
    named = {"XINHENG_HOME": str(home), "XINHENG_JURISDICTION": "ningbo"}
    keys = trusted_keys(read_settings(named))
    bundle = load_bundle(home / "bundles" / result.bundle, keys)
    score_everyone(catalogue, snapshot, bundle, build(catalogue, snapshot, spine, home), home)
    return home


@pytest.fixture(scope="module")
def kernel(home: Path) -> Iterator[KernelManager]:
    """One kernel for all notebooks, emptied between them: libraries are imported once."""
    manager = KernelManager(transport="ipc", ip=str(home.with_name("kernel")))
    manager._kernel_spec = KernelSpec(
        argv=[sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        display_name="tests", language="python",
    )  # fmt: skip
    manager.start_kernel(
        cwd=str(FOLDER),
        env={
            **os.environ,
            "PYTHONPATH": str(ROOT),
            "XINHENG_HOME": str(home),
            "XINHENG_JURISDICTION": "ningbo",
        },
    )
    yield manager
    manager.shutdown_kernel(now=True)


def executed(notebook: NotebookNode, kernel: KernelManager) -> NotebookNode:
    """The notebook with its outputs; raises CellExecutionError at the first cell that fails."""
    notebook.cells.insert(0, new_code_cell(_FORGET))
    client = NotebookClient(notebook, km=kernel, timeout=300, startup_timeout=300)
    try:
        return client.execute()
    finally:
        client.kc.stop_channels()


def cells(path: Path, kind: str) -> list[str]:
    return [cell.source for cell in jupytext.read(path).cells if cell.cell_type == kind]


@pytest.mark.slow
@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_runs_shows_plots_and_its_claims_hold(path: Path, kernel: KernelManager) -> None:
    notebook = executed(jupytext.read(path), kernel)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    complaints = [one.text for one in outputs if one.get("name") == "stderr"]
    assert complaints == []
    images = [one for one in outputs if "image/png" in one.get("data", {})]
    assert len(images) >= 2


@pytest.mark.slow
def test_a_claim_that_is_not_true_stops_a_notebook(kernel: KernelManager) -> None:
    with pytest.raises(CellExecutionError, match="AssertionError"):
        executed(new_notebook(cells=[new_code_cell("assert 'one' == 'two'")]), kernel)


@pytest.mark.slow
def test_a_notebook_finds_nothing_that_another_left(kernel: KernelManager) -> None:
    executed(new_notebook(cells=[new_code_cell("left_behind = 1")]), kernel)
    with pytest.raises(CellExecutionError, match="NameError"):
        executed(new_notebook(cells=[new_code_cell("left_behind")]), kernel)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_argues(path: Path) -> None:
    prose = "\n".join(cells(path, "markdown"))
    assert re.match(rf"# {path.stem[0]} · .*[一-鿿]", prose), "a title in both languages"
    for said in ("What you see", "What it means", "What to do next"):
        assert said in prose
    claims = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Assert)]
    assert len(claims) >= 5


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_a_notebook_uses_what_everybody_may_use(path: Path) -> None:
    private = [
        name.name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom)
        for name in node.names
        if name.name.startswith("_") or (node.module or "").startswith("tests")
    ]
    assert private == []


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_links_between_notebooks_lead_somewhere(path: Path) -> None:
    linked = re.findall(r"\]\(\s*([^)#\s]+)\)", "\n".join(cells(path, "markdown")))
    assert all((FOLDER / target).exists() for target in linked)


def test_the_readme_lists_every_notebook_and_no_output_is_kept() -> None:
    readme = (FOLDER / "README.md").read_text("utf-8")
    assert [path.name for path in NOTEBOOKS if path.name not in readme] == []
    assert len(NOTEBOOKS) == 6
    assert list(FOLDER.glob("**/*.ipynb")) == []
