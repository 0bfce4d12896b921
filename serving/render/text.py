"""A decision as plain text, in one language, by view.

Equal decisions give equal text. The subject's view is for a shop owner: short
sentences, no jargon, and what can be done.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from features.contracts import Phrase
from serving.decision.decided import Decision, NotUsed
from serving.decision.points import read
from serving.decision.reasons import Cited
from serving.formats import day_of, day_text
from serving.language import Language, say
from serving.render.views import SubjectView, View, registry_view, subject_view
from serving.render.words import (
    LEVEL_WORDS,
    WHY_NOT,
    WORDS,
    against_words,
    effect_words,
    flag_words,
    per_cent,
    source_words,
)

Titles = Mapping[str, Phrase]


def text(decision: Decision, view: View, language: Language) -> str:
    """What `view` may see of a decision, as plain text that ends with a line end."""
    writer = _Writer(language)
    if view == "registry":
        lines = writer.registry(decision)
    elif view == "subject":
        lines = writer.subject(subject_view(decision))
    else:
        lines = writer.whole(decision, with_vector=view == "auditor")
    return "\n".join(lines) + "\n"


class _Writer:
    """Lines of text in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language
        self.colon = ":" if language == "zh" else ": "
        self.comma = "、" if language == "zh" else ", "

    def word(self, name: str) -> str:
        return say(WORDS[name], self.language)

    def say(self, phrase: Phrase) -> str:
        return say(phrase, self.language)

    def line(self, name: str, value: str) -> str:
        return f"{self.word(name)}{self.colon}{value}"

    def heading(self, name: str) -> list[str]:
        return ["", self.word(name)]

    def registry(self, decision: Decision) -> Iterator[str]:
        told = registry_view(decision)
        yield self.line("tier", told.tier)
        yield self.line("flags", self.comma.join(told.flags) or self.word("none"))

    def subject(self, told: SubjectView) -> Iterator[str]:
        yield self._title(told.name, told.business_id)
        yield self.line("as_of", self.say(day_text(day_of(told.as_of))))
        yield ""
        yield self.word("subject_role")
        if told.tier is not None:
            yield self.line("tier", told.tier)
        if told.measures is not None:
            yield self.say(told.measures.text)
        yield self.word("subject_points")
        yield from self._cited("subject_reasons", told.sources, told.reasons)
        yield from self._cited("subject_positives", told.sources, told.positives)
        if told.rules:
            yield from self.heading("rules")
            for rule in told.rules:
                yield f"- {self.say(rule.title)} ({rule.reference})"
                yield from self._records(told.sources, rule.sources, rule.record_ids)
        yield from self._not_used(told.sources, told.not_used)
        yield from self.heading("rights")
        yield self.say(told.rights or WORDS["rights_default"])

    def whole(self, decision: Decision, *, with_vector: bool) -> Iterator[str]:
        yield self._title(decision.business.name, decision.business_id)
        for phrase in (decision.district, decision.sector):
            if phrase is not None:
                yield self.say(phrase)
        yield self.line("as_of", self.say(day_text(day_of(decision.as_of))))
        yield self.word("role")
        yield ""
        yield self.line("final_tier", decision.tier)
        yield self.line("model_tier", decision.model_tier)
        cutoffs = self.comma.join(f"{tier} {cut}" for tier, cut in decision.cutoffs.items())
        yield self.line("score", f"{decision.score} ({self.word('cutoffs')}{self.colon}{cutoffs})")
        yield self.line("probability", per_cent(decision.probability))
        flags = [self.say(flag_words(decision, flag)) for flag in decision.flags]
        yield self.line("flags", self.comma.join(flags) or self.word("none"))
        yield from self._warnings(decision)
        yield from self._cited("reasons", decision.sources, decision.reasons)
        yield self.say(against_words(decision.explanation.against))
        yield from self._cited("positives", decision.sources, decision.positives)
        yield from self._contributions(decision)
        yield from self._rules(decision)
        yield from self._measures(decision)
        yield from self.heading("completeness")
        known = decision.completeness
        yield self.word("completeness_is").format(known=known.known, of=known.of)
        yield from self._not_used(decision.sources, decision.not_used)
        yield from self._provenance(decision)
        if with_vector:
            yield from self.heading("vector")
            for name, value in sorted(decision.vector.items()):
                yield f"{name} = {'' if value is None else repr(value)}"
        yield from self.heading("objection")
        yield self.say(decision.told.rights or WORDS["rights_default"])

    def _title(self, name: str, business_id: str) -> str:
        return f"{name} ({business_id})" if name else business_id

    def _warnings(self, decision: Decision) -> Iterator[str]:
        if decision.warnings:
            yield from self.heading("warnings")
        for one in decision.warnings:
            level = self.say(LEVEL_WORDS[one.level]) if one.level else self.word("no_level")
            yield f"- {self.say(one.title)} {per_cent(one.probability)} ({level})"
            for line in self._reasons(decision.sources, one.reasons):
                yield f"  {line}"
        if any(one.reasons for one in decision.warnings):
            yield self.word("warning_points")

    def _cited(self, name: str, titles: Titles, cited: Sequence[Cited]) -> Iterator[str]:
        yield from self.heading(name)
        if not cited:
            yield self.word("none")
        yield from self._reasons(titles, cited)

    def _reasons(self, titles: Titles, cited: Sequence[Cited]) -> Iterator[str]:
        for number, one in enumerate(cited, start=1):
            unit = self.word("unit_points")
            points = f"{one.points}{'' if self.language == 'zh' else ' '}{unit}"
            yield f"{number}. {self.say(one.text)} ({points})"
            if one.because == "absence":
                yield f"   {self.word('absence')}"
            yield from self._records(titles, [one.source], one.record_ids)
            if one.record_count > len(one.record_ids):
                yield f"   {self.word('and_more').format(n=one.record_count)}"
            if one.advice is not None:
                yield f"   {self.line('advice', self.say(one.advice))}"

    def _records(
        self, titles: Titles, sources: Sequence[str], record_ids: Sequence[str]
    ) -> Iterator[str]:
        if record_ids:
            title = self.say(source_words(titles, sources))
            label = self.word("records") + (
                f"({title})" if self.language == "zh" else f" ({title})"
            )
            yield f"   {label}{self.colon}{self.comma.join(record_ids)}"

    def _contributions(self, decision: Decision) -> Iterator[str]:
        told = decision.explanation
        yield from self.heading("contributions")
        yield self.line("base", told.base)
        for group in told.by_group:
            yield f"{group.key} {self.say(group.title)}{self.colon}{group.points}"
            for one in told.contributions:
                if one.group == group.key and read(one.points):
                    value = self.say(one.value_text)
                    yield f"  {self.say(one.meaning)} [{value}]{self.colon}{one.points}"
        yield self.line("limit", told.limit)
        yield self.line("total", told.total)

    def _rules(self, decision: Decision) -> Iterator[str]:
        yield from self.heading("rules")
        if not decision.rules:
            yield self.word("none")
        for rule in decision.rules:
            effect = self.say(effect_words(rule.effect))
            yield f"- {rule.id} {self.say(rule.title)}{self.colon}{effect} ({rule.reference})"
            yield from self._records(decision.sources, rule.sources, rule.record_ids)

    def _measures(self, decision: Decision) -> Iterator[str]:
        given = decision.measures
        yield from self.heading("measures")
        yield self.say(given.text)
        yield self.line("ratio", f"{given.ratio:.1%}")
        yield self.line("cap", self.word("no_cap") if given.cap is None else str(given.cap))
        yield self.line("reference", given.reference)

    def _not_used(self, titles: Titles, records: Sequence[NotUsed]) -> Iterator[str]:
        if records:
            yield from self.heading("not_used")
        for one in records:
            title = self.say(source_words(titles, [one.source]))
            clock = f" {self.say(one.clock)}" if one.clock else ""
            yield f"- {title} {one.record_id}{self.colon}{self.say(WHY_NOT[one.why])}{clock}"

    def _provenance(self, decision: Decision) -> Iterator[str]:
        from_ = decision.provenance
        yield from self.heading("provenance")
        yield self.line("bundle", from_.bundle)
        yield self.line("catalogue", from_.catalogue)
        yield self.line("snapshot", from_.snapshot or self.word("none"))
        yield self.line("policy", from_.policy)
        yield self.line("code_version", from_.code_version)
        yield self.line("vector_hash", from_.vector)
