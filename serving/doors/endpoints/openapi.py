"""``GET /openapi.json``: the API's own description, OpenAPI 3.1, kept by hand.

Its examples (``examples.json``) were taken from a running service; a test asks again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Any

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
    folder = resources.files("serving.doors")
    document = yaml.safe_load(folder.joinpath("openapi.yaml").read_text(encoding="utf-8"))
    told = json.loads(folder.joinpath("examples.json").read_text(encoding="utf-8"))
    for methods in document["paths"].values():
        for operation in methods.values():
            if isinstance(operation, dict) and operation["operationId"] in told:
                _show(operation, told[operation["operationId"]])
    for refusal in document["components"]["responses"]["Problem"]["content"].values():
        refusal["example"] = told["Problem"]["answer"]
    return json.dumps(document, ensure_ascii=False).encode()


def _show(operation: dict[str, Any], example: Mapping[str, object]) -> None:
    """Put what was asked and answered beside the schemas it fits."""
    if "request" in example:
        operation["requestBody"]["content"]["application/json"]["example"] = example["request"]
    answered = next(one for status, one in operation["responses"].items() if status[0] == "2")
    for content in answered["content"].values():
        content["example"] = example["answer"]


ENDPOINT = Endpoint(Door("/openapi.json", "GET", open_to_all("description")), openapi)
