"""Read ``scale.yaml``: the score scale and target shares in force on a day.

The file lies beside the policy rules and is dated like them, but it belongs to
training: what it says is frozen into each bundle.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

import yaml

from features.errors import Fault, OurConfiguration, raise_all
from serving.manifest import LEVELS, TIERS, Level, ScoreScale, Tier

_NUMBERS = ("pdo", "anchor_score", "anchor_odds")


@dataclass(frozen=True)
class ScalePolicy:
    """Score scale and target shares of tiers and warning levels."""

    score: ScoreScale
    tier_shares: Mapping[Tier, float]
    warning_shares: Mapping[Level, float]


def load_scale(folder: Path, on: date) -> ScalePolicy:
    """The version of ``folder/scale.yaml`` in force on a day.

    Raises
    ------
    OurConfiguration
        There is no such file, no version (or more than one) in force on that
        day, or its numbers do not hold together; the message lists every fault.
    """
    path = folder / "scale.yaml"
    if not path.is_file():
        raise OurConfiguration(str(_fault("no scale", "the score scale", "no file")))
    document = yaml.safe_load(path.read_text(encoding="utf-8"))
    versions = document.get("versions", []) if isinstance(document, dict) else []
    current = [version for version in versions if _in_force(version, on)]
    if len(current) != 1:
        got = f"{len(current)} versions in force on {on}"
        raise OurConfiguration(str(_fault("no one scale", "exactly one version", got)))
    version = current[0]
    raise_all(OurConfiguration, _faults(version))
    pdo, anchor_score, anchor_odds = (float(version[name]) for name in _NUMBERS)
    return ScalePolicy(
        score_scale(pdo, anchor_score, anchor_odds),
        {letter: float(version["tier_shares"][letter]) for letter in TIERS},
        {level: float(version["warning_shares"][level]) for level in LEVELS},
    )


def score_scale(pdo: float, anchor_score: float, anchor_odds: float) -> ScoreScale:
    """The scale on which `anchor_odds` of the outcome score `anchor_score`.

    `pdo` points less mean twice the odds.

    >>> scale = score_scale(40, 600, 1 / 20)
    >>> round(scale.offset - scale.factor * math.log(1 / 10), 6)
    560.0
    """
    factor = pdo / math.log(2.0)
    offset = anchor_score + factor * math.log(anchor_odds)
    return ScoreScale(pdo, anchor_score, anchor_odds, factor, offset)


def _in_force(version: Mapping[str, object], on: date) -> bool:
    begins = cast("date", version["effective_from"])
    ends = cast("date | None", version.get("effective_until"))
    return begins <= on and (ends is None or on < ends)


def _faults(version: Mapping[str, object]) -> list[Fault]:
    faults = []
    for name in _NUMBERS:
        number = version.get(name)
        if not isinstance(number, int | float) or number <= 0:
            faults.append(_fault(f"unusable {name}", "a number above 0", type(number).__name__))
    for name, keys in (("tier_shares", TIERS), ("warning_shares", LEVELS)):
        shares = version.get(name)
        if not isinstance(shares, dict) or set(shares) != set(keys):
            got = type(shares).__name__ if not isinstance(shares, dict) else "other keys"
            faults.append(_fault(f"unusable {name}", f"a share of each of {', '.join(keys)}", got))
            continue
        total = sum(shares.values())
        if name == "tier_shares" and abs(total - 1.0) > 1e-9:
            faults.append(_fault(f"unusable {name}", "shares that add up to 1", f"{total:g}"))
        if name == "warning_shares" and not 0 < total < 1:
            faults.append(_fault(f"unusable {name}", "shares of fewer than all", f"{total:g}"))
    return faults


def _fault(what: str, expected: str, got: str) -> Fault:
    return Fault(what, "scale.yaml", expected, got, "correct the file")
