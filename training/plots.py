"""The plots of a model card, drawn without a display.

Words in plots are English: fonts for Chinese are not on every machine.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from training.arrays import Floats
from training.assemble import Frozen
from training.evaluate import reliability
from training.fairness import LEAST
from training.fit import gain_by_feature
from training.learn import Learned

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TIER_COLOURS = {"A": "#2b8a3e", "B": "#1971c2", "C": "#e67700", "D": "#c92a2a"}
_FEATURES = 20


def draw(folder: Path, learned: Sequence[Learned], frozen: Frozen) -> tuple[str, ...]:
    """Write every plot as PNG into `folder`; returns the file names."""
    folder.mkdir(parents=True, exist_ok=True)
    figures = {
        "discrimination.png": _discrimination(learned),
        "calibration.png": _calibration(learned),
        "scores.png": _scores(frozen),
        "importance.png": _importance(learned[0]),
    }
    if learned[0].tested.segments:
        figures["calibration_segments.png"] = _calibration_by_segment(learned[0])
    for name, figure in figures.items():
        # Without the software's name and version the same numbers give the same bytes.
        figure.savefig(folder / name, dpi=110, metadata={"Software": None})
    return tuple(figures)


def draw_shap(folder: Path, model: str, X: Floats, names: Sequence[str]) -> tuple[str, ...]:
    """Shap's summary of the credit model and the dependence on its first feature.

    For the data scientist only; importing shap takes seconds.
    """
    import lightgbm
    import matplotlib as mpl

    mpl.use("Agg")
    import shap
    from matplotlib import pyplot

    folder.mkdir(parents=True, exist_ok=True)
    values = shap.TreeExplainer(lightgbm.Booster(model_str=model)).shap_values(X)
    shap.summary_plot(values, X, feature_names=list(names), max_display=20, show=False)
    pyplot.gcf().savefig(folder / "shap_summary.png", dpi=110, bbox_inches="tight")
    pyplot.close("all")
    first = int(np.abs(values).mean(axis=0).argmax())
    shap.dependence_plot(
        first, values, X, feature_names=list(names), interaction_index=None, show=False
    )
    pyplot.gcf().savefig(folder / "shap_dependence.png", dpi=110, bbox_inches="tight")
    pyplot.close("all")
    return ("shap_summary.png", "shap_dependence.png")


def _canvas(width: float, height: float, panels: int = 1) -> tuple[Figure, list[Axes]]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    axes = figure.subplots(1, panels, squeeze=False)[0]
    return figure, list(axes)


def _discrimination(learned: Sequence[Learned]) -> Figure:
    figure, [axes] = _canvas(7.5, 0.9 + 0.75 * len(learned))
    names = list(learned[0].judgement.evaluations)
    height = 0.8 / len(names)
    for place, name in enumerate(names):
        intervals = [one.judgement.evaluations[name].auc for one in learned]
        at = np.arange(len(learned)) + place * height
        axes.barh(at, [i.value for i in intervals], height, label=name)
        low, high = [i.low for i in intervals], [i.high for i in intervals]
        axes.hlines(at, low, high, color="black", lw=1.2)
    axes.set_yticks(np.arange(len(learned)) + 0.4, [one.outcome.name for one in learned])
    axes.invert_yaxis()
    axes.set_xlim(0.4, 1.0)
    axes.axvline(0.5, color="grey", lw=0.8)
    axes.set_xlabel("AUC out of time (95 % interval by business)")
    axes.legend(fontsize=7, loc="lower right")
    return figure


def _calibration(learned: Sequence[Learned]) -> Figure:
    figure, [axes] = _canvas(5.2, 5.0)
    top = 1e-3
    for one in learned:
        bins = reliability(one.tested.y, one.tested.probability)
        said, seen = [b[1] for b in bins], [b[2] for b in bins]
        axes.plot(said, seen, "o-", ms=3, lw=1, label=one.outcome.name)
        top = max(top, *said, *seen)
    axes.plot([0, top], [0, top], color="grey", lw=0.8)
    axes.set_xlabel("probability said")
    axes.set_ylabel("share that happened")
    axes.legend(fontsize=7)
    return figure


def _calibration_by_segment(credit: Learned) -> Figure:
    """A panel a segment, a line a group with enough of both kinds; words may be Chinese."""
    tested = credit.tested
    figure, panels = _canvas(3.4 * len(tested.segments), 3.6, len(tested.segments))
    for axes, (segment, groups) in zip(panels, tested.segments.items(), strict=True):
        top = 1e-3
        for number, group in enumerate(np.unique(groups).tolist()):
            inside = groups == group
            positives = int(tested.y[inside].sum())
            if min(positives, int(inside.sum()) - positives) < LEAST:
                continue
            bins = reliability(tested.y[inside], tested.probability[inside], bins=5)
            said, seen = [b[1] for b in bins], [b[2] for b in bins]
            label = group if group.isascii() else f"group {number + 1}"
            axes.plot(said, seen, "o-", ms=3, lw=1, label=label)
            top = max(top, *said, *seen)
        axes.plot([0, top], [0, top], color="grey", lw=0.8)
        axes.set_title(segment, fontsize=9)
        axes.set_xlabel("probability said", fontsize=8)
        axes.tick_params(labelsize=7)
        if axes.get_legend_handles_labels()[1]:
            axes.legend(fontsize=6)
    panels[0].set_ylabel("share that happened", fontsize=8)
    return figure


def _scores(frozen: Frozen) -> Figure:
    figure, [axes] = _canvas(7.5, 3.0)
    scores = frozen.tenths / 10.0
    cuts = frozen.tiers.cuts
    axes.hist(scores, bins=80, color="#adb5bd")
    for tier, cut in (("A", cuts.A), ("B", cuts.B), ("C", cuts.C)):
        axes.axvline(cut / 10.0, color=_TIER_COLOURS[tier], lw=1.2, label=f"{tier} from {cut / 10}")
    axes.set_xlabel("score of the businesses open on the latest as-of date")
    axes.legend(fontsize=7)
    return figure


def _importance(credit: Learned) -> Figure:
    gains = gain_by_feature(credit.model.text)
    best = sorted(gains.items(), key=lambda item: -item[1])[:_FEATURES]
    figure, [axes] = _canvas(7.5, 0.6 + 0.22 * max(len(best), 1))
    axes.barh([name for name, _ in best], [gain for _, gain in best], color="#1971c2")
    axes.invert_yaxis()
    axes.tick_params(axis="y", labelsize=7)
    axes.set_xlabel("share of the model's gain")
    return figure
