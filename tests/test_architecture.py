"""The house keeps its shape: layers, light serving, cities made of declarations."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
CITIES = [
    *sorted((ROOT / "features" / "jurisdictions").glob("*/__init__.py")),
    *sorted((ROOT / "experiments" / "cities").glob("*/__init__.py")),
    *sorted((ROOT / "notebooks").glob("*/__init__.py")),
]
# What a city's declarations may be written with.
WORDS = {"__future__", "features.contracts", "features.expressions"}


def imported_modules(path: Path) -> set[str]:
    modules = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            modules |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            modules.add(node.module)
    return modules


@pytest.mark.parametrize("city", CITIES, ids=lambda path: path.parent.name)
def test_a_city_is_written_in_contract_words_only(city: Path) -> None:
    own = f"features.jurisdictions.{city.parent.name}"
    for module in sorted(city.parent.rglob("*.py")):
        strangers = {name for name in imported_modules(module) - WORDS if not name.startswith(own)}
        assert strangers == set(), f"{module.name} imports {strangers}"


def test_no_package_names_a_city_outside_the_jurisdictions() -> None:
    guilty = []
    for package in ("features", "serving", "training"):
        for module in (ROOT / package).rglob("*.py"):
            inside = module.relative_to(ROOT / package).parts[0]
            if inside in ("jurisdictions", "synthetic", "cli"):
                continue
            tree = ast.parse(module.read_text(encoding="utf-8"))
            docs = {
                node.body[0].value.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
                and node.body
                and isinstance(node.body[0], ast.Expr)
                and isinstance(node.body[0].value, ast.Constant)
            }
            texts = [
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant) and isinstance(node.value, str)
            ]
            names = [node.id for node in ast.walk(tree) if isinstance(node, ast.Name)]
            for city in ("ningbo", "chicago", "beijing"):
                if any(city in text.lower() for text in [*texts, *names] if text not in docs):
                    guilty.append(f"{module.relative_to(ROOT)}: {city}")
    assert guilty == []


@pytest.mark.slow
def test_the_decision_core_imports_none_of_the_heavy_libraries() -> None:
    heavy = ("mlflow", "shap", "sklearn", "pandas", "lightgbm", "bentoml", "duckdb")
    program = (
        "import sys, serving.decision.decide, serving.bundle.folder, serving.policy\n"
        "import serving.model.contributions\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
