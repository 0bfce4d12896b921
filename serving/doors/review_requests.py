"""What people may say when they object, decide, override or link; checked as `requests` says."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field as Bounds
from pydantic import StringConstraints, field_validator, model_validator

from features.marks import Key
from serving.doors.requests import RecordNamed, Strict
from serving.formats import day_of
from serving.manifest import Tier
from serving.store.listing import MOST

MOST_OBJECTED = 20
# Free words of a person: kept with the case, never in the audit chain.
Words = Annotated[str, StringConstraints(min_length=2, max_length=2000, strip_whitespace=True)]
_Records = Annotated[list[RecordNamed], Bounds(max_length=MOST_OBJECTED)]


class _AboutRecords(Strict):
    @staticmethod
    def _each_once(records: list[RecordNamed]) -> None:
        if len(set(records)) != len(records):
            raise ValueError("each record once")


class ObjectionRequest(_AboutRecords):
    """Body of ``POST /v1/businesses/{business_id}/objections``.

    About the records named, or, where there are none, about the tier.
    """

    about: Literal["records", "tier"]
    records: _Records = Bounds(default_factory=list)
    grounds: Words

    @model_validator(mode="after")
    def _fits(self) -> Self:
        self._each_once(self.records)
        if bool(self.records) != (self.about == "records"):
            raise ValueError("records, where it is about records and only there")
        return self

    @property
    def keys(self) -> tuple[Key, ...]:
        """The records objected to."""
        return _keys(self.records)


class DecisionRequest(_AboutRecords):
    """Body of ``POST …/objections/{objection_id}/decision``.

    ``annulled``: upheld in part, the records that are not to be used any more. A
    record that is to be corrected is not among them: its department delivers it anew.
    """

    outcome: Literal["upheld", "partly", "rejected"]
    reasons: Words
    annulled: _Records = Bounds(default_factory=list)

    @model_validator(mode="after")
    def _fits(self) -> Self:
        self._each_once(self.annulled)
        if self.annulled and self.outcome != "partly":
            raise ValueError("annulled records, where it is upheld in part and only there")
        return self

    @property
    def keys(self) -> tuple[Key, ...]:
        """The records annulled."""
        return _keys(self.annulled)


class ReasonsRequest(Strict):
    """Body of acts that need reasons alone."""

    reasons: Words


class OverrideRequest(Strict):
    """Body of ``POST /v1/businesses/{business_id}/overrides``; ``until`` is its last day."""

    tier: Tier
    reasons: Words
    until: Annotated[str, StringConstraints(max_length=10)]
    objection_id: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None

    @field_validator("until")
    @classmethod
    def _is_day(cls, text: str) -> str:
        try:
            readable = date.fromisoformat(text).isoformat() == text
        except ValueError:
            readable = False
        if not readable:
            raise ValueError("a day as YYYY-MM-DD")
        return text

    @property
    def until_day(self) -> int:
        """The last day, since 1970-01-01."""
        return day_of(self.until)


class LinkRequest(Strict):
    """Body of ``POST /v1/businesses/{business_id}/links``: whether the name means it."""

    mention: Annotated[str, StringConstraints(min_length=3, max_length=128)]
    same: bool
    reasons: Words


class NamesRequest(Strict):
    """Query of ``GET /v1/businesses/{business_id}/links``."""

    state: Literal["linked", "refused", "review", "elsewhere", "unlinked"] | None = None
    after: Annotated[int, Bounds(ge=0, le=2**53)] = 0
    limit: Annotated[int, Bounds(ge=1, le=MOST)] = 20


class CasesRequest(Strict):
    """Query of ``GET /v1/objections``, ``GET /v1/overrides`` and ``GET /v1/links``."""

    state: Literal["open", "closed"] | None = None
    after: Annotated[int, Bounds(ge=0, le=2**53)] = 0
    limit: Annotated[int, Bounds(ge=1, le=MOST)] = 20


def _keys(records: list[RecordNamed]) -> tuple[Key, ...]:
    return tuple((one.source, one.record_id) for one in records)
