"""Weather of the city, known the day after."""

from __future__ import annotations

from features.contracts import CityWide, Column, Dates, Kind, Phrase, Source

SOURCE = Source(
    name="weather",
    department="weather",
    title=Phrase("天气", "Weather"),
    legal_basis="Public weather record; 77 Illinois Administrative Code 750 (temperature of food)",
    files="weather*.parquet",
    key=("day",),
    subject=CityWide(),
    dates=Dates(
        event="day",
        known_lag_days=1,
        trust="Measured, complete for every day, known the next morning.",
    ),
    columns=(
        Column("day", Kind.DAY, ("date",), "The day", required=True),
        Column("temperature_max", Kind.DECIMAL, ("temperatureMax",), "Warmest of the day, °F",
               minimum=-60, maximum=140),
        Column("humidity", Kind.DECIMAL, ("humidity",), "Relative humidity, 0 to 1",
               minimum=0, maximum=1),
        Column("precipitation", Kind.DECIMAL, ("precipIntensity",), "Mean intensity, inches an "
               "hour", minimum=0),
    ),
)  # fmt: skip
