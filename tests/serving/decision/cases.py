"""Rows to decide on, by hand and drawn, and the decisions on them."""

from __future__ import annotations

import math

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from serving.bundle.folder import Bundle
from serving.decision.decide import Decision, decide
from serving.manifest import Tier
from tests.serving import bundles
from tests.serving.bundles import AS_OF_DAY, BUSINESS, NAMES

Row = dict[str, float | None]
CLEAN: Row = {
    "penalty_count_36m": 0.0,
    "penalty_fines_yuan_36m": 0.0,
    "abnormal_current_count": 0.0,
    "serious_list_current_count": 0.0,
    "annual_report_count_36m": 3.0,
    "business_age_days": 4000.0,
    "tax_grade_latest": 0.0,
    "complaint_count_12m_vs_peers": -1.0,
    "key_sector_current": 0.0,
    "honour_current_count": 0.0,
}
TROUBLED: Row = CLEAN | {
    "penalty_count_36m": 2.0,
    "penalty_fines_yuan_36m": 30_000.0,
    "annual_report_count_36m": 0.0,
    "complaint_count_12m_vs_peers": 3.5,
}


def decided(bundle: Bundle, row: Row, as_of_day: int = AS_OF_DAY) -> Decision:
    numbers = np.array([math.nan if row[name] is None else row[name] for name in NAMES], float)
    evidence = bundles.evidence_of(np.nan_to_num(numbers))
    return decide(BUSINESS, row, bundle, as_of_day, lambda name: evidence.get(name, ()))


def rows_of(tier: Tier, bundle: Bundle) -> np.ndarray:
    """Rows of the synthetic city that the model puts into a tier."""
    cut = bundle.manifest.tiers
    low = {"A": cut.A, "B": cut.B, "C": cut.C, "D": 0}[tier]
    high = {"A": 10_001, "B": cut.A, "C": cut.B, "D": cut.C}[tier]
    learned = bundles.learned()
    return learned.X[(learned.scores >= low) & (learned.scores < high)]


VECTORS = st.tuples(
    st.integers(0, 6),
    st.floats(0, 200_000),
    st.integers(0, 1),
    st.integers(0, 1),
    st.integers(0, 4),
    st.none() | st.integers(0, 9000),
    st.none() | st.sampled_from([0, 1, 2, 3]),
    st.floats(-5, 9),
    st.integers(0, 1),
    st.integers(0, 2),
).map(
    lambda drawn: {
        name: None if value is None else float(value)
        for name, value in zip(NAMES, drawn, strict=True)
    }
)
KEPT = settings(max_examples=60, deadline=None)  # the first example compiles the kernels
