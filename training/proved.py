"""How good the models proved to be, as sections of the model card."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

import numpy as np

from serving.decision.grading import interval
from serving.manifest import TIERS
from training.assemble import Frozen
from training.calibrate import probabilities
from training.document import Table
from training.evaluate import Evaluation
from training.fairness import TIME, Group
from training.judge import MODEL
from training.learn import Learned
from training.venn_abers import METHODS

_SHOWN = ("ks", "lift_top_decile", "precision_at_capacity", "brier", "log_loss", "ece")


def performance(learned: Sequence[Learned]) -> Table:
    """Discrimination of every ranking, and how far the model is ahead."""
    rows = []
    for one in learned:
        for name, figures in one.judgement.evaluations.items():
            ahead = one.judgement.advantage.get(name)
            rows.append(
                (
                    one.outcome.name,
                    name,
                    str(figures.auc),
                    "–" if figures.stratified_auc is None else str(figures.stratified_auc),
                    "–" if ahead is None else str(ahead),
                )
            )
    return Table(
        ("outcome", "ranking", "AUC", "AUC within nuisance groups", "model's advantage"),
        tuple(rows),
    )


def figures(learned: Sequence[Learned]) -> Table:
    """The other figures of each model, with intervals."""
    rows = []
    for one in learned:
        figures = one.judgement.evaluations[MODEL]
        days = figures.early_discovery_days
        rows.append(
            (
                one.outcome.name,
                f"{figures.positives:,} of {figures.rows:,}",
                *(_interval(figures, name) for name in _SHOWN),
                f"{figures.capacity:,}",
                "–" if days is None else _interval(figures, "early_discovery_days"),
            )
        )
    return Table(
        ("outcome", "positives", "KS", "lift in the top tenth", "precision at capacity", "Brier",
         "log loss", "calibration error", "capacity", "days earlier"),
        tuple(rows),
    )  # fmt: skip


def _interval(figures: Evaluation, name: str) -> str:
    found = figures.intervals.get(name)
    return "–" if found is None else str(found)


def calibration(learned: Sequence[Learned], frozen: Frozen) -> tuple[str | Table, ...]:
    """How probabilities are made, and how far they can be known at the tiers' cut-offs."""
    credit, cuts, scale = learned[0], frozen.tiers.cuts, frozen.scale.score
    margins = np.array(
        [(scale.offset - cut / 10) / scale.factor for cut in (cuts.A, cuts.B, cuts.C)]
    )
    ends = [interval(margin, credit.calibration) for margin in margins.tolist()]
    return (
        "The plot shows probabilities calibrated on other businesses than those judged. The method "
        "in the bundle is the one with the smaller log loss on later rows than it was fitted on "
        "(on other businesses, where only one day was tested).",
        "Its shape is drawn on what earlier models said of the tested days. Its level is then "
        "moved so that the model that ships expects as many as happened among all labelled rows; "
        "before, it expected so many times as many:",
        Table(
            (
                "outcome",
                "method",
                *(f"log loss, {name}" for name in METHODS),
                "judged on",
                "expected before",
            ),
            tuple(
                (
                    one.outcome.name,
                    one.choice.method,
                    *(f"{one.choice.losses[name]:.5f}" for name in METHODS),
                    "later rows" if one.choice.out_of_time else "other businesses",
                    f"{one.level.before:.2f} times",
                )
                for one in learned
            ),
        ),
        "At the cut-offs of the tiers, the probability of the credit outcome, and the interval in "
        f"which {_sureness(credit)} (businesses drawn anew, curve and level fitted anew):",
        Table(
            ("from", "probability", "at least", "at most"),
            tuple(
                (
                    tier,
                    f"{p:.4f}",
                    *(("–", "–") if end is None else (f"{e / 1e4:.4f}" for e in end)),
                )
                for tier, p, end in zip(
                    TIERS, probabilities(margins, credit.calibration), ends, strict=False
                )
            ),
        ),
    )


def _sureness(one: Learned) -> str:
    if one.band is None:
        return "it lies was not asked"
    return f"it lies with {one.band.certainty:.0%} certainty"


def segments(learned: Sequence[Learned], bound: float) -> tuple[str | Table, ...]:
    """Every group of the credit outcome, and each warning's worst served one.

    Parameters
    ----------
    bound
        How far said over found may surely lie from that of all.
    """
    groups = learned[0].groups
    if not groups:
        return ("No segments are declared.",)
    return (
        "The credit model on the tested rows, by fairlearn. Said over found compares what the "
        "margin says of a group with what was found in it, all businesses being 1: alike means "
        f"surely within {1 / bound:g} to {bound:g}, unfairly surely outside. What is found "
        "depends on where one looks; where a group is inspected more, more is found.",
        Table(
            ("segment", "group", "positives", "said", "found", "said over found", "served",
             "selected", "false alarms", "AUC", "calibration error"),
            tuple(_group(group, bound) for group in groups),
        ),
        "Of each warning, the group whose ratio is furthest from all others'; a warning that "
        "serves a group surely unfairly is left out of the bundle:",
        Table(
            ("warning", "segment", "group", "positives", "said over found", "groups too small"),
            tuple(row for one in learned[1:] for row in _worst(one)),
        ),
    )  # fmt: skip


def _worst(one: Learned) -> Iterator[tuple[str, ...]]:
    told = [g for g in one.groups if g.segment != TIME and _off(g) > 0]
    if not told:
        return
    worst = max(told, key=_off)
    small = sum(g.auc is None for g in one.groups)
    yield (
        one.outcome.name, worst.segment, worst.group, f"{worst.positives:,} of {worst.rows:,}",
        str(worst.ratio), f"{small} of {len(one.groups)}",
    )  # fmt: skip


def _off(group: Group) -> float:
    """How far a group is called from what it proved to be; 0 where nothing was found."""
    ratio = group.ratio
    return abs(math.log(ratio.value)) if ratio is not None and ratio.value > 0 else 0.0


def _group(group: Group, bound: float) -> tuple[str, ...]:
    return (
        group.segment,
        group.group,
        f"{group.positives:,} of {group.rows:,}",
        f"{group.said:.4f}",
        f"{group.happened:.4f}",
        "–" if group.ratio is None else str(group.ratio),
        group.served(bound).value,
        f"{group.selected:.1%}",
        f"{group.false_alarms:.1%}",
        "too small to say" if group.auc is None else str(group.auc),
        "too small to say" if group.ece is None else f"{group.ece:.4f}",
    )


def looks(credit: Learned) -> tuple[str | Table, ...]:
    """What checks say of those who were never checked."""
    if not credit.looks:
        return ("No random draws are declared: nothing can be said of the uninspected.",)
    return (
        "Checks go where risk is seen, so what they find is not what they would find in everyone. "
        "Drawn checks speak for those who were not, each by the inverse of its probability; the "
        "class-blind arm speaks for all without weights.",
        Table(
            ("checks asked", "checks", "problems", "rate of problems", "AUC", "lift, top tenth"),
            tuple(
                (
                    look.value,
                    f"{seen.checks:,}",
                    f"{seen.problems:,}",
                    *("too few to say" if i is None else str(i)
                      for i in (seen.rate, seen.auc, seen.lift)),
                )
                for look, seen in credit.looks.items()
            ),
        ),
    )  # fmt: skip
