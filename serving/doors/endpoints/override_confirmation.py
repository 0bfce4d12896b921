"""``POST …/overrides/{override_id}/confirmation``: another person agrees, and it holds."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.answers.overrides import confirm
from serving.auth.access import REGULATOR, Access
from serving.doors.acting import acted
from serving.doors.addresses import Door, Endpoint
from serving.doors.requests import Nothing, read_body


def confirm_override(request: Request) -> Response:
    """The override, in force until its day."""
    read_body(Nothing, request.scope["xinheng.json"])
    edition = desk_of(request).editions.current()
    parts = request.path_params
    return acted(
        request,
        lambda named: confirm(edition, parts["business_id"], parts["override_id"], named),
    )


CONFIRM = Access("overrides", REGULATOR, about="one business", recorded="act")
ENDPOINT = Endpoint(
    Door(
        "/v1/businesses/{business_id}/overrides/{override_id}/confirmation", "POST", CONFIRM,
        body_bytes=64, writes=True,
    ),
    confirm_override,
)  # fmt: skip
