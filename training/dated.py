"""Read the version of a dated YAML declaration that is in force on a day.

What training is told by the office (the score scale, the rules of the gate) lies beside
the policy rules and is dated like them, but is frozen into bundles instead of being
applied after the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import TypeVar, cast

import yaml

from features.errors import Fault, OurConfiguration, raise_all

_Numbers = TypeVar("_Numbers")
_DATES = frozenset({"effective_from", "effective_until"})


def in_force(folder: Path, file: str, on: date) -> Mapping[str, object]:
    """The version of ``folder/file`` in force on a day.

    Raises
    ------
    OurConfiguration
        There is no such file, no version or more than one in force on that day.
    """
    path = folder / file
    if not path.is_file():
        raise OurConfiguration(
            str(Fault(f"no {path.stem}", file, "a dated declaration", "no file", "write it"))
        )
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    versions = document.get("versions", []) if isinstance(document, dict) else []
    current = [version for version in versions if _covers(version, on)]
    if len(current) != 1:
        got = f"{len(current)} versions in force on {on}"
        raise OurConfiguration(
            str(Fault(f"no one {path.stem}", file, "exactly one version", got, "correct the file"))
        )
    return cast("Mapping[str, object]", current[0])


def _covers(version: Mapping[str, object], on: date) -> bool:
    begins = cast("date", version["effective_from"])
    ends = cast("date | None", version.get("effective_until"))
    return begins <= on and (ends is None or on < ends)


def numbers_in_force(kind: type[_Numbers], folder: Path, file: str, on: date) -> _Numbers:
    """The version of ``folder/file`` in force on a day as a `kind`, whose fields are numbers.

    Raises
    ------
    OurConfiguration
        There is not exactly one, or it does not state every number and nothing else;
        the message lists every fault.
    """
    version = in_force(folder, file, on)
    names = [one.name for one in fields(kind)]  # type: ignore[arg-type]  # a dataclass
    raise_all(OurConfiguration, _faults(version, names, file))
    return kind(**{name: float(str(version[name])) for name in names})


def _faults(version: Mapping[str, object], names: list[str], file: str) -> list[Fault]:
    faults = [
        Fault("unknown bound", file, "a bound of this file", name, "correct the name")
        for name in sorted(set(version) - set(names) - _DATES)
    ]
    for name in sorted(names):
        bound = version.get(name)
        if isinstance(bound, bool) or not isinstance(bound, int | float) or bound < 0:
            got = "nothing" if bound is None else type(bound).__name__
            faults.append(
                Fault(f"unusable {name}", file, "a number of at least 0", got, "state the bound")
            )
    return faults
