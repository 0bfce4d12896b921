"""Generate a synthetic city into delivery folders, chunk by chunk."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from features.errors import Fault, YourInput
from features.jurisdictions.ningbo.sources import SOURCES
from features.progress import Progress, silent
from features.synthetic.chunk import Chunk
from features.synthetic.conduct import simulate
from features.synthetic.delivery import Deliveries, Dialect
from features.synthetic.ledger import Batch
from features.synthetic.population import populate
from features.synthetic.priors import Priors
from features.synthetic.records.checks import check_records
from features.synthetic.records.consumers import consumer_records
from features.synthetic.records.courts import court_and_fund_records
from features.synthetic.records.finances import finance_records
from features.synthetic.records.labour import labour_records
from features.synthetic.records.online import online_records
from features.synthetic.records.others import other_records
from features.synthetic.records.penalties import penalty_records
from features.synthetic.records.registry import registry_records
from features.synthetic.records.reports import report_records
from features.synthetic.records.standing import standing_records
from features.synthetic.sightings import NOBODY_ANSWERS, chance_found
from features.synthetic.span import NONE, Bools, Floats, Span

CHUNK = 50_000
# The days that records of a city cover unless others are asked for.
START, END = date(2023, 1, 1), date(2026, 7, 31)
_FEWEST = 1_000

_DEPARTMENTS: tuple[Callable[[Chunk], Iterator[Batch]], ...] = (
    registry_records,
    report_records,
    penalty_records,
    check_records,
    consumer_records,
    finance_records,
    standing_records,
    labour_records,
    online_records,
    other_records,
    court_and_fund_records,
)
# Real departments agree on nothing.
_DIALECTS: Mapping[str, Dialect] = {
    "changes": Dialect("gb18030", "slashes"),
    "abnormal_list": Dialect("gb18030"),
    "penalties": Dialect("utf-8-sig"),
    "penalties_elsewhere": Dialect("gb18030", "slashes", heading=1),
    "random_checks": Dialect("utf-8", heading=1),
    "samples": Dialect("utf-8-sig", "characters", heading=1),
    "complaints": Dialect("gb18030", yes_no=("0", "1")),
    "tax_grades": Dialect("gb18030", "iso"),
    "tax_arrears": Dialect("utf-8-sig", "compact"),
    "defaulters": Dialect("utf-8-sig", "characters"),
}


@dataclass(frozen=True)
class Delivery:
    """A folder of department files and the day it was received."""

    folder: Path
    received_on: date


@dataclass(frozen=True)
class City:
    """What was generated.

    Parameters
    ----------
    folder, truth
        Where; `truth` holds what no department knows.
    deliveries
        To be ingested in this order.
    businesses
        How many.
    rows
        Records of each source, all deliveries together.
    unusable
        How many of them must be refused: a required date is empty.
    """

    folder: Path
    truth: Path
    deliveries: tuple[Delivery, ...]
    businesses: int
    rows: Mapping[str, int]
    unusable: Mapping[str, int]


def generate(
    folder: Path,
    businesses: int = 50_000,
    *,
    seed: int = 1,
    start: date = START,
    end: date = END,
    progress: Progress = silent,
    priors: Priors | None = None,
) -> City:
    """Write a city of `businesses` as its departments would deliver it.

    The same arguments give the same bytes; files of an earlier city in `folder`
    are replaced. A larger city begins with the businesses of a smaller one of a
    whole number of chunks. ``truth/city.json`` is written last.

    Raises
    ------
    YourInput
        Fewer than 1,000 businesses, or less than a year.
    """
    _refuse(businesses, start, end)
    priors = priors or Priors()
    span = Span.between(start, end)
    batches = (folder / "delivery-1", folder / "delivery-2")
    truth = folder / "truth"
    truth.mkdir(parents=True, exist_ok=True)
    with (
        Deliveries(batches, SOURCES, _DIALECTS, span.last) as deliveries,
        pq.ParquetWriter(truth / "conduct.parquet", _TRUTH) as conduct,
    ):
        for index in range(-(-businesses // CHUNK)):
            size = min(CHUNK, businesses - index * CHUNK)
            chunk = _chunk(index, size, span, priors, seed)
            for department in _DEPARTMENTS:
                for batch in department(chunk):
                    deliveries.write(batch.source, batch.records, batch.second)
            conduct.write_table(_truth(chunk))
            progress("generate", index * CHUNK + size, businesses)
    pq.write_table(pa.concat_tables(deliveries.without_code), truth / "without_code.parquet")
    city = City(
        folder=folder,
        truth=truth,
        deliveries=tuple(Delivery(batch, end) for batch in batches),
        businesses=businesses,
        rows=dict(deliveries.rows),
        unusable=dict(deliveries.unusable),
    )
    _describe(city, seed, start, end)
    return city


def _refuse(businesses: int, start: date, end: date) -> None:
    if businesses < _FEWEST or (end - start).days < 365:
        raise YourInput(
            str(
                Fault(
                    "city too small", "generate", "at least 1,000 businesses and a year",
                    f"{businesses} businesses, {(end - start).days} days", "ask for more",
                )
            )
        )  # fmt: skip


def _chunk(index: int, size: int, span: Span, priors: Priors, seed: int) -> Chunk:
    rng = np.random.default_rng([seed, index])
    population = populate(index * CHUNK, size, span, priors, rng)
    history = simulate(population, span, priors, rng)
    return Chunk.of(index, population, history, span=span, priors=priors, rng=rng)


_TRUTH = pa.schema(
    [
        ("uscc", pa.string()),
        ("month", pa.int32()),
        ("latent_risk", pa.float32()),
        ("violation", pa.bool_()),
        ("checked", pa.bool_()),
        ("open", pa.bool_()),
        ("found_if_checked", pa.float32()),
    ]
)


def _truth(chunk: Chunk) -> pa.Table:
    """Conduct of every business and month, whether or not anyone looked."""
    span, history = chunk.span, chunk.history
    n, months = history.latent.shape
    checked = np.zeros((n, months), np.bool_)
    checked[history.checks.business, span.month_index(history.checks.day)] = True
    recorded = slice(span.warm_up, None)
    kept = months - span.warm_up
    month = (np.array(span.starts[recorded]))[:kept].astype("datetime64[D]")
    number = np.char.replace(month.astype("datetime64[M]").astype(str), "-", "").astype(np.int32)
    return pa.table(
        {
            "uscc": chunk.code.take(pa.array(np.repeat(np.arange(n), kept))),
            "month": np.tile(number, n),
            "latent_risk": history.latent[:, recorded].ravel(),
            "violation": history.violation[:, recorded].ravel(),
            "checked": checked[:, recorded].ravel(),
            "open": _open(chunk)[:, recorded].ravel(),
            "found_if_checked": _found_if_checked(chunk)[:, recorded].ravel(),
        },
        schema=_TRUTH,
    )


def _open(chunk: Chunk) -> Bools:
    """``(n, months)`` whether the business existed on the first day of each month."""
    starts = np.array(chunk.span.starts[: chunk.span.months])[None, :]
    closed = np.where(chunk.history.closed == NONE, np.iinfo(np.int32).max, chunk.history.closed)
    opened: Bools = (chunk.population.established[:, None] <= starts) & (closed[:, None] > starts)
    return opened


def _found_if_checked(chunk: Chunk) -> Floats:
    """``(n, months)`` chance that a check in the middle of the month would find a problem."""
    history, span = chunk.history, chunk.span
    middle = np.array(span.starts[: span.months])[None, :] + 15
    lost = (history.lost[:, None] != NONE) & (history.lost[:, None] <= middle)
    nobody = np.where(lost, np.float32(NOBODY_ANSWERS), np.float32(0))
    found = np.minimum(chance_found(chunk.priors.supervision, history.violation, history.latent), 1)
    chance: Floats = (nobody + (1 - nobody) * found).astype(np.float32)
    return chance


def _describe(city: City, seed: int, start: date, end: date) -> None:
    told = {
        "businesses": city.businesses,
        "seed": seed,
        "start": start.isoformat(),
        "end": end.isoformat(),
        "rows": dict(city.rows),
        "unusable": dict(city.unusable),
    }
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    (city.truth / "city.json").write_text(text + "\n", encoding="utf-8")
