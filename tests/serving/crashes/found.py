"""What is found in the stores of what the clients were told."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass

from serving.audit.ledger import Ledger
from serving.database import Database, Stores
from tests.serving.audit.logs import faults_at
from tests.serving.crashes.traffic import Traffic
from tests.serving.where import Where

ROWS = 2  # of each push


@dataclass(frozen=True)
class Found:
    """Faults of the stores against what was acknowledged; all empty when nothing was lost."""

    lost_answers: list[str]
    lost_pushes: list[str]
    duplicated: list[str]
    partial: list[str]
    chain: list[str]
    kept: int

    @property
    def is_whole(self) -> bool:
        """Nothing lost, nothing twice, nothing in part, the chain unbroken."""
        every = (self.lost_answers, self.lost_pushes, self.duplicated, self.partial, self.chain)
        return not any(every)


def found_at(where: Where, *traffics: Traffic, with_chain: bool = True) -> Found:
    """Compare the stores with what the clients were told; the whole chain where asked for."""
    stores = where.stores()
    ledger = Ledger.of(stores.audit)
    receipts = {
        str(key): bytes(answer)
        for key, answer in stores.inbox.all("SELECT key, answer FROM receipt")
    }
    return Found(
        lost_answers=[
            one for told in traffics for one in told.audit_ids if ledger.named(one) is None
        ],
        lost_pushes=[
            key
            for told in traffics
            for key, body in told.pushes.items()
            if receipts.get(key) != body
        ],
        duplicated=_duplicated(stores.inbox),
        partial=_partial(stores),
        chain=faults_at(where) if with_chain else [],
        kept=len(receipts),
    )


def _duplicated(inbox: Database) -> list[str]:
    """Record ids that arrived more than once."""
    ids = Counter(
        json.loads(str(record))["event_key"]
        for (record,) in inbox.all("SELECT record FROM arrival")
    )
    return [one for one, times in ids.items() if times > 1]


def _partial(stores: Stores) -> list[str]:
    """Pushes without all of their rows and records; rows and records without a push."""
    kept = {str(one) for (one,) in stores.inbox.all("SELECT id FROM receipt")}
    faults = []
    for table in ("row", "arrival"):
        counts = {
            str(receipt): int(n)
            for receipt, n in stores.inbox.all(
                f"SELECT receipt, COUNT(*) FROM {table} GROUP BY receipt"
            )
        }
        faults += [f"{table} of {one}" for one in kept if counts.get(one) != ROWS]
        faults += [f"{table} without push {one}" for one in counts.keys() - kept]
    return faults
