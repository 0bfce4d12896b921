"""Audit logs for tests."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import apsw

from serving.audit import Audit, Basis, Entry, Found, Who
from serving.audit.ledger import FILE

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


def audit_in(folder: Path, **options: Any) -> Audit:
    return Audit(folder / "audit", folder / "keys", folder / "heads", **options)


def written(
    folder: Path, groups: Iterable[Sequence[Entry]], **options: Any
) -> tuple[list[Found], str]:
    """A closed log of these entries; what was appended and the public key."""

    async def write() -> list[Found]:
        return [one for group in groups for one in await audit.append(*group)]

    audit = audit_in(folder, **options)
    try:
        return asyncio.run(write()), audit.public_key
    finally:
        audit.close()


def database(folder: Path) -> Path:
    return folder / "audit" / FILE


def altered(path: Path, change: Callable[[apsw.Connection], object]) -> None:
    """Change the log as one who can write its file."""
    rows = apsw.Connection(str(path))
    change(rows)
    rows.close()
