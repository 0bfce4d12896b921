"""One chunk of the city and what every department's records need from it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from features.jurisdictions.ningbo import codes
from features.synthetic import names
from features.synthetic.changes import Changes, NameHistory
from features.synthetic.conduct import History
from features.synthetic.delivery import TRUE_CODE, Coded, Field, Numbers
from features.synthetic.identifiers import credit_codes, registration_numbers, texts
from features.synthetic.ledger import Events
from features.synthetic.population import COOPERATIVE, Population
from features.synthetic.priors import Priors
from features.synthetic.span import NONE, Bools, Ints, Longs, Span, day

REFORM = day(2015, 10, 1)
_NO_TEXT = pa.scalar(None, pa.string())
DIVISIONS = np.array([int(code) for code in codes.DISTRICTS])


@dataclass(frozen=True)
class Chunk:
    """A chunk's businesses and history, and the draws that make records of them.

    What was added to the city later is drawn from `beside`, so that the rest of it stays.
    """

    index: int
    population: Population
    history: History
    span: Span
    priors: Priors
    rng: np.random.Generator
    beside: np.random.Generator
    code: pa.Array
    registration_no: pa.Array
    called: NameHistory
    changes: Changes

    @classmethod
    def of(
        cls,
        index: int,
        population: Population,
        history: History,
        *,
        span: Span,
        priors: Priors,
        rng: np.random.Generator,
    ) -> Chunk:
        """Give every business its code, its old number where it is old, and its names."""
        division, reformed = DIVISIONS[population.district], population.established >= REFORM
        second = np.where(population.sole, ord("2"), ord("1"))
        second = np.where(population.form == COOPERATIVE, ord("3"), second).astype(np.uint8)
        number = texts(registration_numbers(division, population.number))
        first = names.names(population.form, population.section, population.district, rng)
        nothing = Events(np.zeros(0, np.int64), np.zeros(0, np.int32))
        chunk = cls(
            index=index,
            population=population,
            history=history,
            span=span,
            priors=priors,
            rng=rng,
            beside=rng.spawn(1)[0],
            code=texts(credit_codes(second, division, population.number, reformed)),
            registration_no=pc.if_else(pa.array(reformed), _NO_TEXT, number),
            called=NameHistory(first, nothing),
            changes=Changes(nothing, np.zeros(0, np.int64)),
        )
        return chunk._changed()

    def _changed(self) -> Chunk:
        """The chunk with its registered items changed now and then, names among them."""
        population = self.population
        yearly = self.priors.registry.changes_yearly * np.where(population.sole, 0.55, 1.6)
        changes = Changes.drawn(self.happening(yearly, 0.55), self.rng)
        renamed = changes.events.chosen(changes.of_name)
        at = renamed.business
        new = names.names(
            population.form[at], population.section[at], population.district[at], self.beside
        )
        called = NameHistory(pa.concat_arrays([self.called.name, new]), renamed)
        return replace(self, changes=changes, called=called)

    def alive(self, business: Longs, days: Ints) -> Bools:
        """Whether each business was registered and not gone on each day."""
        closed = self.history.closed[business]
        alive: Bools = (self.population.established[business] < days) & (
            (closed == NONE) | (closed > days)
        )
        return alive

    def happening(self, yearly: Numbers | float, conduct: float, earlier_months: int = 0) -> Events:
        """Events that strike at a yearly rate, more often where conduct is worse.

        Parameters
        ----------
        yearly
            Rate at average conduct, for all or for each business.
        conduct
            Log rate for one unit of latent conduct; the overall mean stays.
        earlier_months
            Also in so many months of the warm-up.
        """
        span, n = self.span, len(self.population)
        first = span.warm_up - earlier_months
        rate = np.broadcast_to(np.asarray(yearly, np.float32), (n,))[:, None] / 12
        rate = rate * np.exp(conduct * self.history.latent[:, first:] - conduct**2 / 2)
        business, month = np.nonzero(self.rng.random(rate.shape, np.float32) < rate)
        starts = np.array(span.starts, np.int64)
        lengths = starts[month + first + 1] - starts[month + first]
        days = (starts[month + first] + self.rng.random(len(month)) * lengths).astype(np.int32)
        events = Events(business, days)
        return events.chosen((days <= span.last) & self.alive(business, days))

    def subject(
        self, business: Longs, days: Ints, missing: float | None = None
    ) -> dict[str, Field]:
        """Code and name on these days as other departments write them.

        Some codes are missing, some untidy; a department that leaves codes out also
        gives an old number now and then. `TRUE_CODE` is no field of any delivery; it goes
        to the truth.
        """
        fidelity, rng, n = self.priors.fidelity, self.rng, len(business)
        at = pa.array(business)
        true = code = self.code.take(at)
        name = self.called.name.take(pa.array(self.called.on(business, days)))
        absent = rng.random(n) < (fidelity.code_missing if missing is None else missing)
        untidy = rng.random(n) < fidelity.code_untidy
        typed = pc.binary_join_element_wise(" ", pc.utf8_lower(code), "")
        code = pc.if_else(pa.array(untidy), typed, code)
        code = pc.if_else(pa.array(absent), _NO_TEXT, code)
        if missing != 0.0:
            old = self.registration_no.take(at)
            given = pa.array(self.beside.random(n) < fidelity.code_old)
            code = pc.if_else(pc.and_(given, pc.is_valid(old)), old, code)
        return {
            "uscc": code,
            "business_name": names.variants(name, rng.random(n) < fidelity.code_untidy * 2, rng),
            TRUE_CODE: true,
        }

    def known(self, days: Ints, soon: int, late: int = 45) -> Ints:
        """Days on which records became known: within `soon` days, some `late`."""
        n, rng = len(days), self.rng
        lag = rng.integers(1, soon + 1, n)
        lag = np.where(rng.random(n) < self.priors.fidelity.late, rng.integers(soon, late, n), lag)
        known: Ints = days + lag.astype(np.int32)
        return known

    def later(self, days: Ints, low: int, high: int) -> Ints:
        """A day between `low` and `high` days after each."""
        moved: Ints = days + self.rng.integers(low, high, len(days)).astype(np.int32)
        return moved

    def serials(self, n: int, prefix: str, days: Ints | None = None, suffix: str = "") -> pa.Array:
        """Numbers no other chunk gives: prefix, year, chunk and position."""
        number = self._numbers(np.arange(n))
        if days is None:
            return pc.binary_join_element_wise(prefix, number, suffix, "")
        year = pa.array(days.astype("datetime64[D]").astype("datetime64[Y]").astype(int) + 1970)
        return pc.binary_join_element_wise(
            prefix, "〔", year.cast(pa.string()), "〕", number, suffix, ""
        )

    def serials_at(self, position: Longs, prefix: str) -> pa.Array:
        """The numbers `serials` gave to these positions."""
        return pc.binary_join_element_wise(prefix, self._numbers(position), "")

    def _numbers(self, position: Longs) -> pa.Array:
        return pa.array(position + self.index * 10_000_000 + 1).cast(pa.string())

    def drawn(self, words: tuple[str, ...], shares: tuple[float, ...], n: int) -> Coded:
        """Words drawn with shares."""
        weights = np.array(shares) / sum(shares)
        return Coded(self.rng.choice(len(words), n, p=weights), words)
