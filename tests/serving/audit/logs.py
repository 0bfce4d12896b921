"""Audit logs for tests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import apsw

from serving.audit import Audit, Basis, Entry, Found, Ledger, Who
from serving.audit.export import written as exported
from serving.audit.ledger import FILE
from serving.audit.verify import check, read_heads, read_log
from serving.database import Database, Stores
from tests.serving.where import Where

BASIS = Basis("s" * 64, "b" * 64, "p" * 64, "c" * 64, "n" * 64, "2024-05-31")


def entry(i: int, about: str | None = None) -> Entry:
    business = about or f"TOWN-{i % 7:03d}"
    return Entry(
        action="score",
        route="POST /v1/score",
        who=Who("key:registry", "registry", by="key"),
        purpose="登记",
        about=business,
        request=json.dumps({"body": {"business_id": business}}).encode(),
        basis=BASIS,
        status=200,
        sha256=f"{i:064x}",
    )


def audit_at(where: Where, **options: Any) -> Audit:
    return audit_in(where.folder, where.stores().audit, **options)


def audit_in(folder: Path, store: Database | None = None, **options: Any) -> Audit:
    store = store or Stores.of(folder).audit
    return Audit(store, folder / "keys", folder / "heads", **options)


def ledger_at(where: Where) -> Ledger:
    return Ledger.of(where.stores().audit)


def written(
    folder: Path, groups: Iterable[Sequence[Entry]], store: Database | None = None, **options: Any
) -> tuple[list[Found], str]:
    """A closed log of these entries; what was appended and the public key."""

    async def write() -> list[Found]:
        return [one for group in groups for one in await audit.append(*group)]

    audit = audit_in(folder, store, **options)
    try:
        return asyncio.run(write()), audit.public_key
    finally:
        audit.close()


def written_at(where: Where, groups: Iterable[Sequence[Entry]]) -> tuple[list[Found], str]:
    return written(where.folder, groups, where.stores().audit)


def export_of(where: Where) -> Path:
    """The log as the program that checks it reads it."""
    file = where.folder / "export.jsonl"
    exported(where.stores().audit, file)
    return file


def faults_at(where: Where) -> list[str]:
    kept, own, chain = read_log(export_of(where))
    held = [head for file in (where.folder / "heads").iterdir() for head in read_heads(file)]
    return check(kept, [*own, *held], chain, str(own[0]["key"]) if own else "").faults


def database(folder: Path) -> Path:
    return folder / "audit" / FILE


def altered(path: Path, change: Callable[[apsw.Connection], object]) -> None:
    """Change the log as one who can write its file."""
    rows = apsw.Connection(str(path))
    change(rows)
    rows.close()
