"""Read a folder of policy YAML, and report everything that does not hold together."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TypeVar

import yaml
from pydantic import TypeAdapter, ValidationError

from features.errors import Fault, raise_all
from serving.canonical import faults_of
from serving.errors import PolicyMalformed
from serving.policy.checks import measures_faults, notice_faults, rule_faults
from serving.policy.rules import Policy
from serving.policy.words import Measures, Notice, Rule, Test

# What the files must agree on: feature name → labels of its codes (none for a quantity).
Vocabulary = Mapping[str, Sequence[str]]
_SPECIAL = ("measures", "notice", "scale", "gate", "watch")
_Word = TypeVar("_Word")


@dataclass(frozen=True)
class PolicyFile:
    """One YAML file, parsed; `content` is JSON text of what it says."""

    name: str
    id: str
    content: str
    cases: str

    @property
    def is_rule(self) -> bool:
        """Whether the file holds a rule, not measures, notice or a file of training."""
        return self.id not in _SPECIAL


def load_policy(folder: Path, features: Vocabulary) -> Policy:
    """The policy of a jurisdiction, checked against its features.

    Parameters
    ----------
    folder
        One YAML file for each rule, ``measures.yaml``, and where there is one
        ``notice.yaml``; ``scale.yaml``, ``gate.yaml`` and ``watch.yaml`` belong to
        training and are passed over.
    features
        Feature name → labels of its codes; a text in a rule must be one of them.

    Raises
    ------
    PolicyMalformed
        With every fault of every file: unknown words and features, overlapping
        versions and gaps between them, conflicting rules, missing references.
    """
    faults: list[Fault] = []
    files = list(read_files(folder, faults))
    rules: list[Rule] = []
    measures: Measures | None = None
    notice: Notice | None = None
    for file in files:
        if file.id == "measures":
            measures = _read(Measures, file, faults)
        elif file.id == "notice":
            notice = _read(Notice, file, faults)
        elif file.is_rule:
            rule = _read(Rule, file, faults)
            if rule is not None:
                rules.append(_with_codes(rule, features))
    faults += rule_faults(rules, features)
    if not any(file.id == "measures" for file in files):
        faults.append(_absent(folder, "measures.yaml"))
    if not any(file.is_rule for file in files):
        faults.append(_absent(folder, "at least one rule"))
    if measures is not None:
        faults += measures_faults(measures)
    if notice is not None:
        faults += notice_faults(notice)
    raise_all(PolicyMalformed, faults)
    assert measures is not None  # its absence is a fault
    return Policy(tuple(sorted(rules, key=lambda rule: rule.id)), measures, notice)


def read_files(folder: Path, faults: list[Fault]) -> Iterator[PolicyFile]:
    """Every YAML file of the folder that says what it is; the others are faults."""
    seen: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            content = yaml.load(path.read_text("utf-8"), _Strict)
        except (yaml.YAMLError, UnicodeDecodeError) as error:
            faults.append(_unreadable(path.name, error))
            continue
        if not isinstance(content, dict) or not isinstance(content.get("id"), str):
            faults.append(
                Fault("no id", path.name, "a mapping with an id", type(content).__name__, "add it")
            )
            continue
        name = content["id"]
        if name in seen:
            faults.append(
                Fault(
                    "same id twice", path.name, "an id of its own", f"that of {seen[name]}",
                    "put all versions of a rule into one file",
                )
            )  # fmt: skip
        seen[name] = path.name
        cases = content.pop("cases", [])
        yield PolicyFile(path.name, name, _as_json(content), _as_json(cases))


def _read(kind: type[_Word], file: PolicyFile, faults: list[Fault]) -> _Word | None:
    try:
        return TypeAdapter(kind).validate_json(file.content, strict=True)
    except ValidationError as error:
        faults += faults_of(error, file.name)
        return None


def _with_codes(rule: Rule, features: Vocabulary) -> Rule:
    """The rule with labels of coded features replaced by their codes."""

    def code(test: Test, constant: float | str) -> float | str:
        labels = list(features.get(test.feature or "", ()))
        known = isinstance(constant, str) and constant in labels
        return float(labels.index(str(constant))) if known else constant

    def coded(test: Test) -> Test:
        equals, members = test.equals, test.is_one_of
        return replace(
            test,
            equals=None if equals is None else code(test, equals),
            is_one_of=None if members is None else tuple(code(test, one) for one in members),
        )

    return replace(
        rule,
        versions=tuple(
            replace(version, when=tuple(map(coded, version.when))) for version in rule.versions
        ),
    )


class _Strict(yaml.SafeLoader):
    """YAML without repeated keys."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[object, object]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        if len(keys) != len({str(key) for key in keys}):
            raise yaml.constructor.ConstructorError(None, None, "repeated key", node.start_mark)
        return super().construct_mapping(node, deep)


def _as_json(value: object) -> str:
    def plain(one: object) -> str:
        return one.isoformat() if isinstance(one, date) else str(one)

    return json.dumps(value, default=plain, ensure_ascii=False)


def _unreadable(name: str, error: Exception) -> Fault:
    mark = getattr(error, "problem_mark", None)
    where = f"{name} line {mark.line + 1}" if mark is not None else name
    problem = getattr(error, "problem", None) or "not UTF-8"
    return Fault("not YAML", where, "one YAML mapping", str(problem), "correct the file")


def _absent(folder: Path, what: str) -> Fault:
    return Fault("incomplete policy", folder.name, what, "none", "add the file")
