"""The log as a file of lines, which `serving.audit.verify` reads wherever it is taken."""

from __future__ import annotations

import json
from pathlib import Path

from serving.audit.heads import heads_after
from serving.audit.ledger import Ledger
from serving.audit.verify import canonical
from serving.database import Database


def written(database: Database, file: Path) -> int:
    """Write the log to `file`, one record a line; how many records it has.

    The first line names the chain and holds the heads. A record that is not what the
    writer wrote stands there as text, so that the check finds it.
    """
    ledger = Ledger.of(database)
    last, _ = ledger.end()
    with file.open("wb") as target:
        first = {"chain": ledger.chain, "heads": heads_after(ledger, 0, last)}
        target.write(canonical(first) + b"\n")
        for one in ledger.between(0, last):
            line = {"link": one.link.hex(), "record": _said(one.record)}
            target.write(canonical(line) + b"\n")
    return last


def _said(record: bytes) -> object:
    try:
        document: object = json.loads(record)
    except (ValueError, RecursionError):
        return record.decode(errors="replace")
    return document if canonical(document) == record else record.decode(errors="replace")
