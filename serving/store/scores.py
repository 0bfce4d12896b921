"""One published set of scores: a folder that is whole or absent, named by its inputs.

::

    home/scores/<name>/manifest.json     what it was made from, how many of what
                       scores.parquet    one row a business, riskiest first
                       store.sqlite      what requests read (`serving.store.schema`)
    home/scores/CURRENT                  the name in force, replaced last

``scores.parquet``: no, entity_id, as_of_day, margin, tenths, model_tier, tier,
level (0 red … 3 blue), rules, flags, ratio, for each outcome ``chance_<outcome>`` and
``level_<outcome>``, where the bundle says how surely that is known ``low_<outcome>`` and
``high_<outcome>`` (ends of the interval × 10,000), and the tier that two persons set in
place of it, with the last day on which that holds: set_tier, set_until.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from features.durable import pointed
from features.errors import YourInput
from serving import canonical
from serving.errors import refusal

FORMAT = 4
MANIFEST, TABLE, STORE, CURRENT = "manifest.json", "scores.parquet", "store.sqlite", "CURRENT"
Tally = Mapping[str, int]


class ScoresRefused(YourInput):
    """A set of scores is absent, incomplete or altered."""


@dataclass(frozen=True)
class Inputs:
    """Everything that decides what a set of scores holds.

    `reviewed` is the number of the last act of people by the as-of day.
    """

    format: int
    jurisdiction: str
    as_of: str
    snapshot: str
    matrix: str
    bundle: str
    catalogue: str
    reviewed: int

    @property
    def name(self) -> str:
        """SHA-256 of the inputs, hex: the name of the set."""
        return canonical.sha256(canonical.encode(self))


@dataclass(frozen=True)
class ScoresManifest:
    """What a set of scores says about itself.

    Parameters
    ----------
    tiers
        Tier → number of businesses.
    districts, sectors
        Profile code → the same; businesses without one are under ``""``.
    warnings
        Outcome → level → number of businesses.
    contested
        Number of businesses with a record under an open objection.
    files
        File → SHA-256.
    """

    inputs: Inputs
    businesses: int
    tiers: Tally
    districts: Mapping[str, Tally]
    sectors: Mapping[str, Tally]
    warnings: Mapping[str, Tally]
    contested: int
    files: Mapping[str, str]


@dataclass(frozen=True)
class Scores:
    """A published set of scores."""

    folder: Path

    @classmethod
    def current(cls, home: Path) -> Scores | None:
        """The set in force in the workspace, or none before the first."""
        name = pointed(home / "scores" / CURRENT)
        return None if name is None else cls.open(home, name)

    @classmethod
    def open(cls, home: Path, name: str) -> Scores:
        """The set called `name`; raises ScoresRefused when there is none."""
        scores = cls(home / "scores" / name)
        if not (scores.folder / MANIFEST).is_file():
            raise _refused("no scores", "home/scores", "a published set", "none of that name")
        return scores

    @property
    def name(self) -> str:
        """SHA-256 of the inputs, hex."""
        return self.folder.name

    @property
    def table(self) -> Path:
        """The scores as Parquet."""
        return self.folder / TABLE

    @property
    def store(self) -> Path:
        """The online store."""
        return self.folder / STORE

    @cached_property
    def manifest(self) -> ScoresManifest:
        """What it was made from and holds."""
        return canonical.decode(
            ScoresManifest, (self.folder / MANIFEST).read_bytes(), f"scores {MANIFEST}"
        )

    def verify(self) -> None:
        """Hash every file anew; raises ScoresRefused when one is not as it was written."""
        if self.manifest.inputs.name != self.name:
            raise _refused(
                "altered scores", MANIFEST, "the inputs the folder is named by", "others"
            )
        for name, wanted in self.manifest.files.items():
            if sha256_of(self.folder / name) != wanted:
                raise _refused("altered scores", name, "the bytes that were written", "others")


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _refused(what: str, where: str, expected: str, got: str) -> ScoresRefused:
    return refusal(ScoresRefused, what, where, expected, got, "run the scoring step anew")
