"""Whether a bundle, a matrix and a catalogue belong together."""

from __future__ import annotations

import pyarrow.compute as pc

from features.builder import Matrix
from features.catalogue import Catalogue
from features.errors import Fault, YourInput, raise_all
from features.snapshot import Snapshot
from serving.decision.content import Bundle


def checked(catalogue: Catalogue, snapshot: Snapshot, bundle: Bundle, matrix: Matrix) -> int:
    """The matrix's one as-of day, when all four belong together; raises YourInput."""
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
    days = _days(matrix)
    raise_all(YourInput, [*faults, *_day_faults(days)])
    return days[0]


def one_day(matrix: Matrix) -> int:
    """The as-of day of every row; raises YourInput when there are several."""
    days = _days(matrix)
    raise_all(YourInput, _day_faults(days))
    return days[0]


def _days(matrix: Matrix) -> list[int]:
    days: list[int] = pc.unique(matrix.read(["as_of_day"])["as_of_day"]).to_pylist()
    return days


def _day_faults(days: list[int]) -> list[Fault]:
    if len(days) == 1:
        return []
    return [Fault("several as-of days", "matrix", "one", str(len(days)), "score one day at a time")]
