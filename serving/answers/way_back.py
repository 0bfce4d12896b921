"""The way back of a business, from the edition in force and what was pushed since."""

from __future__ import annotations

from serving.answers.answer import Answer, answer_of, stands, subject_of
from serving.answers.edition import Edition
from serving.paths import Case, Means, WayBack, way_back


def way_back_of(edition: Edition, business_id: str) -> tuple[WayBack, Answer]:
    """What the business may do and when better tiers are reached, and today's answer.

    Raises
    ------
    Refused
        The business is unknown or was not scored.
    """
    standing = stands(edition, subject_of(edition, business_id))
    told = answer_of(edition, standing)
    contested = told.contested
    case = Case(
        told.decision,
        standing.records,
        standing.as_of_day,
        exclude_disputed=contested is not None and contested.applies == "without",
        contested=contested is not None,
    )
    means = Means(edition.catalogue, edition.engine, edition.store.peers, edition.bundle)
    return way_back(case, means), told
