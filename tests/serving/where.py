"""A workspace and where its stores are: files, or a database of the tests' own server."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from serving.database import Stores


@dataclass(frozen=True)
class Where:
    """A workspace folder, and the address of its stores; empty for files."""

    folder: Path
    address: str = ""
    _opened: list[Stores] = field(default_factory=list, repr=False)

    def stores(self) -> Stores:
        """The stores as another process opens them."""
        self._opened.append(Stores.of(self.folder, self.address))
        return self._opened[-1]

    @classmethod
    @contextmanager
    def of(cls, folder: Path, address: str = "") -> Iterator[Where]:
        """The workspace; its stores are closed when the block ends."""
        where = cls(folder, address)
        try:
            yield where
        finally:
            for one in where._opened:
                one.close()
