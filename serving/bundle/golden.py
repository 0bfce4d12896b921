"""Inputs with known answers that a bundle must still give before it serves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

from serving.decision.content import Bundle
from serving.decision.decide import Business, Decision, decide
from serving.errors import BundleRefused, refusal


@dataclass(frozen=True)
class GoldenInput:
    """What one golden row is decided on; no real business needs to be named."""

    business: Business
    as_of_day: int
    vector: tuple[float | None, ...]
    evidence: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class GoldenRow:
    """A golden input and the decision it gave when the bundle was made."""

    given: GoldenInput
    expected: Decision


def answered(bundle: Bundle, inputs: Sequence[GoldenInput]) -> tuple[GoldenRow, ...]:
    """The golden rows of a bundle that is being made."""
    return tuple(GoldenRow(given, _answer(bundle, given)) for given in inputs)


def check_golden(bundle: Bundle, rows: Sequence[GoldenRow]) -> None:
    """Decide every golden row anew; raises BundleRefused, naming row and fields."""
    if not rows:
        raise refusal(
            BundleRefused, "no golden rows", "golden.json", "at least one", "none",
            "train and sign the bundle anew",
        )  # fmt: skip
    for number, row in enumerate(rows):
        got = _answer(bundle, row.given)
        if got.to_json() != row.expected.to_json():
            other = [
                one.name
                for one in fields(Decision)
                if getattr(got, one.name) != getattr(row.expected, one.name)
            ]
            raise refusal(
                BundleRefused, "other answer", f"golden row {number}", "the signed decision",
                f"a difference in {', '.join(other)}",
                "serve the bundle with the code version it names, or train anew",
            )  # fmt: skip


def _answer(bundle: Bundle, given: GoldenInput) -> Decision:
    return decide(
        given.business,
        given.vector,
        bundle.unnamed(),
        given.as_of_day,
        lambda feature: given.evidence.get(feature, ()),
    )
