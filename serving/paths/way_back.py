"""The way back of one business: first days of better tiers, with nothing done and with steps.

Futures are found by looking at every day and told only after `decide` was run on
them: the definitions anew, on the records as they would be, by the same models and
rules.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from features.business import BusinessRecords
from features.catalogue import Catalogue
from features.contracts import Phrase
from features.engines.single import SingleEngine
from features.engines.timeline import Part, Span, Timeline, held_features
from features.errors import OurBug
from features.expressions import Row
from features.peers import Peers
from features.records_after import linked_as_today, rows_after
from features.steps import Step, open_steps
from features.windows import months_after
from serving import canonical
from serving.decision.content import Bundle
from serving.decision.decide import Decision, decide
from serving.decision.points import read, signed
from serving.formats import day_of, iso_day
from serving.manifest import TIERS
from serving.paths.outlook import HOLDS_DAYS, Forecaster, Outlook
from serving.paths.told import Basis, BetterTier, OpenStep, Reached, Searched, Way, WayBack
from serving.paths.ways import Found, Set, Ways
from serving.paths.words import ASSUMPTIONS, DISPUTED, INCOMPLETE
from serving.policy import Policy
from serving.policy.words import Dated

HORIZON_MONTHS = 36  # the longest window and the longest period of publication
MOST_SETS = 128


@dataclass(frozen=True)
class Case:
    """Whom it is about: today's decision, and the records it was made from.

    Parameters
    ----------
    exclude_disputed
        Whether today's decision leaves disputed records out.
    contested
        Whether it is one of two, with and without a disputed record.
    """

    decision: Decision
    records: BusinessRecords
    as_of_day: int
    exclude_disputed: bool = False
    contested: bool = False


@dataclass(frozen=True)
class Means:
    """What futures are worked out with."""

    catalogue: Catalogue
    engine: SingleEngine
    peers: Peers
    bundle: Bundle


def way_back(
    case: Case, means: Means, *, months: int = HORIZON_MONTHS, most: int = MOST_SETS
) -> WayBack:
    """What the business may do, and the first day of each better tier.

    Raises
    ------
    OurBug
        A future does not come out as it was foreseen, or today not as decided.
    """
    return _Search(case, means, months, most).told()


class _Search:
    """One business's futures."""

    def __init__(self, case: Case, means: Means, months: int, most: int) -> None:
        self._case = case
        self._means = means
        self._most = most
        today = case.as_of_day
        own = {
            s.name: case.records.own.get(s.name, ()) for s in means.catalogue.jurisdiction.sources
        }
        linked = linked_as_today(case.records, today)
        self._records = BusinessRecords(
            linked.entity_id, own, linked.linked, linked.links, linked.profile
        )
        last = _in_force_until(means.bundle.policy, today, months_after(today, months))
        self._span = Span(today, last)
        self._steps = open_steps(means.catalogue, self._records, today, last)
        self._timeline = Timeline(
            means.engine, self._span, means.peers, exclude_disputed=case.exclude_disputed
        )
        self._forecaster = Forecaster(
            means.bundle,
            case.decision.business,
            self._span,
            means.engine.names,
            contested=case.contested,
        )
        # What is worked out once goes with this search: a cache of the class would keep all.
        self._rows: dict[tuple[str, Set], tuple[Row, ...]] = {}
        self._outlooks: dict[Set, Outlook] = {}
        self._decisions: dict[tuple[Set, int], Decision] = {}

    def told(self) -> WayBack:
        """The whole answer."""
        decision, ways = self._case.decision, self._ways
        if TIERS[int(ways.untouched.tiers[0])] != decision.tier:
            raise OurBug("today's tier does not come out of today's records")
        better = tuple(self._better(tier) for tier in range(TIERS.index(decision.tier))[::-1])
        steps = tuple(self._open(i) for i in range(len(self._steps)))
        return WayBack(
            business_id=decision.business_id,
            name=decision.business.name,
            as_of=decision.as_of,
            until=iso_day(self._span.last),
            tier=decision.tier,
            score=decision.score,
            better=better,
            steps=steps,
            assumptions=self._assumptions(),
            searched=Searched(
                steps=len(self._worth),
                sets=len(ways.seen),
                most=self._most,
                complete=ways.complete,
                days=len(self._span),
                holds_days=HOLDS_DAYS,
            ),
            told=decision.told,
            basis=Basis(
                bundle=decision.provenance.bundle,
                catalogue=decision.provenance.catalogue,
                policy=decision.provenance.policy,
                snapshot=decision.provenance.snapshot,
                actions=canonical.sha256(repr(self._means.catalogue.jurisdiction.actions).encode()),
            ),
        )

    def _assumptions(self) -> tuple[Phrase, ...]:
        more = [DISPUTED] if self._case.exclude_disputed else []
        if not self._ways.complete:
            more.append(INCOMPLETE)
        return (*ASSUMPTIONS, *more)

    # The search works on places in `_worth`; everything else on places in `_steps`.

    @cached_property
    def _worth(self) -> list[int]:
        """The steps that change what the model or a rule looks at, and those they need."""
        steps = range(len(self._steps))
        every = frozenset(steps)
        worth: Set = frozenset()
        for i in steps:
            without = every - {j for j in steps if i in self._closed(frozenset({j}))}
            alone = self._closed(frozenset({i}))
            if self._differ(frozenset(), alone) or self._differ(without, every):
                worth |= alone
        return sorted(worth)

    @cached_property
    def _ways(self) -> Ways:
        worth = self._worth
        return Ways(
            [self._steps[i] for i in worth],
            lambda chosen: self._outlook(frozenset(worth[i] for i in chosen)),
            self._most,
        )

    def _closed(self, chosen: Set) -> Set:
        place = {step.key: i for i, step in enumerate(self._steps)}
        while True:
            needs = (place[key] for i in chosen for key in self._steps[i].needs)
            more = chosen.union(needs)
            if more == chosen:
                return chosen
            chosen = more

    def _differ(self, one: Set, other: Set) -> bool:
        return self._forecaster.differ(self._parts(one), self._parts(other))

    def _outlook(self, chosen: Set) -> Outlook:
        if chosen not in self._outlooks:
            self._outlooks[chosen] = self._forecaster.outlook(self._parts(chosen))
        return self._outlooks[chosen]

    def _parts(self, chosen: Set) -> tuple[Part, ...]:
        return self._timeline.parts(self._after(chosen))

    def _after(self, chosen: Set) -> BusinessRecords:
        """The records after these steps; a source's rows are the same ones where they are equal."""
        own = dict(self._records.own)
        catalogue = self._means.catalogue
        for name in sorted({source for i in chosen for source in self._steps[i].touches}):
            of = frozenset(i for i in chosen if name in self._steps[i].touches)
            if (name, of) not in self._rows:
                self._rows[name, of] = tuple(
                    rows_after(
                        catalogue.jurisdiction.source(name), catalogue.encode(name),
                        self._records.own[name], [self._steps[i] for i in sorted(of)],
                        self._records.entity_id,
                    )
                )  # fmt: skip
            own[name] = self._rows[name, of]
        one = self._records
        return BusinessRecords(one.entity_id, own, one.linked, one.links, one.profile)

    def _better(self, tier: int) -> BetterTier:
        ways = self._ways
        untouched = ways.untouched.first(tier)
        soonest, cheapest = ways.soonest(tier), ways.cheapest(tier)
        if soonest and cheapest and ways.effort(cheapest.steps) >= ways.effort(soonest.steps):
            cheapest = None
        return BetterTier(
            tier=TIERS[tier],
            untouched=None
            if untouched is None
            else self._reached(Found(frozenset(), untouched), tier),
            soonest=self._way(soonest, tier),
            cheapest=self._way(cheapest, tier),
        )

    def _way(self, found: Found | None, tier: int) -> Way | None:
        if found is None:
            return None
        own = Found(frozenset(self._worth[i] for i in found.steps), found.day)
        steps = sorted(own.steps, key=lambda i: (self._steps[i].done_day, i))
        return Way(
            steps=tuple(self._steps[i].key for i in steps),
            effort=self._ways.effort(found.steps),
            reached=self._reached(own, tier),
        )

    def _reached(self, found: Found, tier: int) -> Reached:
        outlook = self._outlook(found.steps)
        decision = self._decided(found.steps, found.day)
        last = outlook.lasts(tier, found.day)
        return Reached(
            on=decision.as_of,
            tier=decision.tier,
            model_tier=decision.model_tier,
            score=decision.score,
            lasts_until=None if last is None else iso_day(self._span.first + last),
            decision=canonical.sha256(decision.to_json()),
            vector=decision.provenance.vector,
        )

    def _decided(self, chosen: Set, day: int) -> Decision:
        """The decision of that future day, really made once."""
        if (chosen, day) not in self._decisions:
            self._decisions[chosen, day] = self._made(chosen, day)
        return self._decisions[chosen, day]

    def _made(self, chosen: Set, day: int) -> Decision:
        """The decision of that future day.

        Raises
        ------
        OurBug
            It is not what was foreseen.
        """
        at, means = self._span.first + day, self._means
        disputed = self._case.exclude_disputed
        records = self._after(chosen)
        values = means.engine.compute(records, at, means.peers, exclude_disputed=disputed)
        values |= {name: self._case.decision.vector[name] for name in self._held}
        decision = decide(
            self._case.decision.business, values, means.bundle, at,
            lambda name: means.engine.evidence(name, records, at, exclude_disputed=disputed),
            contested=self._case.contested,
        )  # fmt: skip
        outlook = self._outlook(chosen)
        foreseen = (int(outlook.tenths[day]), TIERS[int(outlook.tiers[day])])
        if foreseen != (read(decision.score), decision.tier):
            raise OurBug("a future day is not decided as it was foreseen")
        return decision

    @cached_property
    def _held(self) -> frozenset[str]:
        return held_features(self._means.catalogue.jurisdiction)

    def _open(self, i: int) -> OpenStep:
        step = self._steps[i]
        day = step.counted_day - self._span.first
        alone = self._closed(frozenset({i}))
        if i in self._worth:
            then, nothing = self._decided(alone, day), self._decided(frozenset(), day)
            points = read(then.score) - read(nothing.score)
            lifts = TIERS.index(then.tier) < TIERS.index(nothing.tier)
        else:
            points, lifts = 0, False
        action = step.action
        return OpenStep(
            step=step.key,
            action=action.name,
            phrase=_said(action.phrase, step),
            condition=action.condition,
            legal_basis=_basis(step),
            at=action.at,
            effort=action.effort,
            source=step.source,
            record_id=step.record_id,
            years=step.years,
            allowed_on=iso_day(step.done_day),
            counted_on=iso_day(step.counted_day),
            needs=step.needs,
            points=signed(points),
            lifts=lifts,
        )


def _said(phrase: Phrase, step: Step) -> Phrase:
    zh = "、".join(str(year) for year in step.years)
    en = ", ".join(str(year) for year in step.years)
    return Phrase(phrase.zh.replace("{year}", zh), phrase.en.replace("{year}", en))


def _basis(step: Step) -> str:
    """The action's legal basis and that of the clock in force when it is done."""
    basis = step.action.legal_basis
    return basis if step.clock is None or step.clock in basis else f"{basis};{step.clock}"


def _in_force_until(policy: Policy, first: int, last: int) -> int:
    """The last day, from `first` to `last`, on which every part of the policy has a version."""
    ends = {
        version.effective_until
        for versions in _parts_of(policy)
        for version in versions
        if version.effective_until is not None
    }
    for end in sorted(ends):
        day = day_of(end.isoformat())
        whole = all(any(v.in_force(end) for v in versions) for versions in _parts_of(policy))
        if first < day <= last and not whole:
            return day - 1
    return last


def _parts_of(policy: Policy) -> tuple[Sequence[Dated], ...]:
    """What must have a version on every day: the rules together, the measures, the notice."""
    rules = [version for rule in policy.rules for version in rule.versions]
    notice = (policy.notice.versions,) if policy.notice else ()
    return (rules, policy.measures.versions, *notice)
