"""A small town for tests: a few sources, deliveries written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Literal

import duckdb

from features.catalogue import Catalogue
from features.contracts import (
    ByCode,
    Column,
    Dates,
    Jurisdiction,
    Kind,
    Monthly,
    Phrase,
    Source,
)
from features.ingest import Reconciliation, ingest
from features.snapshot import Snapshot

Cell = int | float | str | None
RECEIVED = date(2024, 1, 31)
TOWN = Phrase("镇", "Town")


def column(name: str, kind: Kind, *headers: str, **more: object) -> Column:
    return replace(Column(name, kind, headers or (name,), name), **more)  # type: ignore[arg-type]


def source(name: str = "penalties", **changes: object) -> Source:
    """Penalties keyed by ``no``, of the business ``code``, decided on ``day``."""
    penalties = Source(
        name=name,
        department="market",
        title=TOWN,
        legal_basis="none",
        files=f"{name}*",
        key=("no",),
        subject=ByCode("code"),
        dates=Dates(event="day", trust="exact"),
        columns=(
            column("no", Kind.TEXT),
            column("code", Kind.TEXT),
            column("day", Kind.DAY, required=True),
            column("fine", Kind.MONEY),
        ),
    )
    return replace(penalties, **changes)  # type: ignore[arg-type]


def with_columns(*columns: Column, **changes: object) -> Source:
    """The penalties with more columns."""
    plain = source()
    return replace(plain, columns=plain.columns + columns, **changes)  # type: ignore[arg-type]


def town(
    *sources: Source,
    identity: Literal["uscc", "plain"] = "plain",
    timezone: str = "Asia/Shanghai",
    roster: tuple[str, ...] = (),
) -> Catalogue:
    jurisdiction = Jurisdiction(
        name="town",
        title=TOWN,
        timezone=timezone,
        identity=identity,
        currency=TOWN,
        departments={"market": TOWN},
        sources=sources,
        features=(),
        outcomes=(),
        reasons=(),
        roster=roster,
        cohort=Monthly(),
        groups={},
    )
    return Catalogue(jurisdiction, Path(__file__).parent)


class Office:
    """A workspace and the folder that deliveries arrive in."""

    def __init__(self, folder: Path, *sources: Source, **more: object) -> None:
        self.catalogue = town(*sources, **more)  # type: ignore[arg-type]
        self.home = folder / "home"
        self.folder = folder / "delivered"
        self.folder.mkdir(exist_ok=True)

    def deliver(self, name: str, text: str, encoding: str = "utf-8") -> Path:
        """Put a file into the delivery, its lines without the indentation of the test."""
        lines = [line.strip() for line in text.strip("\n").splitlines()]
        path = self.folder / name
        path.write_bytes("".join(line + "\n" for line in lines).encode(encoding))
        return path

    def clear(self) -> None:
        """Begin another delivery."""
        for path in self.folder.iterdir():
            path.unlink()

    def ingest(self, received_on: date = RECEIVED) -> Reconciliation:
        return ingest(self.catalogue, self.home, self.folder, received_on)

    def rows(self, name: str = "penalties") -> list[dict[str, Cell]]:
        return read(Snapshot.current(self.home).source(name))


def read(path: Path) -> list[dict[str, Cell]]:
    """The rows of a Parquet file, in its order."""
    with duckdb.connect() as connection:
        cursor = connection.execute("SELECT * FROM read_parquet(?)", [str(path)])
        names = [described[0] for described in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def only(rows: Iterable[Mapping[str, Cell]], *names: str) -> list[tuple[Cell, ...]]:
    """Some columns of each row."""
    return [tuple(row[name] for name in names) for row in rows]


def day(text: str) -> int:
    """Days since 1970-01-01 of an ISO date."""
    return (date.fromisoformat(text) - date(1970, 1, 1)).days
