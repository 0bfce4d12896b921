"""Whether a model serves every segment of businesses alike.

What must not differ between segments is what a score means: a segment that is called
riskier than it proves to be is inspected for what it is, not for what it does. So each
group is judged by the ratio of what was said to what was found, compared with that of
all businesses. What was said is read off the margin, moved as a whole to the level that
was found: tiers are cut on the margin, and a curve fitted on the tested rows would bend
until a punished segment looks as if it deserved it. Rates of selection and of false
alarms are told beside it; they differ with conduct too, and are no reason by
themselves.

What is found depends on where one looks: where a segment is inspected more often,
more is found, and this test cannot tell. That is what the random arm is for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

import numpy as np

from training.arrays import Bools, Floats, Ints, Texts
from training.concordance import Concordance, Interval, resampled
from training.evaluate import Scored, ece
from training.ranked import selected_share

LEAST = 10  # positives and others without which a group's AUC is not worth telling
TIME = "tested at"  # not a segment of businesses: the same figures over time
_BOUNDLESS = 1e9


class Served(Enum):
    """What the figures allow to say about a group."""

    ALIKE = "alike"
    UNFAIRLY = "unfairly"
    UNKNOWN = "too small to say"


@dataclass(frozen=True)
class Group:
    """One group of one segment, on the rows tested.

    Parameters
    ----------
    rows, positives
        How many, and how many of them the outcome happened to.
    selected
        Share that is among the riskiest, as many as can be inspected.
    false_alarms
        The same among those it did not happen to.
    said, happened
        Mean probability by the levelled margin, and rate.
    ratio
        ``said / happened`` of the group over that of all, with its interval; None
        where nothing happened.
    auc, ece
        Discrimination and calibration error within the group; None below
        `LEAST` positives or others.
    """

    segment: str
    group: str
    rows: int
    positives: int
    selected: float
    false_alarms: float
    said: float
    happened: float
    ratio: Interval | None
    auc: Interval | None
    ece: float | None

    def served(self, bound: float) -> Served:
        """Whether the ratio surely lies within ``[1/bound, bound]``, surely not, or neither.

        Resampling a handful of positives gives intervals that are too narrow: of a group
        in which fewer than `LEAST` were found and fewer expected, nothing is said.
        """
        if self.ratio is None or max(self.positives, self.said * self.rows) < LEAST:
            return Served.UNKNOWN
        if self.ratio.low > bound or self.ratio.high < 1 / bound:
            return Served.UNFAIRLY
        within = self.ratio.low >= 1 / bound and self.ratio.high <= bound
        return Served.ALIKE if within else Served.UNKNOWN


def fairness(
    rows: Scored,
    segments: Mapping[str, Texts],
    *,
    capacity_share: float,
    replicates: int,
    seed: int,
) -> tuple[Group, ...]:
    """Every group of every segment, in the order of the segments.

    Parameters
    ----------
    rows
        The tested rows, with probabilities calibrated on other businesses.
    segments
        Segment → ``(n,)`` groups.
    """
    if not segments or rows.probability is None:
        return ()
    chosen = selected_share(rows.score, capacity_share)
    said = levelled(rows.score, float(rows.y.mean()))
    times = list(resampled(rows.entity_id, replicates, seed))
    return tuple(
        group
        for segment, of_row in segments.items()
        for group in _groups(segment, of_row, rows, (chosen, said), times)
    )


def levelled(margin: Floats, rate: float) -> Floats:
    """Probabilities ``(n,)`` of margins moved as a whole, so that their mean is `rate`.

    >>> round(float(levelled(np.array([-1.0, 0.0, 1.0]), 0.2).mean()), 6)
    0.2
    """
    low, high = -50.0 - float(margin.max()), 50.0 - float(margin.min())
    for _ in range(80):  # bisection: the mean rises with the shift
        middle = (low + high) / 2
        p: Floats = 1.0 / (1.0 + np.exp(-np.clip(margin + middle, -700, 700)))
        low, high = (middle, high) if p.mean() < rate else (low, middle)
    return p


def _groups(
    segment: str, of_row: Texts, rows: Scored, told: tuple[Floats, Floats], times: list[Floats]
) -> list[Group]:
    chosen, said = told
    assert rows.probability is not None  # `fairness` has looked
    names, code = np.unique(of_row, return_inverse=True)
    ratios = _ratios(rows.y, said, code, len(names), times)
    frame = _by_group(rows.y, said, chosen, of_row)
    groups = []
    for place, name in enumerate(names.tolist()):
        inside, found = np.flatnonzero(code == place), frame[name]
        positives = int(found["positives"])
        enough = min(positives, len(inside) - positives) >= LEAST
        groups.append(
            Group(
                segment=segment,
                group=name,
                rows=len(inside),
                positives=positives,
                selected=found["selected"],
                false_alarms=found["false_alarms"],
                said=found["said"],
                happened=found["happened"],
                ratio=ratios[place],
                auc=_auc(rows, inside, times) if enough else None,
                ece=ece(rows.y[inside], rows.probability[inside]) if enough else None,
            )
        )
    return groups


def _auc(rows: Scored, inside: Ints, times: list[Floats]) -> Interval:
    ranking = Concordance(rows.y[inside], rows.score[inside])
    return Interval.of(ranking.auc(), np.array([ranking.auc(w[inside]) for w in times]))


def _by_group(y: Ints, p: Floats, chosen: Floats, of_row: Texts) -> Mapping[str, dict[str, float]]:
    """Group → figure → value, by fairlearn.

    Every figure is a mean of rows, so fairlearn is given one weighted row for those of a
    group that ended alike: row by row it takes longer than fitting the model.
    """
    from fairlearn.metrics import MetricFrame

    names, code = np.unique(of_row, return_inverse=True)
    cell = 2 * code + y
    rows = np.bincount(cell, minlength=2 * len(names)).astype(np.float64)
    held = np.flatnonzero(rows)
    taken, said = (np.bincount(cell, values, 2 * len(names))[held] for values in (chosen, p))
    frame = MetricFrame(
        metrics={
            "positives": lambda truth, _, rows: float((truth * rows).sum()),
            "selected": lambda _, taken, rows: float(taken.sum() / rows.sum()),
            "false_alarms": _false_alarms,
            "said": lambda *_, rows, said: float(said.sum() / rows.sum()),
            "happened": lambda truth, _, rows: float((truth * rows).sum() / rows.sum()),
        },
        y_true=held % 2,
        y_pred=taken,
        sensitive_features=names[held // 2],
        sample_params={
            name: {"rows": rows[held], **({"said": said} if name == "said" else {})}
            for name in ("positives", "selected", "false_alarms", "said", "happened")
        },
    )
    found: Mapping[str, dict[str, float]] = frame.by_group.to_dict("index")
    return found


def _false_alarms(truth: Ints, taken: Floats, rows: Floats) -> float:
    innocent: Bools = np.asarray(truth) == 0
    among = float(np.asarray(rows)[innocent].sum())
    return float(np.asarray(taken)[innocent].sum()) / among if among else float("nan")


def _bounded(value: float, drawn: Floats) -> Interval:
    """The interval; without end where nothing happened in many of the resamples."""
    told = Interval.of(value, np.where(np.isfinite(drawn), drawn, _BOUNDLESS))
    return told if told.high < _BOUNDLESS / 2 else replace(told, high=np.inf)


def _ratios(
    y: Ints, p: Floats, code: Ints, groups: int, times: list[Floats]
) -> list[Interval | None]:
    def ratio(w: Floats) -> Floats:
        said, happened = np.bincount(code, w * p, groups), np.bincount(code, w * y, groups)
        with np.errstate(divide="ignore", invalid="ignore"):
            of_group = said / happened
            whole: Floats = of_group / (said.sum() / happened.sum())
        return whole

    value = ratio(np.ones(len(y)))
    drawn = np.array([ratio(w) for w in times]).reshape(len(times), groups)
    return [
        _bounded(float(value[g]), drawn[:, g]) if np.isfinite(value[g]) else None
        for g in range(groups)
    ]
