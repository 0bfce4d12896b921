"""The proof that one record is in a signed log, without showing any other record."""

from __future__ import annotations

import json
from collections.abc import Mapping

from serving.audit.heads import covering
from serving.audit.ledger import Found, Ledger
from serving.audit.verify import digest_of


def proof(ledger: Ledger, found: Found) -> Mapping[str, object] | None:
    """The record, the link before it, the digests after it up to a signed head.

    None while no head covers the record. `verify.check_proof` checks it.
    """
    head = covering(ledger, found.seq)
    if head is None:
        return None
    before = ledger.at(found.seq - 1)
    return {
        "audit_id": found.audit_id,
        "record": json.loads(found.record),
        "previous": ledger.chain if before is None else before.link.hex(),
        "digests": [
            digest_of(one.record).hex() for one in ledger.between(found.seq, int(head["seq"]))
        ],
        "head": head,
    }
