"""R02: circumstances that make violations likelier and are nobody's fault."""

from __future__ import annotations

from features.contracts import Days, Direction, Feature, Mean, Phrase

from ..reasons import NOT_CITED

FEATURES: tuple[Feature, ...] = tuple(
    Feature(
        name=f"temperature_mean_{n}d",
        source="weather",
        measure=Mean("temperature_max"),
        window=Days(n),
        unit="degrees",
        scale=1_000_000,
        direction=Direction.EITHER,
        missing="no weather known",
        group="R02",
        reason=NOT_CITED,
        legal_basis="77 Illinois Administrative Code 750 (temperature of food)",
        meaning=Phrase(f"近{n}天最高气温平均(华氏)", f"Mean of daily highs, {n} days, °F"),
    )
    for n in (3, 14)
)
