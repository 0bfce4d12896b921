"""API keys: 256 random bits shown once, kept as HMAC-SHA256 under a secret of the service.

A key is ``xh_<id>_<secret>``. The id names it in lists and in the audit log; the
secret is not kept. One file holds all keys; it is replaced whole, and every
process notices with its next request, so that a revoked key opens nothing any more.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from features.errors import Fault, YourInput, raise_all
from serving import canonical
from serving.auth.access import ROLES, SCOPES, Role
from serving.auth.callers import Caller
from serving.auth.purposes import purpose_fault
from serving.errors import refusal
from serving.kept_secret import kept_secret

_FILE, _PEPPER, _LOCK = "keys.json", "keys.secret", ".lock"
_SHAPE = re.compile(r"xh_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NO_TIME = ""


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
    """The keys of one service; safe to share between threads and processes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / _FILE
        self._stamp: tuple[int, int, int] | None = None
        self._keys: Mapping[str, ApiKey] = {}
        self._pepper = b""
        self._callers: dict[str, Caller] = {}

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

    def create(self, wanted: Wanted) -> tuple[ApiKey, str]:
        """A new key and its text, which is not kept; raises YourInput when it cannot be."""
        raise_all(YourInput, list(_faults(wanted)))
        secret = secrets.token_urlsafe(32)
        with self._changing() as keys:
            key = ApiKey(
                key_id=secrets.token_hex(6), hash=self._hash(secret), name=wanted.name,
                role=wanted.role, department=wanted.department, scopes=wanted.scopes,
                districts=wanted.districts, business_id=wanted.business_id,
                purpose=wanted.purpose, created_at=_now(), expires_at=wanted.expires_at,
                revoked_at="",
            )  # fmt: skip
            keys[key.key_id] = key
        return key, f"xh_{key.key_id}_{secret}"

    def revoke(self, key_id: str) -> ApiKey:
        """The key, which opens nothing any more; raises YourInput when there is none."""
        with self._changing() as keys:
            if key_id not in keys:
                raise refusal(
                    YourInput, "no such key", "the keys", "the id of a key", "another id",
                    "list the keys and take the id from there",
                )  # fmt: skip
            if not keys[key_id].revoked_at:
                keys[key_id] = replace(keys[key_id], revoked_at=_now())
            return keys[key_id]

    def first(self) -> str | None:
        """On a service that never had a key: an administrator's, to be shown once."""
        if self._path.exists():
            return None
        return self.create(Wanted("first administrator", "administrator"))[1]

    def _active(self, key_id: str) -> ApiKey | None:
        self._refresh()
        key = self._keys.get(key_id)
        return key if key is not None and key.is_active(_now()) else None

    def _refresh(self) -> None:
        """Read the file again when it was replaced."""
        try:
            status = os.stat(self._path)
        except FileNotFoundError:
            self._keys, self._callers, self._stamp = {}, {}, None
            return
        stamp = (status.st_ino, status.st_mtime_ns, status.st_size)
        if stamp != self._stamp:
            kept = canonical.decode(tuple[ApiKey, ...], self._path.read_bytes(), _FILE)
            self._callers = {one.key_id: one.caller for one in kept}
            self._keys = {one.key_id: one for one in kept}
            self._stamp = stamp

    @contextmanager
    def _changing(self) -> Iterator[dict[str, ApiKey]]:
        """The keys to be changed, by one process at a time; written when the block ends."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with (self._folder / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._refresh()
            keys = dict(self._keys)
            yield keys
            _replace(self._path, canonical.encode(tuple(keys.values())))
        self._refresh()

    def _hash(self, secret: str) -> str:
        if not self._pepper:
            self._pepper = kept_secret(self._folder / _PEPPER)
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
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return False
    return True


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _replace(path: Path, content: bytes) -> None:
    written = path.with_name(f".{secrets.token_hex(8)}")
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.replace(written, path)


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
