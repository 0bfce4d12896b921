"""``GET`` and ``POST /v1/businesses/{business_id}/overrides``: of one business, and a new one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from serving import canonical
from serving.answers.desk import desk_of
from serving.answers.overrides import Proposal, overrides_about, propose
from serving.auth.access import AUDITOR, REGULATOR, Access
from serving.doors.acting import acted
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply
from serving.doors.requests import read_body
from serving.doors.review_requests import OverrideRequest


def overrides(request: Request) -> Response:
    """Every override of the business, oldest first."""
    edition = desk_of(request).editions.current()
    found = overrides_about(edition, request.path_params["business_id"])
    return reply(request, canonical.encode({"overrides": found}))


def new_override(request: Request) -> Response:
    """The override as it was proposed; it holds once another person confirms it."""
    asked = read_body(OverrideRequest, request.scope["xinheng.json"])
    edition = desk_of(request).editions.current()
    business_id = request.path_params["business_id"]
    proposal = Proposal(asked.tier, asked.reasons, asked.until_day, asked.objection_id)
    return acted(request, lambda named: propose(edition, business_id, named, proposal), status=201)


_PATH = "/v1/businesses/{business_id}/overrides"
READ = Access("overrides", REGULATOR, AUDITOR, about="one business")
PROPOSE = Access("overrides", REGULATOR, about="one business", recorded="act")
ENDPOINTS = (
    Endpoint(Door(_PATH, "GET", READ), overrides),
    Endpoint(Door(_PATH, "POST", PROPOSE, body_bytes=20_000, writes=True), new_override),
)
