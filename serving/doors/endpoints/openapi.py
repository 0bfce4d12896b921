"""``GET /openapi.json``: the API's own description, OpenAPI 3.1, kept by hand."""

from __future__ import annotations

import json
from functools import cache
from importlib import resources

import yaml
from starlette.requests import Request
from starlette.responses import Response

from serving.auth.access import open_to_all
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply


async def openapi(request: Request) -> Response:
    """The description of every public address."""
    return reply(request, _document())


@cache
def _document() -> bytes:
    text = resources.files("serving.doors").joinpath("openapi.yaml").read_text(encoding="utf-8")
    return json.dumps(yaml.safe_load(text), ensure_ascii=False).encode()


ENDPOINT = Endpoint(Door("/openapi.json", "GET", open_to_all("description")), openapi)
