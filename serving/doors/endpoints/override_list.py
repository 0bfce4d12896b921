"""``GET /v1/overrides``: overrides of all businesses, in the order of proposal."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from serving import canonical
from serving.answers.desk import Desk, desk_of
from serving.answers.overrides import OverrideTold, all_overrides
from serving.auth.access import AUDITOR, REGULATOR, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.recording import may_look
from serving.doors.replies import reply
from serving.doors.requests import read_query
from serving.doors.review_requests import CasesRequest


def override_list(request: Request) -> Response:
    """A page of overrides, and where the next one is; ``open``: proposed or in force."""
    asked = read_query(CasesRequest, request.query_params)
    found = list(islice(_seen(desk_of(request), asked), asked.limit + 1))
    page, following = found[: asked.limit], None
    if len(found) > asked.limit:
        query = asked.model_copy(update={"after": page[-1][0]}).model_dump(exclude_defaults=True)
        following = f"/v1/overrides?{urlencode(query)}"
    body = {"next": following, "overrides": [one for _, one in page]}
    return reply(request, canonical.encode(body))


def _seen(desk: Desk, asked: CasesRequest) -> Iterator[tuple[int, OverrideTold]]:
    """Those wanted, of businesses that the caller may look at."""
    for no, one in all_overrides(desk.editions.current(), asked.after):
        state = "open" if one.state in ("proposed", "in_force") else "closed"
        wanted = asked.state in (None, state)
        if wanted and (not desk.caller.is_limited or may_look(desk, one.business_id)):
            yield no, one


LIST = Access("overrides", REGULATOR, AUDITOR, about="many businesses")
ENDPOINT = Endpoint(Door("/v1/overrides", "GET", LIST), override_list)
