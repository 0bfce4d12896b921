"""Base rates of the synthetic city, each with where it comes from.

"Handbook 8" is the table of observed volumes and rates; DESIGN marks a choice
of ours that no source prescribes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

# 830,585 sole traders of about 1,421,700 entities at the end of 2024.
SOLE_TRADERS = 0.5842

# 慈溪, 余姚 and 北仑 are published for sole traders; the others share the rest (DESIGN).
DISTRICT_SHARES: Mapping[str, float] = {
    "330203": 0.107, "330205": 0.066, "330206": 0.127, "330211": 0.053, "330212": 0.160,
    "330213": 0.051, "330225": 0.048, "330226": 0.053, "330281": 0.161, "330282": 0.174,
}  # fmt: skip

# F, C and H are published for sole traders; the others are DESIGN.
SOLE_SECTIONS: Mapping[str, float] = {
    "F": 0.4361, "C": 0.1627, "H": 0.1160, "O": 0.085, "G": 0.060, "A": 0.030, "E": 0.028,
    "L": 0.030, "R": 0.018, "I": 0.010, "M": 0.008, "K": 0.004, "P": 0.007, "Q": 0.0052,
}  # fmt: skip
ENTERPRISE_SECTIONS: Mapping[str, float] = {
    "F": 0.335, "C": 0.265, "L": 0.105, "M": 0.075, "E": 0.068, "I": 0.052, "G": 0.036,
    "K": 0.018, "H": 0.014, "O": 0.011, "R": 0.009, "A": 0.007, "P": 0.003, "Q": 0.002,
}  # fmt: skip
ENTERPRISE_FORMS: Mapping[str, float] = {
    "有限责任公司": 0.80, "个人独资企业": 0.075, "分公司": 0.055, "合伙企业": 0.035,
    "外商投资企业": 0.014, "股份有限公司": 0.006, "农民专业合作社": 0.015,
}  # fmt: skip

# How much more often than average a section violates rules (DESIGN).
SECTION_RISK: Mapping[str, float] = {
    "A": 0.5, "C": 1.1, "E": 1.2, "F": 0.9, "G": 1.1, "H": 1.6, "I": 0.7, "K": 1.1,
    "L": 0.7, "M": 0.6, "O": 1.1, "P": 1.1, "Q": 1.2, "R": 1.2,
}  # fmt: skip
# How many consumers a section meets (DESIGN).
SECTION_CONSUMERS: Mapping[str, float] = {
    "A": 0.1, "C": 0.25, "E": 0.3, "F": 1.4, "G": 0.5, "H": 1.8, "I": 1.5, "K": 1.5,
    "L": 0.6, "M": 0.3, "O": 1.8, "P": 3.0, "Q": 1.5, "R": 3.0,
}  # fmt: skip


@dataclass(frozen=True)
class Conduct:
    """How conduct differs, persists, spreads, and shows.

    The latent conduct of a business has variance 1: a lasting part, a part
    shared with linked businesses, and a part that drifts from month to month.
    """

    lasting: float = 0.55
    shared: float = 0.15
    drifting: float = 0.30
    persistence: float = 0.92  # month to month
    spread: float = 0.30  # part of the monthly shock shared with linked businesses
    hazard: float = 1.9  # log hazard of a violation for one unit of conduct
    violation_monthly: float = 0.022
    lost_contact_monthly: float = 0.0011


@dataclass(frozen=True)
class Supervision:
    """How violations are found and punished."""

    ratios: tuple[float, ...] = (0.01, 0.02, 0.10, 0.30)  # Henan 2021, tiers A–D, a year
    tier_shares: tuple[float, ...] = (0.60, 0.30, 0.075, 0.025)  # handbook 8.2
    blind_yearly: float = 0.01
    campaign_yearly: float = 0.04  # key sectors only
    finds_violation: float = 0.75
    finds_other: float = 0.075
    punished_after_check: float = 0.20
    found_otherwise_monthly: float = 0.052
    punished_after_case: float = 0.45
    summary: float = 0.45  # of detections that end in a summary or warning-only decision
    no_penalty: float = 0.08
    elsewhere_yearly: float = 0.0155
    elsewhere_conduct: float = 1.5  # log rate for one unit of conduct
    heavier: float = 0.06


@dataclass(frozen=True)
class Consumers:
    """Complaints and reports: 8.5 a year per 100 entities, heavy-tailed (handbook 8)."""

    yearly: float = 0.045  # outside storms
    storm_monthly: float = 0.00030
    tail: float = 2.35  # standard deviation of the log exposure
    reports: float = 0.254  # 15,396 of 60,584
    report_verified: float = 0.155
    complaint_to_case: float = 0.0137  # 617 of 45,188
    settled: float = 0.60
    malicious: float = 0.03
    refused: float = 0.10
    online: float = 0.32
    through_12315: float = 0.525


@dataclass(frozen=True)
class Registry:
    """Births, exits, changes, annual reports, the abnormal list."""

    births_yearly: float = 0.13
    exits_yearly: float = 0.085
    changes_yearly: float = 0.16
    report_missed: float = 0.052
    report_late: float = 0.035
    returns_from_list_yearly: float = 0.45
    shops: float = 0.125  # businesses with at least one shop


@dataclass(frozen=True)
class Fidelity:
    """How departments misbehave: late, without codes, misspelt, wrong."""

    code_missing: float = 0.03
    code_untidy: float = 0.02  # lower case, blanks
    code_old: float = 0.02  # the registration number, of businesses from before the reform
    late: float = 0.03
    corrected: float = 0.01
    disputed: float = 0.04
    annulled: float = 0.12  # of the disputed
    repaired_yearly: float = 0.30


@dataclass(frozen=True)
class Drift:
    """A city that changes under its models, when `begins` says from which day (DESIGN).

    Over `months` the conduct of those who sell online worsens by `online` standard
    deviations, and a campaign multiplies complaints by 1 + `complaints`, whatever the
    conduct: the one changes who breaks rules, the other what a complaint means.
    """

    begins: date | None = None
    months: int = 6
    online: float = 0.8
    complaints: float = 0.6

    def strength(self, day: int) -> float:
        """0 before it begins (days since 1970-01-01), 1 once it is complete."""
        if self.begins is None:
            return 0.0
        since = day - (self.begins - date(1970, 1, 1)).days
        return min(max(since / (30.4 * self.months), 0.0), 1.0)


@dataclass(frozen=True)
class Priors:
    """Everything about the city that is a number."""

    conduct: Conduct = field(default_factory=Conduct)
    supervision: Supervision = field(default_factory=Supervision)
    consumers: Consumers = field(default_factory=Consumers)
    registry: Registry = field(default_factory=Registry)
    fidelity: Fidelity = field(default_factory=Fidelity)
    drift: Drift = field(default_factory=Drift)
