"""Ningbo under ``samr_published``: penalties count before they are final.

For the department's own planning of checks only; explanations say of each such
record that it is not final. What leaves the department rests on the strict city.
"""

from __future__ import annotations

from features.jurisdictions.ningbo import city

JURISDICTION = city("samr_published", name="ningbo_published", policy="../policy")
