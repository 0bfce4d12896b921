"""``xinheng features``: the catalogue and the matrix as of any date."""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from training.cli.place import Place
from training.cli.terminal import out, progress, table

if TYPE_CHECKING:  # imported when needed: --help answers at once
    from features.builder import Matrix
    from features.snapshot import Snapshot
    from features.spark import Spark

AS_OF = click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]),
    help="As known at the end of this day.  [default: last month end the records cover]",
)  # fmt: skip

ENGINE = click.option(
    "--engine", type=click.Choice(["duckdb", "spark"]), default="duckdb", show_default=True,
    help="Where it is computed; spark needs `make spark`.",
)  # fmt: skip


@click.group()
def features() -> None:
    """The catalogue of features, and their values as of any date."""


@features.command("list")
@click.option("--group", help="Only this indicator group, such as R03.")
@click.pass_obj
def list_(place: Place, group: str | None) -> None:
    """List the declared features: what they are, and how risk moves with them."""
    chosen = [f for f in place.catalogue.jurisdiction.features if group in (None, f.group)]
    table(
        f"{len(chosen)} features", ["feature", "group", "source", "risk", "meaning"],
        [[f.name, f.group, f.source, f.direction.value, f"{f.meaning.zh} {f.meaning.en}"]
         for f in chosen],
    )  # fmt: skip


@features.command("page")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def page(place: Place, file: Path) -> None:
    """Write the catalogue as a page: definition, SQL, phrases and basis of each feature."""
    from features.page import markdown

    file.write_text(markdown(place.catalogue), encoding="utf-8")
    out.print(f"wrote {file}")


@features.command("build")
@AS_OF
@ENGINE
@click.pass_obj
def build_(place: Place, as_of: datetime | None, engine: str) -> None:
    """Compute every feature of every open business as of a date.

    The engines give the same bytes.
    """
    from features.snapshot import Snapshot

    matrix = everyone(place, Snapshot.current(place.home), as_of, spark_of(engine))
    out.print(f"{matrix.path}: {len(matrix.features)} features")


def spark_of(engine: str) -> Spark | None:
    """The Spark that the environment names, when it was asked for."""
    from features.spark import Spark

    return Spark.of(os.environ) if engine == "spark" else None


def everyone(
    place: Place, snapshot: Snapshot, as_of: datetime | None, spark: Spark | None = None
) -> Matrix:
    """The matrix of all businesses open on a day; on the last month end by default."""
    from features.builder import build
    from training.calendar import date_of, day_of, last_month_end
    from training.cohort import CohortDay, monthly
    from training.labels import known_through

    if as_of is None:
        day = day_of(last_month_end(known_through(place.catalogue, snapshot)))
    else:
        day = day_of(as_of.date())
    with progress(f"features as of {date_of(day)}") as report:
        spine = monthly(snapshot, [CohortDay(day)]).spine
        return build(place.catalogue, snapshot, spine, place.home, report, on=spark)
