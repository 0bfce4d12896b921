"""Ed25519 keys of a workspace: made on first use, kept private, trusted by name."""

from __future__ import annotations

from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from features.errors import OurConfiguration
from serving.errors import refusal
from serving.kept_secret import make_secret

PRIVATE = "signing.key"


def signing_key(folder: Path) -> Ed25519PrivateKey:
    """The workspace's key in `folder`, readable by its owner only; made on first use.

    Raises
    ------
    OurConfiguration
        The file is there but holds no key, or others may read it.
    """
    path = folder / PRIVATE
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        make_secret(path)  # any 32 random bytes are a private key (RFC 8032, 5.1.5)
    return _read(path)


def public_hex(key: Ed25519PrivateKey) -> str:
    """The public half, as bundles and settings name it."""
    return key.public_key().public_bytes_raw().hex()


def verifies(public: str, signature: str, message: bytes) -> bool:
    """Whether `signature` over `message` was made by the holder of `public`.

    Both in hex as `bytes.hex` writes it: no capitals, no spaces.
    """
    try:
        key, signed = bytes.fromhex(public), bytes.fromhex(signature)
        Ed25519PublicKey.from_public_bytes(key).verify(signed, message)
    except (ValueError, InvalidSignature):
        return False
    return (key.hex(), signed.hex()) == (public, signature)


def _read(path: Path) -> Ed25519PrivateKey:
    if path.stat().st_mode & 0o077:
        raise refusal(
            OurConfiguration, "exposed key", path.name, "mode 0600", "access for others",
            "chmod 600 the file, and replace the key if others read it",
        )  # fmt: skip
    try:
        return Ed25519PrivateKey.from_private_bytes(path.read_bytes())
    except ValueError:
        raise refusal(
            OurConfiguration, "no key", path.name, "32 bytes", f"{path.stat().st_size} bytes",
            "restore the file, or remove it to begin with a new key",
        ) from None  # fmt: skip
