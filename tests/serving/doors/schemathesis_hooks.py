"""What schemathesis is told about our contract that a schema cannot say."""

from __future__ import annotations

import json
import re
from uuid import uuid4

import schemathesis

_NAMED = re.compile(r"[!-~]{8,128}")


@schemathesis.hook
def before_call(
    _context: schemathesis.HookContext, case: schemathesis.Case, _kwargs: dict[str, object]
) -> None:
    """Give every write a name of its own: the same name with another body is refused."""
    headers = case.headers or {}
    if _NAMED.fullmatch(str(headers.get("Idempotency-Key", ""))):
        headers["Idempotency-Key"] = uuid4().hex


@schemathesis.deserializer("application/x-ndjson")
def lines(_context: schemathesis.HookContext, response: schemathesis.Response) -> object:
    """One line of the stream stands for all: each is to fit by itself."""
    every = [json.loads(line) for line in response.content.splitlines()]
    return every[0] if every else None
