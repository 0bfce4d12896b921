"""The thresholds that a new model is held to before it may take over."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """The thresholds of the gate's rules, see `training.gate`.

    Parameters
    ----------
    single_feature_auc
        A feature that alone ranks the outcome better than this is taken to hold
        the outcome itself.
    behind_challenger
        How much AUC a model may lie behind a challenger, judged by the upper end
        of the interval of their difference.
    calibration_share
        Calibration error allowed, as a share of the base rate; never less than
        `calibration_floor`. What chance alone gives among so few rows is allowed
        beside it.
    tier_share
        Deviation of a tier's share from its target.
    moved_two_tiers
        Share of businesses that may move two tiers or more against the champion.
    score_psi
        Population stability index of the score against the champion's.
    """

    single_feature_auc: float = 0.97
    behind_challenger: float = 0.01
    calibration_share: float = 0.25
    calibration_floor: float = 0.005
    tier_share: float = 0.05
    moved_two_tiers: float = 0.02
    score_psi: float = 0.25
