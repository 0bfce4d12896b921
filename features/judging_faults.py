"""What can be wrong in how models are to be judged: segments, and draws of checks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from features.contracts import Jurisdiction, Kind, RandomDraws, Segment
from features.errors import Fault

PROFILE_FIELDS = ("district", "sector", "form")
AGE = "age_years"


def judging_faults(jurisdiction: Jurisdiction) -> Iterator[Fault]:
    """Segments that part by nothing known, and draws without a usable probability."""
    for name, times in Counter(s.name for s in jurisdiction.segments).items():
        if times > 1:
            yield _fault("duplicate segment", name, "one declaration", str(times))
    features = {f.name for f in jurisdiction.features}
    for segment in jurisdiction.segments:
        yield from _segment_faults(segment, features)
    if jurisdiction.draws is not None:
        yield from _draw_faults(jurisdiction, jurisdiction.draws)


def _segment_faults(segment: Segment, features: set[str]) -> Iterator[Fault]:
    where = f"segment {segment.name}"
    quantity = segment.by == AGE or segment.by in features
    if not quantity and segment.by not in PROFILE_FIELDS:
        yield _fault("unknown field", where, "a profile field, age_years or a feature", segment.by)
    if quantity != bool(segment.edges):
        expected = "edges of a quantity" if quantity else "no edges of a code"
        yield _fault("unusable edges", where, expected, f"{len(segment.edges)} edges")
    if any(a >= b for a, b in pairwise(segment.edges)):
        yield _fault("unusable edges", where, "ascending edges", "others")
    if segment.bands and len(segment.bands) != len(segment.edges) + 1:
        yield _fault("unusable bands", where, "one more than edges", f"{len(segment.bands)} bands")


def _draw_faults(jurisdiction: Jurisdiction, draws: RandomDraws) -> Iterator[Fault]:
    sources = {s.name: s for s in jurisdiction.sources}
    if draws.source not in sources:
        yield _fault("unknown source", "draws", "a declared source", draws.source)
        return
    columns = {c.name: c for c in sources[draws.source].columns}
    held = columns.get(draws.probability)
    if held is None or held.kind is not Kind.DECIMAL:
        yield _fault("no probability", f"draws: {draws.source}", "a DECIMAL column",
                     draws.probability)  # fmt: skip
    for name in (*draws.blind.columns(), *draws.found.columns()):
        if name not in columns:
            yield _fault("unknown column", f"draws: {draws.source}", "a declared column", name)


def _fault(what: str, where: str, expected: str, got: str) -> Fault:
    return Fault(what, where, expected, got, "correct the declaration")
