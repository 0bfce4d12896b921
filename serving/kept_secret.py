"""Random secrets kept in files that only their owner reads; made on first use."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from features.errors import OurConfiguration
from serving.errors import refusal

BYTES = 32


def kept_secret(path: Path) -> bytes:
    """The 256 random bits in `path`; made when there is no such file.

    Processes that start together agree: the file appears whole, once.

    Raises
    ------
    OurConfiguration
        The file holds something else, or others may read it.
    """
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not path.exists():
        make_secret(path)
    status = path.stat()
    if status.st_mode & 0o077 or status.st_size != BYTES:
        exposed = status.st_mode & 0o077
        raise refusal(
            OurConfiguration, "exposed secret" if exposed else "no secret", path.name,
            f"{BYTES} bytes that only their owner reads",
            "access for others" if exposed else f"{status.st_size} bytes",
            "chmod 600 the file, and replace it if others read it" if exposed
            else "restore the file",
        )  # fmt: skip
    return path.read_bytes()


def make_secret(path: Path) -> None:
    """Put 256 new random bits into `path`, whole and once; a file that is there stays."""
    written = path.with_name(f".{secrets.token_hex(8)}")
    descriptor = os.open(written, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_bytes(BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(written, path)
    except FileExistsError:  # another process was first: its secret is the one
        pass
    finally:
        written.unlink()
