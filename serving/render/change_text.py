"""An account of a change as plain text, in one language.

The regulator's text is the whole account; the subject's says in plain words
which records changed and how that counts, and its tier only where the policy in
force lets the business know it. Equal accounts give equal text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from features.contracts import Phrase
from serving.decision.changed import CauseGroup, Change, EndTold, FeaturePart
from serving.decision.points import read
from serving.formats import day_of, day_text
from serving.language import Language
from serving.render.change_words import (
    CAUSE_WORDS,
    KIND_WORDS,
    STEP_WORDS,
    WORDS,
    because_words,
    group_words,
    rule_effect_words,
)
from serving.render.typesetting import MARKS, said
from serving.render.words import LEVEL_WORDS, per_cent
from serving.render.words import WORDS as DECISION_WORDS

ChangeView = Literal["regulator", "subject"]


def change_text(
    change: Change, notes: Sequence[Phrase], view: ChangeView, language: Language
) -> str:
    """The account as text that ends with a line end; `notes` say how far to believe it."""
    writer = _Writer(change, notes, language)
    lines = writer.subject() if view == "subject" else writer.whole()
    return "\n".join(lines) + "\n"


class _Writer:
    """Lines about one change, in one language."""

    def __init__(self, change: Change, notes: Sequence[Phrase], language: Language) -> None:
        self._change = change
        self._notes = notes
        self._language = language
        self._marks = MARKS[language]
        self._colon, self._semicolon = self._marks.colon, self._marks.stop

    def whole(self) -> Iterator[str]:
        """Everything, for the regulator."""
        change = self._change
        yield from self._head()
        yield self._say(DECISION_WORDS["role"])
        yield ""
        for standing, word in ((change.before, "before"), (change.after, "after")):
            when = f"{self._word(word)}{self._marks.within(self._date(standing.as_of))}"
            yield f"{when}{self._colon}{self._standing(standing)}"
        yield self._line("difference", self._points(change.difference))
        yield from self._what_happened()
        yield from self._features()
        yield from self._tier()
        yield from self._rules()
        yield from self._warnings()
        yield from self._told()

    def subject(self) -> Iterator[str]:
        """What the business is told, in plain words."""
        change = self._change
        yield from self._head()
        yield self._word("subject_intro")
        if change.told.subject_sees_tier:
            yield self._line("tier", f"{change.before.tier} → {change.after.tier}")
        signs = {"subject_against": -1, "subject_favour": 1, "subject_nothing": 0}
        for word, sign in signs.items():
            groups = [one for one in change.causes if _sign(one.points) == sign]
            model = change.model is not None and _sign(change.model.points) == sign
            if not groups and not (model and sign):
                continue
            yield from self._heading(word)
            for group in groups:
                yield from self._group_for_subject(group)
            if change.model is not None and model and sign:
                points = self._points(change.model.points)
                yield f"- {self._word('subject_model')}{self._colon}{points}"
        if not change.causes:
            yield from self._heading("what_happened")
            yield self._word("nothing")
        if change.rules:
            yield from self._heading("rules_changed")
        for one in change.rules:
            said = f"{self._say(one.title)}{self._colon}{self._say(KIND_WORDS[one.kind])}"
            yield f"- {said}{self._marks.within(self._line('reference', one.reference))}"
        yield from self._told()
        yield from self._heading("rights")
        yield self._say(change.told.rights or DECISION_WORDS["rights_default"])

    def _head(self) -> Iterator[str]:
        change = self._change
        yield f"{change.name} ({change.business_id})" if change.name else change.business_id
        days = (self._date(change.before.as_of), self._date(change.after.as_of))
        between = self._word("between").format(before=days[0], after=days[1])
        yield f"{self._word('title')}{self._colon}{between}"

    def _standing(self, one: EndTold) -> str:
        comma = self._marks.comma
        said = [
            f"{self._word('score')} {one.score}",
            f"{self._word('model_tier')} {one.model_tier}",
            f"{self._word('final_tier')} {one.tier}",
            self._word(one.basis),
        ]
        return comma.join(said)

    def _what_happened(self) -> Iterator[str]:
        change = self._change
        yield from self._heading("what_happened")
        for group in change.causes:
            yield from self._group(group)
        if change.model is not None:
            points = self._points(change.model.points)
            yield f"- {self._word('model_changed')}{self._colon}{points}"
            base = [f"{self._word('base')} {change.model.base}"] if read(change.model.base) else []
            yield from self._moves(change.model.features, base)
        if read(change.limit):
            yield f"- {self._line('limit', self._points(change.limit))}"
        if not change.causes and change.model is None:
            yield self._word("nothing")
        yield self._line("total", self._points(change.difference))
        yield self._word("adds_up")

    def _group(self, group: CauseGroup) -> Iterator[str]:
        yield self._group_head(group)
        yield from self._records(group)
        yield from self._moves(group.features)

    def _group_for_subject(self, group: CauseGroup) -> Iterator[str]:
        """Records of other businesses are counted and not named."""
        yield self._group_head(group)
        if group.via is not None:
            yield f"    {self._word('of_others').format(n=group.record_count)}"
        elif group.records:
            yield from self._records(group)
        else:
            yield from self._moves(group.features)

    def _group_head(self, group: CauseGroup) -> str:
        points = self._points(group.points) if group.features else self._word("no_points")
        return f"- {self._say(group_words(group))}{self._colon}{points}"

    def _records(self, group: CauseGroup) -> Iterator[str]:
        for record in group.records:
            whose = "" if record.business_id == self._change.business_id else record.business_id
            named = " ".join(
                filter(None, (self._date(record.happened_on), record.record_id, whose))
            )
            own = (
                record.points if record.points and len(group.records) > 1 and group.features else ""
            )
            yield f"    {named}{f' {own}' if own else ''}"
        if group.record_count > len(group.records):
            yield f"    {self._word('and_more').format(n=group.record_count)}"
        if group.features and any(one.points is None for one in group.records):
            yield f"    {self._word('together')}"

    def _moves(self, features: Sequence[FeaturePart], first: Sequence[str] = ()) -> Iterator[str]:
        said = [
            f"{self._say(self._change.meanings[one.feature])} {one.points}"
            for one in features
            if read(one.points)
        ]
        if first or said:
            yield f"    {self._line('moves', self._semicolon.join([*first, *said]))}"

    def _features(self) -> Iterator[str]:
        if self._change.features:
            yield from self._heading("features_moved")
        for one in self._change.features:
            values = f"{self._say(one.before)} → {self._say(one.after)}"
            causes = self._semicolon.join(
                f"{self._say(CAUSE_WORDS[part.cause])} {part.points}" for part in one.parts
            )
            points = self._marks.within(f"{one.points}{self._semicolon}{causes}")
            yield f"- {self._say(one.meaning)}{self._colon}{values}{points}"

    def _tier(self) -> Iterator[str]:
        yield from self._heading("why_tier")
        for step in self._change.tier_steps:
            model = f"{self._word('model_tier')} {' → '.join(step.model_tier)}"
            final = f"{self._word('final_tier')} {' → '.join(step.tier)}"
            said = self._semicolon.join((model, final))
            yield f"- {self._say(STEP_WORDS[step.by])}{self._colon}{said}"

    def _rules(self) -> Iterator[str]:
        yield from self._heading("rules_changed")
        if self._change.policy_changed:
            yield self._word("policy_changed")
        if not self._change.rules:
            yield self._word("rules_same")
        for one in self._change.rules:
            lenient = f"[{self._word('lenient')}]" if one.lenient else ""
            said = self._semicolon.join(
                (self._say(KIND_WORDS[one.kind]), self._say(because_words(one)))
            )
            yield f"- {one.id} {self._say(one.title)}{lenient}{self._colon}{said}"
            effect = self._say(rule_effect_words(one))
            yield f"    {effect}{self._marks.within(self._line('reference', one.reference))}"

    def _warnings(self) -> Iterator[str]:
        if self._change.warnings:
            yield from self._heading("warnings_changed")
        for one in self._change.warnings:
            ends = [
                (per_cent(chance) if chance else self._word("absent"))
                + self._marks.within(
                    self._say(LEVEL_WORDS[level]) if level else self._word("no_level")
                )
                for chance, level in zip(one.probability, one.level, strict=True)
            ]
            yield f"- {self._say(one.title)}{self._colon}{' → '.join(ends)}"

    def _told(self) -> Iterator[str]:
        if self._notes:
            yield from self._heading("notes")
        for note in self._notes:
            yield self._say(note)

    def _points(self, points: str) -> str:
        return f"{points}{'' if self._language == 'zh' else ' '}{self._word('unit_points')}"

    def _date(self, iso: str) -> str:
        return self._say(day_text(day_of(iso)))

    def _say(self, phrase: Phrase) -> str:
        return said(phrase, self._language)

    def _word(self, name: str) -> str:
        return self._say(WORDS[name])

    def _line(self, name: str, value: str) -> str:
        return f"{self._word(name)}{self._colon}{value}"

    def _heading(self, name: str) -> list[str]:
        return ["", self._word(name)]


def _sign(points: str) -> int:
    tenths = read(points)
    return (tenths > 0) - (tenths < 0)
