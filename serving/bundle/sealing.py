"""A folder whose every byte one signature vouches for.

``manifest.json`` lists the SHA-256 of every other file; ``signature.json``
signs the manifest. Reading takes each file once, as bytes, and interprets
nothing before the signature and the hashes hold.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from serving import canonical
from serving.bundle.signing import public_hex, verifies
from serving.errors import BundleRefused, NotCanonical, refusal

MANIFEST, SIGNATURE = "manifest.json", "signature.json"
MOST_FILES = 64
MOST_BYTES = {".json": 32 << 20, ".txt": 64 << 20, ".npy": 64 << 20}
MOST_SIGNATURE_BYTES = 4 << 10


@dataclass(frozen=True)
class Signature:
    """``signature.json``."""

    algorithm: str
    public_key: str
    signature: str


@dataclass(frozen=True)
class Sealed:
    """The bytes of a folder whose signature is that of a trusted key."""

    manifest: bytes
    files: Mapping[str, bytes]

    @property
    def name(self) -> str:
        """SHA-256 of the manifest, hex."""
        return canonical.sha256(self.manifest)


def seal(folder: Path, manifest: bytes, files: Mapping[str, bytes], key: Ed25519PrivateKey) -> None:
    """Write `files`, the manifest and its signature into an empty `folder`."""
    signature = Signature("ed25519", public_hex(key), key.sign(manifest).hex())
    for name, content in {
        **files, MANIFEST: manifest, SIGNATURE: canonical.encode(signature),
    }.items():  # fmt: skip
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)


def unseal(folder: Path, trusted_keys: Collection[str]) -> Sealed:
    """The folder's bytes, once its manifest is signed by a trusted key.

    The caller compares them with the hashes the manifest lists (`check_files`).

    Raises
    ------
    BundleRefused
        There is no such folder; a file is of another kind, too large or one of
        too many; the signature is missing, of an unknown key, or false.
    """
    content = {name: _content(folder, name) for name in _names(folder)}
    for needed in (MANIFEST, SIGNATURE):
        if needed not in content:
            raise _refuse("missing file", needed, "a signed manifest", "none")
    manifest = content.pop(MANIFEST)
    _check_signature(manifest, content.pop(SIGNATURE), trusted_keys)
    return Sealed(manifest, content)


def check_files(sealed: Sealed, hashes: Mapping[str, str]) -> None:
    """Compare every file with its hash; raises BundleRefused, naming the file."""
    for name in sorted(hashes.keys() - sealed.files.keys()):
        raise _refuse("missing file", name, "the file the manifest lists", "none")
    for name in sorted(sealed.files.keys() - hashes.keys()):
        raise _refuse("extra file", name, "only files the manifest lists", "one more")
    for name, content in sorted(sealed.files.items()):
        if canonical.sha256(content) != hashes[name]:
            raise _refuse("altered file", name, "the SHA-256 in the manifest", "another")


def _check_signature(manifest: bytes, signature: bytes, trusted_keys: Collection[str]) -> None:
    try:
        signed = canonical.decode(Signature, signature, SIGNATURE)
    except NotCanonical as error:
        raise BundleRefused(str(error)) from None
    if signed.algorithm != "ed25519":
        raise _refuse("unknown algorithm", SIGNATURE, "ed25519", "another")
    if signed.public_key not in trusted_keys:
        raise _refuse(
            "unknown signer", SIGNATURE, f"one of {len(trusted_keys)} trusted keys", "another key"
        )
    if not verifies(signed.public_key, signed.signature, manifest):
        raise _refuse("false signature", MANIFEST, "the bytes that were signed", "other bytes")


def _names(folder: Path) -> Iterator[str]:
    """Names of the regular files, at most one folder deep; anything else is refused."""
    if not folder.is_dir():
        raise _refuse("no bundle", folder.name, "a bundle's folder", "none")
    found = 0
    waiting = [""]
    while waiting:
        below = waiting.pop()
        with os.scandir(folder / below) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                name = f"{below}{entry.name}"
                found += 1
                if found > MOST_FILES:
                    raise _refuse("too many files", folder.name, f"at most {MOST_FILES}", "more")
                if entry.is_dir(follow_symlinks=False) and not below:
                    waiting.append(f"{name}/")
                elif entry.is_file(follow_symlinks=False):
                    yield name
                else:
                    raise _refuse("unusable entry", name, "a plain file", "another kind of entry")


def _content(folder: Path, name: str) -> bytes:
    most = MOST_SIGNATURE_BYTES if name == SIGNATURE else MOST_BYTES.get(Path(name).suffix, 0)
    descriptor = os.open(folder / name, os.O_RDONLY | os.O_NOFOLLOW)
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise _refuse("unusable entry", name, "a plain file", "another kind of entry")
        content = file.read(most + 1)
    if len(content) > most:
        raise _refuse("too large a file", name, f"at most {most} bytes", "more")
    return content


def _refuse(what: str, where: str, expected: str, got: str) -> BundleRefused:
    return refusal(
        BundleRefused, what, where, expected, got,
        "restore the bundle from where it was made; it is not loaded",
    )  # fmt: skip
