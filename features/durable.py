"""Folders that are whole or absent, and pointers that name the old one or the new.

A reader, or a process started after a power cut, never meets half of anything:
content is written to a folder beside its place, forced to disk, renamed, and the
pointer to it is replaced last.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

_BUILDING = ".building-"


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


def sweep(parent: Path) -> None:
    """Remove what killed processes left behind; what others build is left alone."""
    for left in parent.glob(f"{_BUILDING}*"):
        if _abandoned(left):
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
