"""A decision as lines to read, in one language, by view; plain text and PDF lay them out.

Equal decisions give equal lines. The subject's view is for a shop owner: short
sentences, no jargon, and what can be done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from features.contracts import Phrase
from serving.decision.decided import Consequence, Decision, NotUsed
from serving.decision.points import read
from serving.decision.reasons import Cited
from serving.formats import day_of, day_text
from serving.language import Language
from serving.render.case_file import NOTHING_BESIDE, CaseFile, RecordTold
from serving.render.typesetting import MARKS, said
from serving.render.views import RegistryView, SubjectView, View, registry_view, subject_view
from serving.render.words import (
    LEVEL_WORDS,
    WHY_NOT,
    WORDS,
    against_words,
    chance_words,
    flag_words,
    record_name,
    rule_words,
    source_words,
)

Titles = Mapping[str, Phrase]
# What belongs to a numbered or dashed line stands under its first word.
_UNDER = 3


@dataclass(frozen=True)
class Line:
    """One line: a `title`, a `heading`, plain text, or a `row` of a table of points.

    `indent` says how deep it stands, 0 at the margin. A row has its points in `amount`;
    no other line has one. Plain text without text is a gap.
    """

    text: str
    kind: Literal["title", "heading", "plain", "row"] = "plain"
    indent: int = 0
    amount: str = ""


def lines(
    decision: Decision, view: View, language: Language, file: CaseFile = NOTHING_BESIDE
) -> Iterator[Line]:
    """What `view` may see of a decision and what stands beside it, line by line."""
    writer = _Writer(language, decision.business_id)
    if view == "registry":
        return writer.registry(registry_view(decision, file.override))
    if view == "subject":
        return writer.subject(subject_view(decision, file.override), file)
    return writer.whole(decision, file, with_vector=view == "auditor")


class _Writer:
    """Lines of text in one language."""

    def __init__(self, language: Language, business_id: str) -> None:
        self.language = language
        self.business_id = business_id
        self.marks = MARKS[language]
        self.colon = self.marks.colon

    def word(self, name: str) -> str:
        return said(WORDS[name], self.language)

    def say(self, phrase: Phrase) -> str:
        return said(phrase, self.language)

    def plain(self, name: str) -> Line:
        return Line(self.word(name))

    def line(self, name: str, value: str, indent: int = 0) -> Line:
        return Line(f"{self.word(name)}{self.colon}{value}", indent=indent)

    def row(self, name: str, points: str) -> Line:
        return Line(self.word(name), "row", amount=points)

    def heading(self, name: str) -> Line:
        return Line(self.word(name), "heading")

    def registry(self, told: RegistryView) -> Iterator[Line]:
        yield self.line("tier", told.tier)
        yield self.line("flags", self.marks.listed.join(told.flags) or self.word("none"))

    def subject(self, told: SubjectView, file: CaseFile) -> Iterator[Line]:
        yield self._title(told.name, told.business_id)
        yield self.line("as_of", self.say(day_text(day_of(told.as_of))))
        yield Line("")
        yield self.plain("subject_role")
        if told.tier is not None:
            yield self.line("tier", told.tier)
        if told.measures is not None:
            yield Line(self.say(told.measures.text))
        yield from self._objections(file)
        yield self.plain("subject_points")
        yield from self._cited("subject_reasons", told.sources, told.reasons)
        yield from self._cited("subject_positives", told.sources, told.positives)
        if told.rules:
            yield self.heading("rules")
            for rule in told.rules:
                yield Line(f"- {self.say(rule.title)}{self.marks.within(rule.reference)}")
                yield from self._records(told.sources, rule.sources, rule.record_ids)
        yield from self._not_used(told.sources, told.not_used)
        yield from self._said_by(file.records)
        yield self.heading("rights")
        yield Line(self.say(told.rights or WORDS["rights_default"]))

    def whole(self, decision: Decision, file: CaseFile, *, with_vector: bool) -> Iterator[Line]:
        yield self._title(decision.business.name, decision.business_id)
        for phrase in (decision.district, decision.sector):
            if phrase is not None:
                yield Line(self.say(phrase))
        yield self.line("as_of", self.say(day_text(day_of(decision.as_of))))
        yield self.plain("role")
        yield Line("")
        yield self.line("final_tier", (file.override or decision).tier)
        if file.override is not None:
            yield Line(self.say(file.override.said))
        yield from self._objections(file)
        yield self.line("model_tier", decision.model_tier)
        cutoffs = self.marks.listed.join(f"{tier} {cut}" for tier, cut in decision.cutoffs.items())
        cut = self.marks.within(f"{self.word('cutoffs')}{self.colon}{cutoffs}")
        yield self.line("score", f"{decision.score}{cut}")
        event = self.word("probability_of").format(event=self.say(decision.event))
        chance = self.say(chance_words(decision.probability, decision.interval))
        yield Line(f"{event}{self.colon}{chance}")
        if decision.interval is not None:
            yield self.plain("interval_means")
        flags = [self.say(flag_words(decision, flag)) for flag in decision.flags]
        yield self.line("flags", self.marks.listed.join(flags) or self.word("none"))
        yield from self._warnings(decision)
        yield from self._cited("reasons", decision.sources, decision.reasons)
        yield Line(self.say(against_words(decision.explanation.against)))
        yield from self._cited("positives", decision.sources, decision.positives)
        yield from self._contributions(decision)
        yield from self._rules(decision)
        yield from self._measures((file.override or decision).measures)
        yield self.heading("completeness")
        known = decision.completeness
        yield Line(self.word("completeness_is").format(known=known.known, of=known.of))
        yield from self._not_used(decision.sources, decision.not_used)
        yield from self._said_by(file.records)
        yield from self._provenance(decision)
        if with_vector:
            yield self.heading("vector")
            for name, value in sorted(decision.vector.items()):
                yield Line(f"{name} = {'' if value is None else repr(value)}")
        yield self.heading("objection")
        yield Line(self.say(decision.told.rights or WORDS["rights_default"]))

    def _title(self, name: str, business_id: str) -> Line:
        return Line(f"{name} ({business_id})" if name else business_id, "title")

    def _warnings(self, decision: Decision) -> Iterator[Line]:
        if decision.warnings:
            yield self.heading("warnings")
        for one in decision.warnings:
            level = self.say(LEVEL_WORDS[one.level]) if one.level else self.word("no_level")
            chance = self.say(chance_words(one.probability, one.interval))
            yield Line(f"- {self.say(one.title)} {chance}{self.marks.within(level)}")
            yield from self._reasons(decision.sources, one.reasons, indent=2)
        if any(one.reasons for one in decision.warnings):
            yield self.plain("warning_points")

    def _cited(self, name: str, titles: Titles, cited: Sequence[Cited]) -> Iterator[Line]:
        yield self.heading(name)
        if not cited:
            yield self.plain("nothing")
        yield from self._reasons(titles, cited)

    def _reasons(self, titles: Titles, cited: Sequence[Cited], indent: int = 0) -> Iterator[Line]:
        under = indent + _UNDER
        for number, one in enumerate(cited, start=1):
            unit = self.word("unit_points")
            points = f"{one.points}{'' if self.language == 'zh' else ' '}{unit}"
            yield Line(f"{number}. {self.say(one.text)}{self.marks.within(points)}", indent=indent)
            if one.because == "absence":
                yield Line(self.word("absence"), indent=under)
            yield from self._records(titles, [one.source], one.record_ids, under)
            if one.record_count > len(one.record_ids):
                yield Line(self.word("and_more").format(n=one.record_count), indent=under)
            if one.advice is not None:
                yield self.line("advice", self.say(one.advice), under)

    def _records(
        self,
        titles: Titles,
        sources: Sequence[str],
        record_ids: Sequence[str],
        indent: int = _UNDER,
    ) -> Iterator[Line]:
        if record_ids:
            title = self.say(source_words(titles, sources))
            label = self.word("records") + self.marks.within(title)
            names = self.marks.listed.join(map(self._name, record_ids))
            yield Line(f"{label}{self.colon}{names}", indent=indent)

    def _name(self, record_id: str) -> str:
        return record_name(record_id, self.business_id)

    def _objections(self, file: CaseFile) -> Iterator[Line]:
        if file.objections_open:
            yield Line(self.word("objections_open").format(n=file.objections_open))

    def _said_by(self, records: Sequence[RecordTold]) -> Iterator[Line]:
        """What each record says, under the name by which it is cited."""
        if records:
            yield self.heading("records_say")
        for one in records:
            day = self.say(day_text(day_of(one.happened_on)))
            yield Line(
                f"- {self.say(one.title)} {self._name(one.record_id)}{self.marks.within(day)}"
            )
            fields = [f"{field.title}{self.colon}{self.say(field.text)}" for field in one.fields]
            if fields:
                yield Line(self.marks.stop.join(fields), indent=_UNDER)
            for phrase in (*([one.linked] if one.linked else []), *one.clocks):
                yield Line(self.say(phrase), indent=_UNDER)

    def _contributions(self, decision: Decision) -> Iterator[Line]:
        told = decision.explanation
        yield self.heading("contributions")
        yield self.row("base", told.base)
        for group in told.by_group:
            yield Line(f"{group.key} {self.say(group.title)}", "row", amount=group.points)
            for one in told.contributions:
                if one.group == group.key and read(one.points):
                    value = self.say(one.value_text)
                    meaning = f"{self.say(one.meaning)} [{value}]"
                    yield Line(meaning, "row", indent=2, amount=one.points)
        yield self.row("limit", told.limit)
        yield self.row("total", told.total)

    def _rules(self, decision: Decision) -> Iterator[Line]:
        yield self.heading("rules")
        if not decision.rules:
            yield self.plain("nothing")
        for rule in decision.rules:
            effect = self.say(rule_words(rule))
            reference = self.marks.within(rule.reference)
            yield Line(f"- {rule.id} {self.say(rule.title)}{self.colon}{effect}{reference}")
            yield from self._records(decision.sources, rule.sources, rule.record_ids)

    def _measures(self, given: Consequence) -> Iterator[Line]:
        yield self.heading("measures")
        yield Line(self.say(given.text))
        yield self.line("ratio", f"{given.ratio:.1%}")
        yield self.line("cap", self.word("no_cap") if given.cap is None else str(given.cap))
        yield self.line("reference", given.reference)

    def _not_used(self, titles: Titles, records: Sequence[NotUsed]) -> Iterator[Line]:
        if records:
            yield self.heading("not_used")
        for one in records:
            title = self.say(source_words(titles, [one.source]))
            why = self.marks.stop.join(map(self.say, filter(None, (WHY_NOT[one.why], one.clock))))
            yield Line(f"- {title} {self._name(one.record_id)}{self.colon}{why}")

    def _provenance(self, decision: Decision) -> Iterator[Line]:
        from_ = decision.provenance
        yield self.heading("provenance")
        yield self.line("bundle", from_.bundle)
        yield self.line("catalogue", from_.catalogue)
        yield self.line("snapshot", from_.snapshot or self.word("none"))
        yield self.line("policy", from_.policy)
        yield self.line("code_version", from_.code_version)
        yield self.line("vector_hash", from_.vector)
