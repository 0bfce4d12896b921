"""What requests may say, checked strictly; faults name fields and types, never values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Self, TypeVar

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator
from pydantic import Field as Bounds
from starlette.datastructures import QueryParams

from features.contracts import Phrase
from serving.answers.history import MOST_MONTHS
from serving.auth.access import Role
from serving.manifest import Level, Tier
from serving.problems import INVALID_REQUEST, FieldFault, Problem, Refused
from serving.store.listing import MOST
from serving.store.warned import Place

MOST_IN_BATCH = 10_000
BusinessId = Annotated[str, StringConstraints(min_length=1, max_length=128)]
MOST_RECORDS = 500
# Heading → text, or nothing; what it means is for the source's contract to say.
Heading = Annotated[str, StringConstraints(min_length=1, max_length=128)]
Cell = Annotated[str, StringConstraints(max_length=20_000)]
Delivered = Annotated[dict[Heading, Cell | None], Bounds(min_length=1, max_length=200)]
MOST_SUPPOSED = 100
Supposable = Annotated[float, Bounds(ge=-1e12, le=1e12, allow_inf_nan=False)]
_Contract = TypeVar("_Contract", bound=BaseModel)


class Strict(BaseModel):
    """A contract: no other fields, no conversions, no values in its messages."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


class ScoreRequest(Strict):
    """Body of ``POST /v1/score``."""

    business_id: BusinessId


class BatchRequest(Strict):
    """Body of ``POST /v1/score/batch``: up to 10,000 different businesses."""

    business_ids: Annotated[list[BusinessId], Bounds(min_length=1, max_length=MOST_IN_BATCH)]

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        if len(set(self.business_ids)) != len(self.business_ids):
            raise ValueError("each business once")
        return self


class RecordsRequest(Strict):
    """Body of ``POST /v1/records/{source}``: rows as a file of the source has them."""

    records: Annotated[list[Delivered], Bounds(min_length=1, max_length=MOST_RECORDS)]


class ListRequest(Strict):
    """Query of ``GET /v1/businesses`` and of the console's list."""

    query: Annotated[str, StringConstraints(max_length=128)] = ""
    tier: Tier | None = None
    level: Level | None = None
    district: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    sector: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    after: Annotated[int, Bounds(ge=0, le=2**53)] = 0
    limit: Annotated[int, Bounds(ge=1, le=MOST)] = 20


class WarningsRequest(Strict):
    """Query of ``GET /v1/warnings``; ``probability`` is the least, with up to four decimals."""

    outcome: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    level: Level | None = None
    district: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    sector: Annotated[str, StringConstraints(min_length=1, max_length=64)] | None = None
    probability: Annotated[str, StringConstraints(pattern=r"^(0(\.[0-9]{1,4})?|1(\.0{1,4})?)$")] = (
        "0"
    )
    after: Annotated[str, StringConstraints(max_length=100)] = ""
    limit: Annotated[int, Bounds(ge=1, le=MOST)] = 20

    @model_validator(mode="after")
    def _is_place(self) -> Self:
        if self.after and self.place is None:
            raise ValueError("`after` as the page before says")
        return self

    @property
    def least(self) -> int:
        """The least probability, × 10,000."""
        return round(float(self.probability) * 10_000)

    @property
    def place(self) -> Place | None:
        """Where the page before ended."""
        return Place.read(self.after)


class ChangesRequest(Strict):
    """Query of ``GET /v1/businesses/{business_id}/changes`` and of the console's page.

    ``from`` and ``to`` are days or names of published sets of scores.
    """

    since: Annotated[str | None, Bounds(alias="from", min_length=1, max_length=64)] = None
    until: Annotated[str | None, Bounds(alias="to", min_length=1, max_length=64)] = None


class AddendumRequest(Strict):
    """Query of ``GET /v1/businesses/{business_id}/addendum``: a day or a set of scores."""

    of: Annotated[str | None, Bounds(min_length=1, max_length=64)] = None


class RecordNamed(Strict):
    """A record of the business, as its explanation names it."""

    source: Heading
    record_id: Annotated[str, StringConstraints(min_length=1, max_length=256)]


_Records = Annotated[list[RecordNamed], Bounds(max_length=MOST_SUPPOSED)]


class WhatIfRequest(Strict):
    """Body of ``POST /v1/businesses/{business_id}/what-if``.

    Records taken as repaired or disputed, each once; feature → the number it is taken
    to have, null for missing. Something has to be supposed.
    """

    repaired: _Records = []
    disputed: _Records = []
    values: Annotated[dict[Heading, Supposable | None], Bounds(max_length=MOST_SUPPOSED)] = {}

    @model_validator(mode="after")
    def _something_and_each_record_once(self) -> Self:
        named = [*self.repaired, *self.disputed]
        if not named and not self.values:
            raise ValueError("at least one supposition")
        if len(set(named)) != len(named):
            raise ValueError("each record once, repaired or disputed")
        return self


class HistoryRequest(Strict):
    """Query of ``GET /v1/businesses/{business_id}/history``."""

    months: Annotated[int, Bounds(ge=1, le=MOST_MONTHS)] = 12


class AuditRequest(Strict):
    """Query of ``GET /v1/audit/records``: newest first, ``after`` as the page before says."""

    business_id: BusinessId | None = None
    after: Annotated[int, Bounds(ge=0, le=2**53)] = 0
    limit: Annotated[int, Bounds(ge=1, le=MOST)] = 20


class HeadsRequest(Strict):
    """Query of ``GET /v1/audit/heads``."""

    after: Annotated[int, Bounds(ge=0, le=2**53)] = 0
    limit: Annotated[int, Bounds(ge=1, le=MOST)] = MOST


_Word = Annotated[str, StringConstraints(min_length=1, max_length=64)]


class KeyRequest(Strict):
    """Body of ``POST /v1/keys``."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    role: Role
    department: Annotated[str, StringConstraints(max_length=100)] = ""
    scopes: Annotated[list[_Word], Bounds(max_length=16)] = []
    districts: Annotated[list[_Word], Bounds(max_length=64)] = []
    business_id: BusinessId | None = None
    purpose: Annotated[str, StringConstraints(max_length=100)] = ""
    expires_at: Annotated[str, StringConstraints(max_length=20)] = ""


class Nothing(Strict):
    """A body that says nothing: ``{}``."""


def read_body(contract: type[_Contract], value: object) -> _Contract:
    """The body as `contract` says it is; raises Refused with every fault."""
    try:
        return contract.model_validate(value)
    except ValidationError as error:
        raise Refused(_problem(error)) from None


def read_query(contract: type[_Contract], query: QueryParams) -> _Contract:
    """The query as `contract` says, its numbers read from text; raises Refused with every fault.

    A name given twice is refused.
    """
    given: dict[str, object] = {}
    for name, text in query.multi_items():
        if name in given:
            fault = FieldFault(_short(name), "one value", "several")
            raise Refused(_refusal((fault,)))
        given[name] = int(text) if name in _NUMBERS and _is_number(text) else text
    return read_body(contract, given)


def read_page_query(contract: type[_Contract], query: QueryParams) -> _Contract:
    """The query of a page: a form sends its empty fields too, and ``lang`` is the page's."""
    given = [(name, text) for name, text in query.multi_items() if text and name != "lang"]
    return read_query(contract, QueryParams(given))


_NUMBERS = frozenset({"after", "limit", "months"})


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 16


def _problem(error: ValidationError) -> Problem:
    faults = tuple(
        FieldFault(
            ".".join(_short(str(part)) for part in one["loc"]) or "the body",
            _expected(one["type"], one["msg"], one.get("ctx", {}).get("max_length")),
            type(one["input"]).__name__ if one["type"] != "missing" else "nothing",
        )
        for one in error.errors(include_url=False)
    )
    return _refusal(faults)


def _expected(kind: str, message: str, most: int | None) -> str:
    if kind == "extra_forbidden":
        return "no such field"
    if kind == "missing":
        return "this field"
    if kind == "string_too_long":
        return f"at most {most} characters"
    if kind == "too_long":
        return f"at most {most}"
    message = message.removeprefix("Input should be ").removeprefix("Value error, ")
    return _SHORTER.get(kind, message)


_SHORTER: Mapping[str, str] = {
    "string_too_short": "at least one character",
    "too_short": "at least one",
    "string_type": "a string",
    "list_type": "a list",
    "model_type": "an object",
    "int_type": "a whole number",
}


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


def _refusal(faults: tuple[FieldFault, ...]) -> Problem:
    n = len(faults)
    return Problem(
        INVALID_REQUEST,
        Phrase(f"请求有 {n} 处不符合约定。", f"The request does not fit in {n} place(s)."),
        Phrase(
            "请按 faults 逐项更正;字段与类型见 /openapi.json。",
            "Correct what faults lists; see /openapi.json for fields and types.",
        ),
        faults[:20],
    )
