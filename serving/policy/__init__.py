"""Policy: dated rules with references that run after the model and are shown apart.

`load_policy` reads a jurisdiction's YAML files and reports everything that does
not hold together; `Policy.rule` says what the rules make of one business on one
day; `policy_cases` gives the worked cases that stand beside each rule.
"""

from serving.policy.cases import Case, failure_of, policy_cases
from serving.policy.loading import load_policy
from serving.policy.rules import Applied, Policy, Ruling
from serving.policy.words import Effect, Facts, Measure, Notice, Rule

__all__ = [
    "Applied",
    "Case",
    "Effect",
    "Facts",
    "Measure",
    "Notice",
    "Policy",
    "Rule",
    "Ruling",
    "failure_of",
    "load_policy",
    "policy_cases",
]
