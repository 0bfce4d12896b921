"""Score every business of a matrix and publish the result for the service.

Scores stream through in blocks; what is written appears whole, under a name
made of its inputs, and the ``CURRENT`` pointer moves last. Scoring the same
inputs again does nothing but point at them; a run that was killed is gone on with:
blocks that were graded and steps of the store that were written are not done again,
and the result is the same to the byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from features.builder import Matrix
from features.catalogue import Catalogue
from features.durable import keep_only, point, publish, resuming, sweep
from features.progress import Progress, silent
from features.snapshot import Snapshot
from serving import canonical
from serving.batch.acted import NOBODY, acted, beside
from serving.batch.checks import checked
from serving.batch.contested import Settled, settle
from serving.batch.engines import Distributed, Rows, results
from serving.batch.table import columns_of, numbered, replaced
from serving.decision.content import Bundle
from serving.formats import iso_day
from serving.manifest import LEVELS, TIERS
from serving.review import Reviews
from serving.store.scores import (
    CURRENT,
    FORMAT,
    MANIFEST,
    STORE,
    TABLE,
    Inputs,
    Scores,
    ScoresManifest,
    Tally,
    sha256_of,
)
from serving.store.writing import Contents, write_store


def score_everyone(  # noqa: PLR0917  # what it is made of, where to, and who waits
    catalogue: Catalogue,
    snapshot: Snapshot,
    bundle: Bundle,
    matrix: Matrix,
    home: Path,
    progress: Progress = silent,
    on: Distributed | None = None,
    reviews: Reviews | None = None,
) -> Scores:
    """Grade every row of `matrix`, write ``home/scores/<name>`` and point to it.

    Parameters
    ----------
    matrix
        Of one as-of day, built from `snapshot` with `catalogue`.
    on
        The Spark to grade on; without one, the embedded engine. The bytes are the same.
    reviews
        What people decided; those acts count that were made by the as-of day.

    Raises
    ------
    YourInput
        The bundle, the matrix and the catalogue do not belong together.
    NothingInForce
        The policy holds no rule or measure for the as-of day.
    Unavailable
        The store of `reviews` cannot be read.
    """
    as_of_day = checked(catalogue, snapshot, bundle, matrix)
    people = NOBODY if reviews is None else acted(reviews, as_of_day)
    inputs = Inputs(
        format=FORMAT,
        jurisdiction=catalogue.jurisdiction.name,
        as_of=iso_day(as_of_day),
        snapshot=snapshot.name,
        matrix=matrix.name,
        bundle=bundle.name,
        catalogue=catalogue.fingerprint,
        reviewed=people.reviewed,
    )
    parent = home / "scores"
    sweep(parent, resumed=inputs.name)
    with resuming(parent, inputs.name) as folder:
        if not (parent / inputs.name / MANIFEST).is_file():
            rows = Rows(bundle, snapshot, matrix, as_of_day)
            table = numbered(bundle, results("scores", rows, folder, on, progress), as_of_day)
            contents = Contents(
                catalogue, snapshot, matrix, as_of_day, table, _meta(inputs, as_of_day)
            )
            write_store(folder / STORE, contents, progress)
            settled = settle(folder / STORE, catalogue, bundle, people)
            table = _with_settled(table, settled, bundle, as_of_day)
            pq.write_table(beside(table, people.overrides), folder / TABLE)
            contested = sum(one.without is not None for one in settled.values())
            manifest = _manifest(inputs, table, bundle, contested, folder)
            (folder / MANIFEST).write_bytes(canonical.encode(manifest))
            keep_only(folder, {STORE, TABLE, MANIFEST})
            publish(folder, parent / inputs.name)
    point(parent / CURRENT, inputs.name)
    return Scores.open(home, inputs.name)


def _meta(inputs: Inputs, as_of_day: int) -> dict[str, str]:
    return {
        "jurisdiction": inputs.jurisdiction,
        "as_of_day": str(as_of_day),
        "snapshot": inputs.snapshot,
        "matrix": inputs.matrix,
        "bundle": inputs.bundle,
        "catalogue": inputs.catalogue,
    }


def _with_settled(
    table: pa.Table, settled: Mapping[int, Settled], bundle: Bundle, as_of_day: int
) -> pa.Table:
    if not settled:
        return table
    batch = columns_of(
        bundle, [one.business for one in settled.values()], [one.grade for one in settled.values()]
    )
    changed = pa.Table.from_batches([batch])
    return replaced(table, changed, list(settled), as_of_day)


def _manifest(
    inputs: Inputs, table: pa.Table, bundle: Bundle, contested: int, folder: Path
) -> ScoresManifest:
    return ScoresManifest(
        inputs=inputs,
        businesses=len(table),
        tiers={tier: _count(table["tier"], tier) for tier in TIERS},
        districts=_by(table, "district"),
        sectors=_by(table, "sector"),
        warnings={
            outcome: {
                level: _count(table[f"level_{outcome}"], place)
                for place, level in enumerate(LEVELS)
            }
            for outcome in sorted(bundle.manifest.warnings)
        },
        contested=contested,
        files={name: sha256_of(folder / name) for name in (TABLE, STORE)},
    )


def _count(column: pa.ChunkedArray, value: str | int) -> int:
    return int(pc.sum(pc.equal(column, value)).as_py() or 0)


def _by(table: pa.Table, column: str) -> Mapping[str, Tally]:
    groups = table.group_by([column, "tier"]).aggregate([([], "count_all")])
    rows = zip(*(groups[n].to_pylist() for n in (column, "tier", "count_all")), strict=True)
    tallies: dict[str, dict[str, int]] = {}
    for group, tier, count in rows:
        tallies.setdefault(group or "", dict.fromkeys(TIERS, 0))[tier] += count
    return tallies
