"""Build the feature matrix of a spine, once for each set of inputs.

A matrix is named by the hash of everything that decides its content: the
program, the snapshot and the spine. Building it again does nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from features import durable
from features.catalogue import Catalogue
from features.engines import duckdb, spark
from features.engines.businesses import Businesses
from features.engines.sql import Program, program
from features.engines.writing import Tables
from features.errors import Fault, YourInput, raise_all
from features.progress import Progress, silent
from features.snapshot import Snapshot
from features.spark import Spark
from features.windows import bounds

# Changes when the same inputs would give another matrix.
_FORMAT = 3
SPINE = pa.schema([("row_id", pa.int64()), ("entity_id", pa.string()), ("as_of_day", pa.int32())])


@dataclass(frozen=True)
class Matrix:
    """A built matrix: ``matrix.parquet``, ``peers.parquet``, ``manifest.json``.

    The matrix has row_id, entity_id, as_of_day, then one DOUBLE column per
    feature in catalogue order; null means missing. Rows are in order of row_id.
    """

    folder: Path

    @property
    def name(self) -> str:
        """Hash of the inputs, hex."""
        return self.folder.name

    @property
    def path(self) -> Path:
        """The matrix as Parquet."""
        return self.folder / "matrix.parquet"

    @property
    def peers(self) -> Path:
        """Statistics of every peer group as Parquet."""
        return self.folder / "peers.parquet"

    @property
    def manifest(self) -> dict[str, object]:
        """What it was built from."""
        found: dict[str, object] = json.loads((self.folder / "manifest.json").read_bytes())
        return found

    @property
    def features(self) -> tuple[str, ...]:
        """Names of the feature columns, in order."""
        return tuple(pq.read_schema(self.path).names[len(SPINE) :])

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """The matrix, or only some of its columns, in memory."""
        return pq.read_table(self.path, columns=None if columns is None else list(columns))

    @classmethod
    def open(cls, home: Path, name: str) -> Matrix:
        """A matrix built earlier; raises `YourInput` when there is none."""
        folder = home / "features" / name
        if not (folder / "manifest.json").is_file():
            raise YourInput(
                str(
                    Fault("no matrix", "features", "the name of one built here", "an unknown name",
                          "build it first")
                )
            )  # fmt: skip
        return cls(folder)


def build(
    catalogue: Catalogue,
    snapshot: Snapshot,
    spine: pa.Table,
    home: Path,
    progress: Progress = silent,
    *,
    exclude_disputed: bool = False,
    on: Spark | None = None,
) -> Matrix:
    """The feature matrix of `spine` as known from `snapshot`.

    Parameters
    ----------
    spine
        row_id BIGINT (unique), entity_id VARCHAR, as_of_day INTEGER.
    home
        The workspace; the matrix goes to ``home/features/<hash>``.
    exclude_disputed
        Leave out records under an open objection.
    on
        The Spark to compute it on; without one, the embedded engine. The matrix is
        the same to the byte and has the same name.

    Raises
    ------
    YourInput
        The spine lacks a column, has an empty value or a repeated row_id.
    """
    spine = checked_spine(spine)
    businesses, numbers = Businesses.of(spine["entity_id"])
    dense = _is_dense(spine, len(businesses.ids))
    plan = program(catalogue, exclude_disputed=exclude_disputed, dense=dense)
    name = _name(plan, snapshot.name, spine)
    parent = home / "features"
    if (parent / name / "manifest.json").is_file():
        return Matrix(parent / name)
    starts = bounds(spine["as_of_day"].unique().to_pylist(), plan.windows)
    tables = Tables(
        spine,
        numbers,
        pa.table({name: pa.array(days, pa.int32()) for name, days in starts.items()}),
        businesses.and_those_in(snapshot.source(source) for source in plan.linking),
        snapshot.profiles,
        {source: snapshot.source(source) for source in plan.sources},
    )
    durable.sweep(parent)
    with durable.building(parent) as folder:
        built = Matrix(folder)
        if on is None:
            duckdb.run(plan, tables, built.path, built.peers, progress)
        else:
            spark.run(on, plan, tables, built.path, built.peers, progress)
        manifest = {
            "format": _FORMAT,
            "jurisdiction": catalogue.jurisdiction.name,
            "snapshot": snapshot.name,
            "program": _sha256(plan.text()),
            "rows": spine.num_rows,
            "features": list(plan.features),
            "exclude_disputed": exclude_disputed,
        }
        (folder / "manifest.json").write_text(
            json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1), encoding="utf-8"
        )
        durable.publish(folder, parent / name)
    return Matrix(parent / name)


def checked_spine(spine: pa.Table) -> pa.Table:
    """The spine in its canonical types and order of row_id, or every fault in it."""
    faults = [
        Fault("missing column", "spine", name, "other columns", "add it")
        for name in SPINE.names
        if name not in spine.column_names
    ]
    raise_all(YourInput, faults)
    spine = spine.select(SPINE.names).cast(SPINE)
    rises = _rises(spine)
    if not rises:
        spine = spine.sort_by("row_id")
    for name in SPINE.names:
        if spine[name].null_count:
            got = f"{spine[name].null_count} empty ones"
            faults.append(Fault("empty value", f"spine.{name}", "a value in every row", got,
                                "drop or complete these rows"))  # fmt: skip
    if not rises and len(spine["row_id"].unique()) != spine.num_rows:
        faults.append(Fault("repeated row_id", "spine", "one row for each", "several",
                            "number the rows"))  # fmt: skip
    raise_all(YourInput, faults)
    return spine


def _rises(spine: pa.Table) -> bool:
    """Whether every row_id is known and greater than the one before."""
    if spine["row_id"].null_count:
        return False
    ids = spine["row_id"].to_numpy()
    return bool((ids[1:] > ids[:-1]).all())


def _is_dense(spine: pa.Table, businesses: int) -> bool:
    """Whether at least every second business is asked for on every day."""
    return bool(2 * spine.num_rows >= len(spine["as_of_day"].unique()) * businesses)


def _name(plan: Program, snapshot: str, spine: pa.Table) -> str:
    digest = hashlib.sha256(f"{_FORMAT}\n{snapshot}\n{_sha256(plan.text())}\n".encode())
    digest.update(spine["row_id"].to_numpy().tobytes())
    digest.update(spine["as_of_day"].to_numpy().tobytes())
    ids = spine["entity_id"]
    digest.update(pc.binary_length(ids).to_numpy().tobytes())
    for chunk in ids.chunks:
        _, offsets, letters = chunk.buffers()
        ends = np.frombuffer(offsets, np.int32)[chunk.offset :]
        digest.update(letters[int(ends[0]) : int(ends[len(chunk)])] if letters else b"")
    return digest.hexdigest()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
