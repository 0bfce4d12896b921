"""Answers as HTTP responses: equal content has equal bytes and an equal ETag."""

from __future__ import annotations

import hashlib

from starlette.requests import Request
from starlette.responses import Response

JSON = "application/json"


def reply(
    request: Request,
    body: bytes,
    media_type: str = JSON,
    *,
    status: int = 200,
    headers: dict[str, str] | None = None,
) -> Response:
    """`body` with its ETag, or 304 where the caller has it already.

    Answers are for their reader only and are asked for anew each time: ``no-cache``
    lets a browser keep them but never show them without asking.
    """
    digest = hashlib.sha256(body).hexdigest()
    request.scope["xinheng.sha256"] = digest  # what the audit record says was answered
    tag = f'"{digest[:32]}"'
    carried = {"etag": tag, "cache-control": "private, no-cache", **(headers or {})}
    if request.method in ("GET", "HEAD") and status == 200 and _has(request, tag):
        return Response(status_code=304, headers=carried)
    return Response(body, status_code=status, headers=carried, media_type=media_type)


def _has(request: Request, tag: str) -> bool:
    held = request.headers.get("if-none-match", "")
    return "*" in held or tag in (one.strip().removeprefix("W/") for one in held.split(","))
