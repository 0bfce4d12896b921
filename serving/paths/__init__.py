"""The way back: what a business may lawfully do, and the first day of each better tier."""

from serving.paths.told import BetterTier, OpenStep, Reached, Way, WayBack
from serving.paths.way_back import HORIZON_MONTHS, MOST_SETS, Case, Means, way_back

__all__ = [
    "HORIZON_MONTHS",
    "MOST_SETS",
    "BetterTier",
    "Case",
    "Means",
    "OpenStep",
    "Reached",
    "Way",
    "WayBack",
    "way_back",
]
