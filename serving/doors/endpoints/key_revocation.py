"""``POST /v1/keys/{key_id}/revocation``: a key that opens nothing any more."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from features.contracts import Phrase
from features.errors import YourInput
from serving import canonical
from serving.answers.desk import desk_of
from serving.auth.access import ADMINISTRATOR, Access
from serving.auth.keys import names
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply
from serving.doors.requests import Nothing, read_body
from serving.problems import UNKNOWN_RECORD, Problem, Refused


def revoke_key(request: Request) -> Response:
    """The key as it is now; revoking it again changes nothing."""
    read_body(Nothing, request.scope["xinheng.json"])
    try:
        revoked = desk_of(request).gatekeeper.keys.revoke(request.path_params["key_id"])
    except YourInput:
        raise Refused(_unknown()) from None
    return reply(request, canonical.encode(names([revoked])[0]))


def _unknown() -> Problem:
    return Problem(
        UNKNOWN_RECORD,
        Phrase("没有该编号的密钥。", "There is no key of this id."),
        Phrase("编号见 GET /v1/keys。", "See GET /v1/keys for the ids."),
    )


KEYS = Access("keys", ADMINISTRATOR, recorded="act")
ENDPOINT = Endpoint(
    Door("/v1/keys/{key_id}/revocation", "POST", KEYS, body_bytes=64, writes=True), revoke_key
)
