"""Read ``gate.yaml``: the bounds that a new model is held to before it may take over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from training.dated import numbers_in_force


@dataclass(frozen=True)
class Limits:
    """The bounds of the gate's rules, see `training.gate`.

    Parameters
    ----------
    single_feature_auc
        A feature that alone ranks the outcome at least this well is taken to hold
        the outcome itself.
    behind_challenger
        How much AUC a model may lie behind a challenger, judged by the upper end
        of the interval of their difference.
    calibration_share, calibration_floor
        Calibration error allowed, as a share of the base rate, and at least so
        much. What chance alone gives among so few rows is allowed beside it.
    segment_ratio
        How many times as risky as it proves to be a segment may be called, or as
        little, compared with all businesses; judged by the interval of the ratio.
    same_reason_refitted, same_reason_month
        Share of the businesses below A whose first reason must stay the same when
        the model is refitted on resampled businesses, and when a month passes.
    tier_share
        Deviation of a tier's share from its target.
    moved_two_tiers
        Share of businesses that may move two tiers or more against the champion.
    score_psi
        Population stability index of the score against the champion's.
    """

    single_feature_auc: float
    behind_challenger: float
    calibration_share: float
    calibration_floor: float
    segment_ratio: float
    same_reason_refitted: float
    same_reason_month: float
    tier_share: float
    moved_two_tiers: float
    score_psi: float


def load_limits(folder: Path, on: date) -> Limits:
    """The version of ``folder/gate.yaml`` in force on a day.

    Raises
    ------
    OurConfiguration
        There is not exactly one, or it does not state every bound and nothing
        else; the message lists every fault.
    """
    return numbers_in_force(Limits, folder, "gate.yaml", on)
