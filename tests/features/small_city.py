"""A city with every kind of source, for tests that vary its features."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from features.catalogue import Catalogue
from features.contracts import (
    Ahead,
    ByCode,
    CityWide,
    Column,
    Count,
    Dates,
    Direction,
    Evidence,
    Feature,
    Jurisdiction,
    Kind,
    Link,
    Measure,
    Monthly,
    Nearby,
    Outcome,
    Phrase,
    Reason,
    Source,
    Window,
)
from features.expressions import Condition, col

KINDS = ("warning", "fine", "licence_revoked")
SUBJECTS = ("food", "advertising", "price", "safety")
_DATES = Dates(event="decided_on", trust="as published", known="known_on")


def _source(
    name: str, subject: ByCode | Nearby | CityWide, *columns: Column, dates: Dates = _DATES
) -> Source:
    days = (
        Column("decided_on", Kind.DAY, ("decided",), "day of the decision"),
        Column("known_on", Kind.DAY, ("known",), "day we learned of it"),
    )
    return Source(
        name=name, department="regulator", title=Phrase(name, name), legal_basis="law",
        files=f"{name}.csv", key=("code",), subject=subject, dates=dates,
        columns=(Column("code", Kind.TEXT, ("code",), "identifier"), *days, *columns),
    )  # fmt: skip


PENALTIES = _source(
    "penalties",
    ByCode("code"),
    Column("kind", Kind.CODE, ("kind",), "heaviest kind", labels=KINDS),
    Column("about", Kind.MASK, ("about",), "what it was about", labels=SUBJECTS),
    Column("fine_fen", Kind.MONEY, ("fine",), "fine"),
    Column("severity", Kind.DECIMAL, ("severity",), "points"),
    Column("office", Kind.TEXT, ("office",), "deciding office"),
    Column("published", Kind.FLAG, ("published",), "whether it was published"),
    Column("paid_on", Kind.DAY, ("paid",), "day of payment"),
    Column("pages", Kind.INTEGER, ("pages",), "length"),
    Column("upheld_on", Kind.DAY, ("upheld",), "day it became final"),
    Column("objected_on", Kind.DAY, ("objected",), "day of an objection"),
    Column("corrected_on", Kind.DAY, ("corrected",), "day of credit repair"),
    dates=replace(_DATES, final="upheld_on", disputed="objected_on", repaired="corrected_on"),
)
REGISTRATIONS = _source(
    "registrations",
    ByCode("code"),
    Column("representative", Kind.TEXT, ("representative",), "token of the representative"),
    Column("address", Kind.INTEGER, ("address",), "token of the address"),
    Column("cluster", Kind.FLAG, ("cluster",), "cluster registration"),
    Column("capital_fen", Kind.MONEY, ("capital",), "registered capital"),
)
BURGLARIES = _source(
    "burglaries",
    Nearby("latitude", "longitude", 500),
    Column("latitude", Kind.DECIMAL, ("latitude",), "degrees"),
    Column("longitude", Kind.DECIMAL, ("longitude",), "degrees"),
    Column("loot_fen", Kind.MONEY, ("loot",), "loss"),
)
WEATHER = _source(
    "weather",
    CityWide(),
    Column("temperature", Kind.DECIMAL, ("temperature",), "degrees"),
)
SOURCES = (PENALTIES, REGISTRATIONS, BURGLARIES, WEATHER)
LINKS = (
    Link("representative", "registrations", "representative", max_size=2),
    Link("address", "registrations", "address", max_size=3, unless=col("cluster").equals(1)),
)


def feature(
    name: str,
    source: str,
    measure: Measure,
    where: Condition | None = None,
    window: Window | None = None,
    *,
    scale: int = 1,
    via: str | None = None,
    peers: tuple[str, ...] = (),
) -> Feature:
    """A feature of which only the computation matters."""
    return Feature(
        name=name, source=source, measure=measure, where=where, window=window, scale=scale,
        via=via, peers=peers, meaning=Phrase(name, name), direction=Direction.EITHER,
        missing="nothing is known", group="R03", reason="R304", legal_basis="law",
    )  # fmt: skip


def catalogue_of(features: Sequence[Feature], links: Sequence[Link] = LINKS) -> Catalogue:
    """The small city with these features."""
    jurisdiction = Jurisdiction(
        name="small", title=Phrase("小城", "Small city"), timezone="Asia/Shanghai",
        identity="plain", currency=Phrase("元", "yuan"),
        departments={"regulator": Phrase("局", "Office")}, sources=SOURCES,
        features=tuple(features),
        outcomes=(
            Outcome("credit", Phrase("信用", "Credit"), (Evidence("penalties"),), Ahead(365),
                    features[0].name),
        ),
        reasons=(Reason("R304", Phrase("受罚{value}", "{value} penalties")),),
        roster=("registrations",), cohort=Monthly(), groups={"R03": Phrase("监管", "Checks")},
        links=tuple(links),
    )  # fmt: skip
    return Catalogue(jurisdiction, Path(__file__).parent)


COUNT = feature("penalty_count", "penalties", Count())
