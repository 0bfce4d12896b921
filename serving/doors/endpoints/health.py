"""``GET /healthz``, ``/readyz`` and ``/metrics``: for those who run the service."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from serving import canonical
from serving.answers.desk import desk_of
from serving.auth.access import ADMINISTRATOR, DATA_SCIENTIST, Access, open_to_all
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply
from serving.metrics import MEDIA_TYPE


async def healthz(request: Request) -> Response:
    """The process answers."""
    return reply(request, canonical.encode({"status": "alive"}))


async def readyz(request: Request) -> Response:
    """Scores are in force; a problem (503) while there are none."""
    edition = desk_of(request).editions.current()
    return reply(
        request,
        canonical.encode(
            {
                "status": "ready",
                "scores": edition.name,
                "bundle": edition.bundle.name,
                "as_of": edition.as_of,
            }
        ),
    )


async def metrics(request: Request) -> Response:
    """Prometheus text, labelled by route template."""
    text = desk_of(request).metrics.text()
    return Response(text, media_type=MEDIA_TYPE, headers={"cache-control": "no-store"})


METRICS = Access("metrics", ADMINISTRATOR, DATA_SCIENTIST, recorded="nothing")
ENDPOINTS = (
    Endpoint(Door("/healthz", "GET", open_to_all("health"), metered=False), healthz),
    Endpoint(Door("/readyz", "GET", open_to_all("health"), metered=False), readyz),
    Endpoint(Door("/metrics", "GET", METRICS, metered=False), metrics),
)
