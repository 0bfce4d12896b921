"""A way back as people read it: plain text, an HTML fragment, or JSON, by view.

The subject reads what it can do, from when and where, and nothing that gives its
tier away unless the policy lets it see the tier.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from features.contracts import Phrase
from serving import canonical
from serving.decision.points import read
from serving.formats import day_of, day_text
from serving.language import TAGS, Language
from serving.manifest import Tier
from serving.paths import BetterTier, OpenStep, Reached, Way, WayBack
from serving.render.html import environment
from serving.render.typesetting import MARKS, said
from serving.render.way_back_words import WAY_BACK_WORDS
from serving.render.words import WORDS

WayBackView = Literal["regulator", "subject"]
_LEAST_TENTHS = 10  # less than a point of a thousand is worth nobody's errand


@dataclass(frozen=True)
class StepTold:
    """One thing to do, told once for all the records it is about.

    Parameters
    ----------
    number
        From 1, in the order of doing.
    steps
        The steps of the way back it stands for.
    """

    number: int
    action: str
    phrase: Phrase
    condition: Phrase
    at: Phrase
    legal_basis: str
    allowed_on: str
    counted_on: str
    source: str
    record_ids: tuple[str, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True)
class SubjectWayBack:
    """What a business is told: what helps, from when; the tiers only where it may see its own."""

    business_id: str
    name: str
    as_of: str
    tier: Tier | None
    better: tuple[BetterTier, ...] | None
    steps: tuple[StepTold, ...]


def subject_way_back(told: WayBack) -> SubjectWayBack:
    """The business's own part of a way back.

    Steps are those that help by themselves, with those they need: which they are
    does not depend on the tier.
    """
    shown = told.told.subject_sees_tier
    by_name = {one.step: one for one in told.steps}
    wanted = {one.step for one in told.steps if _helps(one)}
    if shown:
        for better in told.better:
            for way in filter(None, (better.soonest, better.cheapest)):
                wanted.update(way.steps)
    while more := {need for name in wanted for need in by_name[name].needs} - wanted:
        wanted |= more
    return SubjectWayBack(
        business_id=told.business_id,
        name=told.name,
        as_of=told.as_of,
        tier=told.tier if shown else None,
        better=told.better if shown else None,
        steps=tuple(gathered([one for one in told.steps if one.step in wanted])),
    )


def gathered(steps: Sequence[OpenStep]) -> Iterator[StepTold]:
    """The steps in the order of doing, equal ones about several records as one."""
    together: dict[tuple[str, str], list[OpenStep]] = {}
    for one in sorted(steps, key=lambda one: (one.allowed_on, one.effort, one.step)):
        together.setdefault((one.action, one.allowed_on), []).append(one)
    for number, same in enumerate(together.values(), start=1):
        first = same[0]
        yield StepTold(
            number=number,
            action=first.action,
            phrase=first.phrase,
            condition=first.condition,
            at=first.at,
            legal_basis=first.legal_basis,
            allowed_on=first.allowed_on,
            counted_on=max(one.counted_on for one in same),
            source=first.source,
            record_ids=tuple(one.record_id for one in same if one.record_id is not None),
            steps=tuple(one.step for one in same),
        )


def way_back_json(told: WayBack, view: WayBackView) -> bytes:
    """What `view` may see, as canonical JSON."""
    return canonical.encode(subject_way_back(told)) if view == "subject" else told.to_json()


def way_back_text(told: WayBack, view: WayBackView, language: Language) -> str:
    """What `view` may see, as plain text that ends with a line end."""
    writer = _Writer(language)
    lines = writer.subject(subject_way_back(told)) if view == "subject" else writer.whole(told)
    return "\n".join(lines) + "\n"


def way_back_html(told: WayBack, language: Language) -> str:
    """The subject's view as one ``<section>``, for a page to embed."""
    writer = _Writer(language)
    return environment().get_template("way_back.html.j2").render(
        w=subject_way_back(told),
        language=language,
        tags=TAGS,
        t=writer.word,
        what=writer.what,
        colon=writer.colon,
        comma=writer.comma,
        say=writer.say,
        date=writer.day,
        when=lambda one, steps: list(writer.when(one, steps)),
    )  # fmt: skip


def _helps(step: OpenStep) -> bool:
    return step.lifts or read(step.points) >= _LEAST_TENTHS


class _Writer:
    """Lines of text in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.marks = MARKS[language]
        self.colon = self.marks.colon
        self.comma = self.marks.listed
        self.stop = self.marks.stop

    def word(self, name: str, **slots: object) -> str:
        """A word of this or the decision's list, its slots filled."""
        text = said(WAY_BACK_WORDS.get(name) or WORDS[name], self.language)
        return text.format(**slots) if slots else text

    def say(self, phrase: Phrase) -> str:
        return said(phrase, self.language)

    def day(self, iso: str) -> str:
        """A date in words."""
        return self.say(day_text(day_of(iso)))

    def subject(self, told: SubjectWayBack) -> Iterator[str]:
        yield f"{told.name} ({told.business_id})" if told.name else told.business_id
        yield f"{self.word('as_of')}{self.colon}{self.day(told.as_of)}"
        yield ""
        yield self.word("subject_way_back")
        if not told.steps:
            yield self.word("subject_no_steps")
        for one in told.steps:
            yield f"{one.number}. {self.what(one)}"
            days = {"day": self.day(one.allowed_on), "counted": self.day(one.counted_on)}
            yield f"   {self.word('subject_from', **days)}"
            for name, value in (
                ("condition", self.say(one.condition)),
                ("subject_at", self.say(one.at)),
                ("basis", one.legal_basis),
                ("concerned", self.comma.join(one.record_ids)),
            ):
                if value:
                    yield f"   {self.word(name)}{self.colon}{value}"
        if told.better:
            yield ""
            yield self.word("subject_when")
            for better in told.better:
                for line in self.when(better, told.steps):
                    yield f"- {line}"
        if told.steps:
            yield ""
            yield self.word("subject_assumed")

    def what(self, one: StepTold) -> str:
        """What to do, and for how many records where for several."""
        n = len(one.record_ids)
        return self.say(one.phrase) + (self.word("for_records", n=n) if n > 1 else "")

    def when(self, better: BetterTier, steps: Sequence[StepTold]) -> Iterator[str]:
        """When a tier is reached, in one line each with nothing done and with steps."""
        tier = self.word("tier_from", tier=better.tier)
        number = {name: one.number for one in steps for name in one.steps}
        if better.untouched is not None:
            since = self.word("since_day", day=self.day(better.untouched.on))
            yield f"{tier}{self.colon}{self.word('untouched')}{self.comma}{since}"
        for way in filter(None, (better.soonest, better.cheapest)):
            numbers = sorted({number[name] for name in way.steps})
            done = self.word("subject_you_do", steps=self.comma.join(map(str, numbers)))
            since = self.word("since_day", day=self.day(way.reached.on))
            yield f"{tier}{self.colon}{done}{self.comma}{since}"

    def whole(self, told: WayBack) -> Iterator[str]:
        yield f"{told.name} ({told.business_id})" if told.name else told.business_id
        yield (
            f"{self.word('today')}{self.colon}{self.word('tier_from', tier=told.tier)} "
            f"{told.score}{self.stop}{self.word('looked_until', day=self.day(told.until))}"
        )
        if not told.better:
            yield self.word("already_best")
        steps = {one.step: one for one in told.steps}
        for better in told.better:
            yield ""
            yield self.word("tier_from", tier=better.tier)
            yield f"  {self.word('untouched')}{self.colon}{self._reached(better.untouched, told)}"
            yield from self._way("soonest", better.soonest, steps)
            if better.cheapest is not None:
                yield from self._way("cheapest", better.cheapest, steps)
        yield ""
        yield self.word("open_steps")
        if not told.steps:
            yield self.word("no_steps")
        for one in told.steps:
            yield from self._step(one)
        yield ""
        yield self.word("assumed")
        for phrase in told.assumptions:
            yield f"- {self.say(phrase)}"
        found = told.searched
        yield self.word(
            "searched", sets=found.sets, most=found.most, days=found.days, holds=found.holds_days
        )

    def _reached(self, reached: Reached | None, told: WayBack) -> str:
        if reached is None:
            return self.word("not_reached", day=self.day(told.until))
        return self._since(reached)

    def _since(self, reached: Reached) -> str:
        told = [self.word("since_day", day=self.day(reached.on))]
        if reached.lasts_until is not None:
            told.append(self.word("until_day", day=self.day(reached.lasts_until)))
        tier = self.word("tier_from", tier=reached.tier)
        return self.comma.join(told) + self.marks.within(f"{tier} {reached.score}")

    def _way(self, name: str, way: Way | None, steps: dict[str, OpenStep]) -> Iterator[str]:
        if way is None:
            yield f"  {self.word(name)}{self.colon}{self.word('no_step_sooner')}"
            return
        yield f"  {self.word(name)}{self.colon}{self._since(way.reached)}"
        for key in way.steps:
            one = steps[key]
            day = self.word("since_day", day=self.day(one.allowed_on))
            yield (
                f"    - {self.say(one.phrase)} {one.record_id or ''}".rstrip()
                + self.marks.within(day)
            )
            yield f"      {self.word('basis')}{self.colon}{one.legal_basis}"
        yield f"    {self.word('decision_hash')}{self.colon}{way.reached.decision}"

    def _step(self, one: OpenStep) -> Iterator[str]:
        effect = f"{one.points} {self.word('unit_points')}"
        if one.lifts:
            effect += f"{self.comma}{self.word('lifts')}"
        yield f"- {self.say(one.phrase)} {one.record_id or ''}".rstrip()
        yield (
            f"  {self.word('allowed_on')}{self.colon}{self.day(one.allowed_on)}{self.stop}"
            f"{self.word('counted_on')}{self.colon}{self.day(one.counted_on)}{self.stop}"
            f"{self.word('alone')}{self.colon}{effect}"
        )
        yield f"  {self.word('condition')}{self.colon}{self.say(one.condition)}"
        yield f"  {self.word('basis')}{self.colon}{one.legal_basis}"
