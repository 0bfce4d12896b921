"""Read the version of a dated YAML declaration that is in force on a day.

What training is told by the office (the score scale, the rules of the gate) lies beside
the policy rules and is dated like them, but is frozen into bundles instead of being
applied after the model.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import cast

import yaml

from features.errors import Fault, OurConfiguration


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
