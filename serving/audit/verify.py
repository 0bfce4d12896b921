"""Check an audit log, or the proof of one record, with nothing else of the project.

    python verify.py LOG [--heads FILE ...] [--key HEX]
    python verify.py --proof FILE --key HEX

LOG is the log itself (``audit.sqlite``) or its export (one record a line). A head
is the signed end of the log at some moment; those that another party kept are
what shows that records were cut off or that the whole log was written anew. KEY
is the public key of the service that signs, obtained from its operator, not from
the log. This one file needs Python 3.11 and ``cryptography``.

How the log is chained: a record is canonical JSON (keys sorted, no spaces,
UTF-8); ``digest = SHA-256(record)``; ``link = SHA-256(link before + digest)``; the
link before the first record is the name of the chain. A head is canonical JSON
with ``seq`` and ``link`` of the last record, and its Ed25519 signature over
``xinheng audit head`` + newline + the head without ``signature``.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sqlite3
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

MOST_TOLD = 20
_HEAD_PURPOSE = b"xinheng audit head\n"
Document = Mapping[str, object]


def digest_of(record: bytes) -> bytes:
    """SHA-256 of a record's bytes."""
    return hashlib.sha256(record).digest()


def link_of(before: bytes, digest: bytes) -> bytes:
    """The link of a record: it depends on every record up to this one."""
    return hashlib.sha256(before + digest).digest()


def canonical(document: object) -> bytes:
    """The one byte sequence of a document."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def signed_bytes(head: Document) -> bytes:
    """What the signature of a head is over."""
    return _HEAD_PURPOSE + canonical({k: v for k, v in head.items() if k != "signature"})


def is_signed(head: Document, key: str) -> bool:
    """Whether the holder of the public `key` (hex) signed the head."""
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(key))
        public.verify(bytes.fromhex(str(head.get("signature"))), signed_bytes(head))
    except (ValueError, InvalidSignature):
        return False
    return head.get("key") == key


@dataclass(frozen=True)
class Kept:
    """One record as the log keeps it, with the link that the log says it has."""

    record: bytes
    link: bytes


@dataclass
class Report:
    """What was found: `faults` is empty when the log is whole.

    `signed_to` is the last record that a signed head covers; what comes after it
    could still be replaced by whoever can write the log.
    """

    records: int = 0
    heads: int = 0
    signed_to: int = 0
    faults: list[str] = field(default_factory=list)

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found wrong."""
        return not self.faults


def check(kept: Iterable[Kept], heads: Sequence[Document], chain: str, key: str) -> Report:
    """Walk the log from its first record and compare it with every head.

    Parameters
    ----------
    heads
        Those in the log and those that another party kept.
    chain
        Name of the chain, hex.
    key
        Public key (hex) of those who sign heads.
    """
    report = Report(heads=len(heads))
    wanted = _wanted(heads, chain, key, report)
    link, seq = bytes.fromhex(chain), 0
    for one in kept:
        report.records += 1
        seq = _check_one(one, seq + 1, link, report)
        link = one.link  # each record is judged by itself; heads judge the whole
        for signed in wanted.pop(seq, ()):
            if signed == link.hex():
                report.signed_to = seq
            else:
                report.faults.append(f"record {seq}: not the one that was signed")
        if len(report.faults) >= MOST_TOLD:
            return report
    if wanted and max(wanted) > seq:
        report.faults.append(f"records {seq + 1} to {max(wanted)} were cut off")
    report.faults += [f"record {one}: missing, and its head was signed" for one in wanted]
    return report


def _wanted(heads: Sequence[Document], chain: str, key: str, report: Report) -> dict[int, set[str]]:
    wanted: dict[int, set[str]] = {}
    for head in heads:
        seq, link = head.get("seq"), head.get("link")
        if not is_signed(head, key) or not isinstance(seq, int) or not isinstance(link, str):
            report.faults.append(f"a head (seq {seq}) is not signed by the given key")
        elif head.get("chain") != chain:
            report.faults.append(f"a head (seq {seq}) belongs to another chain")
        else:
            wanted.setdefault(seq, set()).add(link)
    return wanted


def _check_one(one: Kept, seq: int, before: bytes, report: Report) -> int:
    """Compare a record with the place it stands at; the place it says it has."""
    try:
        document = json.loads(one.record)
        is_canonical = canonical(document) == one.record
    except (ValueError, RecursionError):
        document, is_canonical = None, False
    place = document.get("seq") if isinstance(document, dict) else None
    if not is_canonical or type(place) is not int:
        report.faults.append(f"record {seq}: not a record in canonical JSON")
        place = seq
    elif place != seq:
        report.faults.append(f"record {seq}: record {place} stands here (moved or deleted)")
    if link_of(before, digest_of(one.record)) != one.link:
        report.faults.append(f"record {place}: changed, or not where it was")
    return place


def check_proof(proof: Document, key: str) -> list[str]:
    """What is wrong with the proof that a record is in the log; empty when it holds."""
    record, head = proof.get("record"), proof.get("head")
    digests = proof.get("digests")
    if not isinstance(record, dict) or not isinstance(head, dict) or not isinstance(digests, list):
        return ["not a proof: record, previous, digests and head are needed"]
    faults = [] if is_signed(head, key) else ["the head is not signed by the given key"]
    try:
        link = link_of(bytes.fromhex(str(proof.get("previous"))), digest_of(canonical(record)))
        for digest in digests:
            link = link_of(link, bytes.fromhex(str(digest)))
    except ValueError:
        return [*faults, "a digest is not hexadecimal"]
    if link.hex() != head.get("link"):
        faults.append("the record does not lead to the signed head")
    if int(record.get("seq", 0)) + len(digests) != head.get("seq"):
        faults.append("the record does not stand where it says")
    return faults


def read_log(path: Path) -> tuple[Iterator[Kept], list[Document], str]:
    """Records, heads and name of the chain, from the log itself or from its export."""
    with path.open("rb") as file:
        is_database = file.read(16) == b"SQLite format 3\0"
    return _database(path) if is_database else _export(path)


def read_heads(path: Path) -> list[Document]:
    """The heads in a file, one a line; a last line that was cut off is left out."""
    lines = path.read_bytes().split(b"\n")[:-1]
    return [json.loads(line) for line in lines if line.strip()]


def _database(path: Path) -> tuple[Iterator[Kept], list[Document], str]:
    rows = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)
    (chain,) = rows.execute("SELECT value FROM meta WHERE key = 'chain'").fetchone()
    heads = [json.loads(head) for (head,) in rows.execute("SELECT head FROM head ORDER BY seq")]
    kept = rows.execute("SELECT record, link FROM entry ORDER BY seq")
    return (Kept(record, link) for record, link in kept), heads, chain


def _export(path: Path) -> tuple[Iterator[Kept], list[Document], str]:
    """First line: name of the chain and heads; then one record a line."""
    with path.open("rb") as file:
        first = json.loads(file.readline())

    def kept() -> Iterator[Kept]:
        with path.open("rb") as file:
            file.readline()
            for line in file:
                one = json.loads(line)
                yield Kept(canonical(one["record"]), bytes.fromhex(one["link"]))

    return kept(), first["heads"], first["chain"]


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what the command line names; 0 when it is whole, 1 when not."""
    parser = argparse.ArgumentParser(description="Check an audit log of Xinheng.")
    parser.add_argument("log", nargs="?", type=Path, help="audit.sqlite or an export")
    parser.add_argument("--heads", nargs="*", type=Path, default=[], help="heads kept elsewhere")
    parser.add_argument("--proof", type=Path, help="the proof of one record")
    parser.add_argument("--key", help="public key of the service, 64 hex digits")
    given = parser.parse_args(arguments)
    if given.proof:
        if not given.key:
            parser.error("--proof needs --key")
        faults = check_proof(json.loads(given.proof.read_bytes()), given.key)
        print("\n".join(faults) or "the record is in the log whose head was signed")
        return 1 if faults else 0
    if not given.log:
        parser.error("name the log, or a proof")
    kept, own_heads, chain = read_log(given.log)
    elsewhere = [head for path in given.heads for head in read_heads(path)]
    key = given.key or str(own_heads[0]["key"] if own_heads else "")
    report = check(kept, [*own_heads, *elsewhere], chain, key)
    if not given.key:
        print("note: the key was read from the log itself; give --key to know who signed")
    print(f"{report.records} records, {report.heads} heads, signed up to record {report.signed_to}")
    print("\n".join(report.faults) or "whole: nothing was changed, deleted, moved or cut off")
    return 1 if report.faults else 0


if __name__ == "__main__":
    sys.exit(main())
