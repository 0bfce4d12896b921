"""Businesses of the village under rules and a model that can be worked out on paper."""

from __future__ import annotations

import functools
from pathlib import Path
from tempfile import TemporaryDirectory

from features.business import BusinessRecords
from features.engines.single import SingleEngine
from features.peers import Peers
from serving.decision.decide import Business, decide
from serving.paths import Case, Means, WayBack, way_back
from tests.features.village import ACTIONS, TODAY, business, catalogue
from tests.features.worlds import Cell, day
from tests.serving.stumps import bundle_of

STUMPS = (
    ("penalty_count_36m", 0.5),
    ("penalty_count_36m", 1.5),
    ("report_days_since", 400.0),
    ("listed_report", 0.5),
    ("listed_lost", 0.5),
    ("moves_12m", 0.5),
)
_HEAD = "title: {{zh: 规则, en: Rule}}\nreference: 法\nowner: 处\nconfirmed_on: 2026-11-01\n"
_RULE = (
    "id: {id}\n" + _HEAD + "versions:\n"
    "  - effective_from: {since}\n    effective_until: {until}\n"
    "    when: [{{feature: {feature}, {test}}}]\n    effect: {{{effect}}}\n"
    "cases:\n  - {{name: fires, as_of: {on}, features: {{{feature}: {value}}}, "
    "model_tier: {model}, tier: {tier}}}\n"
)


def rule(  # noqa: PLR0917  # one line a rule
    name: str,
    feature: str,
    test: str,
    effect: str,
    value: int,
    model: str,
    tier: str,
    since: str = "2021-09-01",
    until: str = "null",
) -> str:
    """A rule's file with its own case."""
    return _RULE.format(
        id=name, feature=feature, test=test, effect=effect, value=value, model=model, tier=tier,
        since=since, until=until, on=since,
    )  # fmt: skip


POLICY = {
    "measures": (
        "id: measures\n" + _HEAD.replace("{{", "{").replace("}}", "}") + "versions:\n"
        "  - effective_from: 2021-09-01\n    effective_until: null\n    tiers:\n"
        + "".join(
            f"      {tier}: {{ratio: {ratio}, cap: null, text: {{zh: 查, en: check}}}}\n"
            for tier, ratio in (("A", 0.01), ("B", 0.02), ("C", 0.1), ("D", 0.3))
        )
    ),
    "H01": rule("H01", "serious_count", "at_least: 1", "tier: D", 1, "A", "D"),
    "H04": rule("H04", "listed_lost", "at_least: 1", "floor: C", 1, "A", "C"),
    "H05": rule("H05", "listed_report", "at_least: 1", "floor: B", 1, "A", "B"),
}
NAMES = tuple(one.name for one in ACTIONS)
_folders: list[TemporaryDirectory[str]] = []


@functools.cache
def means(names: tuple[str, ...] = NAMES, *more: tuple[str, str]) -> Means:
    """The village with the actions of these names, and with further rules."""
    _folders.append(TemporaryDirectory(prefix="village-"))
    city = catalogue(tuple(one for one in ACTIONS if one.name in names))
    bundle = bundle_of(city, Path(_folders[-1].name), STUMPS, {**POLICY, **dict(more)})
    return Means(city, SingleEngine(city), Peers(), bundle)


def case(records: BusinessRecords, of: Means, *, exclude_disputed: bool = False) -> Case:
    """The business as decided today."""
    vector = of.engine.compute(records, TODAY, of.peers, exclude_disputed=exclude_disputed)
    (profile,) = records.profile
    subject = Business("a", "小店", established_day=int(str(profile["established_day"])))
    decision = decide(
        subject, vector, of.bundle, TODAY,
        lambda name: of.engine.evidence(
            name, records, TODAY, exclude_disputed=exclude_disputed
        ),
    )  # fmt: skip
    return Case(decision, records, TODAY, exclude_disputed)


def looked_ahead(rows: dict[str, list[dict[str, Cell]]], **other: object) -> WayBack:
    """The way back of a business with these records and a report filed last month."""
    of = means()
    rows = {"reports": [FILED], **rows}
    return way_back(case(business(rows), of), of, **other)  # type: ignore[arg-type]  # limits


FILED: dict[str, Cell] = {
    "event_key": "2025", "event_day": "2026-06-20", "year": 2025, "late": 0,
}  # fmt: skip


def penalty(key: str, on: str, heavy: int = 0, **other: Cell) -> dict[str, Cell]:
    return {"event_key": key, "event_day": on, "on": day(on), "heavy": heavy, **other}


def listing(key: str, on: str, cause: int) -> dict[str, Cell]:
    return {"event_key": key, "event_day": on, "cause": cause}
