"""Small LightGBM models of every kind, made from a seed."""

from __future__ import annotations

import lightgbm
import numpy as np
from numpy.typing import NDArray

CATEGORY_COLUMNS = (4, 5)
# Values at which a predictor's rules differ: missing, the zero band, bounds of integers.
SPECIAL = (
    *(np.nan, np.inf, -np.inf, 0.0, -0.0, 1e-35, -1e-35, 1.1e-35, -1.1e-35, 5e-36, 1e-40),
    *(-1.0, -0.5, 0.5, 3e9, -3e9, 2147483647.5, 1e300, 31.0, 32.0, 39.9, 64.0, 1000.0),
)


def random_rows(seed: int, n: int, special: float = 0.2) -> NDArray[np.float64]:
    """(n, 6) rows: two normal columns, a count, a sparse one, two categories."""
    rng = np.random.default_rng(seed)
    X = np.column_stack(
        [
            rng.normal(size=n),
            rng.normal(size=n),
            rng.poisson(1.5, n),
            rng.normal(size=n) * (rng.random(n) < 0.4),
            rng.integers(0, 5, n),
            rng.integers(0, 70, n),
        ]
    ).astype(np.float64)
    odd = rng.random(X.shape) < special
    X[odd] = rng.choice(SPECIAL, odd.sum())
    return np.ascontiguousarray(X)


def training_rows(seed: int, n: int) -> NDArray[np.float64]:
    """(n, 6) rows whose only special value is NaN."""
    X = random_rows(seed, n, special=0.0)
    rng = np.random.default_rng(seed + 1)
    X[(rng.random(X.shape) < 0.1) & (np.arange(6) != 1)] = np.nan
    return X


def trained(
    seed: int, rounds: int = 12, n: int = 600, categories: bool = True, **parameters: object
) -> lightgbm.Booster:
    """A booster that learned an interaction of most columns."""
    X = training_rows(seed, n)
    rng = np.random.default_rng(seed + 2)
    filled = np.nan_to_num(X)
    signal = (
        filled[:, 0] * filled[:, 3]
        + filled[:, 1]
        + 2 * (filled[:, 5] % 3 == 1)
        + (filled[:, 4] == 2)
        + filled[:, 2] / 2
    )
    y = (signal + rng.normal(size=n) > np.median(signal)).astype(np.float64)
    data = lightgbm.Dataset(
        X,
        y,
        categorical_feature=list(CATEGORY_COLUMNS) if categories else [],
        group=[n // 6] * 6 if parameters.get("objective") == "lambdarank" else None,
        params={"verbose": -1},
    )
    settings = {
        "objective": "binary",
        "verbose": -1,
        "num_threads": 1,
        "num_leaves": 12,
        "min_data_in_leaf": 5,
        "min_data_per_group": 1,
        "cat_smooth": 1.0,
        "cat_l2": 1.0,
        "seed": seed,
        **parameters,
    }
    return lightgbm.train(settings, data, rounds)


def staircase(features: int) -> str:
    """The text of one tree whose longest path tests `features` features in turn."""
    leaves = features + 1
    steps = range(features)
    tree = "\n".join(
        [
            "Tree=0",
            f"num_leaves={leaves}",
            "num_cat=0",
            f"split_feature={' '.join(map(str, steps))}",
            f"split_gain={' '.join('1' for _ in steps)}",
            f"threshold={' '.join('0.5' for _ in steps)}",
            f"decision_type={' '.join('2' for _ in steps)}",
            f"left_child={' '.join(str(~step) for step in steps)}",
            f"right_child={' '.join(map(str, [*steps[1:], ~features]))}",
            f"leaf_value={' '.join(map(str, range(leaves)))}",
            f"leaf_weight={' '.join('1' for _ in range(leaves))}",
            f"leaf_count={' '.join('1' for _ in range(leaves))}",
            f"internal_value={' '.join('0' for _ in steps)}",
            f"internal_weight={' '.join('1' for _ in steps)}",
            f"internal_count={' '.join(str(leaves - step) for step in steps)}",
            *("is_linear=0", "shrinkage=1", "", "", ""),
        ]
    )
    names = " ".join(f"f{step}" for step in steps)
    header = [
        *("tree", "version=v4", "num_class=1", "num_tree_per_iteration=1", "label_index=0"),
        *(f"max_feature_idx={features - 1}", "objective=regression", f"feature_names={names}"),
        f"feature_infos={' '.join('[0:1]' for _ in steps)}",
        f"tree_sizes={len(tree)}",
    ]
    return "\n".join(header) + "\n\n" + tree + "end of trees\n"
