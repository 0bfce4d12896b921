"""Which city the command works on, and the folder that holds what it makes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from features.catalogue import Catalogue, load_catalogue


@dataclass(frozen=True)
class Place:
    """A jurisdiction (name or folder) and a home folder, as given on the command line."""

    jurisdiction: str
    given_home: Path | None

    @cached_property
    def catalogue(self) -> Catalogue:
        """The checked declarations, loaded when first asked for."""
        return load_catalogue(self.jurisdiction)

    @property
    def home(self) -> Path:
        """The given home, or ``var/<jurisdiction>`` in the current folder."""
        return self.given_home or Path("var") / self.catalogue.jurisdiction.name
