"""``GET`` and ``POST /v1/businesses/{business_id}/objections``: of one business, and a new one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from serving import canonical
from serving.answers.desk import desk_of
from serving.answers.objection_told import told
from serving.answers.objections import file_objection, objections_about
from serving.auth.access import AUDITOR, REGISTRY, REGULATOR, SUBJECT, Access
from serving.doors.acting import acted
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply
from serving.doors.requests import read_body
from serving.doors.review_requests import ObjectionRequest


def objections(request: Request) -> Response:
    """Every objection of the business, oldest first."""
    desk = desk_of(request)
    edition = desk.editions.current()
    found = objections_about(edition, request.path_params["business_id"])
    to_subject = desk.caller.role == "subject"
    body = {"objections": [told(edition, one, to_subject=to_subject) for one in found]}
    return reply(request, canonical.encode(body))


def new_objection(request: Request) -> Response:
    """The objection as it was filed; its records are disputed from now on."""
    asked = read_body(ObjectionRequest, request.scope["xinheng.json"])
    edition = desk_of(request).editions.current()
    business_id = request.path_params["business_id"]
    return acted(
        request,
        lambda named: file_objection(edition, business_id, named, asked.keys, asked.grounds),
        status=201,
    )


_PATH = "/v1/businesses/{business_id}/objections"
READ = Access("objections", REGISTRY, REGULATOR, SUBJECT, AUDITOR, about="one business")
FILE = Access(
    "objections", REGISTRY, REGULATOR, SUBJECT, about="one business", recorded="act"
)  # fmt: skip
ENDPOINTS = (
    Endpoint(Door(_PATH, "GET", READ), objections),
    Endpoint(Door(_PATH, "POST", FILE, body_bytes=20_000, writes=True), new_objection),
)
