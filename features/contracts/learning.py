"""Words for what models learn: evidence, horizons, cohorts, outcomes."""

from __future__ import annotations

from dataclasses import dataclass

from features.contracts.phrase import Phrase
from features.expressions import Condition


@dataclass(frozen=True)
class Evidence:
    """Records that count as the outcome having happened."""

    source: str
    where: Condition | None = None


@dataclass(frozen=True)
class Ahead:
    """Evidence with an event in (as-of, as-of + `days`].

    The label is mature `maturity_days` after that, when late records are in.
    """

    days: int
    maturity_days: int = 0


@dataclass(frozen=True)
class AtRecord:
    """The label of a cohort row is whether its own record is evidence."""


@dataclass(frozen=True)
class Outcome:
    """What a model learns.

    Parameters
    ----------
    name, title
        ``credit`` is the outcome that gives the tier; the others are warnings.
    evidence
        Any of these makes the label 1.
    horizon
        `Ahead` for periodic cohorts, `AtRecord` for cohorts of records.
    adjust_for
        A nuisance column of the cohort's source that influences whether the
        outcome is *recorded*, not the business (which inspector went). It enters
        training as an offset and is averaged out of every score; it is never a
        feature.
    past
        Feature whose ranking is the plain challenger ("past violations").
    """

    name: str
    title: Phrase
    evidence: tuple[Evidence, ...]
    horizon: Ahead | AtRecord
    past: str
    adjust_for: str | None = None


@dataclass(frozen=True)
class Monthly:
    """Every business open on the last day of each month, as of that day."""


@dataclass(frozen=True)
class AtRecords:
    """One row per record of `source`, as of `lead_days` before its event."""

    source: str
    lead_days: int = 1
    where: Condition | None = None


Cohort = Monthly | AtRecords


@dataclass(frozen=True)
class Segment:
    """A way to part businesses when asking whether a model serves all of them alike.

    Parameters
    ----------
    name, title
        ``district``; its title.
    by
        A field of the profile (``district``, ``sector``, ``form``), ``age_years``,
        or the name of a feature. Where it is unknown, so is the group.
    edges
        For quantities: the lowest value of each band but the first.
    bands
        What the bands are called, one more than edges; none names them by their
        edges.
    apart
        For codes: the values that are groups of their own, all others being one;
        none makes a group of every value.
    """

    name: str
    title: Phrase
    by: str
    edges: tuple[float, ...] = ()
    bands: tuple[Phrase, ...] = ()
    apart: tuple[str, ...] = ()


@dataclass(frozen=True)
class RandomDraws:
    """Checks of businesses that were drawn at random, each with a known probability.

    We only see what was inspected, and inspections follow risk. These are the records
    from which what would have been found in everyone can still be estimated.

    Parameters
    ----------
    source
        The checks; those without a probability were not drawn at random.
    probability
        Column with the probability that the business was drawn in that draw.
    blind
        The arm that was drawn without looking at the tier.
    found
        The check found what the credit outcome is about.
    """

    source: str
    probability: str
    blind: Condition
    found: Condition
