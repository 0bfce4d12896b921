"""Where the service finds its scores and how it answers, from the environment.

=======================  ============================================================
``XINHENG_JURISDICTION``  built-in name or folder of declarations (``ningbo``)
``XINHENG_HOME``          workspace folder; without one ``./var/<jurisdiction>``
``XINHENG_HOST``          loopback address to listen on; without one ``127.0.0.1``
``XINHENG_PORT``          port; without one ``3000``
``XINHENG_LANGUAGE``      ``zh`` or ``en`` where the reader states no preference; ``zh``
``XINHENG_TRUSTED_KEYS``  Ed25519 public keys in hex, comma-separated, whose bundles are
                          believed; without any, the key kept in the workspace
``XINHENG_WORKERS``       processes; without one, 1
=======================  ============================================================

A name that nearly is one of these is refused, so that a misspelt setting is noticed.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar, cast

from features.errors import Fault, OurConfiguration, raise_all
from serving.language import LANGUAGES, Language

PREFIX = "XINHENG_"
NAMES = frozenset({"JURISDICTION", "HOME", "HOST", "PORT", "LANGUAGE", "TRUSTED_KEYS", "WORKERS"})
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
    """

    jurisdiction: str
    home: Path
    host: str = "127.0.0.1"
    port: int = 3000
    language: Language = "zh"
    trusted_keys: tuple[str, ...] = ()
    workers: int = 1

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
        host=read("HOST", "127.0.0.1", loopback, "a loopback address such as 127.0.0.1"),
        port=read("PORT", "3000", _between(1, 65535), "a port from 1 to 65535"),
        language=read("LANGUAGE", "zh", _language, "zh or en"),
        trusted_keys=read("TRUSTED_KEYS", "", _keys, "public keys of 64 hex digits, by commas"),
        workers=read("WORKERS", "1", _between(1, 64), "a number of processes from 1 to 64"),
    )
    raise_all(OurConfiguration, faults)
    return settings


def loopback(host: str) -> str:
    """`host` when it is a loopback address, else ValueError.

    The service has no authentication yet, so it is reachable from its own
    machine only.

    >>> loopback("127.0.0.1")
    '127.0.0.1'
    >>> loopback("0.0.0.0")
    Traceback (most recent call last):
        ...
    ValueError: an address other machines could reach (authentication is not built yet)
    """
    if host == "localhost":
        return "127.0.0.1"
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        raise ValueError("a name or text that is no IP address") from None
    if not address.is_loopback:
        raise ValueError("an address other machines could reach (authentication is not built yet)")
    return host


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
