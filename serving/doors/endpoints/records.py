"""``POST /v1/records/{source}``: a department pushes records; they count at once."""

from __future__ import annotations

import re

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from features.contracts import Phrase, Source
from features.errors import YourInput
from features.ingest.pushed import pushable
from serving.answers.desk import desk_of
from serving.answers.intake import Push, take_in, utc_now
from serving.auth.access import REGISTRY, Access
from serving.database import Unavailable
from serving.doors.addresses import Door, Endpoint
from serving.doors.replies import reply
from serving.doors.requests import RecordsRequest, read_body
from serving.problems import (
    INVALID_REQUEST,
    KEY_REUSED,
    NO_INBOX,
    NO_KEY,
    UNKNOWN_SOURCE,
    Problem,
    Refused,
)

_KEY = re.compile(r"[\x21-\x7e]{8,128}")


async def records(request: Request) -> Response:
    """The receipt: what became of every row; good rows go in, faulty ones are kept and named."""
    asked = read_body(RecordsRequest, request.scope["xinheng.json"])
    desk = desk_of(request)
    edition = desk.editions.current()
    assert edition.inbox is not None  # a served edition has one
    sources = {one.name: one for one in edition.catalogue.jurisdiction.sources if pushable(one)}
    source = sources.get(request.path_params["source"])
    if source is None:
        raise Refused(_unknown_source(list(sources)))
    key = request.headers.get("idempotency-key", "")
    if not _KEY.fullmatch(key):
        raise Refused(_no_key())
    push = Push(desk.caller.name, key, source, asked.records)
    try:
        told = await to_thread.run_sync(take_in, edition, edition.inbox, push, utc_now())
    except YourInput as error:
        raise Refused(_unreadable(source, str(error))) from None
    except Unavailable:
        raise Refused(_no_inbox()) from None
    if told.request != push.request:
        raise Refused(_key_reused())
    return reply(request, told.answer)


def _unknown_source(names: list[str]) -> Problem:
    listed = ", ".join(names)
    return Problem(
        UNKNOWN_SOURCE,
        Phrase("没有可逐条报送的此数据来源。", "Records of no such source can be pushed."),
        Phrase(f"可用来源:{listed}。", f"Push to one of: {listed}."),
    )


def _no_key() -> Problem:
    return Problem(
        NO_KEY,
        Phrase(
            "写入请求必须带 Idempotency-Key 请求头(8–128 个可见 ASCII 字符)。",
            "A write needs the header Idempotency-Key: 8 to 128 visible ASCII characters.",
        ),
        Phrase(
            "请为每次报送取一个新键;重试时用同一个键,结果相同且只记一次。",
            "Choose a new key for each push; retry with the same key, and it counts once.",
        ),
    )


def _key_reused() -> Problem:
    return Problem(
        KEY_REUSED,
        Phrase("该键已用于内容不同的报送。", "The key names an earlier push of other rows."),
        Phrase("请为新的内容取一个新键。", "Choose a new key for new rows."),
    )


def _unreadable(source: Source, told: str) -> Problem:
    return Problem(
        INVALID_REQUEST,
        Phrase(f"这些记录无法按来源 {source.name} 的约定读取:{told}", told),
        Phrase(
            f"请对照来源 {source.name} 的约定核对各栏标题。",
            f"Compare the headings with the contract of {source.name}.",
        ),
    )


def _no_inbox() -> Problem:
    return Problem(
        NO_INBOX,
        Phrase("这些记录未能保存,全部未计入。", "The rows could not be kept; none of them counts."),
        Phrase(
            "请稍后用同一个键重试;如持续出现,请告知管理员(磁盘空间)。",
            "Try again shortly with the same key; if it lasts, tell the operator (disk space).",
        ),
        headers={"retry-after": "5"},
    )


PUSH = Access("records", REGISTRY, recorded="act")
ENDPOINT = Endpoint(
    Door("/v1/records/{source}", "POST", PUSH, body_bytes=2_000_000, seconds=60.0), records
)
