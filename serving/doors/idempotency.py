"""Writes are named by their sender: the same name and content is answered the same, once.

``Idempotency-Key`` as IETF's draft describes it: the guard refuses a write without
one, an endpoint refuses one that named other content before.
"""

from __future__ import annotations

import re

from starlette.datastructures import Headers
from starlette.requests import Request

from features.contracts import Phrase
from serving import canonical
from serving.problems import KEY_REUSED, NO_KEY, Problem, Refused
from serving.review import Asked, By

HEADER = "idempotency-key"
_KEY = re.compile(r"[\x21-\x7e]{8,128}")


def refuse_unnamed(headers: Headers) -> None:
    """Raise Refused when the write has no usable name."""
    if len(headers.getlist(HEADER)) != 1 or not _KEY.fullmatch(headers[HEADER]):
        raise Refused(_no_key())


def asked_by(request: Request, by: By) -> Asked:
    """The name of the write and what it asks: its address and its body."""
    asked = [request.method, request.url.path, request.scope["xinheng.json"]]
    digest = canonical.sha256(canonical.encode(asked))
    return Asked(by, request.headers[HEADER], digest)


def refuse_reuse(first: str, now: str) -> None:
    """Raise Refused when the key named a write of other content (`first`, `now`: SHA-256)."""
    if first != now:
        raise Refused(reused())


def _no_key() -> Problem:
    return Problem(
        NO_KEY,
        Phrase(
            "写入请求必须带 Idempotency-Key 请求头(8–128 个可见 ASCII 字符)。",
            "A write needs the header Idempotency-Key: 8 to 128 visible ASCII characters.",
        ),
        Phrase(
            "请为每次写入取一个新键;重试时用同一个键,结果相同且只记一次。",
            "Choose a new key for each write; retry with the same key, and it counts once.",
        ),
    )


def reused() -> Problem:
    """The key names an earlier write of other content."""
    """The key names an earlier write of other content."""
    return Problem(
        KEY_REUSED,
        Phrase("该键已用于内容不同的写入。", "The key names an earlier write of other content."),
        Phrase("请为新的内容取一个新键。", "Choose a new key for new content."),
    )
