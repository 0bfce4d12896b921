"""How businesses behave, month by month, and what the regulator sees of it.

Latent conduct persists, drifts and is shared among linked businesses. It drives
violations, complaints and lost contact. Checks follow the visible record by
tier, with a class-blind random arm; what they find enters the visible record.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from features.synthetic.population import Population
from features.synthetic.priors import Priors
from features.synthetic.sightings import Checks, Complaints, Detections, Month, Sightings
from features.synthetic.span import NONE, Bools, Floats, Ints, Longs, Span

_COMPLAINT_SEASON = (1.2, 0.9, 1.3, 1.0, 0.9, 1.0, 0.9, 0.9, 0.95, 0.9, 1.2, 1.1)
_MEMORY = 0.93  # of the visible record, month to month
_KEY_SECTION_CLASSES = ((1300, 1600), (2700, 2800), (5120, 5130), (5150, 5160), (5220, 5230),
                        (5250, 5260), (6200, 6300), (4510, 4520), (5940, 5950))  # fmt: skip


@dataclass(frozen=True)
class History:
    """What happened in one chunk.

    Parameters
    ----------
    latent
        ``(n, months)`` conduct, 0 average, 1 one standard deviation worse.
    violation
        ``(n, months)`` whether a rule was broken in the month.
    closed
        ``(n,)`` day of exit, `NONE` for none.
    revoked
        ``(n,)`` whether the exit was a revocation.
    lost
        ``(n,)`` day from which nobody answers at the address.
    checks, complaints, detections
        What the regulator did and heard.
    """

    latent: Floats
    violation: Bools
    closed: Ints
    revoked: Bools
    lost: Ints
    checks: Checks
    complaints: Complaints
    detections: Detections

    def conduct_at(self, business: Longs, days: Ints, span: Span) -> Floats:
        """Latent conduct of each business in the month of each day."""
        at: Floats = self.latent[business, span.month_index(days)]
        return at


def key_sector(population: Population) -> Bools:
    """Food, drugs, gas and the like, checked by campaigns."""
    industry = population.industry_class
    inside = np.zeros(len(industry), np.bool_)
    for low, high in _KEY_SECTION_CLASSES:
        inside |= (industry >= low) & (industry < high)
    return inside


def simulate(
    population: Population, span: Span, priors: Priors, rng: np.random.Generator
) -> History:
    """Live through every month of the span."""
    latent = _latent(population, span, priors, rng)
    conduct, n = priors.conduct, len(population)
    bound = np.float32(conduct.hazard)
    violation = np.zeros(latent.shape, np.bool_)
    closed, lost = np.full(n, NONE, np.int32), np.full(n, NONE, np.int32)
    revoked = np.zeros(n, np.bool_)
    record = np.zeros(n, np.float32)
    seen = Sightings(population, key_sector(population), priors, rng)
    for index in range(span.months):
        start, end = span.starts[index], min(span.starts[index + 1], span.last + 1)
        alive = (population.established < end - 1) & ((closed == NONE) | (closed >= start))
        hazard = np.exp(bound * latent[:, index] - bound**2 / 2)
        rate = conduct.violation_monthly * population.risk * hazard
        violation[:, index] = alive & (rng.random(n, np.float32) < np.minimum(rate, 0.9))
        gone = np.minimum(conduct.lost_contact_monthly * np.sqrt(hazard) * 1.2, 0.2)
        newly = alive & (lost == NONE) & (rng.random(n, np.float32) < gone)
        lost[newly] = start + rng.integers(0, 28, int(newly.sum()))
        record *= _MEMORY
        season = _COMPLAINT_SEASON[span.calendar_month(index) - 1]
        season *= 1 + priors.drift.complaints * priors.drift.strength(start)
        month = Month(
            start, end, season, alive, violation[:, index], latent[:, index], lost, record
        )
        record += seen.pass_month(month)
        if index >= span.warm_up:
            exits = _exits(population, month, closed, priors, rng)
            closed[exits.business] = exits.day
            revoked[exits.business] = exits.revoked
    return History(
        latent, violation, closed, revoked, lost, seen.checks, seen.complaints, seen.detections
    )


def _latent(population: Population, span: Span, priors: Priors, rng: np.random.Generator) -> Floats:
    conduct, n = priors.conduct, len(population)
    group = _positions(population.representative)
    address = np.where(population.cluster, np.arange(n) + n, _positions(population.address))
    shared = rng.normal(size=n)[group] * 0.8 + rng.normal(size=2 * n)[address] * 0.6
    lasting = np.sqrt(conduct.lasting) * rng.normal(size=n) + np.sqrt(conduct.shared) * shared
    latent = np.empty((n, span.months), np.float32)
    state = rng.normal(size=n).astype(np.float32)
    innovation = np.sqrt(1 - conduct.persistence**2)
    for month in range(span.months):
        own = rng.standard_normal(n, np.float32)
        common = rng.standard_normal(n, np.float32)[group]
        shock = np.sqrt(1 - conduct.spread) * own + np.sqrt(conduct.spread) * common
        state = (conduct.persistence * state + innovation * shock).astype(np.float32)
        latent[:, month] = lasting + np.sqrt(conduct.drifting) * state
        worse = priors.drift.online * priors.drift.strength(span.starts[month])
        latent[:, month] += np.float32(worse) * (population.shops > 0)
    return latent


def _positions(group: Longs) -> Longs:
    positions: Longs = np.unique(group, return_inverse=True)[1]
    return positions


@dataclass(frozen=True)
class _Exits:
    business: Longs
    day: Ints
    revoked: Bools


def _exits(
    population: Population, month: Month, closed: Ints, priors: Priors, rng: np.random.Generator
) -> _Exits:
    """Who leaves in the month; the young and the unreachable sooner."""
    n = len(month.alive)
    young = np.where(month.start - population.established < 2 * 365, 1.25, 0.95)
    missing = (month.lost != NONE) & (month.lost < month.start - 90)
    worse = np.exp(0.2 * month.latent - 0.02) * np.where(missing, 2.5, 1.0)
    monthly = priors.registry.exits_yearly / 12 * young * worse
    leaving = np.flatnonzero(month.alive & (closed == NONE) & (rng.random(n) < monthly))
    day = rng.integers(month.start, month.end, len(leaving))
    late = np.maximum(day, population.established[leaving] + 1).astype(np.int32)
    revoked = rng.random(len(leaving)) < np.where(missing[leaving], 0.25, 0.008)
    return _Exits(leaving, late, revoked)
