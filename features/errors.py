"""What can go wrong in records and features, and whose doing it is.

``YourInput`` is a fault in what somebody delivered, ``OurConfiguration`` a
fault in a declaration, ``OurBug`` a promise of the code that did not hold.
Every message says what, where, expected, got and the next step; "got" names a
type, a field or a count, never a record's value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class XinhengError(Exception):
    """Root of every error the three packages raise on purpose."""

    exit_code = 1


class YourInput(XinhengError):
    """What was delivered or asked for cannot be used as it is."""

    exit_code = 2


class OurConfiguration(XinhengError):
    """A declaration (source, feature, outcome, policy, setting) is malformed."""

    exit_code = 3


class OurBug(XinhengError):
    """A promise of the code did not hold; the answer is withheld."""

    exit_code = 4


@dataclass(frozen=True)
class Fault:
    """One thing wrong, in the five parts a reader needs.

    >>> print(Fault("missing column", "penalties.csv", "处罚决定日期", "25 columns", "add it"))
    missing column in penalties.csv: expected 处罚决定日期, got 25 columns. Next: add it.
    """

    what: str
    where: str
    expected: str
    got: str
    next_step: str

    def __str__(self) -> str:
        return (
            f"{self.what} in {self.where}: expected {self.expected}, "
            f"got {self.got}. Next: {self.next_step}."
        )


def raise_all(error: type[XinhengError], faults: Sequence[Fault]) -> None:
    """Raise one `error` that carries every fault, or return when there is none."""
    if faults:
        raise error("\n".join(str(fault) for fault in faults))
