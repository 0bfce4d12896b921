"""Worked cases that stand beside each rule and are run as tests."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from features.errors import Fault, raise_all
from serving.canonical import faults_of
from serving.errors import NothingInForce, PolicyMalformed
from serving.manifest import Tier
from serving.policy.loading import read_files
from serving.policy.rules import Policy
from serving.policy.words import Facts, Word


@dataclass(frozen=True, kw_only=True)
class CaseText(Word):
    """A case as the file states it; features and profile fields not named are untold."""

    name: str
    as_of: date
    model_tier: Tier
    tier: Tier
    features: Mapping[str, float | None] = field(default_factory=dict)
    profile: Mapping[str, float | str | None] = field(default_factory=dict)
    flags: tuple[str, ...] | None = None
    fires: bool | None = None


@dataclass(frozen=True)
class Case:
    """A case and the rule beside which it stands."""

    rule: str
    text: CaseText

    def __str__(self) -> str:
        return f"{self.rule}: {self.text.name}"


def policy_cases(folder: Path) -> tuple[Case, ...]:
    """Every case of every rule of the folder.

    Raises
    ------
    PolicyMalformed
        A case does not say what it must, or a rule has none.
    """
    faults: list[Fault] = []
    cases: list[Case] = []
    for file in read_files(folder, faults):
        try:
            texts = TypeAdapter(tuple[CaseText, ...]).validate_json(file.cases, strict=True)
        except ValidationError as error:
            faults += faults_of(error, f"{file.name}.cases")
            continue
        if not texts and file.is_rule:
            faults.append(
                Fault("no cases", file.name, "at least one worked case", "none", "add it")
            )
        cases += [Case(file.id, text) for text in texts]
    raise_all(PolicyMalformed, faults)
    return tuple(cases)


def failure_of(policy: Policy, case: Case) -> str | None:
    """What the policy answers otherwise than the case expects; none when it agrees."""
    text = case.text
    try:
        ruling = policy.rule(text.model_tier, Facts(text.features, text.profile), text.as_of)
    except NothingInForce as error:
        return f"{case}: {error}"
    wrong = []
    if ruling.tier != text.tier:
        wrong.append(f"tier {ruling.tier}, expected {text.tier}")
    if text.flags is not None and set(ruling.flags) != set(text.flags):
        wrong.append(f"flags {list(ruling.flags)}, expected {list(text.flags)}")
    fired = [applied.rule.id for applied in ruling.applied]
    if text.fires is not None and (case.rule in fired) != text.fires:
        wrong.append(f"fired {fired}, expected {case.rule} {'in' if text.fires else 'not in'} it")
    return f"{case}: {'; '.join(wrong)}" if wrong else None
