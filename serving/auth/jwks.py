"""The public keys of who issues tokens: from a file or an address, kept for a while.

Only keys for signatures by ES256 or RS256 (of at least 2048 bits) are taken, each
pinned to the one algorithm its kind allows.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt import PyJWK
from jwt.exceptions import PyJWTError

log = logging.getLogger("xinheng.auth")
FRESH_SECONDS = 600.0  # how long a set is believed without asking again
AGAIN_SECONDS = 10.0  # how soon an unknown key id may make us ask again
_MOST_BYTES = 262_144
_FETCH_SECONDS = 5.0


class KeySet:
    """Keys by their id.

    Parameters
    ----------
    where
        A file, or an ``https`` address (``http`` only on this machine).
    """

    def __init__(self, where: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._where, self._clock = where, clock
        self._keys: Mapping[str, PyJWK] = {}
        self._asked_at: float | None = None
        self._asking = threading.Lock()

    def get(self, key_id: str) -> PyJWK | None:
        """The key, without asking anyone."""
        return self._keys.get(key_id)

    def should_ask(self, key_id: str) -> bool:
        """Whether the set is stale, or may have got the key since."""
        if self._asked_at is None:
            return True
        age = self._clock() - self._asked_at
        return age > FRESH_SECONDS or (key_id not in self._keys and age > AGAIN_SECONDS)

    def ask(self) -> None:
        """Read the set anew; keep the old one when that fails. May take seconds."""
        if not self._asking.acquire(blocking=False):
            with self._asking:  # another thread asks: its answer will do
                return
        try:
            self._asked_at = self._clock()
            self._keys = _usable(json.loads(self._read()))
        except (OSError, ValueError, PyJWTError) as error:
            log.error("key set not read: %s", type(error).__name__)
        finally:
            self._asking.release()

    def _read(self) -> bytes:
        if not self._where.startswith(("https://", "http://")):
            return Path(self._where).read_bytes()
        request = urllib.request.Request(self._where, headers={"accept": "application/json"})
        with urllib.request.urlopen(request, timeout=_FETCH_SECONDS) as answer:
            content: bytes = answer.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise ValueError("a key set of more than 256 KiB")
        return content


def _usable(document: object) -> Mapping[str, PyJWK]:
    keys = document.get("keys") if isinstance(document, dict) else None
    if not isinstance(keys, list):
        raise ValueError("no key set")
    usable: dict[str, PyJWK] = {}
    for one in keys:
        algorithm = {"EC": "ES256", "RSA": "RS256"}.get(str(one.get("kty")))
        key_id = one.get("kid")
        if (
            algorithm is None
            or not isinstance(key_id, str)
            or one.get("alg", algorithm) != algorithm
            or one.get("use", "sig") != "sig"
        ):
            continue
        key = PyJWK(one, algorithm)
        if _is_strong(key.key):
            usable[key_id] = key
    return usable


def _is_strong(key: object) -> bool:
    if isinstance(key, EllipticCurvePublicKey):
        return isinstance(key.curve, SECP256R1)
    return isinstance(key, RSAPublicKey) and key.key_size >= 2048
