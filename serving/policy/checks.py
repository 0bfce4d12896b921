"""What makes a set of dated rules contradict itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise

from features.errors import Fault
from serving.manifest import TIERS
from serving.policy.conflicts import conflict_faults
from serving.policy.words import (
    PROFILE_NUMBERS,
    PROFILE_TEXTS,
    Dated,
    Document,
    Effect,
    Measures,
    Notice,
    Rule,
    Test,
)

_FLAG = re.compile(r"^[a-z][a-z0-9_]*$")


def rule_faults(rules: Sequence[Rule], features: Mapping[str, Sequence[str]]) -> list[Fault]:
    """Every fault of the rules by themselves and against each other."""
    faults: list[Fault] = []
    for rule in rules:
        faults += _document_faults(rule)
        faults += _versions_faults(rule.id, rule.versions)
        for version in rule.versions:
            where = f"{rule.id} from {version.effective_from}"
            faults += _effect_faults(where, version.effect)
            if not version.when:
                faults.append(_fault("empty when", where, "at least one test", "none"))
            for test in version.when:
                faults += _test_faults(where, test, features)
    faults += conflict_faults(rules)
    return faults


def _versions_faults(name: str, versions: Sequence[Dated]) -> Iterator[Fault]:
    """Versions that are empty, overlap, or leave a gap between them."""
    if not versions:
        yield _fault("no versions", name, "at least one", "none")
    ordered = sorted(versions, key=lambda one: one.effective_from)
    for one in ordered:
        if one.effective_until is not None and one.effective_until <= one.effective_from:
            yield _fault(
                "version never in force", f"{name} from {one.effective_from}",
                "effective_until after effective_from", str(one.effective_until),
            )  # fmt: skip
    for earlier, later in pairwise(ordered):
        where = f"{name} from {later.effective_from}"
        until = earlier.effective_until or date.max
        if until > later.effective_from:
            yield _fault(
                "overlapping versions", where,
                f"the version from {earlier.effective_from} to end on {later.effective_from}",
                str(earlier.effective_until or "no end"),
            )  # fmt: skip
        elif until < later.effective_from:
            yield _fault(
                "gap between versions", where, f"a version in force from {until}",
                "none for some days",
            )  # fmt: skip


def notice_faults(notice: Notice) -> Iterator[Fault]:
    """A notice that leaves days out, or says nothing."""
    yield from _document_faults(notice)
    yield from _versions_faults("notice", notice.versions)


def measures_faults(measures: Measures) -> Iterator[Fault]:
    """Measures that leave a tier out, or inspect the better one more."""
    yield from _document_faults(measures)
    yield from _versions_faults("measures", measures.versions)
    for version in measures.versions:
        where = f"measures from {version.effective_from}"
        if set(version.tiers) != set(TIERS):
            yield _fault("tiers left out", where, "A, B, C, D", ", ".join(sorted(version.tiers)))
            continue
        for better, worse in pairwise(TIERS):
            if version.tiers[better].ratio > version.tiers[worse].ratio:
                yield _fault(
                    "ratio falls with risk", where, f"{worse} at least as often as {better}",
                    "less often",
                )  # fmt: skip
        flagged = (version.with_flag or {}).values()
        for letter in {letter for by_tier in flagged for letter in by_tier} - set(TIERS):
            yield _fault("unknown tier", f"{where}.with_flag", "A, B, C or D", letter)
        for measure in (*version.tiers.values(), *(m for by in flagged for m in by.values())):
            if not 0.0 <= measure.ratio <= 1.0 or (measure.cap is not None and measure.cap < 0):
                yield _fault(
                    "impossible measure", where, "a ratio from 0 to 1, a cap of 0 or more", "other"
                )


def _document_faults(document: Document) -> Iterator[Fault]:
    for word in ("reference", "owner"):
        if not getattr(document, word).strip():
            yield _fault(f"empty {word}", document.id, "who and what it rests on", "blank text")


def _effect_faults(where: str, effect: Effect) -> Iterator[Fault]:
    tier, floor, ceiling = effect.tier, effect.floor, effect.no_worse_than
    if not (tier or floor or ceiling or effect.flag):
        yield _fault("empty effect", where, "tier, floor, no_worse_than or flag", "none")
    if tier and (floor or ceiling):
        yield _fault("contradictory effect", where, "a tier alone, or bounds", "both")
    if floor and ceiling and TIERS.index(floor) > TIERS.index(ceiling):
        yield _fault(
            "contradictory effect", where, "a floor no worse than no_worse_than", "a worse one"
        )
    if effect.flag is not None and not _FLAG.match(effect.flag):
        yield _fault("unusable flag", where, "snake_case", "other characters")


def _test_faults(where: str, test: Test, features: Mapping[str, Sequence[str]]) -> Iterator[Fault]:
    if (test.feature is None) == (test.profile is None):
        yield _fault("unclear test", where, "feature or profile, one of them", "both or neither")
        return
    name = test.feature or test.profile or ""
    where = f"{where}: {name}"
    texts: Sequence[str] | None = None  # what a text constant may be; None for any
    if test.feature is not None:
        if name not in features:
            yield _fault("unknown feature", where, "a declared feature", name)
            return
        texts = features[name]
    elif name in PROFILE_NUMBERS:
        texts = ()
    elif name not in PROFILE_TEXTS:
        named = ", ".join(sorted(PROFILE_TEXTS | PROFILE_NUMBERS))
        yield _fault("unknown profile field", where, named, name)
        return
    bounds = (test.at_least, test.at_most)
    constants = [one for one in (test.equals, *(test.is_one_of or ())) if one is not None]
    if test.is_missing is None and not constants and bounds == (None, None):
        yield _fault("no word", where, "at_least, at_most, equals, is_one_of or is_missing", "none")
    if test.is_missing is not None and (constants or bounds != (None, None)):
        yield _fault("contradictory test", where, "is_missing alone", "other words beside it")
    if test.at_least is not None and test.at_most is not None and test.at_least > test.at_most:
        yield _fault("contradictory test", where, "at_least up to at_most", "the other way round")
    if texts is None and bounds != (None, None):
        yield _fault("wrong kind of value", where, "equals or is_one_of", "a bound on a text")
    for constant in constants:
        # Labels of codes were replaced by their codes when the file was read.
        if texts is None and not isinstance(constant, str):
            yield _fault("wrong kind of value", where, "a text", type(constant).__name__)
        if texts is not None and isinstance(constant, str):
            yield _fault("unknown label", where, f"a number or one of {list(texts)}", constant)


def _fault(what: str, where: str, expected: str, got: str) -> Fault:
    return Fault(what, where, expected, got, "correct the policy file")
