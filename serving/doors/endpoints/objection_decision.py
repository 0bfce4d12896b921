"""``POST …/objections/{objection_id}/decision``: upheld, partly or rejected, with reasons."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.answers.objections import Ruling, decide_objection
from serving.auth.access import REGULATOR, Access
from serving.doors.acting import acted
from serving.doors.addresses import Door, Endpoint
from serving.doors.requests import read_body
from serving.doors.review_requests import DecisionRequest


def decide(request: Request) -> Response:
    """The objection with its decision; records it annuls are not used from now on."""
    asked = read_body(DecisionRequest, request.scope["xinheng.json"])
    ruling = Ruling(asked.outcome, asked.reasons, asked.keys)
    edition = desk_of(request).editions.current()
    parts = request.path_params
    return acted(
        request,
        lambda named: decide_objection(
            edition, parts["business_id"], parts["objection_id"], named, ruling
        ),
    )


DECIDE = Access("objections", REGULATOR, about="one business", recorded="act")
ENDPOINT = Endpoint(
    Door(
        "/v1/businesses/{business_id}/objections/{objection_id}/decision", "POST", DECIDE,
        body_bytes=20_000, writes=True,
    ),
    decide,
)  # fmt: skip
