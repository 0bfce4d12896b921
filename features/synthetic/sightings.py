"""What consumers and regulators see in one month, and what comes of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TypeVar

import numpy as np

from features.synthetic.population import Population
from features.synthetic.priors import Priors, Supervision
from features.synthetic.span import NONE, Bools, Floats, Ints, Longs, working_day

BY_TIER, BLIND, BY_COMPLAINT, CAMPAIGN = range(4)
NO_PROBLEM, CORRECTED, PENDING, UNREACHABLE, REFUSED, UNDISCLOSED, FALSE, IDLE = range(8)
# Shares of CORRECTED … FALSE among problems; nobody is unreachable by chance.
_SERIOUS_RESULTS = (0.45, 0.25, 0.0, 0.03, 0.22, 0.05)
NOBODY_ANSWERS = 0.85  # of the checks at an address where nobody is reached any more
_MINOR_RESULTS = (0.33, 0.08, 0.0, 0.01, 0.52, 0.06)


@dataclass(frozen=True)
class Checks:
    """One check a row: who, when, why, tier and probability at the draw, result."""

    business: Longs
    day: Ints
    drawn_by: Ints
    tier: Ints
    probability: Floats
    result: Ints


@dataclass(frozen=True)
class Complaints:
    """One complaint or report a row, and whether it proved true and became a case."""

    business: Longs
    day: Ints
    report: Bools
    founded: Bools


@dataclass(frozen=True)
class Detections:
    """A violation that came to the regulator's knowledge, and when."""

    business: Longs
    day: Ints
    latent: Floats


_Rows = TypeVar("_Rows", Checks, Complaints, Detections)


@dataclass(frozen=True)
class Month:
    """One month of the city: its days, and the state of every business ``(n,)``.

    `record` is what the regulator remembers of each business, from which the
    tiers of the draw follow.
    """

    start: int
    end: int
    season: float
    alive: Bools
    violation: Bools
    latent: Floats
    lost: Ints
    record: Floats


class Sightings:
    """Collects a chunk's checks, complaints and detections, month by month."""

    def __init__(
        self, population: Population, key: Bools, priors: Priors, rng: np.random.Generator
    ) -> None:
        self._population, self._key, self._priors, self._rng = population, key, priors, rng
        self._storm = np.zeros(len(population), np.float32)
        self._hint = rng.standard_normal(len(population), np.float32)
        self._checks: list[Checks] = []
        self._complaints: list[Complaints] = []
        self._detections: list[Detections] = []

    def pass_month(self, month: Month) -> Floats:
        """Let one month pass; what it adds to the visible record of each business."""
        added = np.zeros(len(month.alive), np.float32)
        complaints = self._hear(month)
        founded = complaints.business[complaints.founded]
        checks = self._check(month, np.unique(founded))
        detections = self._detect(month, checks, np.unique(founded))
        np.add.at(added, complaints.business, np.float32(0.04))
        np.add.at(added, founded, np.float32(0.5))
        np.add.at(added, checks.business[_problem(checks)], np.float32(0.6))
        np.add.at(added, detections.business, np.float32(1.0))
        self._complaints.append(complaints)
        self._checks.append(checks)
        self._detections.append(detections)
        return added

    def _hear(self, month: Month) -> Complaints:
        consumers, rng = self._priors.consumers, self._rng
        rate = self._population.exposure * month.season * np.exp(0.55 * month.latent - 0.15)
        rate = rate * np.where(month.violation, 2.2, 0.95) + self._storms(month)
        rate = rate * month.alive
        business = np.repeat(np.arange(len(rate)), rng.poisson(rate))
        m = len(business)
        report = rng.random(m) < consumers.reports
        broken = month.violation[business]
        # One in twelve has a violation behind it, so that each pair has the mean one.
        verified = rng.random(m) < np.where(broken, 2.9, 0.83) * consumers.report_verified
        case = rng.random(m) < np.where(broken, 3.6, 0.78) * consumers.complaint_to_case
        founded = np.where(report, verified, case)
        return Complaints(business, self._days(month, m), report, founded)

    def _storms(self, month: Month) -> Floats:
        """Complaints a month of businesses that suddenly disappoint many at once."""
        consumers, rng, n = self._priors.consumers, self._rng, len(self._storm)
        reach = np.minimum(self._population.exposure * 150, 3)
        chance = consumers.storm_monthly * reach * np.exp(0.8 * month.latent - 0.32)
        breaks = rng.random(n) < chance
        self._storm *= np.float32(0.45)
        self._storm[breaks] += np.exp(rng.normal(3.0, 0.6, int(breaks.sum())))
        return self._storm

    def _check(self, month: Month, cases: Longs) -> Checks:
        supervision, rng, n = self._priors.supervision, self._rng, len(month.alive)
        tier = self._tiers(month)
        chances = (
            (BY_TIER, np.array(supervision.ratios)[tier] / 12),
            (BLIND, np.full(n, supervision.blind_yearly / 12)),
            (CAMPAIGN, np.where(self._key, supervision.campaign_yearly / 12, 0.0)),
        )
        parts = []
        for reason, chance in chances:
            drawn = np.flatnonzero(month.alive & (rng.random(n) < chance))
            parts.append((drawn, np.full(len(drawn), reason), chance[drawn]))
        led = cases[rng.random(len(cases)) < 0.5]
        parts.append((led, np.full(len(led), BY_COMPLAINT), np.full(len(led), np.nan)))
        business, drawn_by, probability = (
            np.concatenate(column) for column in zip(*parts, strict=True)
        )
        day = working_day(self._days(month, len(business)))
        return Checks(
            business,
            day,
            drawn_by.astype(np.int32),
            tier[business].astype(np.int32),
            probability.astype(np.float32),
            self._result(month, business, day),
        )

    def _tiers(self, month: Month) -> Longs:
        """Tiers of the draw: the record, and what other departments' data hint at."""
        hint = 0.7 * month.latent + 0.7 * self._hint
        standing = month.record + np.float32(0.35) * np.maximum(hint, 0)
        living = standing[month.alive]
        better = np.cumsum(self._priors.supervision.tier_shares)[:-1]
        cuts = np.quantile(living, better) if len(living) else np.zeros(3)
        tiers: Longs = np.searchsorted(cuts, standing, side="right")
        return tiers

    def _result(self, month: Month, business: Longs, day: Ints) -> Ints:
        supervision, rng, m = self._priors.supervision, self._rng, len(business)
        broken, lost = month.violation[business], month.lost[business]
        found = rng.random(m) < chance_found(supervision, broken, month.latent[business])
        shares = np.where(broken[:, None], _SERIOUS_RESULTS, _MINOR_RESULTS).cumsum(1)
        problem = np.minimum(CORRECTED + (rng.random(m)[:, None] > shares).sum(1), FALSE)
        nobody = (lost != NONE) & (lost <= day) & (rng.random(m) < NOBODY_ANSWERS)
        clean = np.where(rng.random(m) < 0.92, NO_PROBLEM, IDLE)
        result: Ints = np.where(nobody, UNREACHABLE, np.where(found, problem, clean))
        return result.astype(np.int32)

    def _detect(self, month: Month, checks: Checks, cases: Longs) -> Detections:
        supervision, rng = self._priors.supervision, self._rng
        caught = month.violation[checks.business] & _problem(checks)
        punished = caught & (rng.random(len(caught)) < supervision.punished_after_check)
        likely = np.where(month.violation[cases], 1.0, 0.35) * supervision.punished_after_case
        from_cases = cases[rng.random(len(cases)) < likely]
        broken = np.flatnonzero(month.violation)
        otherwise = broken[rng.random(len(broken)) < supervision.found_otherwise_monthly]
        business = np.concatenate([checks.business[punished], from_cases, otherwise])
        days = self._days(month, len(from_cases) + len(otherwise))
        day = np.concatenate([checks.day[punished], days]).astype(np.int32)
        return Detections(business, day, month.latent[business])

    def _days(self, month: Month, n: int) -> Ints:
        return self._rng.integers(month.start, month.end, n).astype(np.int32)

    @property
    def checks(self) -> Checks:
        """Every check so far."""
        return _stacked(Checks, self._checks)

    @property
    def complaints(self) -> Complaints:
        """Every complaint and report so far."""
        return _stacked(Complaints, self._complaints)

    @property
    def detections(self) -> Detections:
        """Every detected violation so far."""
        return _stacked(Detections, self._detections)


def chance_found(supervision: Supervision, broken: Bools, latent: Floats) -> Floats:
    """Chance that a check finds something wrong where somebody opens the door."""
    other = supervision.finds_other * np.exp(0.9 * latent - 0.40)
    chance: Floats = np.where(broken, supervision.finds_violation, other)
    return chance


def _problem(checks: Checks) -> Bools:
    problem: Bools = (checks.result >= CORRECTED) & (checks.result <= FALSE)
    return problem


def _stacked(kind: type[_Rows], parts: list[_Rows]) -> _Rows:
    columns = {f.name: np.concatenate([getattr(p, f.name) for p in parts]) for f in fields(kind)}
    return kind(**columns)
