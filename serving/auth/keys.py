"""API keys: 256 random bits shown once, kept as HMAC-SHA256 under a secret of the service.

A key is ``xh_<id>_<secret>``. The id names it in lists and in the audit log; the
secret is not kept. The keys lie in one store (`serving.database`); every process
notices a change with its next request, another node within a second or two, so that
a revoked key opens nothing any more.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from features.errors import Fault, YourInput, raise_all
from serving import canonical
from serving.auth.access import ROLES, SCOPES, Role
from serving.auth.callers import Caller
from serving.auth.purposes import purpose_fault
from serving.database import Database, Reader, Rows
from serving.database.stores import agree, embedded
from serving.errors import refusal
from serving.kept_secret import kept_secret

_PEPPER, _CHANGES = "keys.secret", "keys"
_BEFORE = "keys.json"
_SHAPE = re.compile(r"xh_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NO_TIME = ""
_MOMENT = re.compile(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")


class KeyReused(Exception):  # not a fault of the keys: it becomes a 422
    """The name of the write made another key before."""


@dataclass(frozen=True)
class KeyWrite:
    """A write by its name: who sent it, its Idempotency-Key, SHA-256 of what it asks."""

    sender: str
    key: str
    request: str


@dataclass(frozen=True)
class ApiKey:
    """What is kept of a key.

    Parameters
    ----------
    hash
        HMAC-SHA256 of the secret, hex.
    name
        What the key is for; of no person.
    scopes, districts
        What it is limited to; empty for no limit beyond the role's.
    business_id
        The business of a subject's key.
    purpose
        Standing purpose of a system that looks for one reason only.
    created_at, expires_at, revoked_at
        UTC; empty for never.
    """

    key_id: str
    hash: str
    name: str
    role: Role
    department: str
    scopes: tuple[str, ...]
    districts: tuple[str, ...]
    business_id: str | None
    purpose: str
    created_at: str
    expires_at: str
    revoked_at: str

    def is_active(self, at: str) -> bool:
        """Whether it opens doors at that moment (UTC, ISO)."""
        return not self.revoked_at and (not self.expires_at or at < self.expires_at)

    @property
    def caller(self) -> Caller:
        """Who comes with this key."""
        return Caller(
            f"key:{self.key_id}", self.role, "key", self.department, frozenset(self.scopes),
            frozenset(self.districts), self.business_id, self.purpose,
        )  # fmt: skip


@dataclass(frozen=True)
class Wanted:
    """What a new key shall be."""

    name: str
    role: Role
    department: str = ""
    scopes: tuple[str, ...] = ()
    districts: tuple[str, ...] = ()
    business_id: str | None = None
    purpose: str = ""
    expires_at: str = _NO_TIME


class ApiKeys:
    """The keys of one service; safe to share between threads, processes and nodes.

    Parameters
    ----------
    folder
        Where the secret that hashes are keyed with is kept.
    database
        The store of the keys; without one, a file in the folder.
    """

    def __init__(self, folder: Path, database: Database | None = None) -> None:
        self._folder = folder
        self._database = database or embedded(folder, "auth")
        self._seen = -1
        self._keys: Mapping[str, ApiKey] = {}
        self._pepper = b""
        self._callers: Mapping[str, Caller] = {}

    @property
    def database(self) -> Database:
        """The store of the keys."""
        return self._database

    def caller(self, text: str) -> Caller | None:
        """Who holds the key that `text` is; None when it opens nothing."""
        shape = _SHAPE.fullmatch(text)
        if shape is None:
            return None
        key = self._active(shape[1])
        if key is None or not hmac.compare_digest(self._hash(shape[2]), key.hash):
            return None
        return self._callers[key.key_id]

    def by_id(self, key_id: str) -> Caller | None:
        """Who holds the active key of that id: for sessions that began with it."""
        return self._callers[key_id] if self._active(key_id) else None

    def all(self) -> tuple[ApiKey, ...]:
        """Every key there ever was, oldest first."""
        self._refresh()
        return tuple(self._keys.values())

    def create(self, wanted: Wanted, write: KeyWrite | None = None) -> tuple[ApiKey, str]:
        """A new key and its text, which is not kept; raises YourInput when it cannot be.

        A `write` that made a key before is given that key, with an empty text; raises
        KeyReused where it asked for another one then.
        """
        raise_all(YourInput, list(_faults(wanted)))
        secret = secrets.token_urlsafe(32)
        key = self._made(wanted, secret)
        with self._database.writing() as rows:
            earlier = _made_by(rows, write) if write else None
            if earlier is not None:
                return earlier, ""
            _insert(rows, key)
            if write:
                rows.all(
                    "INSERT INTO key_write VALUES (?, ?, ?, ?)",
                    write.sender, write.key, write.request, key.key_id,
                )  # fmt: skip
        return key, _text(key, secret)

    def revoke(self, key_id: str) -> ApiKey:
        """The key, which opens nothing any more; raises YourInput when there is none."""
        with self._database.writing() as rows:
            key = {one.key_id: one for one in _all(rows)}.get(key_id)
            if key is None:
                raise refusal(
                    YourInput, "no such key", "the keys", "the id of a key", "another id",
                    "list the keys and take the id from there",
                )  # fmt: skip
            if not key.revoked_at:
                key = replace(key, revoked_at=_now())
                rows.all(
                    "UPDATE api_key SET document = ? WHERE key_id = ?",
                    canonical.encode(key), key_id,
                )  # fmt: skip
                rows.step(_CHANGES)
            return key

    def first(self) -> str | None:
        """On a service that never had a key: an administrator's, to be shown once.

        Keys that an earlier version kept in a file come into the store.
        """
        secret = secrets.token_urlsafe(32)
        key = self._made(Wanted("first administrator", "administrator"), secret)
        file = self._folder / _BEFORE
        with self._database.writing() as rows:
            if file.is_file() and not _all(rows):
                for one in canonical.decode(tuple[ApiKey, ...], file.read_bytes(), _BEFORE):
                    _insert(rows, one)
            if _all(rows):
                return None
            _insert(rows, key)
        return _text(key, secret)

    def _made(self, wanted: Wanted, secret: str) -> ApiKey:
        return ApiKey(
            key_id=secrets.token_hex(6), hash=self._hash(secret), name=wanted.name,
            role=wanted.role, department=wanted.department, scopes=wanted.scopes,
            districts=wanted.districts, business_id=wanted.business_id,
            purpose=wanted.purpose, created_at=_now(), expires_at=wanted.expires_at,
            revoked_at="",
        )  # fmt: skip

    def _active(self, key_id: str) -> ApiKey | None:
        self._refresh()
        key = self._keys.get(key_id)
        return key if key is not None and key.is_active(_now()) else None

    def _refresh(self) -> None:
        """Read the keys again when some were changed."""
        changes = self._database.counters().get(_CHANGES, 0)
        if changes != self._seen:
            kept = _all(self._database)
            self._callers = {one.key_id: one.caller for one in kept}
            self._keys = {one.key_id: one for one in kept}
            self._seen = changes

    def _hash(self, secret: str) -> str:
        if not self._pepper:
            pepper = kept_secret(self._folder / _PEPPER)
            agree(self._database, "secret of keys", pepper)
            self._pepper = pepper
        return hmac.new(self._pepper, secret.encode(), hashlib.sha256).hexdigest()


def _faults(wanted: Wanted) -> Iterator[Fault]:
    def fault(where: str, expected: str, got: str) -> Fault:
        return Fault("unusable key", where, expected, got, "correct it")

    if not 1 <= len(wanted.name) <= 100:
        yield fault("name", "1 to 100 characters", f"{len(wanted.name)}")
    if wanted.role not in ROLES:
        yield fault("role", ", ".join(ROLES), "another word")
    if unknown := set(wanted.scopes) - set(SCOPES):
        yield fault("scopes", ", ".join(SCOPES), f"{len(unknown)} other(s)")
    if (wanted.role == "subject") != bool(wanted.business_id):
        yield fault("business_id", "the business, for a subject and only there", "otherwise")
    if wanted.districts and wanted.role != "regulator":
        yield fault("districts", "a regulator's key", f"a key of {wanted.role}")
    if wanted.purpose and (what := purpose_fault(wanted.purpose)):
        yield fault("purpose", what, "another text")
    if wanted.expires_at and not _is_time(wanted.expires_at):
        yield fault("expires_at", "a moment such as 2027-01-31T00:00:00Z", "another text")


def _is_time(text: str) -> bool:
    """Whether it is a moment written in full, so that moments sort as texts."""
    if not _MOMENT.fullmatch(text):
        return False
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return False
    return True


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _all(rows: Reader) -> list[ApiKey]:
    """Every key there ever was, oldest first."""
    return [
        canonical.decode(ApiKey, bytes(document), "the keys")
        for (document,) in rows.all("SELECT document FROM api_key ORDER BY place")
    ]


def _made_by(rows: Rows, write: KeyWrite) -> ApiKey | None:
    """The key that the write made before; raises KeyReused when it asked for another."""
    found = rows.one(
        "SELECT request, key_id FROM key_write WHERE sender = ? AND key = ?",
        write.sender, write.key,
    )  # fmt: skip
    if found is None:
        return None
    if found[0] != write.request:
        raise KeyReused
    return {one.key_id: one for one in _all(rows)}[str(found[1])]


def _insert(rows: Rows, key: ApiKey) -> None:
    place = rows.step(_CHANGES)
    rows.all("INSERT INTO api_key VALUES (?, ?, ?)", key.key_id, place, canonical.encode(key))


def _text(key: ApiKey, secret: str) -> str:
    return f"xh_{key.key_id}_{secret}"


def names(keys: Sequence[ApiKey]) -> list[Mapping[str, object]]:
    """Keys as they are listed: everything but the hash."""
    return [
        {
            "key_id": one.key_id,
            "name": one.name,
            "role": one.role,
            "department": one.department,
            "scopes": one.scopes,
            "districts": one.districts,
            "business_id": one.business_id,
            "purpose": one.purpose,
            "created_at": one.created_at,
            "expires_at": one.expires_at or None,
            "revoked_at": one.revoked_at or None,
        }
        for one in keys
    ]
