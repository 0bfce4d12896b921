"""``POST …/overrides/{override_id}/end``: withdrawn, turned down, or over before its day."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.answers.overrides import end
from serving.auth.access import REGULATOR, Access
from serving.doors.acting import acted
from serving.doors.addresses import Door, Endpoint
from serving.doors.requests import read_body
from serving.doors.review_requests import ReasonsRequest


def end_override(request: Request) -> Response:
    """The override, which holds no more; the decided tier is in force again."""
    asked = read_body(ReasonsRequest, request.scope["xinheng.json"])
    edition = desk_of(request).editions.current()
    parts = request.path_params
    return acted(
        request,
        lambda named: end(
            edition, parts["business_id"], parts["override_id"], named, asked.reasons
        ),
    )


END = Access("overrides", REGULATOR, about="one business", recorded="act")
ENDPOINT = Endpoint(
    Door(
        "/v1/businesses/{business_id}/overrides/{override_id}/end", "POST", END,
        body_bytes=20_000, writes=True,
    ),
    end_override,
)  # fmt: skip
