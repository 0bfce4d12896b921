r"""One peer's Shapley values, in an environment of its own, asked for by `explain.py`.

    uv venv var/woodelf
    uv pip install --python var/woodelf/bin/python woodelf-explainer lightgbm
    uv venv var/fasttreeshap
    uv pip install --python var/fasttreeshap/bin/python fasttreeshap lightgbm \
        "numpy<2" "pandas<3"

(fasttreeshap is given as sources for today's Python; beside NumPy 2 it builds, and then
fails when it is imported: ``AttributeError: _ARRAY_API not found``.)

    explain_peer.py NAME MODEL ROWS REFERENCES

The model is LightGBM text without categories, rows and references are NumPy files. Then
it answers each line on standard input (``path`` or ``references``) by one line on
standard output: seconds of processor time, and a file with the values at first; so
that `explain.py` can let all take turns. A peer that cannot do what is asked says
``none`` and why.
"""

from __future__ import annotations

import os

os.environ |= {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

import sys  # after the number of threads is set
import time
import warnings
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

import lightgbm
import numpy as np

warnings.filterwarnings("ignore")
Ask = Callable[[], np.ndarray]


def woodelf(model: lightgbm.Booster, X: np.ndarray, R: np.ndarray) -> dict[str, Ask]:
    """Its tables are made anew in each call, as its users pay for them."""
    import pandas as pd
    from woodelf import WoodelfExplainer

    names = model.feature_name()
    rows, references = pd.DataFrame(X, columns=names), pd.DataFrame(R, columns=names)
    by_path, by_references = WoodelfExplainer(model), WoodelfExplainer(model, references)
    return {
        "path": lambda: by_path.shap_values(rows, verbose=False),
        "references": lambda: by_references.shap_values(rows, verbose=False),
    }


def fasttreeshap(model: lightgbm.Booster, X: np.ndarray, R: np.ndarray) -> dict[str, Ask]:
    """Version 1 of its algorithm, the fastest that it offers for one core and few rows."""
    import fasttreeshap as library

    explainer = library.TreeExplainer(model, algorithm="v1", n_jobs=1, shortcut=False)
    return {"path": lambda: explainer.shap_values(X)}


PEERS = {
    "woodelf": (woodelf, "woodelf-explainer"),
    "fasttreeshap": (fasttreeshap, "fasttreeshap"),
}


def main() -> None:
    """Answer until standard input ends."""
    name, text, rows, references = sys.argv[1:5]
    model = lightgbm.Booster(model_file=text)
    make, package = PEERS[name]
    asks = make(model, np.load(rows), np.load(references))
    print(f"{package} {version(package)}", flush=True)
    for line in sys.stdin:
        kind = line.strip()
        if kind not in asks:
            print("none it has no such values", flush=True)
            continue
        start = time.process_time()
        values = asks[kind]()
        taken = time.process_time() - start
        file = Path(rows).with_name(f"{name}-{kind}.npy")
        if not file.exists():
            np.save(file, np.asarray(values, dtype=np.float64))
        print(f"{taken} {file}", flush=True)


if __name__ == "__main__":
    main()
