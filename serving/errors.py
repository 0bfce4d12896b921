"""What the decision core refuses, and whose doing it is.

Roots are those of `features.errors`: a bundle that does not verify and a vector
that does not fit are ``YourInput``, a malformed policy is ``OurConfiguration``,
an explanation that does not add up is ``OurBug``.
"""

from __future__ import annotations

from typing import TypeVar

from features.errors import Fault, OurConfiguration, XinhengError, YourInput

_Error = TypeVar("_Error", bound=XinhengError)


class BundleRefused(YourInput):
    """A bundle failed verification; it is not loaded, not even in part."""


class ModelRefused(YourInput):
    """A model text is malformed, or of a form that is not scored or explained here."""


class RowsRefused(YourInput):
    """The rows to score are not a matrix the model can read."""


class NotReproducible(YourInput):
    """The files a decision names are not here."""


class VectorRefused(YourInput):
    """The numbers to decide on are not those the bundle's models learned from."""


class NotComparable(YourInput):
    """Two decisions have no common ground on which a difference could be explained."""


class NotCanonical(YourInput):
    """A document is not the one canonical form of what it says."""


class PolicyMalformed(OurConfiguration):
    """The policy files contradict themselves, each other, or the vocabulary."""


class NothingInForce(OurConfiguration):
    """The policy was asked about a date for which it holds no rule or measure."""


def refusal(  # noqa: PLR0917  # the five parts of a fault, in their order
    error: type[_Error],
    what: str,
    where: str,
    expected: str,
    got: str,
    next_step: str,
) -> _Error:
    """The `error` that carries one fault; raise what it returns."""
    return error(str(Fault(what, where, expected, got, next_step)))
