"""What the checks of cohort rows found, and with which chance each was drawn.

We only see what was inspected, and inspections follow risk. A check that was drawn at
random with a known probability stands for as many like it as its inverse (Horvitz and
Thompson 1952); the class-blind arm stands for everyone without any weight.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa

from features.catalogue import Catalogue
from features.contracts import Ahead, RandomDraws
from features.snapshot import Snapshot
from training.arrays import Bools, Floats, Ints, Texts
from training.query import arrow
from training.sample import Sample

_MILLIONTHS = 1_000_000  # DECIMAL columns are stored in millionths


@dataclass(frozen=True)
class Checks:
    """Checks in the horizon of cohort rows, one after another.

    Parameters
    ----------
    row
        ``(m,)`` position of the cohort row.
    found
        ``(m,)`` whether the check found a problem.
    probability
        ``(m,)`` with which it was drawn; NaN where a complaint, a campaign or a
        re-check led to it.
    blind
        ``(m,)`` whether it was drawn without looking at the tier.
    """

    row: Ints
    found: Ints
    probability: Floats
    blind: Bools

    def __len__(self) -> int:
        return len(self.row)

    def take(self, rows: Bools) -> Checks:
        """The masked checks."""
        return Checks(self.row[rows], self.found[rows], self.probability[rows], self.blind[rows])

    @property
    def drawn(self) -> Bools:
        """``(m,)`` whether it was drawn at random with a known probability."""
        return ~np.isnan(self.probability)

    def inverse(self) -> Floats:
        """``(m,)`` the inverse of the probability; 0 where it was not drawn."""
        drawn = self.drawn
        inverse = np.zeros(len(self))
        inverse[drawn] = 1.0 / self.probability[drawn]
        return inverse

    def weights(self) -> Floats:
        """``(m,)`` how many each stands for; 0 where it was not drawn.

        Both arms, the blind and the one by tier, are drawn from everyone, so each
        alone stands for everyone. They share the work by their effective numbers of
        checks, ``(Σw)² / Σw²`` (Hartley's multiple-frame estimator with shares by
        effective size), so that neither arm's rare heavy weights rule.
        """
        weight = self.inverse()
        arms = [self.drawn & self.blind, self.drawn & ~self.blind]
        effective = [_effective(weight[arm]) for arm in arms]
        for arm, size in zip(arms, effective, strict=True):
            if arm.any():
                weight[arm] *= size / sum(effective) / weight[arm].sum()
        total = weight.sum()
        return weight * (self.drawn.sum() / total) if total > 0 else weight


def checks_ahead(
    catalogue: Catalogue,
    snapshot: Snapshot,
    draws: RandomDraws,
    horizon: Ahead,
    *,
    entity_id: Texts,
    as_of_day: Ints,
) -> Checks:
    """Every check of a row's business in the row's horizon, as known at its maturity.

    A business that is checked again is there again: each draw is a look of its own.
    """
    rows = pa.table(
        {
            "row": pa.array(np.arange(len(as_of_day)), pa.int64()),
            "entity_id": pa.array(entity_id.tolist(), pa.string()),
            "as_of_day": pa.array(as_of_day, pa.int64()),
        }
    )
    encode = catalogue.encode(draws.source)
    in_force = " AND ".join(
        f"COALESCE(c.{column} > s.as_of_day + $days + $wait, TRUE)"
        for column in ("superseded_day", "retracted_day")
    )
    table = arrow(
        f"""
        SELECT s.row, CAST({draws.found.sql(encode, "c")} AS INTEGER) AS found,
            CAST({draws.blind.sql(encode, "c")} AS INTEGER) AS blind,
            c.{draws.probability} AS probability
        FROM asked AS s JOIN read_parquet($records) AS c ON c.entity_id = s.entity_id
            AND c.event_day > s.as_of_day AND c.event_day <= s.as_of_day + $days
            AND c.known_day <= s.as_of_day + $days + $wait AND {in_force}
        ORDER BY s.row, c.record_no
        """,
        {
            "days": horizon.days,
            "wait": horizon.maturity_days,
            "records": str(snapshot.source(draws.source)),
        },
        asked=rows,
    )
    known = [None if p is None else p / _MILLIONTHS for p in table["probability"].to_pylist()]
    return Checks(
        row=table["row"].to_numpy().astype(np.int64),
        found=np.array([f or 0 for f in table["found"].to_pylist()], dtype=np.int64),
        probability=np.array([np.nan if p is None else p for p in known], dtype=np.float64),
        blind=np.array([bool(b) for b in table["blind"].to_pylist()], dtype=np.bool_),
    )


def learn_from(sample: Sample, checks: Checks) -> Sample:
    """The drawn checks as rows to learn from: what each found, at its inverse probability.

    Parameters
    ----------
    sample
        The cohort rows that `checks` points to; a row without a drawn check is left out,
        because nobody knows what one would have found.
    """
    drawn = checks.drawn
    rows = sample.take(checks.row[drawn])
    return replace(rows, y=checks.found[drawn], weight=checks.weights()[drawn])


def _effective(weight: Floats) -> float:
    squared = float((weight**2).sum())
    return float(weight.sum()) ** 2 / squared if squared > 0 else 0.0
