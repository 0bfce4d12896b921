"""``GET /assets/…``: the style sheet and the icon, kept by browsers until they change."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from serving.auth.access import open_to_all
from serving.doors.addresses import Door, Endpoint
from serving.doors.console.pages import asset
from serving.doors.replies import reply

_KEPT = {"cache-control": "public, max-age=31536000, immutable"}


async def style(request: Request) -> Response:
    """The style sheet of every page."""
    return reply(request, asset("console.css"), "text/css; charset=utf-8", headers=_KEPT)


async def icon(request: Request) -> Response:
    """The icon of every page."""
    return reply(request, asset("icon.svg"), "image/svg+xml", headers=_KEPT)


ENDPOINTS = (
    Endpoint(Door("/assets/console.css", "GET", open_to_all("assets"), metered=False), style),
    Endpoint(Door("/assets/icon.svg", "GET", open_to_all("assets"), metered=False), icon),
)
