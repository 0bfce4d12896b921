"""Penalties as records: published, final, challenged, annulled, corrected, repaired."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from features.identity import uscc_check_character
from features.synthetic.chunk import Chunk
from features.synthetic.delivery import Coded, Field, none_like
from features.synthetic.ledger import Batch, Ledger
from features.synthetic.records.decisions import (
    KINDS,
    NEW_RULES,
    Decisions,
    market_decisions,
    other_decisions,
)
from features.synthetic.span import Bools, Ints, day

_RECONSIDERATION_DAYS = 60
_PREFIX = {"penalties": "甬市监处罚", "penalties_elsewhere": "甬综罚"}
_MISSING_CODES = {"penalties": 0.002, "penalties_elsewhere": 0.04}
_TEN_THOUSAND_YUAN = 1_000_000


def penalty_records(chunk: Chunk) -> Iterator[Batch]:
    """Decisions of the market regulators, then those of all others."""
    yield _records(chunk, "penalties", market_decisions(chunk))
    yield _records(chunk, "penalties_elsewhere", other_decisions(chunk))


def _records(chunk: Chunk, source: str, decisions: Decisions) -> Batch:
    ledger = _published(chunk, source, decisions)
    standing = _through_challenge(chunk, ledger, decisions)
    _correct(chunk, ledger, decisions)
    repaired, repaired_on = _repairs(chunk, decisions, standing)
    early = repaired & (repaired_on < NEW_RULES[source])
    _repair(ledger, early, repaired_on)
    _shorten(chunk, source, ledger, decisions, standing & ~early)
    _repair(ledger, repaired & ~early, repaired_on)
    return ledger.batch()


def _published(chunk: Chunk, source: str, decisions: Decisions) -> Ledger:
    events, n = decisions.events, len(decisions)
    sole = chunk.population.sole[events.business]
    records = {
        **chunk.subject(events.business, events.day, missing=_MISSING_CODES[source]),
        "subject_kind": Coded(sole.astype(int), ("法人及非法人组织", "个体工商户")),
        "registration_no": chunk.registration_no.take(pa.array(events.business)),
        **_unwritten(n),
        "legal_representative": pa.array(["某某"] * n, pa.string()),
        "decision_no": chunk.serials(n, _PREFIX[source], events.day, "号"),
        "violation": decisions.violation,
        "facts": pa.array(["(模拟)违法事实略"] * n, pa.string()),
        "basis": pa.array(["(模拟)相关法律条款"] * n, pa.string()),
        "kinds": Coded(decisions.kind, KINDS),
        "fine_fen": np.where(decisions.fine_fen > 0, decisions.fine_fen, -1),
        "confiscated_fen": np.where(decisions.confiscated_fen > 0, decisions.confiscated_fen, -1),
        "decided_on": events.day,
        "valid_until_on": np.full(n, day(2068, 12, 31), np.int32),
        "published_until_on": decisions.until(source),
        "authority": decisions.authority,
        "authority_code": _authority_codes(decisions.authority),
        "provider": decisions.authority,
        "provider_code": _authority_codes(decisions.authority),
        "state": Coded(np.zeros(n, np.int64), ("正常",)),
        "procedure": Coded(decisions.summary.astype(int), ("普通程序", "简易程序")),
        "final_on": none_like(n),
        "annulled_on": none_like(n),
        "repaired_on": none_like(n),
        "disputed_on": none_like(n),
        "settled_on": none_like(n),
        "updated_at": chunk.known(events.day, 7),
    }
    return Ledger(source, chunk.span, records)


def _unwritten(n: int) -> dict[str, Field]:
    """Fields of the layout that the city's departments leave empty."""
    names = ("organisation_code", "tax_no", "institution_no", "association_no",
             "representative_id_kind", "representative_id", "person_id_kind", "person_id",
             "content", "licence_withdrawn", "remarks")  # fmt: skip
    return dict.fromkeys(names, pa.nulls(n, pa.string()))


def _through_challenge(chunk: Chunk, ledger: Ledger, decisions: Decisions) -> Bools:
    """Unchallenged decisions become final; the challenged are upheld or annulled.

    Returns which decisions stand.
    """
    decided, fidelity = decisions.events.day, chunk.priors.fidelity
    challenged = chunk.rng.random(len(decided)) < fidelity.disputed
    annulled = challenged & (chunk.rng.random(len(decided)) < fidelity.annulled)
    disputed = chunk.later(decided, 8, _RECONSIDERATION_DAYS)
    settled = chunk.later(disputed, 25, 120)
    rows = np.flatnonzero(~challenged)
    final = decided[rows] + _RECONSIDERATION_DAYS + 1
    ledger.amend(rows, final + 1, final_on=final)
    rows = np.flatnonzero(challenged)
    ledger.amend(rows, disputed[rows] + 1, disputed_on=disputed[rows])
    rows = np.flatnonzero(challenged & ~annulled)
    ledger.amend(rows, settled[rows] + 2, settled_on=settled[rows], final_on=settled[rows])
    rows = np.flatnonzero(annulled)
    ledger.amend(rows, settled[rows] + 3, settled_on=settled[rows], annulled_on=settled[rows])
    return ~annulled


def _correct(chunk: Chunk, ledger: Ledger, decisions: Decisions) -> None:
    """A few fines were typed wrong by 10,000 yuan and are corrected later."""
    wrong = chunk.rng.random(len(decisions)) < chunk.priors.fidelity.corrected
    rows = np.flatnonzero(wrong & (decisions.fine_fen > 0))
    known = chunk.later(decisions.events.day[rows], 62, 240)
    ledger.amend(rows, known, fine_fen=decisions.fine_fen[rows] + _TEN_THOUSAND_YUAN)


def _repairs(chunk: Chunk, decisions: Decisions, standing: Bools) -> tuple[Bools, Ints]:
    """Duty met and the shortest period over: who is repaired, the better ones sooner."""
    events = decisions.events
    latent = chunk.history.conduct_at(events.business, events.day, chunk.span)
    yearly = np.maximum(chunk.priors.fidelity.repaired_yearly * np.exp(-0.4 * latent), 0.05)
    wait = np.minimum(chunk.rng.exponential(365 / yearly), 10_000)
    earliest = np.where(decisions.heavier, 365, 95)
    day_of_repair = (events.day + earliest + wait).astype(np.int32)
    repaired = standing & ~decisions.summary & (day_of_repair <= chunk.span.last)
    return repaired, day_of_repair


def _repair(ledger: Ledger, which: Bools, days: Ints) -> None:
    rows = np.flatnonzero(which)
    ledger.amend(rows, days[rows] + 1, repaired_on=days[rows])


def _shorten(chunk: Chunk, source: str, ledger: Ledger, decisions: Decisions, which: Bools) -> None:
    """When the levels came into force, older periods of publication were cut to them."""
    rule = NEW_RULES[source]
    until, shorter = decisions.until(source), decisions.until_by_level()
    rows = np.flatnonzero(
        which & (decisions.events.day < rule) & (until > rule) & (shorter < until)
    )
    known = chunk.later(np.full(len(rows), rule, np.int32), 10, 60)
    ledger.amend(rows, known, published_until_on=np.maximum(shorter[rows], rule))


def _authority_codes(authority: pa.Array) -> pa.Array:
    coded = authority.dictionary_encode()
    codes = []
    for name in coded.dictionary.to_pylist():
        first = f"11330200{sum(map(ord, name)) % 100_000_000:08d}0"
        codes.append(first + uscc_check_character(first))
    return pa.array(codes, pa.string()).take(coded.indices)
