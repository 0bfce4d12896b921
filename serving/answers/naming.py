"""The names that persons decided about, as a request sees them."""

from __future__ import annotations

from features.linkage.decision import LinkDecision
from features.named_records import Decided
from serving.answers.edition import Edition
from serving.review.links import decisions_in, names_in
from serving.store.named import Mention, Names


def decided_about(edition: Edition, business_id: str) -> tuple[Decided, ...]:
    """The names that acts about a business speak of, with all that was said of each."""
    names = names_in(edition.acts(business_id))
    return tuple(Names(edition.store).about(names, lambda name: _said(edition, name)))


def decided_name(edition: Edition, mention: Mention) -> Decided:
    """One name with all that was said of it."""
    return Names(edition.store).decided(mention, _said(edition, mention.id))


def _said(edition: Edition, name: str) -> tuple[LinkDecision, ...]:
    if edition.reviews is None:
        return ()
    return decisions_in(edition.reviews.case(name, edition.reviewed))
