"""Whom names in records mean: what waits for a person, and what persons say.

An act about a name counts in the next answer about its business: records of the name
are among the business's, or no longer (`features.named_records`). One person may say
so, and anyone else may say the contrary, which ends it as fast.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from features.linkage.choice import LinkState
from features.linkage.decision import LinkDecision, in_order
from features.named_records import Decided
from serving import canonical
from serving.answers.answer import subject_of
from serving.answers.edition import Edition, today_of
from serving.answers.name_told import (
    GivingTold,
    NameTold,
    SaidTold,
    Sees,
    by_name_of,
    giving_told,
    name_told,
    rows_of,
    said_told,
)
from serving.answers.naming import decided_name
from serving.answers.refused_acts import (
    held_elsewhere,
    nothing_to_refuse,
    said_already,
    unknown_name,
)
from serving.formats import iso_day
from serving.problems import Refused
from serving.review import Act, Answered, Asked, Made
from serving.review.links import LINKED, Said, decisions_in, names_in
from serving.store.named import Mention, Names


@dataclass(frozen=True)
class Saying:
    """What a person says: whether the name `mention` means the business, and why."""

    mention: str
    same: bool
    reasons: str


@dataclass(frozen=True)
class NameAndRecords:
    """A name beside a business, and the records that give it, the newest first."""

    link: NameTold
    records: tuple[GivingTold, ...]


def names_about(
    edition: Edition, business_id: str, after: int, sees: Sees
) -> Iterator[tuple[int, NameTold]]:
    """Names that may mean a business, those with most records first, with their numbers.

    Those numbered above `after`; raises Refused when the business is unknown.
    """
    subject = subject_of(edition, business_id)
    said = names_in(edition.acts(subject.entity_id))
    for mention in Names(edition.store).of(subject.entity_id, after, said):
        decided = decided_name(edition, mention)
        yield mention.no, name_told(edition, decided, subject.entity_id, sees)


def uncertain_names(edition: Edition, after: int, sees: Sees) -> Iterator[tuple[int, NameTold]]:
    """Names that wait for a person, beside the likeliest business, of those that may be seen.

    Those numbered above `after`. What was said since is taken in; a name that waits only
    because of it is listed once it was scored.
    """
    for mention in Names(edition.store).uncertain(after):
        decided = decided_name(edition, mention)
        choice = decided.choice(by_name_of(edition, mention.source))
        if choice.candidate is not None and sees(choice.candidate.entity_id):
            told = name_told(edition, decided, choice.candidate.entity_id, sees)
            if told.state == "review":
                yield mention.no, told


def said_about_names(edition: Edition, after: int) -> Iterator[tuple[int, SaidTold]]:
    """Everything persons said about names, oldest first: acts numbered above `after`."""
    assert edition.reviews is not None  # a served edition has them
    for act in edition.reviews.begun(LINKED, after, edition.reviewed):
        yield act.no, said_told(act)


def name_beside(edition: Edition, business_id: str, name: str, sees: Sees) -> NameAndRecords:
    """A name as it stands beside a business; raises Refused when there is none of that id."""
    subject = subject_of(edition, business_id)
    mention = _mention(edition, name)
    decided = decided_name(edition, mention)
    told = name_told(edition, decided, subject.entity_id, sees)
    return NameAndRecords(told, tuple(giving_told(edition, decided, subject.entity_id)))


def say(edition: Edition, business_id: str, asked: Asked, saying: Saying, sees: Sees) -> Answered:
    """Say whether a name means a business.

    Raises
    ------
    Refused
        The business or the name is unknown; it was said already; another business has
        the records; there is nothing to refuse.
    """
    subject, mention = subject_of(edition, business_id), _mention(edition, saying.mention)
    today = today_of(edition)
    said = Said(asked.by, saying.same, saying.reasons)
    content = canonical.encode(said).decode()

    def make(acts: Sequence[Act]) -> Made:
        before = Names(edition.store).decided(mention, decisions_in(acts))
        new = Act(0, subject.entity_id, mention.id, LINKED, today, content)
        decision = LinkDecision(
            mention.id, subject.entity_id, saying.same, iso_day(today), asked.by.name
        )
        after = Decided(before.named, in_order((*before.decisions, decision)))
        _refuse(edition, mention, before, after, decision)
        told = name_told(edition, after, subject.entity_id, sees, (*acts, new))
        return Made(mention.id, LINKED, today, content, canonical.encode(told).decode())

    assert edition.reviews is not None  # a served edition has them
    return edition.reviews.act(subject.entity_id, asked, make, mention.id)


def _refuse(
    edition: Edition, mention: Mention, before: Decided, after: Decided, said: LinkDecision
) -> None:
    """Raise Refused where the act would say nothing new, or contradict another business's."""
    last = before.says(said.entity_id)
    if last is not None and last.same == said.same:
        raise Refused(said_already())
    if not said.same:
        of = {c.entity_id for c in mention.candidates} | {*mention.holders}
        if said.entity_id not in of and last is None:
            raise Refused(nothing_to_refuse())
        return
    choice = before.choice(by_name_of(edition, mention.source))
    linked = choice.candidate if choice.state is LinkState.LINKED else None
    elsewhere = linked is not None and linked.entity_id != said.entity_id
    if elsewhere or not rows_of(edition, after, said.entity_id):
        raise Refused(held_elsewhere())


def _mention(edition: Edition, name: str) -> Mention:
    found = Names(edition.store).mention(name)
    if found is None:
        raise Refused(unknown_name())
    return found
