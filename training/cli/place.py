"""Which city the command works on, and the folder that holds what it makes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

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

    @property
    def today(self) -> date:
        """The day it is in the city, whatever the clock of this machine is set to."""
        return self.day_at(datetime.now(UTC))

    def day_at(self, moment: datetime) -> date:
        """The city's day at a moment that names its zone."""
        return moment.astimezone(ZoneInfo(self.catalogue.jurisdiction.timezone)).date()
