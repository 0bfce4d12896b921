"""Small policies made of one-line rules, for tests of what is loaded and refused."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from serving.errors import PolicyMalformed
from serving.policy import Facts, Policy, load_policy
from tests.serving.bundles import POLICY_FILES

FEATURES = {"listed": (), "age": (), "grade": ("A", "B", "C")}
RULE = """
id: {id}
title: {{zh: 规则, en: Rule}}
reference: 某法第一条
owner: 信用处
confirmed_on: 2026-11-01
versions:
  - effective_from: {start}
    effective_until: {until}
    when: [{when}]
    effect: {{{effect}}}
    yields_to: [{yields}]
"""


def rule(
    id: str = "X1",  # noqa: A002  # the word of the file
    when: str = "{feature: listed, at_least: 1}",
    effect: str = "tier: D",
    *,
    start: str = "2021-09-01",
    until: str = "null",
    yields: str = "",
) -> str:
    return RULE.format(id=id, when=when, effect=effect, start=start, until=until, yields=yields)


def load(folder: Path, *rules: str, **other: str) -> Policy:
    """The policy of these rules, with the measures of the small bundle."""
    files = {"measures.yaml": POLICY_FILES["measures.yaml"], **other}
    files |= {f"rule{n}.yaml": text for n, text in enumerate(rules)}
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    return load_policy(folder, FEATURES)


def facts(profile: Mapping[str, float | str | None] | None = None, **features: float) -> Facts:
    return Facts(features, profile or {})


def refused(folder: Path, *rules: str, **other: str) -> str:
    with pytest.raises(PolicyMalformed) as error:
        load(folder, *rules, **other)
    return str(error.value)
