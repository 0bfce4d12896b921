"""dice-ml's side of the comparison; runs in an environment of its own.

Reads ``question.json`` (features, whole columns, model text, cut, rows, queries) in
the folder given, writes ``answer-<method>-<free>.json``: by query the proposed rows
and the seconds they took. A search is stopped after `LIMIT` seconds of processor time.
"""

from __future__ import annotations

import json
import signal
import sys
import time
import warnings
from pathlib import Path

import dice_ml
import lightgbm
import numpy as np
import pandas as pd

MISSING = -1.0
LIMIT = 30.0  # processor seconds for one answer


class Model:
    """The chance that the margin is below the cut: the tier is reached."""

    def __init__(self, text: str, cut: float, names: list[str]) -> None:
        self._booster = lightgbm.Booster(model_str=text)
        self._cut, self._names = cut, names

    def predict_proba(self, frame: pd.DataFrame) -> np.ndarray:
        X = frame[self._names].to_numpy(dtype=np.float64)
        X = np.where(X == MISSING, np.nan, X)
        margin = self._booster.predict(X, raw_score=True, num_threads=1)
        reached = 1 / (1 + np.exp(20 * (margin - self._cut)))
        return np.column_stack([1 - reached, reached])

    def predict(self, frame: pd.DataFrame) -> np.ndarray:
        return (self.predict_proba(frame)[:, 1] > 0.5).astype(int)


class Stopped(BaseException):
    """Not an Exception: dice-ml catches those inside its search."""


def stop(_signal: int, _frame: object) -> None:
    raise Stopped


def main(folder: Path, method: str) -> None:
    signal.signal(signal.SIGPROF, stop)
    warnings.simplefilter("ignore")
    asked = json.loads((folder / "question.json").read_text())
    names = asked["features"]
    rows = pd.DataFrame(asked["rows"], columns=names).astype(float).fillna(MISSING)
    answers: dict[str, dict[str, object]] = {"free": {}, "told": {}}
    for business, query in asked["queries"].items():
        model = Model(asked["model"], query["cut"], names)
        rows["reached"] = model.predict(rows[names])
        data = dice_ml.Data(dataframe=rows, continuous_features=names, outcome_name="reached")
        explainer = dice_ml.Dice(data, dice_ml.Model(model=model, backend="sklearn"), method=method)
        x = pd.DataFrame([query["row"]], columns=names).astype(float).fillna(MISSING)
        for free, vary in (("free", "all"), ("told", asked["actionable"])):
            start = time.perf_counter()
            cpu = time.process_time()
            signal.setitimer(signal.ITIMER_PROF, LIMIT)
            try:
                found = explainer.generate_counterfactuals(
                    x, total_CFs=1, desired_class=1, features_to_vary=vary,
                    **({"random_seed": 1} if method == "random" else {}),
                )  # fmt: skip
                frame = found.cf_examples_list[0].final_cfs_df
                proposed = [] if frame is None else frame[names].astype(float).to_numpy().tolist()
                failed = ""
            except (Exception, Stopped) as error:  # what dice-ml raises when it finds nothing
                proposed, failed = [], type(error).__name__
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)
            answers[free][business] = {
                "proposed": proposed, "failed": failed,
                "seconds": time.perf_counter() - start, "cpu": time.process_time() - cpu,
            }  # fmt: skip
    for free, answer in answers.items():
        (folder / f"answer-{method}-{free}.json").write_text(json.dumps(answer))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
