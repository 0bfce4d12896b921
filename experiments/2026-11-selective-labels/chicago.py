"""Chicago: does weighing by inspection rates harm where nearly everyone is inspected?

    XINHENG_REAL_DATA=<folder that holds chicago/> \\
        python experiments/2026-11-selective-labels/chicago.py

Learns on the inspections until December 2013, judges January to August 2014, with and
without weights, in evaluation and in training; writes ``chicago.md``.
"""

from __future__ import annotations

import argparse
import os
import subprocess
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from numpy.typing import NDArray

from features.builder import build
from features.catalogue import load_catalogue
from features.ingest import ingest
from features.snapshot import Snapshot
from training.calendar import day_of
from training.cohort import CohortRows, cohort_rows
from training.concordance import Interval, auc_interval
from training.fit import FitSettings, fit
from training.labels import known_through
from training.learn import sample_of
from training.matrix import read
from training.sample import Sample

HERE = Path(__file__).resolve().parent
RECEIVED = date(2014, 9, 1)
CUT = day_of(date(2013, 12, 31))
YEAR = 365
# Those of the Chicago study, chosen on months before 2014.
SETTINGS = FitSettings(
    learning_rate=0.02, leaves=4, depth=3, min_rows_in_leaf=150, l2=20.0, feature_share=0.05,
    row_share=0.7, bins=15, max_rounds=700, patience=700,
)  # fmt: skip
Array = NDArray[np.float64]


def inspection_rates(snapshot: Snapshot, rows: CohortRows) -> Array:
    """Yearly inspections for each premises of the row's risk class, in the year before it.

    The probability that stands in for a recorded one: premises of a class are those
    inspected at least once in the two years before.
    """
    table = pq.read_table(
        snapshot.source("inspections"), columns=["entity_id", "record_no", "event_day",
                                                 "risk_category"],
    )  # fmt: skip
    risk = dict(
        zip(table["record_no"].to_pylist(), table["risk_category"].to_pylist(), strict=True)
    )
    entity = np.array([e or "" for e in table["entity_id"].to_pylist()])
    day = table["event_day"].to_numpy()
    category = np.array([-1 if c is None else c for c in table["risk_category"].to_pylist()])
    assert rows.record_no is not None
    own = np.array([-1 if (c := risk[n]) is None else c for n in rows.record_no.tolist()])
    month = rows.event_day // 30
    rate = np.empty(len(rows))
    for at in np.unique(month):
        start = at * 30
        for kind in np.unique(own):
            of_kind = (category == kind) & (day < start)
            year = of_kind & (day >= start - YEAR)
            premises = len(np.unique(entity[of_kind & (day >= start - 2 * YEAR)]))
            inside = (month == at) & (own == kind)
            rate[inside] = max(year.sum(), 1) / max(premises, 1)
    return rate


def judged(rows: Sample, margin: Array, weight: Array | None) -> Interval:
    """AUC within inspector groups, 95 % interval from resampling businesses."""
    return auc_interval(
        rows.y, margin, rows.entity_id, strata=rows.nuisance, replicates=300, seed=1, weight=weight
    )


def page(found: Mapping[str, Interval], effective: float, rows: int, positives: int) -> list[str]:
    plain = found["learnt plainly, judged plainly"]
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    return [
        "# Chicago", "",
        f"Commit {commit}; learnt until 2013-12-31, judged on {rows:,} routine inspections of "
        f"January to August 2014, {positives:,} with a critical finding. AUC within inspector "
        "groups, 95 % intervals from resampling businesses; the difference is paired. The weights "
        f"leave an effective {effective:.0%} of the judged rows.", "",
        "| | AUC | minus plain |", "|---|---|---|",
        *(f"| {name} | {one} | {'' if one is plain else one.minus(plain)} |"
          for name, one in found.items()),
        "",
    ]  # fmt: skip


def main() -> None:
    """Ingest, learn twice, judge four times, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("XINHENG_REAL_DATA"))
    parser.add_argument("--home", type=Path, default=Path("var/2026-11-selective-chicago"))
    options = parser.parse_args()
    if options.data is None:
        parser.error("name the folder that holds chicago/ by --data or XINHENG_REAL_DATA")
    catalogue = load_catalogue(str(HERE.parent / "cities" / "chicago"))
    ingest(catalogue, options.home, Path(options.data) / "chicago", RECEIVED)
    snapshot = Snapshot.current(options.home)
    rows = cohort_rows(catalogue, snapshot)
    X = read(build(catalogue, snapshot, rows.spine, options.home))
    credit = catalogue.jurisdiction.outcome("credit")
    sample = sample_of(
        catalogue, snapshot, rows, X, credit, through=known_through(catalogue, snapshot),
        only_mature=False,
    )  # fmt: skip
    weight = 1.0 / inspection_rates(snapshot, rows)
    past, tested = sample.label_day <= CUT, sample.as_of_day >= CUT
    features = catalogue.jurisdiction.features
    learnt, later = sample.take(past), sample.take(tested)
    mean_one = weight[past] / weight[past].mean()
    plain = fit(learnt, features, SETTINGS).margins(later.X)
    weighted = fit(replace(learnt, weight=mean_one), features, SETTINGS).margins(later.X)
    w = weight[tested]
    found = {
        "learnt plainly, judged plainly": judged(later, plain, None),
        "learnt plainly, judged with weights": judged(later, plain, w),
        "learnt with weights, judged plainly": judged(later, weighted, None),
        "learnt with weights, judged with weights": judged(later, weighted, w),
    }
    effective = float(w.sum() ** 2 / (w**2).sum() / len(w))
    text = "\n".join(page(found, effective, len(later), int(later.y.sum())))
    (HERE / "chicago.md").write_text(text, encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
