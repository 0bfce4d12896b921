"""``GET /v1/objections``: objections of all businesses, the longest open first."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from serving import canonical
from serving.answers.desk import Desk, desk_of
from serving.answers.edition import Edition
from serving.answers.objection_told import told
from serving.answers.objections import all_objections
from serving.auth.access import AUDITOR, REGULATOR, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.recording import may_look
from serving.doors.replies import reply
from serving.doors.requests import read_query
from serving.doors.review_requests import CasesRequest
from serving.review import Objection


def objection_list(request: Request) -> Response:
    """A page of objections in the order of filing, and where the next one is."""
    asked = read_query(CasesRequest, request.query_params)
    desk = desk_of(request)
    edition = desk.editions.current()
    found = list(islice(_seen(desk, edition, asked), asked.limit + 1))
    page, following = found[: asked.limit], None
    if len(found) > asked.limit:
        query = asked.model_copy(update={"after": page[-1].no}).model_dump(exclude_defaults=True)
        following = f"/v1/objections?{urlencode(query)}"
    body = {"next": following, "objections": [told(edition, one) for one in page]}
    return reply(request, canonical.encode(body))


def _seen(desk: Desk, edition: Edition, asked: CasesRequest) -> Iterator[Objection]:
    """Those of businesses that the caller may look at."""
    is_open = None if asked.state is None else asked.state == "open"
    for one in all_objections(edition, asked.after, is_open=is_open):
        if not desk.caller.is_limited or may_look(desk, one.business_id):
            yield one


LIST = Access("objections", REGULATOR, AUDITOR, about="many businesses")
ENDPOINT = Endpoint(Door("/v1/objections", "GET", LIST), objection_list)
