"""The form of a case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from features.contracts import Feature


@dataclass(frozen=True)
class Case:
    """Records and the value that each feature has for some businesses and days.

    Parameters
    ----------
    says
        The rule that the case shows, as a sentence.
    features
        Declared over the small city.
    records
        Source → table of its records.
    expected
        Table of entity_id, as_of_day and one column for each feature.
    profiles
        Table of profiles, where peers are compared.
    """

    says: str
    features: Sequence[Feature]
    records: Mapping[str, str]
    expected: str
    profiles: str = "entity_id | from_day"
    without_disputed: bool = field(default=False, kw_only=True)
