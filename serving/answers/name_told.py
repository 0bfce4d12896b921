"""A name in a department's records, as it is told beside the business it may mean."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal
from zoneinfo import ZoneInfo

from features.contracts import ByName, Phrase
from features.expressions import Row
from features.linkage.choice import LinkState
from features.named_records import Decided
from serving.answers.edition import Edition
from serving.formats import iso_day
from serving.review import By
from serving.review.acts import Act
from serving.review.links import LINKED, said_in

# Of one business: its records count; a person said it is not meant; a person has to say;
# another business is meant; nobody is likely enough.
State = Literal["linked", "refused", "review", "elsewhere", "unlinked"]
Sees = Callable[[str], bool]


@dataclass(frozen=True)
class LikelyTold:
    """A business that the name may mean; `link_probability` is cut to four decimals."""

    business_id: str
    name: str | None
    link_probability: str


@dataclass(frozen=True)
class SaidTold:
    """What a person said about the name, of which business, when and why."""

    mention: str
    business_id: str
    same: bool
    on: str
    by: By
    reasons: str


@dataclass(frozen=True)
class NameTold:
    """A name beside one business.

    Parameters
    ----------
    records
        How many records give it.
    counted
        How many of them count as the business's.
    likely, elsewhere
        Whom it may mean by its likeness, the likeliest first; those the reader may not
        look at are only counted.
    said
        What persons said of it through the service, oldest first; of businesses the
        reader may look at.
    """

    mention: str
    source: str
    title: Phrase
    name: str
    business_id: str
    state: State
    records: int
    counted: int
    likely: tuple[LikelyTold, ...]
    elsewhere: int
    said: tuple[SaidTold, ...]


@dataclass(frozen=True)
class GivingTold:
    """One record that gives the name: when it happened, and whether the business has it."""

    source: str
    record_id: str
    happened_on: str
    is_counted: bool


def said_told(act: Act) -> SaidTold:
    """One act about a name."""
    said = said_in(act)
    return SaidTold(
        act.case_id, act.business_id, said.same, iso_day(act.day), said.by, said.reasons
    )


def name_told(
    edition: Edition,
    decided: Decided,
    business_id: str,
    sees: Sees,
    acts: tuple[Act, ...] | None = None,
) -> NameTold:
    """The name as it stands beside a business.

    `acts` are those about it where one that is being kept is among them.
    """
    named = decided.named
    if acts is None:
        reviews = edition.reviews
        acts = () if reviews is None else reviews.case(named.mention, edition.reviewed)
    seen = [one for one in named.candidates if sees(one.entity_id)]
    return NameTold(
        mention=named.mention,
        source=named.source,
        title=edition.catalogue.jurisdiction.source(named.source).title,
        name=named.name,
        business_id=business_id,
        state=_state(edition, decided, business_id),
        records=len(named.rows),
        counted=len({str(row["event_key"]) for row in rows_of(edition, decided, business_id)}),
        likely=tuple(LikelyTold(c.entity_id, c.name, _cut(c.probability)) for c in seen),
        elsewhere=len(named.candidates) - len(seen),
        said=tuple(said_told(a) for a in acts if a.kind == LINKED and sees(a.business_id)),
    )


def giving_told(edition: Edition, decided: Decided, business_id: str) -> Iterator[GivingTold]:
    """The records that give a name, the newest first."""
    counted = {_version(row) for row in rows_of(edition, decided, business_id)}
    days = {str(row["event_key"]): row["event_day"] for row in decided.named.rows}
    has = {str(row["event_key"]) for row in decided.named.rows if _version(row) in counted}
    for key, day in sorted(days.items(), key=lambda one: (one[1], one[0]), reverse=True):
        assert isinstance(day, int)  # every record has a day
        yield GivingTold(decided.named.source, key, iso_day(day), key in has)


def rows_of(edition: Edition, decided: Decided, business_id: str) -> tuple[Row, ...]:
    """The records of the name that concern a business, as persons decided."""
    city = edition.catalogue.jurisdiction
    zone = ZoneInfo(city.timezone)
    return tuple(decided.rows_of(business_id, by_name_of(edition, decided.named.source), zone))


def by_name_of(edition: Edition, source: str) -> ByName:
    """How names are linked in a source that gives some."""
    found = edition.catalogue.jurisdiction.source(source).by_name
    assert found is not None
    return found


def _state(edition: Edition, decided: Decided, business_id: str) -> State:
    if rows_of(edition, decided, business_id):
        return "linked"
    last = decided.says(business_id)
    if last is not None and not last.same:
        return "refused"
    choice = decided.choice(by_name_of(edition, decided.named.source))
    if choice.state is LinkState.REVIEW:
        return "review"
    return "elsewhere" if choice.state is LinkState.LINKED else "unlinked"


def _version(row: Row) -> tuple[str, int | str | None]:
    return str(row["event_key"]), row["version"]


def _cut(probability: float) -> str:
    """Four decimals, never rounded up to certainty.

    >>> _cut(0.99999)
    '0.9999'
    """
    return f"{int(probability * 10_000 + 1e-6) / 10_000:.4f}"
