"""Who is registered in the city: forms, places, trades, ages, and who is linked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from features.jurisdictions.ningbo import codes
from features.synthetic.priors import (
    DISTRICT_SHARES,
    ENTERPRISE_FORMS,
    ENTERPRISE_SECTIONS,
    SECTION_CONSUMERS,
    SECTION_RISK,
    SOLE_SECTIONS,
    SOLE_TRADERS,
    Priors,
)
from features.synthetic.span import Bools, Floats, Ints, Longs, Span

SOLE = codes.FORMS.index("个体工商户")
COOPERATIVE = codes.FORMS.index("农民专业合作社")
_SECTIONS = tuple(codes.SECTORS)
_CLASSES: Mapping[str, tuple[int, ...]] = {
    "A": (141, 411, 212),
    "C": (1353, 1411, 3311, 3525, 2929, 3871, 1811, 2730, 3484),
    "E": (4710, 5011, 4920),
    "F": (5292, 5211, 5221, 5232, 5127, 5163, 5251, 5193, 5281),
    "G": (5430, 5821, 5941),
    "H": (6210, 6220, 6110, 6241),
    "I": (6431, 6432, 6513),
    "K": (7040, 7020),
    "L": (7291, 7111, 7262),
    "M": (7452, 7491, 7590),
    "O": (8040, 8111, 8090),
    "P": (8391, 8399),
    "Q": (8425, 8514),
    "R": (8930, 9013, 8810),
}
_CLUSTER, _SHARED_ADDRESS, _SHARED_REPRESENTATIVE = 0.06, 0.09, 0.17
_AGE_DECAY_YEARLY = 0.12
_OLDEST_YEARS = 35
_BIRTH_SEASON = (0.8, 0.5, 1.3, 1.1, 1.1, 1.1, 1.0, 1.0, 1.1, 0.9, 1.1, 1.0)


@dataclass(frozen=True)
class Population:
    """Businesses of one chunk; every array is ``(n,)``.

    Parameters
    ----------
    number
        Number of the business in the city.
    form, district, section
        Positions in the code lists of the jurisdiction.
    industry_class
        Four-digit class of GB/T 4754.
    established
        Day of establishment.
    representative, address
        Link groups: equal for linked businesses.
    cluster
        Registered at a cluster address.
    exposure
        Expected complaints a month at average conduct.
    risk
        How much more often than average the trade violates rules.
    shops
        Online shops.
    size
        Relative size, around 1.
    """

    number: Longs
    form: Ints
    district: Ints
    section: Ints
    industry_class: Ints
    established: Ints
    representative: Longs
    address: Longs
    cluster: Bools
    exposure: Floats
    risk: Floats
    shops: Ints
    size: Floats

    @property
    def sole(self) -> Bools:
        """Sole traders."""
        sole: Bools = self.form == SOLE
        return sole

    def __len__(self) -> int:
        return len(self.number)


def populate(
    first_number: int, n: int, span: Span, priors: Priors, rng: np.random.Generator
) -> Population:
    """Draw `n` businesses numbered from `first_number`."""
    form = np.where(
        rng.random(n) < SOLE_TRADERS, SOLE, _drawn(ENTERPRISE_FORMS, codes.FORMS, n, rng)
    )
    sole = form == SOLE
    section = np.where(
        sole,
        _drawn(SOLE_SECTIONS, _SECTIONS, n, rng),
        _drawn(ENTERPRISE_SECTIONS, _SECTIONS, n, rng),
    )
    section[form == COOPERATIVE] = _SECTIONS.index("A")
    cluster = (rng.random(n) < _CLUSTER) & ~sole
    shops = _shops(section, sole, priors, rng)
    size = np.exp(rng.normal(0.0, 0.9, n) + np.where(sole, -0.8, 0.4)).astype(np.float32)
    return Population(
        number=np.arange(first_number, first_number + n),
        form=form.astype(np.int32),
        district=_drawn(DISTRICT_SHARES, tuple(codes.DISTRICTS), n, rng),
        section=section.astype(np.int32),
        industry_class=_classes(section, rng),
        established=_established(n, span, priors, rng),
        representative=_groups(n, rng.random(n) < _SHARED_REPRESENTATIVE, 3.0, first_number, rng),
        address=_addresses(n, cluster, first_number, rng),
        cluster=cluster,
        exposure=_exposure(section, shops, size, priors, rng),
        risk=_by_section(SECTION_RISK)[section],
        shops=shops,
        size=size,
    )


def _drawn(
    shares: Mapping[str, float], labels: tuple[str, ...], n: int, rng: np.random.Generator
) -> Ints:
    positions = np.array([labels.index(label) for label in shares], np.int32)
    weights = np.array(list(shares.values()))
    drawn: Ints = positions[rng.choice(len(positions), n, p=weights / weights.sum())]
    return drawn


def _by_section(values: Mapping[str, float]) -> Floats:
    return np.array([values.get(letter, 1.0) for letter in _SECTIONS], np.float32)


def _classes(section: Ints, rng: np.random.Generator) -> Ints:
    width = max(len(classes) for classes in _CLASSES.values())
    table = np.array(
        [
            [classes[i % len(classes)] for i in range(width)]
            for classes in (_CLASSES.get(letter, (9999,)) for letter in _SECTIONS)
        ],
        np.int32,
    )
    drawn: Ints = table[section, rng.integers(0, width, len(section))]
    return drawn


def _established(n: int, span: Span, priors: Priors, rng: np.random.Generator) -> Ints:
    months = span.months - span.warm_up
    births = priors.registry.births_yearly * months / 12
    growth = 1 + (priors.registry.births_yearly - priors.registry.exits_yearly) * months / 24
    born = rng.random(n) < births * growth / (1 + births * growth)
    weights = np.array(
        [_BIRTH_SEASON[span.calendar_month(span.warm_up + m) - 1] for m in range(months)]
    )
    month = span.warm_up + rng.choice(months, n, p=weights / weights.sum())
    starts = np.array(span.starts)
    within = starts[month] + (rng.random(n) * (starts[month + 1] - starts[month])).astype(np.int64)
    age = np.minimum(rng.exponential(1 / _AGE_DECAY_YEARLY, n), _OLDEST_YEARS) * 365.25
    before = span.first - 1 - age.astype(np.int64)
    days: Ints = np.minimum(np.where(born, within, before), span.last).astype(np.int32)
    return days


def _shops(section: Ints, sole: Bools, priors: Priors, rng: np.random.Generator) -> Ints:
    leaning = np.array(
        [{"F": 1.7, "C": 1.0, "H": 1.3, "I": 1.5}.get(letter, 0.2) for letter in _SECTIONS]
    )[section]
    online = rng.random(len(section)) < priors.registry.shops * leaning / 1.2
    several = 1 + rng.geometric(np.where(sole, 0.8, 0.6)) - 1
    shops: Ints = np.where(online, np.minimum(several, 12), 0).astype(np.int32)
    return shops


def _exposure(
    section: Ints, shops: Ints, size: Floats, priors: Priors, rng: np.random.Generator
) -> Floats:
    tail = priors.consumers.tail
    spread = np.exp(rng.normal(0.0, tail, len(section)) - tail**2 / 2)
    reach = _by_section(SECTION_CONSUMERS)[section] * (1 + 1.2 * np.minimum(shops, 3))
    monthly = priors.consumers.yearly / 12 * spread * reach * np.minimum(size, 4) ** 0.3
    return np.minimum(monthly, 25.0).astype(np.float32)


def _groups(
    n: int, linked: Bools, mean: float, first_number: int, rng: np.random.Generator
) -> Longs:
    """Group numbers: the linked in random groups of two and more, the others alone."""
    group = np.arange(n) + first_number
    members = rng.permutation(np.flatnonzero(linked))
    sizes = 1 + rng.geometric(1 / (mean - 1), max(1, len(members)))
    heads = np.repeat(np.arange(len(sizes)), sizes)[: len(members)]
    starts = np.concatenate([[0], np.cumsum(sizes)])[heads]
    group[members] = group[members[np.minimum(starts, len(members) - 1)]] if len(members) else 0
    return group.astype(np.int64)


def _addresses(n: int, cluster: Bools, first_number: int, rng: np.random.Generator) -> Longs:
    shared = (rng.random(n) < _SHARED_ADDRESS) & ~cluster
    address = _groups(n, shared, 4.0, first_number, rng)
    together = _groups(n, cluster, 120.0, first_number, rng)
    chosen: Longs = np.where(cluster, together, address)
    return chosen
