"""``GET /v1/businesses/{business_id}/overrides/{override_id}``: one override as it stands."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from serving import canonical
from serving.answers.desk import desk_of
from serving.answers.overrides import override_named
from serving.auth.access import AUDITOR, REGULATOR, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply


def override(request: Request) -> Response:
    """The override with who proposed, confirmed and ended it."""
    edition = desk_of(request).editions.current()
    parts = request.path_params
    told = override_named(edition, parts["business_id"], parts["override_id"])
    return reply(request, canonical.encode(told))


READ = Access("overrides", REGULATOR, AUDITOR, about="one business")
ENDPOINT = Endpoint(
    Door("/v1/businesses/{business_id}/overrides/{override_id}", "GET", READ), override
)
