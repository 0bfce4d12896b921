"""Every table of every store, as the changes that made it: once, for both databases.

To change a table or add one, append a `Migration` to its store; never change one
that was released. Each is applied once, forward, in one transaction under the
store's lock, so that nodes that start together apply it once and a failed one
leaves the store as it was. A store that a newer program changed is refused.

Definitions use SQLite's words: ``INTEGER`` is 64 bits, ``BLOB`` bytes; PostgreSQL's
words take their place there. Numbers come from counters (`Rows.step`),
not from the database. A new store is a new entry of `STORES` and of
`serving.database.stores.Stores`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from features.errors import OurConfiguration
from serving.errors import refusal

if TYPE_CHECKING:
    from serving.database.interface import Rows

_TABLES = (
    "CREATE TABLE IF NOT EXISTS migration (no INTEGER PRIMARY KEY, what TEXT NOT NULL, "
    "at TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
)


@dataclass(frozen=True)
class Migration:
    """One change of a store.

    Parameters
    ----------
    statements
        Run in their order on either database.
    embedded_only
        Run after them on SQLite.
    """

    what: str
    statements: tuple[str, ...]
    embedded_only: tuple[str, ...] = ()


_AUDIT = (
    # As the first release made it, which kept no account of migrations.
    Migration(
        "chain, heads, subjects, requests",
        (
            "CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) "
            "WITHOUT ROWID",
            "CREATE TABLE IF NOT EXISTS entry (seq INTEGER PRIMARY KEY, record BLOB NOT NULL, "
            "link BLOB NOT NULL, subject INTEGER)",
            "CREATE INDEX IF NOT EXISTS entry_subject ON entry (subject) WHERE subject IS NOT NULL",
            "CREATE TABLE IF NOT EXISTS head (seq INTEGER PRIMARY KEY, head BLOB NOT NULL)",
            "CREATE TABLE IF NOT EXISTS subject (no INTEGER PRIMARY KEY AUTOINCREMENT, "
            "business_id TEXT NOT NULL UNIQUE, salt BLOB NOT NULL, pseudonym TEXT NOT NULL)",
            "CREATE TABLE IF NOT EXISTS request (seq INTEGER PRIMARY KEY, salt BLOB NOT NULL, "
            "document BLOB NOT NULL)",
        ),
    ),
    Migration(
        "number subjects by a counter; agree on secrets",
        (
            "INSERT INTO counter SELECT 'subject', COALESCE(MAX(no), 0) FROM subject",
            "CREATE TABLE secret (name TEXT PRIMARY KEY, fingerprint TEXT NOT NULL)",
        ),
    ),
)
_INBOX = (
    Migration(
        "receipts, rows, arrivals",
        (
            "CREATE TABLE IF NOT EXISTS receipt (id TEXT PRIMARY KEY, sender TEXT NOT NULL, "
            "key TEXT NOT NULL, request TEXT NOT NULL, source TEXT NOT NULL, "
            "received_day INTEGER NOT NULL, answer BLOB NOT NULL, UNIQUE (sender, key)) "
            "WITHOUT ROWID",
            "CREATE TABLE IF NOT EXISTS row (no INTEGER PRIMARY KEY AUTOINCREMENT, "
            "receipt TEXT NOT NULL, source TEXT NOT NULL, place INTEGER NOT NULL, "
            "raw TEXT NOT NULL)",
            "CREATE TABLE IF NOT EXISTS arrival (no INTEGER PRIMARY KEY AUTOINCREMENT, "
            "receipt TEXT NOT NULL, source TEXT NOT NULL, received_day INTEGER NOT NULL, "
            "entity_id TEXT NOT NULL, record TEXT NOT NULL)",
            "CREATE INDEX IF NOT EXISTS arrival_of ON arrival (entity_id, no)",
        ),
    ),
    Migration(
        "number rows and arrivals by counters; find rows by receipt",
        (
            "INSERT INTO counter SELECT 'row', COALESCE(MAX(no), 0) FROM row",
            "INSERT INTO counter SELECT 'arrival', COALESCE(MAX(no), 0) FROM arrival",
            "CREATE INDEX row_of ON row (receipt, place)",
        ),
        # Numbers of what was forgotten are not used again.
        (
            "UPDATE counter SET value = MAX(value, "
            "COALESCE((SELECT seq FROM sqlite_sequence WHERE name = counter.name), 0))",
        ),
    ),
)
_AUTH = (
    Migration(
        "API keys; agree on secrets",
        (
            "CREATE TABLE api_key (key_id TEXT PRIMARY KEY, place INTEGER NOT NULL, "
            "document BLOB NOT NULL)",
            "CREATE TABLE secret (name TEXT PRIMARY KEY, fingerprint TEXT NOT NULL)",
        ),
    ),
    Migration(
        "which write made which key",
        (
            "CREATE TABLE key_write (sender TEXT NOT NULL, key TEXT NOT NULL, "
            "request TEXT NOT NULL, key_id TEXT NOT NULL, PRIMARY KEY (sender, key))",
        ),
    ),
)
_REVIEW = (
    Migration(
        "acts of people: objections and overrides",
        (
            "CREATE TABLE act (no INTEGER PRIMARY KEY, business_id TEXT NOT NULL, "
            "case_id TEXT NOT NULL, kind TEXT NOT NULL, day INTEGER NOT NULL, "
            "content TEXT NOT NULL, sender TEXT NOT NULL, key TEXT NOT NULL, "
            "request TEXT NOT NULL, answer TEXT NOT NULL, UNIQUE (sender, key))",
            "CREATE INDEX act_of ON act (business_id, no)",
            "CREATE INDEX act_case ON act (case_id, no)",
            "CREATE INDEX act_kind ON act (kind, no)",
        ),
    ),
)
STORES: Mapping[str, Sequence[Migration]] = {
    "audit": _AUDIT, "inbox": _INBOX, "auth": _AUTH, "review": _REVIEW,
}  # fmt: skip


def migrate(
    rows: Rows, store: str, words: Mapping[str, str], *, is_embedded: bool, to: int | None = None
) -> None:
    """Apply what the store lacks; `rows` is a transaction that holds the store's lock.

    Parameters
    ----------
    words
        Definition's word → the database's own.
    to
        Last migration to apply; None for all.

    Raises
    ------
    OurConfiguration
        A newer program changed the store.
    """
    for statement in _TABLES:
        rows.all(_said(statement, words))
    known = STORES[store]
    found = rows.one("SELECT COALESCE(MAX(no), 0) FROM migration")
    done = 0 if found is None else int(found[0])
    if done > len(known):
        raise refusal(
            OurConfiguration, "newer store", f"the store {store}",
            f"schema {len(known)} at most", f"schema {done}",
            "use the version of the program that made it, or a later one",
        )  # fmt: skip
    for no, migration in enumerate(known[done:to], start=done + 1):
        statements = migration.statements + (migration.embedded_only if is_embedded else ())
        for statement in statements:
            rows.all(_said(statement, words))
        at = datetime.now(UTC).isoformat(timespec="seconds")
        rows.all("INSERT INTO migration VALUES (?, ?, ?)", no, migration.what, at)


def _said(statement: str, words: Mapping[str, str]) -> str:
    for word, own in words.items():
        statement = re.sub(rf"\b{word}\b", own, statement)
    return statement
