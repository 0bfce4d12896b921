"""Registration, its versions, and the changes behind them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from features.jurisdictions.ningbo import codes
from features.synthetic.changes import ADDRESS, CAPITAL, ITEMS, NAME, REPRESENTATIVE
from features.synthetic.chunk import Chunk
from features.synthetic.delivery import Coded, none_like
from features.synthetic.identifiers import texts, tokens
from features.synthetic.ledger import Batch, Ledger
from features.synthetic.span import NONE, Ints, Longs

_STATUS = ("存续(在营、开业、在册)", "歇业", "责令关闭", "吊销未注销", "注销")
_CANCELLED, _REVOKED = 4, 3
_REPRESENTATIVES, _ADDRESSES = 11, 23  # salts of the two kinds of token
_DISTRICT_CENTRES = np.array(
    [
        (29.87, 121.55),
        (29.89, 121.56),
        (29.90, 121.84),
        (29.95, 121.72),
        (29.82, 121.55),
        (29.66, 121.41),
        (29.48, 121.87),
        (29.29, 121.43),
        (30.04, 121.15),
        (30.17, 121.27),
    ]
)


def registry_records(chunk: Chunk) -> Iterator[Batch]:
    """Changes, and registrations with a version for each change and exit."""
    known = chunk.known(chunk.changes.events.day, 3)
    new_name = np.full(len(chunk.changes), NONE, np.int64)
    new_name[chunk.changes.of_name] = chunk.called.after()
    yield _changes(chunk, known, new_name)
    yield _registrations(chunk, known, new_name)


def _changes(chunk: Chunk, known: Ints, new_name: Longs) -> Batch:
    events, item, n = chunk.changes.events, chunk.changes.item, len(chunk.changes)
    swing = np.round(np.exp(chunk.rng.normal(4.0, 1.0, n)), 1)
    old_name = np.full(n, NONE, np.int64)
    old_name[chunk.changes.of_name] = chunk.called.before()
    records = {
        "change_no": chunk.serials(n, "甬登变", events.day, "号"),
        **chunk.subject(events.business, events.day, missing=0.0),
        "item": Coded(item, ITEMS),
        "name_before": _named(chunk, old_name),
        "name_after": _named(chunk, new_name),
        "capital_change_percent": np.where(item == CAPITAL, swing, np.nan),
        "approved_on": events.day,
        "updated_at": known,
    }
    return Ledger("changes", chunk.span, records).batch()


def _registrations(chunk: Chunk, known: Ints, new_name: Longs) -> Batch:
    population, changes, item = chunk.population, chunk.changes.events, chunk.changes.item
    ledger = Ledger("registrations", chunk.span, _first_versions(chunk))
    rank = _rank(changes.business)
    fresh = chunk.index * 10_000_000 + 5_000_000_000 + np.arange(len(changes))
    moved = np.round(np.exp(chunk.rng.normal(0.3, 0.6, len(changes))), 2)
    representative, address = population.representative.copy(), population.address.copy()
    capital, name = _capital(chunk), np.arange(len(population))
    closed = chunk.history.closed
    for k in range(int(rank.max(initial=-1)) + 1):
        rows = np.flatnonzero((rank == k) & np.isin(item, (REPRESENTATIVE, ADDRESS, CAPITAL, NAME)))
        at = changes.business[rows]
        representative[at] = np.where(item[rows] == REPRESENTATIVE, fresh[rows], representative[at])
        address[at] = np.where(item[rows] == ADDRESS, fresh[rows], address[at])
        capital[at] = np.where(item[rows] == CAPITAL, capital[at] * moved[rows], capital[at])
        name[at] = np.where(item[rows] == NAME, new_name[rows], name[at])
        ledger.amend(
            at,
            known[rows],
            name=name[at],
            representative_token=representative[at],
            address_token=address[at],
            capital_fen=capital[at],
        )
    leaving = np.flatnonzero(closed != NONE)
    revoked = chunk.history.revoked[leaving]
    ledger.amend(
        leaving,
        chunk.known(closed[leaving], 3),
        status=np.where(revoked, _REVOKED, _CANCELLED),
        closed_on=np.where(revoked, NONE, closed[leaving]),
    )
    batch = ledger.batch()
    return Batch(batch.source, _written(chunk, batch), batch.second)


def _first_versions(chunk: Chunk) -> dict[str, Coded | pa.Array | np.ndarray]:
    population, rng, n = chunk.population, chunk.rng, len(chunk.population)
    place = _DISTRICT_CENTRES[population.district] + rng.normal(0.0, 0.04, (n, 2))
    located = rng.random(n) < 0.93
    people = pa.array(["张某", "王某", "陈某", "胡某", "邵某", "沈某"])
    return {
        "uscc": chunk.code,
        "registration_no": chunk.registration_no,
        "name": np.arange(n),
        "legal_representative": people.take(pa.array(rng.integers(0, 6, n))),
        "representative_token": population.representative.copy(),
        "form": Coded(population.form, codes.FORMS),
        "district": Coded(population.district, tuple(codes.DISTRICTS)),
        "sector": Coded(population.section, tuple(p.zh for p in codes.SECTORS.values())),
        "industry_class": population.industry_class,
        "established_on": population.established,
        "closed_on": none_like(n),
        "status": Coded(np.zeros(n, np.int64), _STATUS),
        "capital_fen": _capital(chunk),
        "address": pa.array(["宁波市(模拟)某路某号"] * n),
        "address_token": population.address.copy(),
        "cluster_registration": population.cluster.astype(np.int8),
        "latitude": np.where(located, place[:, 0], np.nan),
        "longitude": np.where(located, place[:, 1], np.nan),
        "updated_at": population.established + 1,
    }


def _capital(chunk: Chunk) -> Longs:
    population = chunk.population
    wan = np.where(population.sole, 5, 80) * population.size
    rounded: Longs = (np.maximum(1, np.round(wan)) * 1_000_000).astype(np.int64)
    return rounded


def _named(chunk: Chunk, position: Longs) -> pa.Array:
    return chunk.called.name.take(pa.array(position, mask=position == NONE))


def _written(chunk: Chunk, batch: Batch) -> dict[str, Coded | pa.Array | np.ndarray]:
    records = dict(batch.records)
    name = records["name"]
    assert isinstance(name, np.ndarray)
    records["name"] = _named(chunk, name)
    for name, salt in (("representative_token", _REPRESENTATIVES), ("address_token", _ADDRESSES)):
        group = records[name]
        assert isinstance(group, np.ndarray)
        records[name] = texts(tokens(group, salt))
    return records


def _rank(business: Longs) -> Longs:
    """Position of each row among the rows of its business; `business` is sorted."""
    starts = np.concatenate([[True], business[1:] != business[:-1]]) if len(business) else []
    first = np.flatnonzero(starts)
    return np.arange(len(business)) - np.repeat(first, np.diff([*first, len(business)]))
