"""Folders that are whole or absent, and pointers that name the old one or the new.

A reader, or a process started after a power cut, never meets half of anything:
content is written to a folder beside its place, forced to disk, renamed, and the
pointer to it is replaced last.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import uuid4

_BUILDING = ".building-"
_UNFINISHED = ".unfinished-"


@contextmanager
def building(parent: Path) -> Iterator[Path]:
    """A new folder inside `parent` to build in; removed unless it was published.

    While the process lives it holds a lock on the folder, by which `sweep` tells
    it from what a killed one left.
    """
    parent.mkdir(parents=True, exist_ok=True)
    folder = parent / f"{_BUILDING}{uuid4().hex}"
    folder.mkdir()
    lock = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


@contextmanager
def resuming(parent: Path, name: str) -> Iterator[Path]:
    """The folder inside `parent` that `name` is built in, with what a killed run finished of it.

    One process at a time works on a name; another waits, and must then look whether
    the name was published meanwhile. An error throws the folder away, since what is in
    it may be to blame; a kill or an interruption leaves it for the next run.
    """
    folder = parent / f"{_UNFINISHED}{name}"
    lock = _alone_in(folder)
    try:
        yield folder
    except Exception:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    finally:
        with suppress(OSError):
            folder.rmdir()  # where another had published the name before
        os.close(lock)


def _alone_in(folder: Path) -> int:
    """The locked folder; the one of that name, not one that was renamed while we waited."""
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):
            lock = os.open(folder, os.O_RDONLY)
            fcntl.flock(lock, fcntl.LOCK_EX)
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(lock), os.stat(folder)):
                    return lock
            os.close(lock)


@contextmanager
def finishing(path: Path) -> Iterator[Path]:
    """Where to write what `path` shall hold; there it is whole, on disk, or not at all."""
    written = path.with_name(f"{_BUILDING}{uuid4().hex}")
    yield written
    _force(written)
    os.replace(written, path)


def keep_only(folder: Path, names: Collection[str]) -> None:
    """Remove from the folder everything but the entries of these names."""
    for path in folder.iterdir():
        if path.name not in names:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()


def publish(folder: Path, target: Path) -> None:
    """Make the built `folder` appear as `target`, whole; a target that exists is kept."""
    if target.exists():
        return
    for path in sorted(folder.rglob("*")):
        _force(path)
    _force(folder)
    target.parent.mkdir(parents=True, exist_ok=True)
    os.rename(folder, target)
    _force(target.parent)


def point(pointer: Path, name: str) -> None:
    """Replace the text of `pointer` by `name` in one step that survives a power cut."""
    pointer.parent.mkdir(parents=True, exist_ok=True)
    written = pointer.with_name(f"{_BUILDING}{uuid4().hex}")
    with written.open("w", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
        os.replace(written, pointer)
    _force(pointer.parent)


def pointed(pointer: Path) -> str | None:
    """What `pointer` names, or none when nothing was ever published."""
    try:
        return pointer.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None


def sweep(parent: Path, resumed: str = "") -> None:
    """Remove what killed processes left behind; what others build is left alone.

    Parameters
    ----------
    resumed
        Name whose unfinished folder is kept: it will be gone on with.
    """
    kept = parent / f"{_UNFINISHED}{resumed}"
    for left in (*parent.glob(f"{_BUILDING}*"), *parent.glob(f"{_UNFINISHED}*")):
        if left != kept and _abandoned(left):
            if left.is_dir():
                shutil.rmtree(left, ignore_errors=True)
            else:
                left.unlink(missing_ok=True)


def _abandoned(left: Path) -> bool:
    try:
        lock = os.open(left, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        return True
    finally:
        os.close(lock)


def _force(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
