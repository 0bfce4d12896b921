"""Score and tier of one business on every day of a span.

The same scorer, cuts and policy as `decide`. A model sees a feature only through
its thresholds and a rule only through its tests, so days that neither can tell
from the day before are not asked about again.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from features.engines.timeline import Part, Span
from serving.decision.content import Bundle
from serving.decision.decided import Business
from serving.decision.grades import facts_of
from serving.decision.grading import clipped, score_tenths, tier_of
from serving.formats import day_of, iso_day
from serving.manifest import CREDIT, TIERS
from serving.model.bins import BELOW_ZERO
from serving.model.node_rule import ZERO_THRESHOLD
from serving.model.tree_reader import CATEGORICAL
from serving.policy import Facts
from serving.policy.words import Test

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
HOLDS_DAYS = 31  # tiers are set anew each month
_TESTS_AT_ONCE = 40  # truths that one integer holds beside season and tier


@dataclass(frozen=True)
class Outlook:
    """``(n_days,)`` score in tenths and place of the final tier in `TIERS`."""

    tenths: Ints
    tiers: Ints

    def first(self, tier: int) -> int | None:
        """The first day after today (day 0) from which that tier or a better one holds.

        It holds when it lasts `HOLDS_DAYS` or to the end: a better tier for a week,
        between two thresholds, is not a way back.
        """
        good = np.concatenate([[False], self.tiers[1:] <= tier, [False]])
        turns = np.flatnonzero(good[1:] != good[:-1])
        for start, end in zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True):
            if end - start >= HOLDS_DAYS or end == len(self.tiers) - 1:
                return int(start) + 1
        return None

    def lasts(self, tier: int, start: int) -> int | None:
        """The last day of the run that begins on day `start`; none when it never ends."""
        lost = np.flatnonzero(self.tiers[start:] > tier)
        return int(lost[0]) + start - 1 if len(lost) else None


class Forecaster:
    """Looks ahead for one business by the models and rules of one bundle.

    Parameters
    ----------
    names
        The features at the places that parts speak of.
    contested
        Whether a record is disputed, and stays so.
    """

    def __init__(
        self,
        bundle: Bundle,
        subject: Business,
        span: Span,
        names: Sequence[str],
        *,
        contested: bool = False,
    ) -> None:
        self._bundle = bundle
        self._subject = subject
        self._contested = contested
        self._span = span
        order = {name: i for i, name in enumerate(bundle.feature_names)}
        self._column = [order[name] for name in names]
        self._scorer = bundle.models[CREDIT].scorer
        self._edges = _edges(bundle)
        self._tests = [
            test
            for rule in bundle.policy.rules
            for version in rule.versions
            for test in version.when
        ]
        place = {name: i for i, name in enumerate(names)}
        self._tested = [None if t.feature is None else place[t.feature] for t in self._tests]
        self._seasons = _seasons(bundle, span)
        self._turns: dict[Part, Bools] = {}
        self._truths: dict[tuple[int, Part], Bools] = {}

    def differ(self, one: Sequence[Part], other: Sequence[Part]) -> bool:
        """Whether anything that the model or a rule looks at differs on any day."""
        looked_at = {*self._edges, *(self._column[p] for p in self._tested if p is not None)}
        for first, second in zip(one, other, strict=True):
            if first is not second:
                rows = [k for k, p in enumerate(first.places) if self._column[p] in looked_at]
                if not np.array_equal(first.values[rows], second.values[rows], equal_nan=True):
                    return True
        return False

    def outlook(self, parts: Sequence[Part]) -> Outlook:
        """What a future leads to, day by day."""
        manifest = self._bundle.manifest
        turns = np.logical_or.reduce([self._turns_of(part) for part in parts])
        margins = self._scorer.margins(self._rows(parts, np.flatnonzero(turns)))
        different, which = np.unique(margins, return_inverse=True)  # a model says few things
        scores = [clipped(score_tenths(margin, manifest.score)) for margin in different.tolist()]
        letters = [TIERS.index(tier_of(score, manifest.tiers)) for score in scores]
        place = which.reshape(-1)[np.cumsum(turns) - 1]
        model = np.array(letters, dtype=np.int64)[place]
        return Outlook(np.array(scores)[place], self._ruled(parts, model))

    def _rows(self, parts: Sequence[Part], days: NDArray[np.intp]) -> Floats:
        """``(n_days, n_features)`` in the bundle's order."""
        X = np.full((len(days), len(self._column)), np.nan)
        for part in parts:
            X[:, [self._column[p] for p in part.places]] = part.values[:, days].T
        return X

    def _turns_of(self, part: Part) -> Bools:
        """Days on which the model can tell one of the part's features from the day before."""
        known = self._turns.get(part)
        if known is None:
            known = np.zeros(len(self._span), dtype=bool)
            known[0] = True
            for place, values in zip(part.places, part.values, strict=True):
                edges = self._edges.get(self._column[place])
                if edges is not None:
                    codes = np.searchsorted(edges, values) if len(edges) else values
                    known[1:] |= codes[1:] != codes[:-1]
            self._turns[part] = known
        return known

    def _ruled(self, parts: Sequence[Part], model: Ints) -> Ints:
        home = {place: part for part in parts for place in part.places}
        keys = self._seasons * len(TIERS) + model
        for number in range(len(self._tests)):
            keys = 2 * keys + self._truth(number, parts, home)
            if number % _TESTS_AT_ONCE == _TESTS_AT_ONCE - 1:
                keys = np.unique(keys, return_inverse=True)[1].reshape(-1).astype(np.int64)
        _, first, which = np.unique(keys, return_index=True, return_inverse=True)
        ruled = []
        for row, values in zip(first.tolist(), self._rows(parts, first), strict=True):
            day = self._span.first + row
            known = [None if math.isnan(value) else value for value in values.tolist()]
            named = dict(zip(self._bundle.feature_names, known, strict=True))
            share = sum(value is None for value in known) / len(known)
            facts = facts_of(self._subject, named, share, day, self._contested)
            on = date.fromisoformat(iso_day(day))
            ruling = self._bundle.policy.rule(TIERS[int(model[row])], facts, on)
            ruled.append(TIERS.index(ruling.tier))
        tiers: Ints = np.array(ruled, dtype=np.int64)[which.reshape(-1)]
        return tiers

    def _truth(self, number: int, parts: Sequence[Part], home: dict[int, Part]) -> Bools:
        """Whether a test holds, day by day; each different value is asked about once."""
        test, place = self._tests[number], self._tested[number]
        if place is None:
            return self._truth_of(test, self._profile(test, parts))
        part = home[place]
        if (number, part) not in self._truths:
            values = part.values[part.places.index(place)]
            self._truths[number, part] = self._truth_of(test, values)
        return self._truths[number, part]

    def _truth_of(self, test: Test, column: Floats | None) -> Bools:
        if column is None:
            facts = facts_of(self._subject, {}, 0.0, self._span.first, self._contested)
            return np.full(len(self._span), test.holds(facts))
        values, which = np.unique(column, return_inverse=True)
        held = np.array([test.holds(_one(test, value)) for value in values.tolist()])
        truth: Bools = held[which.reshape(-1)]
        return truth

    def _profile(self, test: Test, parts: Sequence[Part]) -> Floats | None:
        """The numbers of the profile that change; none for what stays (sector, form)."""
        opened = self._subject.established_day
        if test.profile == "age_days" and opened is not None:
            return np.arange(self._span.first, self._span.last + 1, dtype=np.float64) - opened
        if test.profile == "missing_share":
            missing = sum(np.isnan(part.values).sum(axis=0) for part in parts)
            share: Floats = missing / len(self._column)
            return share
        return None


def _one(test: Test, value: float) -> Facts:
    known = None if math.isnan(value) else value
    if test.feature is not None:
        return Facts({test.feature: known}, {})
    return Facts({}, {test.profile or "": known})


def _edges(bundle: Bundle) -> dict[int, Floats]:
    """Column → every threshold the model compares it with; none for a categorical one."""
    nodes = bundle.models[CREDIT].scorer.trees.nodes
    categorical = (nodes.decision_type & CATEGORICAL) != 0
    edges: dict[int, Floats] = {}
    for column in np.unique(nodes.split_feature).tolist():
        mine = nodes.split_feature == column
        if (categorical & mine).any():
            edges[column] = np.empty(0)
        else:
            near_zero = [BELOW_ZERO, ZERO_THRESHOLD]
            edges[column] = np.unique(np.append(nodes.threshold[mine], near_zero))
    return edges


def _seasons(bundle: Bundle, span: Span) -> Ints:
    """A number for each day that changes when another version of a rule comes into force."""
    seasons = np.zeros(len(span), dtype=np.int64)
    for rule in bundle.policy.rules:
        for version in rule.versions:
            for turn in (version.effective_from, version.effective_until):
                if turn is not None:
                    place = day_of(turn.isoformat()) - span.first
                    seasons[max(0, place) :] += place > 0
    return seasons
