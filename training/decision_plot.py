"""One decision's own contributions as SHAP's waterfall or force plot, for the data scientist.

The values are the printed points, not values computed anew: plot and explanation agree
to the tenth. Words are English: fonts for Chinese are not on every machine.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np

from serving.decision.decided import Decision
from serving.decision.points import read
from training.arrays import Floats

PlotKind = Literal["waterfall", "force"]
_DISPLAYED = 20
_FORMATS = (".png", ".svg")


@dataclass(frozen=True)
class Plotted:
    """What is drawn: ``base`` + every one of ``points`` = the score.

    ``points`` is ``(n_contributions,)``, in score points. Cutting the score to its range
    is a contribution of its own where it cut anything.
    """

    base: float
    points: Floats
    values: tuple[str, ...]
    names: tuple[str, ...]


def plotted(decision: Decision) -> Plotted:
    """The contributions of a decision, as its explanation prints them."""
    told = decision.explanation
    shown = [
        (read(one.points) / 10.0, one.value_text.en, one.feature)
        for one in told.contributions
        if read(one.points)
    ]
    if read(told.limit):
        shown.append((read(told.limit) / 10.0, "", "cut to the range"))
    return Plotted(
        base=read(told.base) / 10.0,
        points=np.array([points for points, _, _ in shown], dtype=np.float64),
        values=tuple(value for _, value, _ in shown),
        names=tuple(name for _, _, name in shown),
    )


def is_drawable(file: Path) -> bool:
    """Whether the file's name ends as that of a picture we can write: PNG or SVG."""
    return file.suffix.lower() in _FORMATS


def draw_decision(file: Path, decision: Decision, kind: PlotKind) -> None:
    """Write the plot as PNG or SVG, by the file's name; importing shap takes seconds."""
    import matplotlib as mpl

    mpl.use("Agg")
    import shap
    from matplotlib import pyplot

    told = plotted(decision)
    if kind == "waterfall":
        explanation = shap.Explanation(
            told.points, base_values=told.base, data=np.array(told.values, dtype=object),
            feature_names=list(told.names),
        )  # fmt: skip
        shap.plots.waterfall(explanation, max_display=_DISPLAYED, show=False)
    else:
        shap.plots.force(
            told.base, told.points, np.array(told.values, dtype=object), list(told.names),
            out_names="score", matplotlib=True, show=False, text_rotation=20,
        )  # fmt: skip
    pyplot.gcf().savefig(file, dpi=110, bbox_inches="tight")
    pyplot.close("all")
