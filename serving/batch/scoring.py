"""Score every business of a matrix and publish the result for the service.

Scores stream through in blocks; what is written appears whole, under a name
made of its inputs, and the ``CURRENT`` pointer moves last. Scoring the same
inputs again does nothing but point at them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from features.builder import Matrix
from features.catalogue import Catalogue
from features.durable import building, point, publish, sweep
from features.errors import Fault, YourInput, raise_all
from features.progress import Progress, silent
from features.snapshot import Snapshot
from serving import canonical
from serving.batch.contested import Settled, settle
from serving.batch.table import columns_of, numbered, replaced
from serving.decision.content import Bundle
from serving.decision.decide import Business
from serving.decision.grades import grade
from serving.formats import iso_day
from serving.manifest import LEVELS, TIERS
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

_ROWS = 10_000  # graded at once


def score_everyone(  # noqa: PLR0917  # what it is made of, where to, and who waits
    catalogue: Catalogue,
    snapshot: Snapshot,
    bundle: Bundle,
    matrix: Matrix,
    home: Path,
    progress: Progress = silent,
) -> Scores:
    """Grade every row of `matrix`, write ``home/scores/<name>`` and point to it.

    Parameters
    ----------
    matrix
        Of one as-of day, built from `snapshot` with `catalogue`.

    Raises
    ------
    YourInput
        The bundle, the matrix and the catalogue do not belong together.
    NothingInForce
        The policy holds no rule or measure for the as-of day.
    """
    as_of_day = _checked(catalogue, snapshot, bundle, matrix)
    inputs = Inputs(
        format=FORMAT,
        jurisdiction=catalogue.jurisdiction.name,
        as_of=iso_day(as_of_day),
        snapshot=snapshot.name,
        matrix=matrix.name,
        bundle=bundle.name,
        catalogue=catalogue.fingerprint,
    )
    parent = home / "scores"
    if not (parent / inputs.name / MANIFEST).is_file():
        sweep(parent)
        graded = _graded(snapshot, bundle, matrix, as_of_day, progress)
        table = numbered(bundle, graded, as_of_day)
        with building(parent) as folder:
            contents = Contents(
                catalogue, snapshot, matrix, as_of_day, table, _meta(inputs, as_of_day)
            )
            write_store(folder / STORE, contents, progress)
            settled = settle(folder / STORE, catalogue, bundle)
            table = _with_settled(table, settled, bundle, as_of_day)
            pq.write_table(table, folder / TABLE)
            manifest = _manifest(inputs, table, bundle, len(settled), folder)
            (folder / MANIFEST).write_bytes(canonical.encode(manifest))
            publish(folder, parent / inputs.name)
    point(parent / CURRENT, inputs.name)
    return Scores.open(home, inputs.name)


def _checked(catalogue: Catalogue, snapshot: Snapshot, bundle: Bundle, matrix: Matrix) -> int:
    faults = []
    if bundle.manifest.catalogue_fingerprint != catalogue.fingerprint:
        faults.append(
            Fault("another catalogue", "bundle", catalogue.fingerprint[:12],
                  bundle.manifest.catalogue_fingerprint[:12], "train with these declarations")
        )  # fmt: skip
    if bundle.feature_names != matrix.features:
        faults.append(
            Fault("other features", "matrix", "the bundle's, in its order", "others",
                  "build the matrix with the catalogue the bundle was trained on")
        )  # fmt: skip
    built_from = matrix.manifest.get("snapshot")
    if built_from != snapshot.name:
        faults.append(
            Fault("another snapshot", "matrix", snapshot.name[:12], str(built_from)[:12],
                  "build the matrix from this snapshot")
        )  # fmt: skip
    days = pc.unique(matrix.read(["as_of_day"])["as_of_day"]).to_pylist()
    if len(days) != 1:
        faults.append(
            Fault("several as-of days", "matrix", "one", str(len(days)), "score one day at a time")
        )
    raise_all(YourInput, faults)
    return int(days[0])


def _meta(inputs: Inputs, as_of_day: int) -> dict[str, str]:
    return {
        "jurisdiction": inputs.jurisdiction,
        "as_of_day": str(as_of_day),
        "snapshot": inputs.snapshot,
        "matrix": inputs.matrix,
        "bundle": inputs.bundle,
        "catalogue": inputs.catalogue,
    }


def _graded(
    snapshot: Snapshot, bundle: Bundle, matrix: Matrix, as_of_day: int, progress: Progress
) -> Iterator[pa.RecordBatch]:
    """The grades of the matrix, block by block, with the profile of the as-of day."""
    features = ", ".join(f"m.{name}" for name in matrix.features)
    query = (
        "SELECT m.entity_id, p.name, p.district, p.sector, p.form, p.established_day, "
        f"{features} FROM read_parquet(?) m LEFT JOIN "
        f"(SELECT * FROM read_parquet(?) WHERE from_day <= {as_of_day} "
        "QUALIFY row_number() OVER (PARTITION BY entity_id ORDER BY from_day DESC) = 1) p "
        "USING (entity_id)"
    )
    total = pq.read_metadata(matrix.path).num_rows
    done = 0
    with duckdb.connect() as engine:
        engine.execute("SET enable_progress_bar = false")
        engine.execute("SET preserve_insertion_order = false")
        paths = [str(matrix.path), str(snapshot.profiles)]
        reader: pa.RecordBatchReader = engine.sql(query, params=paths).to_arrow_reader(_ROWS)
        for batch in reader:
            progress("scores", done, total)
            profile = zip(*(column.to_pylist() for column in batch.columns[:6]), strict=True)
            subjects = [Business(row[0], row[1] or "", *row[2:]) for row in profile]
            numbers = [column.to_numpy(zero_copy_only=False) for column in batch.columns[6:]]
            X = np.ascontiguousarray(np.column_stack(numbers), dtype=np.float64)
            yield columns_of(bundle, subjects, grade(bundle, subjects, X, as_of_day))
            done += len(subjects)
    progress("scores", done, total)


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
