"""Which rules of a policy contradict each other, told when it is loaded.

Two rules contradict each other when both can hold of one business on one day and
no tier satisfies both effects. One of them must then say in its file that it
`yields_to` the other, so that which goes first was decided by those who own the
rules and never by a program.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from graphlib import CycleError, TopologicalSorter
from itertools import combinations, product

from features.errors import Fault
from serving.manifest import TIERS, Tier
from serving.policy.words import Effect, Facts, Rule, RuleVersion, Test

_Pair = tuple[RuleVersion, RuleVersion]


def conflict_faults(rules: Sequence[Rule]) -> Iterator[Fault]:
    """Contradictions nobody settled, and settlements of none."""
    yield from _precedence_faults(rules)
    for one, other in combinations(rules, 2):
        where = f"{one.id} and {other.id}"
        for mine, theirs in _together(one, other):
            if _same_conditions(mine, theirs) and _different(mine.effect, theirs.effect):
                yield _conflict(
                    where, "one effect under the same conditions", "two different ones",
                    "put what shall happen into one of them",
                )  # fmt: skip
            elif _contradict(mine, theirs) and not _settled(one, other, mine, theirs):
                yield _conflict(
                    where,
                    "conditions that exclude each other, or yields_to in one of them",
                    f"{_allowed(mine.effect)} and {_allowed(theirs.effect)} for one business",
                    f"write yields_to: [{one.id}] in {other.id}, or the other way round",
                )


def _precedence_faults(rules: Sequence[Rule]) -> Iterator[Fault]:
    """`yields_to` that names nobody, settles nothing, or leads back to itself."""
    by_id = {rule.id: rule for rule in rules}
    graph: dict[str, set[str]] = {rule.id: set() for rule in rules}
    for rule in rules:
        for version in rule.versions:
            where = f"{rule.id} from {version.effective_from}: yields_to"
            for name in version.yields_to:
                other = by_id.get(name)
                if other is None or other is rule:
                    got = "itself" if other is rule else name
                    yield Fault("unknown rule", where, "the id of another rule", got, "correct it")
                    continue
                graph[rule.id].add(name)
                pairs = ((version, theirs) for theirs in other.versions)
                if not any(_overlap(*pair) and _contradict(*pair) for pair in pairs):
                    yield Fault(
                        "needless yields_to", where, "a rule that contradicts it", name,
                        "leave the name out",
                    )  # fmt: skip
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        yield _conflict(
            circle, "one of them to go first", "each to yield to the next",
            "take one of the names out of yields_to",
        )  # fmt: skip


def _together(one: Rule, other: Rule) -> Iterator[_Pair]:
    for pair in product(one.versions, other.versions):
        if _overlap(*pair):
            yield pair


def _overlap(one: RuleVersion, other: RuleVersion) -> bool:
    return one.effective_from < (other.effective_until or date.max) and other.effective_from < (
        one.effective_until or date.max
    )


def _settled(one: Rule, other: Rule, mine: RuleVersion, theirs: RuleVersion) -> bool:
    return other.id in mine.yields_to or one.id in theirs.yields_to


def _same_conditions(one: RuleVersion, other: RuleVersion) -> bool:
    return set(one.when) == set(other.when)


def _different(one: Effect, other: Effect) -> bool:
    """Whether both say something of the tier, and not the same."""
    bounds = [(e.tier, e.floor, e.no_worse_than) for e in (one, other)]
    return bounds[0] != bounds[1] and all(any(bound) for bound in bounds)


def _contradict(one: RuleVersion, other: RuleVersion) -> bool:
    mine, theirs = set(_allowed(one.effect)), set(_allowed(other.effect))
    # An effect that no tier satisfies at all is a fault of its own.
    impossible = not mine or not theirs
    return not impossible and not mine & theirs and _both_can_hold(one.when, other.when)


def _allowed(effect: Effect) -> str:
    """The tiers that satisfy an effect, best first.

    >>> _allowed(Effect(floor="B", no_worse_than="C")), _allowed(Effect(flag="seen"))
    ('BC', 'ABCD')
    """
    if effect.tier:
        return effect.tier
    best = TIERS.index(effect.floor) if effect.floor else 0
    worst = TIERS.index(effect.no_worse_than) if effect.no_worse_than else len(TIERS) - 1
    allowed: Sequence[Tier] = TIERS[best : worst + 1]
    return "".join(allowed)


def _both_can_hold(one: Sequence[Test], other: Sequence[Test]) -> bool:
    """Whether some business can satisfy every test of both.

    Exact for one feature or profile field; that two of them exclude each other is
    not known here, so such a pair counts as one that can hold.
    """
    named: dict[tuple[str | None, str | None], list[Test]] = {}
    for test in (*one, *other):
        named.setdefault((test.feature, test.profile), []).append(test)
    return all(_satisfiable(tests) for tests in named.values())


def _satisfiable(tests: Sequence[Test]) -> bool:
    """Whether one value satisfies all tests of one name.

    Intervals are closed, so a value that satisfies all of them is among their ends
    and the constants; `is_missing` alone is satisfied by anything or by nothing.
    """
    values: set[float | str | None] = {None, 0.0, ""}
    for test in tests:
        values |= {test.at_least, test.at_most, test.equals, *(test.is_one_of or ())}
    return any(all(_holds(test, value) for test in tests) for value in values)


def _holds(test: Test, value: float | str | None) -> bool:
    known = {test.feature or test.profile or "": value}
    numbers = {name: one for name, one in known.items() if not isinstance(one, str)}
    return test.holds(Facts({}, known) if test.profile else Facts(numbers, {}))


def _conflict(where: str, expected: str, got: str, do: str) -> Fault:
    return Fault("conflicting rules", where, expected, got, do)
