"""The sources a city declares: one file each, found by looking into their folder."""

from __future__ import annotations

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from types import ModuleType

from features.contracts.phrase import Phrase
from features.contracts.records import Source


def sources_in(package: str) -> tuple[Source, ...]:
    """The ``SOURCE`` of every module in a package, by the names of the modules.

    A department is added by adding its file, and removed with it.
    """
    found = [getattr(module, "SOURCE", None) for module in _modules(package)]
    return tuple(source for source in found if isinstance(source, Source))


def departments_in(package: str) -> dict[str, Phrase]:
    """Departments that only one module of a package needs, from its ``DEPARTMENTS``."""
    return {
        key: title
        for module in _modules(package)
        for key, title in getattr(module, "DEPARTMENTS", {}).items()
    }


def _modules(package: str) -> Iterator[ModuleType]:
    folder = sys.modules.get(package) or importlib.import_module(package)
    for module in sorted(pkgutil.iter_modules(folder.__path__), key=lambda found: found.name):
        yield importlib.import_module(f"{package}.{module.name}")
