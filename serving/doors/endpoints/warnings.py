"""``GET /v1/warnings``: who has which warning, the gravest first."""

from __future__ import annotations

from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from serving import canonical
from serving.answers.desk import desk_of
from serving.auth.access import AUDITOR, REGULATOR, Access
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply
from serving.doors.requests import WarningsRequest, read_query
from serving.store.warned import WarningsWanted, find_warnings


async def warnings(request: Request) -> Response:
    """The page of warnings the query asks for, as everyone was scored, and where the next is."""
    asked = read_query(WarningsRequest, request.query_params)
    desk = desk_of(request)
    edition = desk.editions.current()
    wanted = WarningsWanted(
        asked.outcome, asked.level, asked.district, asked.sector, asked.least, asked.place,
        asked.limit, tuple(sorted(desk.caller.districts)),
    )  # fmt: skip
    page = find_warnings(edition.store, wanted)
    following = None
    if page.after is not None:
        query = asked.model_copy(update={"after": str(page.after)})
        following = f"/v1/warnings?{urlencode(query.model_dump(exclude_defaults=True))}"
    manifest = edition.bundle.manifest
    body = {
        "as_of": edition.as_of,
        "next": following,
        "titles": {name: manifest.models[name].title for name in sorted(manifest.warnings)},
        "warnings": page.warnings,
    }
    return reply(request, canonical.encode(body))


LIST = Access("list", REGULATOR, AUDITOR, about="many businesses")
ENDPOINT = Endpoint(Door("/v1/warnings", "GET", LIST), warnings)
