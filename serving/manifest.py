"""What a bundle says about itself, as frozen data.

The manifest is the signed document: everything else in the bundle is pinned by
the SHA-256 it lists under ``files``. `serving.bundle.checks` says which
manifests make sense.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from features.catalogue import Catalogue
from features.contracts import Count, Days, Distinct, Feature, Phrase, Repeats, Source, Sum, Window
from features.contracts.definitions import Change, Latest, Max

FORMAT = 3
Tier = Literal["A", "B", "C", "D"]
TIERS: tuple[Tier, ...] = ("A", "B", "C", "D")  # best first
Level = Literal["red", "orange", "yellow", "blue"]
LEVELS: tuple[Level, ...] = ("red", "orange", "yellow", "blue")  # gravest first
CREDIT = "credit"  # the outcome whose model gives the tier


@dataclass(frozen=True)
class Place:
    """The jurisdiction, as far as a decision names it."""

    name: str
    title: Phrase
    currency: Phrase
    timezone: str


@dataclass(frozen=True)
class Span:
    """A feature's window: so many calendar months, or so many days."""

    unit: Literal["months", "days"]
    n: int


@dataclass(frozen=True)
class FeatureSpec:
    """A feature as a decision needs it: how to name, format, group and cite it.

    Parameters
    ----------
    labels
        Of a value whose unit is ``code``: position → label.
    counts_records
        The value is built from how many records there are, so that no record at
        all is a finding of its own (an annual report not filed).
    missing
        What it means when the value is missing.
    peers
        Profile fields that define the peer group the value is relative to.
    """

    name: str
    source: str
    source_title: Phrase
    department: str
    group: str
    unit: str
    meaning: Phrase
    window: Span | None
    direction: str
    categorical: bool
    labels: tuple[str, ...]
    counts_records: bool
    missing: str
    peers: tuple[str, ...]
    reason: str
    positive_reason: str | None


@dataclass(frozen=True)
class Band:
    """Between what the probability lies at each knot, with so much certainty (0–1).

    It is about all businesses with that margin: the share of them to whom the outcome
    happens. `training.band` says how it is found.
    """

    certainty: float
    lower: tuple[float, ...]
    upper: tuple[float, ...]


@dataclass(frozen=True)
class Calibration:
    """Knots of the monotone piecewise-linear map from margin to probability.

    `band` is None where nothing is said of how surely it is known.
    """

    margin: tuple[float, ...]
    probability: tuple[float, ...]
    band: Band | None = None


@dataclass(frozen=True)
class ModelSpec:
    """One outcome's model: its file, its title, what its margins mean."""

    file: str
    title: Phrase
    calibration: Calibration
    base_rate: float


@dataclass(frozen=True)
class ScoreScale:
    """``score = offset - factor * margin``, in points."""

    pdo: float
    anchor_score: float
    anchor_odds: float
    factor: float
    offset: float


@dataclass(frozen=True)
class TierCuts:
    """Lowest score, in tenths, of each tier above the last."""

    A: int
    B: int
    C: int


@dataclass(frozen=True)
class LevelCuts:
    """Lowest probability of each warning level."""

    red: float
    orange: float
    yellow: float
    blue: float


@dataclass(frozen=True)
class ReferenceRows:
    """Rows of ``reference.npy`` that stand just inside one tier: of one sector, or of all."""

    tier: Tier
    sector: str | None
    first: int
    count: int


@dataclass(frozen=True)
class Manifest:
    """The whole manifest; feature order is the column order of every model."""

    format: int
    jurisdiction: Place
    catalogue_fingerprint: str
    snapshot: str
    matrix: str
    trained_as_of: str
    code_version: str
    features: tuple[FeatureSpec, ...]
    groups: Mapping[str, Phrase]
    departments: Mapping[str, Phrase]
    districts: Mapping[str, Phrase]
    sectors: Mapping[str, Phrase]
    models: Mapping[str, ModelSpec]
    score: ScoreScale
    tiers: TierCuts
    warnings: Mapping[str, LevelCuts]
    references: tuple[ReferenceRows, ...]
    files: Mapping[str, str]

    @cached_property
    def groups_used(self) -> Mapping[str, Phrase]:
        """Titles of the indicator groups that have a feature, by key."""
        return {key: self.groups[key] for key in sorted({one.group for one in self.features})}

    @cached_property
    def source_titles(self) -> Mapping[str, Phrase]:
        """Titles of the sources that have a feature."""
        return {one.source: one.source_title for one in self.features}

    @cached_property
    def departments_used(self) -> Mapping[str, Phrase]:
        """Titles of the departments that have a feature, by key."""
        keys = sorted({one.department for one in self.features})
        return {key: self.departments[key] for key in keys}


def place_of(catalogue: Catalogue) -> Place:
    """The manifest's words for a catalogue's jurisdiction."""
    city = catalogue.jurisdiction
    return Place(city.name, city.title, city.currency, city.timezone)


def feature_specs(catalogue: Catalogue) -> tuple[FeatureSpec, ...]:
    """The manifest's words for a catalogue's features, in its order."""
    city = catalogue.jurisdiction
    return tuple(_spec(feature, city.source(feature.source)) for feature in city.features)


def _spec(feature: Feature, source: Source) -> FeatureSpec:
    measure = feature.measure
    labels: tuple[str, ...] = ()
    if feature.unit == "code" and isinstance(measure, Latest | Max):
        labels = source.column(measure.column).labels
    return FeatureSpec(
        name=feature.name,
        source=feature.source,
        source_title=source.title,
        department=source.department,
        group=feature.group,
        unit=feature.unit,
        meaning=feature.meaning,
        window=_span(feature.window),
        direction=feature.direction.value,
        categorical=feature.categorical,
        labels=labels,
        counts_records=isinstance(measure, Count | Sum | Distinct | Repeats | Change),
        missing=feature.missing,
        peers=feature.peers,
        reason=feature.reason,
        positive_reason=feature.positive_reason,
    )


def _span(window: Window | None) -> Span | None:
    if window is None:
        return None
    return Span("days" if isinstance(window, Days) else "months", window.n)
