"""``POST …/objections/{objection_id}/extension``: the longest limit, with reasons."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.answers.objections import extend_objection
from serving.auth.access import REGULATOR, Access
from serving.doors.acting import acted
from serving.doors.addresses import Door, Endpoint
from serving.doors.requests import read_body
from serving.doors.review_requests import ReasonsRequest


def extend(request: Request) -> Response:
    """The objection with its new limit."""
    asked = read_body(ReasonsRequest, request.scope["xinheng.json"])
    edition = desk_of(request).editions.current()
    parts = request.path_params
    return acted(
        request,
        lambda named: extend_objection(
            edition, parts["business_id"], parts["objection_id"], named, asked.reasons
        ),
    )


EXTEND = Access("objections", REGULATOR, about="one business", recorded="act")
ENDPOINT = Endpoint(
    Door(
        "/v1/businesses/{business_id}/objections/{objection_id}/extension", "POST", EXTEND,
        body_bytes=20_000, writes=True,
    ),
    extend,
)  # fmt: skip
