"""Where the service finds its scores and how it answers, from the environment.

=======================  ============================================================
``XINHENG_JURISDICTION``  built-in name or folder of declarations (``ningbo``)
``XINHENG_HOME``          workspace folder; without one ``./var/<jurisdiction>``
``XINHENG_HOST``          address to listen on; without one ``127.0.0.1``. One that other
                          machines can reach needs a certificate, and no demo
``XINHENG_PORT``          port; without one ``3000``
``XINHENG_LANGUAGE``      ``zh`` or ``en`` where the reader states no preference; ``zh``
``XINHENG_TRUSTED_KEYS``  Ed25519 public keys in hex, comma-separated, whose bundles are
                          believed; without any, the key kept in the workspace
``XINHENG_WORKERS``       processes; without one, 1
``XINHENG_DEMO``          ``yes``: everyone on this machine may look without a key
``XINHENG_NAMES``         host names it is asked under, comma-separated, beside loopback
``XINHENG_TLS``           certificate and key files (PEM), comma-separated
``XINHENG_AUDIT_HEADS``   folder where signed heads of the audit log are handed over;
                          without one, in the workspace
``XINHENG_STORES``        address of the PostgreSQL database that several nodes share,
                          ``postgresql://user@host/database?sslmode=verify-full``; without
                          one, SQLite files in the workspace. The password is better in
                          ``PGPASSFILE`` or ``PGPASSWORD`` than in the address
``XINHENG_TOKENS``        issuer, audience and key set (file or https address) of the
                          access tokens to believe, blank-separated; without, none
=======================  ============================================================

A name that nearly is one of these is refused, so that a misspelt setting is noticed.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar, cast

from features.errors import Fault, OurConfiguration, raise_all
from serving.auth.tokens import Issuer
from serving.language import LANGUAGES, Language

PREFIX = "XINHENG_"
NAMES = frozenset(
    {"JURISDICTION", "HOME", "HOST", "PORT", "LANGUAGE", "TRUSTED_KEYS", "WORKERS", "DEMO"}
    | {"NAMES", "TLS", "AUDIT_HEADS", "TOKENS", "STORES"}
)
_NAME = re.compile(r"[a-z0-9.-]{1,253}(:[0-9]{1,5})?")
_KEY = re.compile(r"^[0-9a-f]{64}$")
_Value = TypeVar("_Value")


@dataclass(frozen=True)
class Settings:
    """How one service process runs.

    Parameters
    ----------
    jurisdiction
        Name or folder that `features.catalogue.load_catalogue` takes.
    home
        Workspace folder.
    host, port, workers
        Where and with how many processes it listens.
    language
        The language of answers whose reader states none.
    trusted_keys
        Ed25519 public keys in hex; empty means the workspace's own key.
    is_demo
        Whether everyone on this machine may look without a key.
    names
        Host names it is asked under, beside those of this machine.
    tls
        Certificate and key files; empty for plain HTTP.
    heads
        Folder where heads of the audit log are handed over; None for the workspace.
    issuer
        Whose access tokens are believed; None for nobody's.
    stores
        Address of the database that several nodes share; empty for files. It may hold
        a password, so it is never shown.
    """

    jurisdiction: str
    home: Path
    host: str = "127.0.0.1"
    port: int = 3000
    language: Language = "zh"
    trusted_keys: tuple[str, ...] = ()
    workers: int = 1
    is_demo: bool = False
    names: tuple[str, ...] = ()
    tls: tuple[str, ...] = ()
    heads: Path | None = None
    issuer: Issuer | None = None
    stores: str = field(default="", repr=False)

    @property
    def audit_heads(self) -> Path:
        """Folder where signed heads of the audit log are handed over."""
        return self.heads or self.home / "audit" / "heads"

    @property
    def is_reachable(self) -> bool:
        """Whether other machines could reach the address."""
        return not ipaddress.ip_address(self.host).is_loopback

    @property
    def scores(self) -> Path:
        """Folder of the published sets of scores."""
        return self.home / "scores"

    @property
    def bundles(self) -> Path:
        """Folder of the signed bundles."""
        return self.home / "bundles"


def read_settings(environment: Mapping[str, str]) -> Settings:
    """Settings from environment variables.

    Raises
    ------
    OurConfiguration
        Some variable is missing, unknown or unusable; the message lists all.
    """
    faults: list[Fault] = []
    given = {
        name.removeprefix(PREFIX): value.strip()
        for name, value in environment.items()
        if name.startswith(PREFIX)
    }
    for name in sorted(set(given) - NAMES):
        for meant in difflib.get_close_matches(name, NAMES, n=1, cutoff=0.75):
            where = f"environment variable {PREFIX}{name}"
            faults.append(
                Fault("misspelt setting", where, PREFIX + meant, "another name", "correct it")
            )

    def read(name: str, default: str, parse: Callable[[str], _Value], expected: str) -> _Value:
        text = given.get(name) or default
        try:
            return parse(text)
        except ValueError as refusal:
            where = f"environment variable {PREFIX}{name}"
            got = str(refusal) or "something else"
            faults.append(Fault("unusable setting", where, expected, got, "set it"))
            return cast("_Value", None)

    jurisdiction = read("JURISDICTION", "", _filled, "a jurisdiction's name or folder")
    settings = Settings(
        jurisdiction=jurisdiction,
        home=Path(given.get("HOME") or Path("var") / Path(jurisdiction or "-").name),
        host=read("HOST", "127.0.0.1", _address, "an IP address such as 127.0.0.1"),
        port=read("PORT", "3000", _between(1, 65535), "a port from 1 to 65535"),
        language=read("LANGUAGE", "zh", _language, "zh or en"),
        trusted_keys=read("TRUSTED_KEYS", "", _keys, "public keys of 64 hex digits, by commas"),
        workers=read("WORKERS", "1", _between(1, 64), "a number of processes from 1 to 64"),
        is_demo=read("DEMO", "no", _yes, "yes or no"),
        names=read("NAMES", "", _names, "host names, by commas"),
        tls=read("TLS", "", _two_files, "certificate and key files, by a comma"),
        heads=Path(given["AUDIT_HEADS"]) if given.get("AUDIT_HEADS") else None,
        issuer=read("TOKENS", "", _issuer, "issuer, audience and key set, by blanks"),
        stores=read("STORES", "", _stores, "postgresql://user@host/database, with TLS"),
    )
    raise_all(OurConfiguration, faults)
    raise_all(OurConfiguration, list(_unsafe(settings)))
    return settings


def _unsafe(settings: Settings) -> Iterator[Fault]:
    """What must not be reachable, or not in this way."""
    if not settings.is_reachable:
        return
    where = f"environment variable {PREFIX}HOST"
    got = "an address other machines could reach"
    if settings.is_demo:
        yield Fault(
            "unsafe address", where, "a loopback address such as 127.0.0.1 for a demo", got,
            "listen on loopback, or leave the demo and issue keys",
        )  # fmt: skip
    elif not settings.tls:
        yield Fault(
            "unsafe address", where, "a loopback address, or a certificate", f"{got}, no TLS",
            f"set {PREFIX}TLS, or listen on loopback behind a proxy that ends TLS",
        )  # fmt: skip


def _address(host: str) -> str:
    if host == "localhost":
        return "127.0.0.1"
    try:
        ipaddress.ip_address(host)
    except ValueError:
        raise ValueError("a name or text that is no IP address") from None
    return host


def _yes(text: str) -> bool:
    if text not in ("yes", "no"):
        raise ValueError("another word")
    return text == "yes"


def _listed(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(",") if one.strip())


def _names(text: str) -> tuple[str, ...]:
    names = tuple(one.lower() for one in _listed(text))
    if not all(_NAME.fullmatch(one) for one in names):
        raise ValueError("something else")
    return names


def _two_files(text: str) -> tuple[str, ...]:
    files = _listed(text)
    if files and len(files) != 2:
        raise ValueError(f"{len(files)} name(s)")
    if not all(Path(one).is_file() for one in files):
        raise ValueError("a name that is no file")
    return files


def _issuer(text: str) -> Issuer | None:
    parts = text.split()
    if not parts:
        return None
    if len(parts) != 3:
        raise ValueError(f"{len(parts)} part(s)")
    plain = parts[2].startswith("http://")
    if plain and not re.match(r"http://(127\.0\.0\.1|localhost)[:/]", parts[2]):
        raise ValueError("a key set that anyone on the way could replace (http)")
    return Issuer(*parts)


def _stores(text: str) -> str:
    """The address, when records and passwords cannot be read on the way there."""
    if not text:
        return text
    if not re.match(r"postgres(ql)?://", text):
        raise ValueError("another kind of address")
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = conninfo_to_dict(text)
    except psycopg.Error:  # its own text would repeat the address
        raise ValueError("an address that cannot be read") from None
    if not parts.get("dbname"):
        raise ValueError("an address without a database")
    hosts = str(parts.get("host") or "").split(",")
    is_here = all(one in {"", "localhost", "127.0.0.1", "::1"} or one[0] in "/@" for one in hosts)
    if not is_here and parts.get("sslmode") not in {"require", "verify-ca", "verify-full"}:
        raise ValueError("another machine without sslmode=verify-full")
    return text


def _filled(text: str) -> str:
    if not text:
        raise ValueError("nothing")
    return text


def _between(least: int, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,6}", text):
            raise ValueError("no whole number")
        if not least <= int(text) <= most:
            raise ValueError("a number outside the range")
        return int(text)

    return parse


def _language(text: str) -> Language:
    if text not in LANGUAGES:
        raise ValueError("another language")
    return text


def _keys(text: str) -> tuple[str, ...]:
    keys = tuple(key.strip().lower() for key in text.split(",") if key.strip())
    wrong = sum(not _KEY.match(key) for key in keys)
    if wrong:
        raise ValueError(f"{wrong} of {len(keys)} in another form")
    return keys
