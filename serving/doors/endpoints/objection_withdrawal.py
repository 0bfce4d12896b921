"""``POST …/objections/{objection_id}/withdrawal``: who filed it does not pursue it."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.answers.objections import withdraw_objection
from serving.auth.access import REGISTRY, REGULATOR, SUBJECT, Access
from serving.doors.acting import acted
from serving.doors.addresses import Door, Endpoint
from serving.doors.requests import Nothing, read_body


def withdraw(request: Request) -> Response:
    """The objection, which is over; its records are disputed no more."""
    read_body(Nothing, request.scope["xinheng.json"])
    edition = desk_of(request).editions.current()
    parts = request.path_params
    return acted(
        request,
        lambda named: withdraw_objection(
            edition, parts["business_id"], parts["objection_id"], named
        ),
    )


WITHDRAW = Access(
    "objections", REGISTRY, REGULATOR, SUBJECT, about="one business", recorded="act"
)  # fmt: skip
ENDPOINT = Endpoint(
    Door(
        "/v1/businesses/{business_id}/objections/{objection_id}/withdrawal", "POST", WITHDRAW,
        body_bytes=64, writes=True,
    ),
    withdraw,
)  # fmt: skip
