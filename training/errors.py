"""What can go wrong in learning; roots are those of `features.errors`."""

from __future__ import annotations

from features.errors import OurConfiguration, YourInput


class ImmatureLabels(YourInput):
    """The horizon of some rows had not passed when the records were delivered."""


class TooLittleData(YourInput):
    """There are too few rows, periods or positives to learn or judge by."""


class UnusableOutcome(OurConfiguration):
    """An outcome is declared in a way its cohort cannot label."""
