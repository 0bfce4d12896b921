"""Features of Beijing: what inspections found, and what other departments did.

What is undated (the list of abnormal operation, arrears, nearly all environmental
penalties) counts from the day it was received, after every inspection here, and so
is no feature. Nothing reads a name: kinds of business are not told apart.
"""

from __future__ import annotations

from features.contracts import Feature

from . import elsewhere, inspections

FEATURES: tuple[Feature, ...] = (*inspections.FEATURES, *elsewhere.FEATURES)
