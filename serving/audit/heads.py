"""Signed ends of the chain, and handing them to another party.

A head says how long the chain was and what its last link was. Whoever holds heads
that the operator cannot reach can show later that nothing up to them was changed,
moved, deleted or cut off. They are appended to a file of the configured folder (a
mount of the archive, a folder that another office collects) and served at
``GET /v1/audit/heads``.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from serving import canonical
from serving.audit.ledger import FILE, AuditRefused, Ledger
from serving.audit.verify import is_signed, signed_bytes
from serving.bundle.signing import public_hex
from serving.database import Rows
from serving.errors import refusal

FORMAT = 1
MOST_BETWEEN = 1024  # records between heads: how long a proof can get


def newest_head(ledger: Ledger) -> Mapping[str, Any] | None:
    """The last head in the log."""
    row = ledger.rows.one("SELECT head FROM head ORDER BY seq DESC LIMIT 1")
    return None if row is None else json.loads(row[0])


def heads_after(ledger: Ledger, seq: int, limit: int) -> list[Mapping[str, Any]]:
    """Heads that cover more than `seq` records, oldest first."""
    rows = ledger.rows.all("SELECT head FROM head WHERE seq > ? ORDER BY seq LIMIT ?", seq, limit)
    return [json.loads(head) for (head,) in rows]


def covering(ledger: Ledger, seq: int) -> Mapping[str, Any] | None:
    """The first head that covers the record at `seq`, or none yet."""
    found = heads_after(ledger, seq - 1, 1)
    return found[0] if found else None


def sign_end(ledger: Ledger, rows: Rows, key: Ed25519PrivateKey) -> bool:
    """Sign the end of the chain, within a transaction, unless it is signed already."""
    within = ledger.within(rows)
    seq, link = within.end()
    if seq == 0 or covering(within, seq) is not None:
        return False
    head: dict[str, object] = {
        "at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "chain": ledger.chain,
        "format": FORMAT,
        "key": public_hex(key),
        "link": link.hex(),
        "seq": seq,
    }
    head["signature"] = key.sign(signed_bytes(head)).hex()
    rows.all("INSERT INTO head VALUES (?, ?)", seq, canonical.encode(head))
    return True


def hand_over(ledger: Ledger, folder: Path) -> int:
    """Append to the folder's file the heads it lacks; how many they were."""
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(_file(ledger, folder), os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)  # among the workers of the service
        held = _last_whole_line(descriptor)
        after = int(json.loads(held)["seq"]) if held else 0
        missing = heads_after(ledger, after, 1_000_000)
        if missing:
            os.write(descriptor, b"".join(canonical.encode(head) + b"\n" for head in missing))
            os.fsync(descriptor)
        return len(missing)
    finally:
        os.close(descriptor)


def refuse_a_shorter_log(ledger: Ledger, folder: Path, public: str) -> None:
    """Raise AuditRefused when the log lacks what a head in the folder says it had.

    Going on from a log that was cut or restored would give two histories one name.
    """
    path = _file(ledger, folder)
    if not path.is_file():
        return
    descriptor = os.open(path, os.O_RDWR)
    try:
        held = _last_whole_line(descriptor)
    finally:
        os.close(descriptor)
    if not held:
        return
    head = json.loads(held)
    found = ledger.at(int(head["seq"]))
    if is_signed(head, public) and (found is None or found.link.hex() != head["link"]):
        raise refusal(
            AuditRefused, "another log", FILE, f"the record {head['seq']} whose head was signed",
            "no such record" if found is None else "another record in its place",
            "restore the log; or put it aside and keep it, and begin a new one",
        )  # fmt: skip


def _file(ledger: Ledger, folder: Path) -> Path:
    """Each chain has its own file."""
    return folder / f"heads-{ledger.chain[:16]}.jsonl"


def _last_whole_line(descriptor: int) -> bytes:
    """The last line; what a killed process left of one is cut off first."""
    size = os.fstat(descriptor).st_size
    start = max(size - 65_536, 0)
    tail = os.pread(descriptor, size - start, start)
    end = tail.rfind(b"\n") + 1
    if end < len(tail):
        os.ftruncate(descriptor, start + end)
    return tail[:end].rstrip(b"\n").rpartition(b"\n")[2]
