"""``POST /v1/records/{source}``: a department pushes records; they count at once."""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from features.contracts import Phrase, Source
from features.ingest.pushed import RowsRefused, pushable
from serving.answers.desk import desk_of, utc_now
from serving.answers.intake import Push, take_in
from serving.auth.access import REGISTRY, Access
from serving.database import Unavailable
from serving.doors.addresses import Door, Endpoint
from serving.doors.idempotency import HEADER, refuse_reuse
from serving.doors.replies import reply
from serving.doors.requests import RecordsRequest, read_body
from serving.problems import (
    INVALID_REQUEST,
    NO_INBOX,
    NOT_YOUR_SOURCE,
    UNKNOWN_SOURCE,
    FieldFault,
    Problem,
    Refused,
)


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
    if desk.caller.department not in ("", source.department):
        raise Refused(_of_another_department(desk.caller.department, list(sources.values())))
    push = Push(desk.caller.name, request.headers[HEADER], source, asked.records)
    try:
        told = await to_thread.run_sync(take_in, edition, edition.inbox, push, utc_now())
    except RowsRefused as refused:
        raise Refused(_unreadable(source, refused)) from None
    except (Unavailable, OSError):
        raise Refused(_no_inbox()) from None
    refuse_reuse(told.request, push.request)
    return reply(request, told.answer)


def _unknown_source(names: list[str]) -> Problem:
    listed = ", ".join(names)
    return Problem(
        UNKNOWN_SOURCE,
        Phrase("没有可逐条报送的此数据来源。", "Records of no such source can be pushed."),
        Phrase(f"可用来源:{listed}。", f"Push to one of: {listed}."),
    )


def _of_another_department(department: str, sources: list[Source]) -> Problem:
    own = ", ".join(one.name for one in sources if one.department == department)
    return Problem(
        NOT_YOUR_SOURCE,
        Phrase("此来源属于其他部门。", "The source is another department's."),
        Phrase(
            f"您的密钥属于部门 {department};可报送的来源:{own or '无'}。",
            f"Your key is the department {department}'s; it may push to: {own or 'none'}.",
        ),
    )


def _unreadable(source: Source, refused: RowsRefused) -> Problem:
    return Problem(
        INVALID_REQUEST,
        Phrase(
            f"records 中没有一行带有识别 {source.name} 记录所必需的栏目。",
            f"No row in `records` has the headings that make it a record of {source.name}.",
        ),
        Phrase(
            f"请按来源 {source.name} 的约定给出各栏标题(xinheng contracts page {source.name})。",
            f"Name the columns as the contract of {source.name} does "
            f"(xinheng contracts page {source.name}).",
        ),
        (FieldFault("records", refused.expected, f"{refused.given} other heading(s)"),),
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
    Door("/v1/records/{source}", "POST", PUSH, body_bytes=2_000_000, seconds=60.0, writes=True),
    records,
)
