"""What a look at the model in force means: each finding with its bound and what to do."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from features.catalogue import Catalogue
from features.contracts import Phrase
from training.calendar import date_of
from training.dated import numbers_in_force
from training.drift import Moved
from training.freshness import Freshness
from training.matured import Matured
from training.watch import FeatureShift, Look

State = Literal["green", "amber", "red"]
Subject = Literal["feature", "score", "tier", "reason", "freshness", "outcome"]
STATES: tuple[State, ...] = ("green", "amber", "red")

_FEED = Phrase(
    "该部门的数据也异常,先找部门核实,再判断经营主体是否真有变化。",
    "The department's deliveries moved too: ask the department before believing that the "
    "businesses changed.",
)
_FEATURE = Phrase(
    "先分清是行为变了还是上报变了(笔记 5);加做随机抽查核实;重新训练并看准入条件。",
    "Find out whether conduct or reporting changed (notebook 5); draw random checks to measure it; "
    "retrain and see what the gate says.",
)
_SCORE = Phrase(
    "看哪些指标带动了分数;重新训练,与在用模型比较后再定。",
    "See which features moved the score; retrain and compare with the model in force.",
)
_TIER = Phrase(
    "按各类别的抽查比例重算检查任务量;超出能力时重新确定分界。",
    "Work out the inspections that follow from the tiers anew; train to set the cut-offs again if "
    "they exceed the capacity.",
)
_REASON = Phrase(
    "抽看几户的说明和记录,告知解释岗位;必要时重新训练。",
    "Read the explanations of a few businesses with their records, tell those who explain, retrain "
    "if they do not hold.",
)
_SILENT = Phrase(
    "向该部门催要数据;补齐之前,相关指标按旧记录计算。",
    "Ask the department for its records; until they come, features rest on old ones.",
)
_LATE = Phrase(
    "向该部门了解为何变慢;延迟会让分数晚知道。",
    "Ask the department why its records come later; the score learns later too.",
)
_OUTCOME = Phrase(
    "概率与实际不符:重新训练并重新校准,之前不要引用概率。",
    "Probabilities do not mean what they say: retrain and calibrate anew, and quote none before.",
)
_ORDER = Phrase(
    "排序不再优于抓阄:停用模型的分类,改按规则与随机抽查,直到换用新模型。",
    "The order is no better than drawing lots: rest on rules and random checks until another model "
    "takes over.",
)


@dataclass(frozen=True)
class Bounds:
    """When a finding is amber, when red; see ``watch.yaml``.

    Parameters
    ----------
    psi_amber, psi_red
        Of a feature and of the score, beyond what chance gives.
    score_points
        By how much the score must also have moved, in points: where many have one
        score, its index is large as soon as they have another.
    ratio_amber, ratio_red
        How many times as many businesses have a value (or as few).
    sure
        Standard errors by which that, a delay, or a share of first reasons must differ.
    tier_amber, tier_red, reason_amber, reason_red
        Difference of a share.
    silence_amber, silence_red
        Times the longest usual wait for a delivery.
    delay_amber, delay_red
        Days that records come later than a year before.
    outcome_amber, outcome_red
        How many times as often as said an outcome may happen, or as rarely.
    """

    psi_amber: float
    psi_red: float
    score_points: float
    ratio_amber: float
    ratio_red: float
    sure: float
    tier_amber: float
    tier_red: float
    reason_amber: float
    reason_red: float
    silence_amber: float
    silence_red: float
    delay_amber: float
    delay_red: float
    outcome_amber: float
    outcome_red: float


def load_bounds(folder: Path, on: date) -> Bounds:
    """The version of ``folder/watch.yaml`` in force on a day.

    Raises
    ------
    OurConfiguration
        There is not exactly one, or it does not state every bound and nothing else.
    """
    return numbers_in_force(Bounds, folder, "watch.yaml", on)


@dataclass(frozen=True)
class Finding:
    """One thing that is beyond a bound, what was found, and what to do.

    `name` is the feature, tier, reason, source or outcome.
    """

    state: State
    subject: Subject
    name: str
    found: str
    bound: str
    advice: Phrase


def findings(catalogue: Catalogue, seen: Look, bounds: Bounds) -> tuple[Finding, ...]:
    """What is not green, red first; of one kind in the order of the declarations."""
    feeds = [one for fresh in seen.freshness for one in _feed(fresh, bounds)]
    disturbed = {one.name for one in feeds}
    found: list[Finding] = [
        *feeds,
        *(f for one in seen.features for f in _feature(one, bounds, disturbed)),
        *_score(seen.score, bounds),
        *_shares("tier", seen.tiers, (bounds.tier_amber, bounds.tier_red), _TIER),
        *_shares("reason", _sure(seen, bounds), (bounds.reason_amber, bounds.reason_red), _REASON),
        *(f for one in seen.matured for f in _outcome(one, bounds)),
    ]
    return tuple(sorted(found, key=lambda one: -STATES.index(one.state)))


def worst(found: tuple[Finding, ...]) -> State:
    """The worst state of any finding; green without one."""
    return max((one.state for one in found), key=STATES.index, default="green")


def _level(value: float, amber: float, red: float) -> State:
    return "red" if value >= red else "amber" if value >= amber else "green"


def _away(ratio: float | None) -> float:
    """How many times more or fewer; 1 where that cannot be told."""
    if ratio is None:
        return 1.0
    return max(ratio, 1 / ratio) if ratio > 0 else float("inf")


def _feature(one: FeatureShift, bounds: Bounds, disturbed: set[str]) -> Iterator[Finding]:
    moved = one.moved
    states = [_level(moved.beyond_chance, bounds.psi_amber, bounds.psi_red)]
    if moved.sureness >= bounds.sure:
        away = float("inf") if moved.ratio is None else _away(moved.ratio)
        states.append(_level(away, bounds.ratio_amber, bounds.ratio_red))
    state = max(states, key=STATES.index)
    if state == "green":
        return
    advice = _FEATURE
    if one.feature.source in disturbed:
        advice = _FEED
    yield Finding(
        state,
        "feature",
        one.feature.name,
        f"PSI {moved.psi:.3f}; {moved.before:,} of {moved.of_before:,} had a value, now "
        f"{moved.after:,} of {moved.of_after:,}; {one.points:+.1f} points in the mean",
        f"PSI {bounds.psi_amber:g} / {bounds.psi_red:g} beyond chance; "
        f"{bounds.ratio_amber:g} / {bounds.ratio_red:g} times as many",
        advice,
    )


def _score(moved: Moved, bounds: Bounds) -> Iterator[Finding]:
    state = _level(moved.beyond_chance, bounds.psi_amber, bounds.psi_red)
    if state != "green" and moved.distance >= bounds.score_points:
        found = f"PSI {moved.psi:.3f}; {moved.distance:.1f} points apart"
        bound = (
            f"PSI {bounds.psi_amber:g} / {bounds.psi_red:g} beyond chance, "
            f"{bounds.score_points:g} points"
        )
        yield Finding(state, "score", "score", found, bound, _SCORE)


def _sure(seen: Look, bounds: Bounds) -> Mapping[str, tuple[float, float]]:
    """First reasons whose shares differ by more than the few who were asked explain."""
    some = sum(1 / max(n, 1) for n in seen.asked)
    return {
        code: (before, after)
        for code, (before, after) in seen.reasons.items()
        if abs(after - before)
        >= bounds.sure * (((before + after) / 2) * (1 - (before + after) / 2) * some) ** 0.5
    }


def _shares(
    subject: Subject,
    shares: Mapping[str, tuple[float, float]],
    bounds: tuple[float, float],
    advice: Phrase,
) -> Iterator[Finding]:
    amber, red = bounds
    for name, (before, after) in shares.items():
        state = _level(abs(after - before), amber, red)
        if state != "green":
            found = f"{before:.1%} before, {after:.1%} now"
            yield Finding(state, subject, name, found, f"{amber:.0%} / {red:.0%} apart", advice)


def _feed(fresh: Freshness, bounds: Bounds) -> Iterator[Finding]:
    silence = fresh.silence
    if silence is not None:
        state = _level(silence, bounds.silence_amber, bounds.silence_red)
        if state != "green":
            yield Finding(
                state, "freshness", fresh.source,
                f"nothing for {fresh.silent_days} days, at most {fresh.usual_silence} before",
                f"{bounds.silence_amber:g} / {bounds.silence_red:g} times", _SILENT,
            )  # fmt: skip
    if fresh.delay is not None and fresh.delay_before is not None and fresh.delay_error is not None:
        later = fresh.delay - fresh.delay_before
        state = _level(later, bounds.delay_amber, bounds.delay_red)
        if state != "green" and later >= bounds.sure * fresh.delay_error:
            yield Finding(
                state, "freshness", fresh.source,
                f"known {fresh.delay:g} days after the event, {fresh.delay_before:g} a year before",
                f"{bounds.delay_amber:g} / {bounds.delay_red:g} days later", _LATE,
            )  # fmt: skip


def _outcome(one: Matured, bounds: Bounds) -> Iterator[Finding]:
    if one.ratio is None or one.auc is None:
        return
    low, high = one.ratio.low, one.ratio.high
    surely = max(low, 1 / high) if high > 0 else 1.0
    state = _level(surely, bounds.outcome_amber, bounds.outcome_red)
    as_of = date_of(one.day).isoformat()
    if state != "green":
        yield Finding(
            state, "outcome", one.outcome,
            f"as of {as_of} {one.happened:,} where {one.expected:.0f} were expected: {one.ratio}",
            f"surely {bounds.outcome_amber:g} / {bounds.outcome_red:g} times off", _OUTCOME,
        )  # fmt: skip
    if one.auc.high <= 0.5:
        yield Finding(
            "red", "outcome", one.outcome, f"as of {as_of} AUC {one.auc}", "above 0.5", _ORDER
        )
