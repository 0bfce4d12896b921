"""Rows and models that explanations are measured on, and the commit that is measured."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import lightgbm
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
SIZES: dict[str, dict[str, int]] = {
    "300 trees, depth 5": {"rounds": 300, "max_depth": 5},
    "300 trees, 31 leaves": {"rounds": 300},
    "1,000 trees, 31 leaves": {"rounds": 1000},
}
FEATURES = 125
CATEGORIES = [120, 121, 122, 123, 124]


def made_rows(n: int = 40_000) -> tuple[Floats, Floats]:
    """(n, 125) rows and (n,) outcomes of an invented city."""
    rng = np.random.default_rng(7)
    X = rng.normal(size=(n, FEATURES))
    X[:, 40:90] = rng.poisson(rng.gamma(0.6, 1.2, size=(n, 50)))
    X[:, 90:110] = np.round(np.exp(rng.normal(size=(n, 20)) * 1.5 + 3), 2)
    missing = rng.random((n, FEATURES)) < 0.15
    missing[:, :20] = False
    X[missing] = np.nan
    X[:, CATEGORIES] = rng.integers(0, [4, 8, 15, 30, 60], size=(n, 5))
    filled = np.nan_to_num(X)
    risk = filled[:, :30] @ rng.normal(size=30) * 0.3 + filled[:, 40:80] @ rng.normal(size=40) * 0.2
    risk += filled[:, 0] * filled[:, 41] * 0.4 + np.log1p(filled[:, 95]) * 0.3
    risk += (filled[:, 124] % 5) * 0.3 + np.sin(filled[:, 5] * 2)
    risk += (filled[:, 2] > 0) * (filled[:, 45] > 1)
    y = risk + rng.normal(size=n) * 1.5 > np.quantile(risk, 0.8)
    return X, y.astype(np.float64)


def model_text(name: str, folder: Path) -> str:
    """The model of a size, trained once and kept in `folder`."""
    path = folder / f"{name.replace(', ', '-').replace(' ', '_')}.txt"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        X, y = made_rows()
        settings = {"objective": "binary", "verbose": -1, "learning_rate": 0.05, **SIZES[name]}
        rounds = settings.pop("rounds")
        data = lightgbm.Dataset(X, y, categorical_feature=CATEGORIES)
        lightgbm.train({**settings, "num_threads": 1}, data, rounds).save_model(path)
    return path.read_text(encoding="utf-8")


def without_categories(text: str) -> str:
    """A model of the same trees, every node numerical: shap refuses categories."""
    head, _, rest = text.partition("\n\n")
    trees = []
    for tree in rest[: rest.index("end of trees")].split("Tree=")[1:]:
        plain = re.sub(r"\nnum_cat=[^\n]*", "\nnum_cat=0", re.sub(r"\ncat_[^\n]*", "", tree))
        bits = re.search(r"\ndecision_type=([^\n]*)", plain)
        assert bits is not None
        numerical = " ".join("10" if int(word) & 1 else word for word in bits[1].split())
        trees.append("Tree=" + plain.replace(bits[0], f"\ndecision_type={numerical}"))
    sizes = " ".join(str(len(tree)) for tree in trees)
    head = re.sub(r"tree_sizes=[0-9 ]*", f"tree_sizes={sizes}", head)
    return head + "\n\n" + "".join(trees) + "end of trees\n"


def commit_of() -> str:
    """The commit that is measured."""
    asked = ["git", "rev-parse", "--short", "HEAD"]
    return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
