"""``GET /v1/businesses/{business_id}/objections/{objection_id}``: one objection as it stands."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.answers.objection_told import told
from serving.answers.objections import objection_named
from serving.auth.access import AUDITOR, REGISTRY, REGULATOR, SUBJECT, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply


def objection(request: Request) -> Response:
    """The objection with its limits and, once there is one, its decision."""
    desk = desk_of(request)
    edition = desk.editions.current()
    parts = request.path_params
    found = objection_named(edition, parts["business_id"], parts["objection_id"])
    return reply(request, told(edition, found, to_subject=desk.caller.role == "subject").to_json())


READ = Access("objections", REGISTRY, REGULATOR, SUBJECT, AUDITOR, about="one business")
ENDPOINT = Endpoint(
    Door("/v1/businesses/{business_id}/objections/{objection_id}", "GET", READ), objection
)
