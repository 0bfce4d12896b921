"""How far back a city's records must reach for there to be so many of them.

The rates are the published ones and are not bent for it: more records means more years.
"""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from features.errors import Fault, YourInput
from features.synthetic.city import END, START, generate
from features.synthetic.priors import Priors

# Businesses of the small cities that are made to find out.
_SAMPLE = 4_000
_EARLIER = timedelta(days=365)


def start_for(records: int, businesses: int, *, seed: int, priors: Priors | None = None) -> date:
    """The first day from which `businesses` have about `records` records.

    Two small cities tell how many records a business has from the usual first day, and
    from a year before; between and beyond them the number is taken to grow evenly, which
    holds to a few in a hundred within two years.

    Raises
    ------
    YourInput
        Less than a year, or more than ten, would be needed.
    """
    few = _per_business(START, seed, priors)
    slope = (_per_business(START - _EARLIER, seed, priors) - few) / _EARLIER.days
    days = round((records / businesses - few) / slope)
    if not -(END - START).days + 365 <= days <= 10 * 365:
        usual = f"about {few * businesses:,.0f} records for {businesses:,} businesses"
        raise YourInput(
            str(Fault("number of records out of reach", "records", "what one to ten years hold",
                      f"{records:,}", f"ask for {usual}, or for another number of businesses"))
        )  # fmt: skip
    return START - timedelta(days=days)


def _per_business(start: date, seed: int, priors: Priors | None) -> float:
    with TemporaryDirectory() as folder:
        city = generate(Path(folder), _SAMPLE, seed=seed, start=start, priors=priors)
        return sum(city.rows.values()) / _SAMPLE
