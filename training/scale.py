"""Read ``scale.yaml``: the score scale and target shares in force on a day.

The file lies beside the policy rules and is dated like them, but it belongs to
training: what it says is frozen into each bundle.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import cast

from features.errors import Fault, OurConfiguration, raise_all
from serving.manifest import LEVELS, TIERS, Level, ScoreScale, Tier
from training.dated import in_force

_TIER_CUTS = ("tier_shares", "tier_probabilities")
_NUMBERS = ("pdo", "anchor_score", "anchor_odds")


@dataclass(frozen=True)
class ScalePolicy:
    """Score scale, and by what tiers and warning levels are cut.

    Parameters
    ----------
    tier_shares
        Tier → target share; empty when tiers are cut by probability.
    warning_shares
        Level → target share.
    tier_probabilities
        Tier above the last → highest probability of the credit outcome in it; empty
        when tiers are cut by share.
    certainty
        How surely probabilities lie in the intervals that regulators see (0–1); None
        shows none.
    """

    score: ScoreScale
    tier_shares: Mapping[Tier, float]
    warning_shares: Mapping[Level, float]
    tier_probabilities: Mapping[Tier, float] = field(default_factory=dict)
    certainty: float | None = None


def load_scale(folder: Path, on: date) -> ScalePolicy:
    """The version of ``folder/scale.yaml`` in force on a day.

    Raises
    ------
    OurConfiguration
        There is no such file, no version (or more than one) in force on that
        day, or its numbers do not hold together; the message lists every fault.
    """
    version = in_force(folder, "scale.yaml", on)
    raise_all(OurConfiguration, _faults(version))
    pdo, anchor_score, anchor_odds = (float(str(version[name])) for name in _NUMBERS)
    by_share = cast("Mapping[Tier, float]", version.get("tier_shares", {}))
    by_chance = cast("Mapping[Tier, float]", version.get("tier_probabilities", {}))
    levels = cast("Mapping[Level, float]", version["warning_shares"])
    return ScalePolicy(
        score_scale(pdo, anchor_score, anchor_odds),
        {letter: float(by_share[letter]) for letter in TIERS if by_share},
        {level: float(levels[level]) for level in LEVELS},
        {letter: float(by_chance[letter]) for letter in TIERS[:3] if by_chance},
        float(str(version["certainty"])) if "certainty" in version else None,
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


def _faults(version: Mapping[str, object]) -> list[Fault]:
    faults = []
    for name in _NUMBERS:
        number = version.get(name)
        if not isinstance(number, int | float) or number <= 0:
            faults.append(_fault(f"unusable {name}", "a number above 0", type(number).__name__))
    certainty = version.get("certainty", 0.9)
    if not isinstance(certainty, float) or not 0 < certainty < 1:
        faults.append(_fault("unusable certainty", "a number between 0 and 1", "another"))
    cut = [name for name in _TIER_CUTS if name in version]
    if len(cut) != 1:
        got = " and ".join(cut) or "neither"
        faults.append(_fault("no one way to cut tiers", f"one of {', '.join(_TIER_CUTS)}", got))
    if "tier_probabilities" in version:
        faults += _probability_faults(version["tier_probabilities"])
    shares_of: list[tuple[str, tuple[str, ...]]] = [("warning_shares", LEVELS)]
    if "tier_shares" in version:
        shares_of.append(("tier_shares", TIERS))
    for name, keys in shares_of:
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


def _probability_faults(stated: object) -> list[Fault]:
    name, better = "tier_probabilities", TIERS[:3]
    if not isinstance(stated, dict) or set(stated) != set(better):
        return [
            _fault(f"unusable {name}", f"a probability of each of {', '.join(better)}", "others")
        ]
    limits = [stated[tier] for tier in better]
    if not 0 < limits[0] < limits[1] < limits[2] < 1:
        return [_fault(f"unusable {name}", "rising from above 0 to below 1", "another order")]
    return []


def _fault(what: str, expected: str, got: str) -> Fault:
    return Fault(what, "scale.yaml", expected, got, "correct the file")
