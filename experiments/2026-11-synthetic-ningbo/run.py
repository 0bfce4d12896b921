"""Does the synthetic Ningbo behave like the published one?

    python experiments/2026-11-synthetic-ningbo/run.py --businesses 100000

Makes a city, ingests it, measures its rates on the records as they could be used at
the end of May 2026, and writes the comparison (results.md, rates.png) beside itself.
"""

from __future__ import annotations

import argparse
import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import matplotlib as mpl
import numpy as np
from matplotlib import pyplot as plt

from features.catalogue import Catalogue, encoder, load_catalogue
from features.expressions import Condition, col
from features.ingest import ingest
from features.jurisdictions.ningbo.sources import random_checks as checks
from features.jurisdictions.ningbo.sources.complaints import GENUINE
from features.jurisdictions.ningbo.sources.double_publicity import SUBSTANTIVE
from features.quoting import literal
from features.snapshot import Snapshot
from features.synthetic import generate

mpl.use("Agg")
HERE = Path(__file__).parent
END = date(2026, 5, 31)
_EPOCH = date(1970, 1, 1)
_END = (END - _EPOCH).days
_YEAR_AGO = _END - 365
_START = (date(2023, 1, 1) - _EPOCH).days
_YEARS = (_END - _START) / 365.25


@dataclass(frozen=True)
class Rate:
    """One published figure or range, and the city's."""

    what: str
    low: float
    high: float
    source: str
    observed: float
    unit: str = "%"

    @property
    def holds(self) -> bool:
        return self.low <= self.observed <= self.high

    def row(self) -> str:
        """A line of the table."""
        published = f"{self.low:g}–{self.high:g}" if self.high > self.low else f"{self.low:g}"
        verdict = "yes" if self.holds else f"**no** ({self.observed - self.middle:+.2f})"
        return (
            f"| {self.what} | {published} {self.unit} | {self.observed:.2f} {self.unit} "
            f"| {verdict} | {self.source} |"
        )

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2


def about(value: float, share: float = 0.1) -> tuple[float, float]:
    """A published figure with the room that chance and rounding need."""
    return round(value * (1 - share), 3), round(value * (1 + share), 3)


class City:
    """The records of a snapshot as they could be used at the end of `END`."""

    def __init__(self, catalogue: Catalogue, snapshot: Snapshot) -> None:
        self.catalogue, self.connection = catalogue, duckdb.connect()
        for source in catalogue.jurisdiction.sources:
            path = literal(str(snapshot.source(source.name)))
            self.connection.execute(
                f"CREATE TABLE {source.name} AS SELECT * FROM read_parquet({path}) "
                f"WHERE known_day <= {_END} AND event_day <= {_END} "
                f"AND COALESCE(superseded_day, {_END} + 1) > {_END} "
                f"AND COALESCE(retracted_day, {_END} + 1) > {_END}"
            )
        open_now = self.where("registrations", col("status").isin("存续", "歇业"))
        self.connection.execute(f"CREATE TABLE open AS FROM registrations WHERE {open_now}")
        self.sole = self.where("registrations", col("form").equals("个体工商户"))
        self.average = self.one(
            f"SELECT count(*) FROM registrations WHERE established_on <= {(_START + _END) // 2} "
            f"AND COALESCE(closed_on, {_END + 1}) > {(_START + _END) // 2}"
        )

    def where(self, source: str, condition: Condition) -> str:
        """A declared condition over the plain table."""
        return condition.sql(encoder(self.catalogue.jurisdiction.source(source)), source)

    def one(self, sql: str) -> float:
        """The single number that a query returns."""
        (row,) = self.connection.sql(sql).fetchall()
        return float(row[0])

    def share(self, table: str, condition: str, of: str = "TRUE") -> float:
        """Percent of the rows in `of` that satisfy the condition."""
        return self.one(f"SELECT 100 * avg(CAST({condition} AS INT)) FROM {table} WHERE {of}")

    def yearly(self, table: str, condition: str = "TRUE") -> float:
        """Events a year for each hundred businesses."""
        since = f"event_day >= {_START} AND {condition}"
        count = self.one(f"SELECT count(*) FROM {table} WHERE {since}")
        return 100 * count / _YEARS / self.average

    def listed(self, table: str, left: str) -> float:
        """Percent of open businesses but sole traders that stand on a list."""
        return self.one(
            f"SELECT 100 * avg(CAST(entity_id IN (SELECT entity_id FROM {table} "
            f"WHERE {left} IS NULL AND repaired_day IS NULL AND entity_id IS NOT NULL) AS INT)) "
            "FROM open "
            f"WHERE NOT {self.sole.replace('registrations.', 'open.')}"
        )

    def complaints_each(self) -> np.ndarray:
        """How many complaints of the last year each business has, most first, noughts left out."""
        rows = self.connection.sql(
            f"SELECT count(*) FROM complaints WHERE event_day > {_YEAR_AGO} "
            "AND entity_id IS NOT NULL GROUP BY entity_id ORDER BY 1 DESC"
        ).fetchall()
        return np.array([row[0] for row in rows])


def rates(city: City) -> list[Rate]:
    """Every published rate beside the city's."""
    section = {s: list(city.catalogue.jurisdiction.sectors).index(s) for s in "FCH"}
    districts = list(city.catalogue.jurisdiction.districts)
    three = ", ".join(str(districts.index(d)) for d in ("330282", "330281", "330206"))
    market = city.where("penalties", SUBSTANTIVE)
    elsewhere = city.where("penalties_elsewhere", SUBSTANTIVE)
    punished = city.one(
        "SELECT count(DISTINCT entity_id) FROM ("
        f"SELECT entity_id FROM penalties WHERE {market} AND event_day > {_YEAR_AGO} UNION ALL "
        f"SELECT entity_id FROM penalties_elsewhere WHERE {elsewhere} AND event_day > {_YEAR_AGO})"
    )
    problem = city.where("random_checks", checks.PROBLEM)
    report = city.where("complaints", col("kind").equals("举报"))
    to_case = city.where("complaints", col("to_case").equals(1))
    mediated = city.where("complaints", col("result").isin("调解成功", "调解不成", "终止调解"))
    settled = city.where("complaints", col("result").equals("调解成功"))
    genuine = city.where("complaints", GENUINE)
    each = city.complaints_each()
    opened = city.one("SELECT count(*) FROM open")
    left = city.where("exits", col("kind").equals("注销"))
    handbook = "handbook's estimate, unsourced"
    return [
        Rate("sole traders among all", *about(58.42, 0.02), "Ningbo, end 2024",
             city.share("registrations", city.sole)),
        *(Rate(f"sole traders in section {s}", *about(p, 0.05), "Ningbo, end 2024",
               city.share("registrations", f"sector = {section[s]}", city.sole))
          for s, p in (("F", 43.61), ("C", 16.27), ("H", 11.60))),
        Rate("sole traders in the three largest districts", *about(46.16, 0.03),
             "Ningbo, end 2024", city.share("registrations", f"district IN ({three})", city.sole)),
        Rate("new registrations a year, of 100", 12, 14, handbook,
             city.yearly("registrations"), ""),
        Rate("cancellations a year, of 100", 7, 9, handbook, city.yearly("exits", left), ""),
        Rate("market-regulation penalties a year, of 100", *about(0.76, 0.2), "China 2023, scaled",
             city.yearly("penalties", market), ""),
        Rate("mean fine, yuan", 4_000, 12_000, "China 2023: 7,500",
             city.one(f"SELECT avg(fine_fen) / 100 FROM penalties WHERE {market}"), ""),
        Rate("punished by any department within a year", 1.5, 2.5, handbook,
             100 * punished / opened),
        Rate("enterprises on the abnormal list", 6, 10, handbook,
             city.listed("abnormal_list", "delisted_on")),
        Rate("enterprises on the serious list", 0.3, 0.8, handbook,
             city.listed("serious_list", "delisted_on")),
        Rate("enterprises that are judgment defaulters", 0.8, 1.5, handbook,
             city.listed("defaulters", "removed_on")),
        Rate("checks a year, of 100", 3, 6, "national habit 3–5; 5.98 in 2019",
             city.yearly("random_checks"), ""),
        Rate("checks that find a problem", 10, 25, handbook,
             city.share("random_checks", problem)),
        Rate("complaints and reports a year, of 100", *about(8.5, 0.3), "Ningbo, H1 2022, doubled",
             city.yearly("complaints"), ""),
        Rate("reports among them", *about(25.4, 0.1), "Ningbo, H1 2022",
             city.share("complaints", report)),
        Rate("complaints that became cases", *about(1.37, 0.4), "Ningbo, H1 2022",
             city.share("complaints", to_case, f"NOT {report}")),
        Rate("reports that became cases", *about(15.5, 0.3), "Ningbo, H1 2022",
             city.share("complaints", to_case, report)),
        Rate("mediations that settled", *about(60.0, 0.1), "Ningbo, H1 2022",
             city.share("complaints", settled, f"{mediated} AND {genuine}")),
        Rate("complaints about online trade", *about(31.85, 0.3), "China, 2020",
             city.share("complaints", "online = 1")),
        Rate("businesses without a complaint in a year", 95, 97.5, handbook,
             100 * (1 - len(each) / opened)),
        Rate("complaints that fall on one business in a hundred", 50, 100, handbook,
             100 * each[: int(opened // 100)].sum() / each.sum()),
        Rate("online shops, of 100 businesses", 7, 18, "100,000–250,000 planned for",
             100 * city.one("SELECT count(*) FROM shops WHERE closed_on IS NULL") / opened, ""),
    ]  # fmt: skip


def plot(city: City, found: list[Rate], path: Path) -> None:
    """Rates against their ranges, and four shapes."""
    figure = plt.figure(figsize=(13, 9), layout="constrained")
    grid = figure.add_gridspec(2, 3, width_ratios=(1.5, 1, 1))
    ax = figure.add_subplot(grid[:, 0])
    for place, rate in enumerate(reversed(found)):
        ax.plot([rate.low / rate.middle, rate.high / rate.middle], [place, place], lw=7,
                color="#c8d6e5", solid_capstyle="butt")  # fmt: skip
        ax.plot(
            rate.observed / rate.middle, place, "o", color="#1b7f4b" if rate.holds else "#c0392b"
        )
    ax.set_yticks(range(len(found)), [rate.what for rate in reversed(found)])
    ax.axvline(1, color="0.8", zorder=0)
    ax.set_title("observed, published = 1 (bar: range)")
    shapes = (
        ("births by calendar month", "SELECT month(DATE '1970-01-01' + established_on) m, count(*) "
         f"FROM registrations WHERE established_on >= {_START} GROUP BY 1 ORDER BY 1"),
        ("penalties by month", "SELECT (event_day - 19358) // 30 m, count(*) FROM penalties "
         f"WHERE event_day >= {_START} GROUP BY 1 ORDER BY 1"),
        ("checks with a problem, by class A–D",
         "SELECT ascii(class_at_draw) - 64 m, "
         f"avg(CAST({city.where('random_checks', checks.PROBLEM)} AS INT)) "
         "FROM random_checks WHERE class_at_draw IN ('A','B','C','D') GROUP BY 1 ORDER BY 1"),
    )  # fmt: skip
    for number, (title, sql) in enumerate(shapes):
        ax = figure.add_subplot(grid[number // 2, 1 + number % 2])
        x, y = zip(*city.connection.sql(sql).fetchall(), strict=True)
        ax.bar(x, y, color="#4a69bd")
        ax.set_title(title, fontsize=9)
        ax.set_ylim(0)
    ax = figure.add_subplot(grid[1, 2])
    each = city.complaints_each()
    ax.loglog(np.arange(1, len(each) + 1), each, color="#4a69bd")
    ax.set_title("complaints in a year, by rank", fontsize=9)
    figure.savefig(path, dpi=90)


def main() -> None:
    """Make, ingest, measure, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--businesses", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    catalogue = load_catalogue("ningbo")
    with TemporaryDirectory() as named:
        made = generate(Path(named) / "city", arguments.businesses, seed=arguments.seed)
        for delivery in made.deliveries:
            ingest(catalogue, Path(named), delivery.folder, delivery.received_on)
        city = City(catalogue, Snapshot.current(Path(named)))
        found = rates(city)
        plot(city, found, HERE / "rates.png")
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True
    ).stdout.strip()
    missed = [rate for rate in found if not rate.holds]
    lines = [
        "# The synthetic Ningbo beside the published one",
        "",
        f"Commit {commit}, {arguments.businesses:,} businesses, seed {arguments.seed}, "
        f"{sum(made.rows.values()):,} records, as usable at the end of {END.isoformat()}. "
        "Made by `python experiments/2026-11-synthetic-ningbo/run.py`.",
        "",
        f"{len(found) - len(missed)} of {len(found)} rates lie within what was published"
        + (f"; outside: {', '.join(rate.what for rate in missed)}." if missed else "."),
        "",
        "| rate | published | synthetic | within | from |",
        "|---|---|---|---|---|",
        *(rate.row() for rate in found),
        "",
        "![Rates and shapes](rates.png)",
    ]
    (HERE / "results.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
