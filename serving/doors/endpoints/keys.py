"""``GET /v1/keys`` and ``POST /v1/keys``: the API keys, and a new one, shown once."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from features.contracts import Phrase
from features.errors import YourInput
from serving import canonical
from serving.answers.desk import desk_of
from serving.auth.access import ADMINISTRATOR, Access
from serving.auth.keys import KeyReused, KeyWrite, Wanted, names
from serving.doors.addresses import Door, Endpoint
from serving.doors.idempotency import asked_by, reused
from serving.doors.replies import reply
from serving.doors.requests import KeyRequest, read_body
from serving.problems import INVALID_REQUEST, Problem, Refused
from serving.review import By


def keys(request: Request) -> Response:
    """Every key there ever was; never its secret."""
    held = desk_of(request).gatekeeper.keys.all()
    return reply(request, canonical.encode({"keys": names(held)}))


def create_key(request: Request) -> Response:
    """A new key; ``key`` is its text, which is not kept and is never shown again.

    The same Idempotency-Key makes no second one and is told without its text.
    """
    asked = read_body(KeyRequest, request.scope["xinheng.json"])
    wanted = Wanted(
        asked.name, asked.role, asked.department, tuple(asked.scopes), tuple(asked.districts),
        asked.business_id, asked.purpose, asked.expires_at,
    )  # fmt: skip
    desk = desk_of(request)
    named = asked_by(request, By(desk.caller.name, desk.caller.role, desk.caller.department))
    write = KeyWrite(named.by.name, named.key, named.request)
    try:
        made, text = desk.gatekeeper.keys.create(wanted, write)
    except YourInput as error:
        raise Refused(_unusable(str(error))) from None
    except KeyReused:
        raise Refused(reused()) from None
    body = canonical.encode({**({"key": text} if text else {}), **names([made])[0]})
    response = reply(request, body, status=201)
    response.headers["cache-control"] = "no-store"
    return response


def _unusable(why: str) -> Problem:
    return Problem(
        INVALID_REQUEST,
        Phrase(f"不能签发这样的密钥:{why}", f"Such a key cannot be issued: {why}"),
        Phrase("请按说明更正。", "Correct what it names."),
    )


KEYS = Access("keys", ADMINISTRATOR, recorded="act")
ENDPOINTS = (
    Endpoint(Door("/v1/keys", "GET", KEYS), keys),
    Endpoint(Door("/v1/keys", "POST", KEYS, body_bytes=4096, writes=True), create_key),
)
