r"""Windowed features by featuretools, in an environment of its own.

    uv venv var/ft; uv pip install --python var/ft/bin/python featuretools "pandas<3" \
        "setuptools<81" pyarrow
    var/ft/bin/python experiments/benchmarks/featuretools_peer.py FOLDER

FOLDER is what ``build_features.py make`` wrote. Deep feature synthesis knows no
versions, no declared filters and no shares, so these are other features than ours:
count, sum, max, mean, number of kinds and time since the last, of every source over
1, 12 and 36 months. What is compared is processor time for each value.
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

warnings.filterwarnings("ignore")
import featuretools as ft  # noqa: E402  # it warns when it is imported

DAY = 20_000
SOURCES = ("penalties", "random_checks", "complaints", "samples", "changes", "tax_arrears")
NUMBERS = ("fine_fen", "confiscated_fen", "amount_fen", "capital_change_percent")
KINDS = ("violation", "result", "kind", "item")


def main() -> None:
    """Print the time, the number of values and the peak memory."""
    folder = Path(sys.argv[1])
    ids = pq.read_table(folder / "profiles.parquet", columns=["entity_id"]).to_pandas()
    es = ft.EntitySet("city")
    es.add_dataframe(ids, "businesses", index="entity_id")
    for name in SOURCES:
        names = pq.read_schema(folder / f"{name}.parquet").names
        chosen = [c for c in (*NUMBERS, *KINDS) if c in names]
        rows = pq.read_table(
            folder / f"{name}.parquet", columns=["entity_id", "event_day", "known_day", *chosen]
        ).to_pandas()
        rows = rows[(rows["known_day"] <= DAY) & (rows["event_day"] <= DAY)].drop(
            columns="known_day"
        )
        rows["at"] = pd.to_datetime(rows.pop("event_day"), unit="D")
        for kind in set(KINDS) & set(chosen):
            rows[kind] = rows[kind].astype("category")
        es.add_dataframe(rows, name, make_index=True, index="id", time_index="at")
        es.add_relationship("businesses", "entity_id", name, "entity_id")
    wall, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF)
    features = 0
    for window in ("30 days", "365 days", "1095 days"):
        matrix, _ = ft.dfs(
            entityset=es, target_dataframe_name="businesses", trans_primitives=[],
            agg_primitives=["count", "sum", "max", "mean", "num_unique", "time_since_last"],
            cutoff_time=pd.to_datetime(DAY, unit="D"), training_window=window, max_depth=1,
        )  # fmt: skip
        features += matrix.shape[1]
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(json.dumps({
        "wall": time.perf_counter() - wall, "cpu": cpu, "peak": after.ru_maxrss / 2**20,
        "businesses": len(ids), "features": features,
        "ns_a_value": 1e9 * cpu / (len(ids) * features),
    }))  # fmt: skip


if __name__ == "__main__":
    main()
