"""Geometry of the console's figures: what stands where, as plain numbers for SVG.

Pages carry no inline style, so that a strict content security policy holds;
whatever has a length is drawn as SVG from these.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from serving.answers.history import History
from serving.decision.decide import Decision
from serving.decision.explanation import Contribution, Subtotal
from serving.decision.points import read
from serving.manifest import TIERS

_LABEL = 44.0  # width a label under the scale needs
_LETTER = 16.0  # width a letter inside a zone needs


@dataclass(frozen=True)
class Zone:
    """A tier's part of the scale; `letter` is false where it is too narrow for one."""

    tier: str
    x: float
    width: float
    letter: bool


@dataclass(frozen=True)
class Cut:
    """Where a better tier begins; `row` keeps neighbouring labels apart."""

    tier: str
    x: float
    score: str
    row: int


@dataclass(frozen=True)
class Scale:
    """The score on its way from 0 to 1000, `width` units wide."""

    width: float
    zones: tuple[Zone, ...]
    cuts: tuple[Cut, ...]
    marker: float
    marker_label: float


def scale(decision: Decision, width: float) -> Scale:
    """The scale of a decision."""
    unit = width / 10_000
    edges = [0, *(read(decision.cutoffs[tier]) for tier in "CBA"), 10_000]
    zones = tuple(
        Zone(tier, low * unit, (high - low) * unit, (high - low) * unit >= _LETTER)
        for tier, low, high in zip("DCBA", edges, edges[1:], strict=False)
    )
    cuts: list[Cut] = []
    ends = [0.0, 0.0, 0.0]  # where each row of labels is free from; 0 and 1000 stand in the first
    ends[0] = 14.0
    for tier, edge in zip("CBA", edges[1:4], strict=True):
        x = edge * unit
        row = next((i for i, end in enumerate(ends) if x - _LABEL / 2 >= end), 2)
        ends[row] = x + _LABEL / 2
        cuts.append(Cut(tier, x, decision.cutoffs[tier], row))
    marker = read(decision.score) * unit
    return Scale(width, zones, tuple(cuts), marker, min(max(marker, 24.0), width - 24.0))


@dataclass(frozen=True)
class Bar:
    """A part of the score: from where the sum stood before it to where it stands after."""

    x: float
    width: float
    falls: bool


@dataclass(frozen=True)
class FeatureBar:
    """One feature's part of its group."""

    contribution: Contribution
    bar: Bar


@dataclass(frozen=True)
class GroupBar:
    """One indicator group's part of the score, and the features it is made of."""

    group: Subtotal
    bar: Bar
    features: tuple[FeatureBar, ...]


@dataclass(frozen=True)
class Waterfall:
    """How the score adds up, from the base by group to the total, `width` units wide."""

    width: float
    base: float
    groups: tuple[GroupBar, ...]
    limit: Bar | None
    total: float
    cuts: tuple[tuple[str, float], ...]


def waterfall(decision: Decision, width: float) -> Waterfall:
    """The way from the base to the score; features in order of their weight."""
    told = decision.explanation
    base, total = read(told.base), read(told.total)
    steps: list[int] = [base]
    groups: list[tuple[Subtotal, int, list[tuple[Contribution, int]]]] = []
    at = base
    for group in told.by_group:
        inside = sorted(
            (one for one in told.contributions if one.group == group.key),
            key=lambda one: (-abs(read(one.points)), one.feature),
        )
        begun, placed = at, []
        for one in inside:
            placed.append((one, at))
            at += read(one.points)
            steps.append(at)
        groups.append((group, begun, placed))
    low, high = min(*steps, total), max(*steps, total)
    room = max(high - low, 1)
    low, high = low - room // 20, high + room // 20 + 1

    def x(tenths: int) -> float:
        return round((tenths - low) * width / (high - low), 2)

    def bar(begin: int, points: int) -> Bar:
        left, right = sorted((x(begin), x(begin + points)))
        return Bar(left, max(round(right - left, 2), 0.75), points < 0)

    limit = read(told.limit)
    return Waterfall(
        width=width,
        base=x(base),
        groups=tuple(
            GroupBar(
                group,
                bar(begun, read(group.points)),
                tuple(FeatureBar(one, bar(start, read(one.points))) for one, start in placed),
            )
            for group, begun, placed in groups
        ),
        limit=bar(at, limit) if limit else None,
        total=x(total),
        cuts=tuple(
            (tier, x(read(cut)))
            for tier, cut in decision.cutoffs.items()
            if low <= read(cut) <= high
        ),
    )


@dataclass(frozen=True)
class Band:
    """A tier's part of the height; `letter` is false where it is too low for one."""

    tier: str
    y: float
    height: float
    letter: bool


@dataclass(frozen=True)
class Dot:
    """The score on one day."""

    x: float
    y: float
    as_of: str
    score: str


@dataclass(frozen=True)
class Line:
    """The score over past month ends, oldest left, among the tiers' bands."""

    width: float
    height: float
    zones: tuple[Band, ...]
    points: str
    dots: tuple[Dot, ...]


def history_line(history: History, cutoffs: Mapping[str, str], width: float) -> Line:
    """The line of a history; the height shows what its scores reach, and a little more."""
    height, edge = 140.0, 28.0
    moments = history.moments[::-1]
    tenths = [read(one.score) for one in moments]
    low, high = max(min(tenths, default=0) - 300, 0), min(max(tenths, default=0) + 300, 10_000)

    def y(score: int) -> float:
        return round((high - min(max(score, low), high)) * height / max(high - low, 1), 2)

    edges = [0, *(read(cutoffs[tier]) for tier in "CBA"), 10_000]
    bands = tuple(
        Band(tier, y(above), round(y(below) - y(above), 2), y(below) - y(above) >= _LETTER)
        for tier, below, above in zip("DCBA", edges, edges[1:], strict=False)
    )
    step = (width - 2 * edge) / max(len(moments) - 1, 1)
    dots = tuple(
        Dot(round(edge + place * step, 2), y(score), one.as_of, one.score)
        for place, (one, score) in enumerate(zip(moments, tenths, strict=True))
    )
    return Line(width, height, bands, " ".join(f"{d.x},{d.y}" for d in dots), dots)


@dataclass(frozen=True)
class Part:
    """A part of a stacked bar."""

    key: str
    n: int
    share: float
    x: float
    width: float


def stacked(
    tally: Mapping[str, int], width: float, keys: Sequence[str] = TIERS
) -> tuple[Part, ...]:
    """Parts of a bar in the order of `keys`, in proportion to their numbers."""
    total = sum(tally.values())
    parts, x = [], 0.0
    for key in keys:
        n = tally.get(key, 0)
        share = n / total if total else 0.0
        parts.append(Part(key, n, share, round(x, 2), round(share * width, 2)))
        x += share * width
    return tuple(parts)
