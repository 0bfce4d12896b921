"""What a refused request is told: RFC 9457 problem details, in Chinese or English.

One shape everywhere. A problem says what is wrong and the next step; it names
fields and types, and never repeats a value that was sent. Its body depends on
nothing but the problem and the language; the request's id travels in a header.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.responses import Response

from features.contracts import Phrase
from serving.language import TAGS, Language, say

MEDIA_TYPE = "application/problem+json"


@dataclass(frozen=True)
class ProblemType:
    """A kind of refusal; `slug` is stable and is what a client switches on."""

    slug: str
    status: int
    title: Phrase

    @property
    def uri(self) -> str:
        """Identifier of the type, independent of where the service runs."""
        return f"urn:xinheng:problem:{self.slug}"


UNKNOWN_PATH = ProblemType("unknown-path", 404, Phrase("没有此地址", "No such address"))
UNKNOWN_BUSINESS = ProblemType(
    "unknown-business", 404, Phrase("没有该经营主体", "No such business")
)
NOT_SCORED = ProblemType("not-scored", 404, Phrase("该经营主体没有评分", "Business not scored"))
NOT_COMPARABLE = ProblemType("not-comparable", 409, Phrase("无法比较", "Not comparable"))
WRONG_METHOD = ProblemType(
    "wrong-method", 405, Phrase("此地址不支持该请求方法", "Method not supported here")
)
WRONG_MEDIA_TYPE = ProblemType(
    "wrong-media-type", 415, Phrase("请求体必须是 JSON", "The body must be JSON")
)
BODY_TOO_LARGE = ProblemType("body-too-large", 413, Phrase("请求体过大", "The body is too large"))
UNEXPECTED_BODY = ProblemType(
    "unexpected-body", 400, Phrase("此请求不应带请求体", "This request takes no body")
)
MALFORMED_JSON = ProblemType(
    "malformed-json", 400, Phrase("请求体不是合格的 JSON", "The body is not acceptable JSON")
)
INVALID_REQUEST = ProblemType(
    "invalid-request", 422, Phrase("请求内容不符合约定", "The request does not fit its contract")
)
NOT_YOUR_SOURCE = ProblemType(
    "not-your-source", 403, Phrase("不是本部门的来源", "Another department's source")
)
UNKNOWN_SOURCE = ProblemType("unknown-source", 404, Phrase("没有该数据来源", "No such source"))
KEY_REUSED = ProblemType(
    "idempotency-key-reused", 422, Phrase("幂等键已用于其他内容", "Idempotency key already used")
)
NO_KEY = ProblemType(
    "idempotency-key-missing", 400, Phrase("缺少幂等键", "Idempotency key missing")
)
SLOW_BODY = ProblemType("slow-body", 408, Phrase("请求体发送过慢", "The body came too slowly"))
BUSY = ProblemType("busy", 503, Phrase("服务繁忙", "The service is busy"))
TOO_SLOW = ProblemType("too-slow", 503, Phrase("未能按时答复", "No answer in time"))
NOT_READY = ProblemType("not-ready", 503, Phrase("尚无评分结果", "No scores yet"))
NOT_LOOPBACK = ProblemType(
    "not-loopback", 403, Phrase("仅限本机访问", "Reachable from this machine only")
)
UNAUTHENTICATED = ProblemType("unauthenticated", 401, Phrase("未通过身份认证", "Not authenticated"))
NOT_ALLOWED = ProblemType("not-allowed", 403, Phrase("无权操作", "Not allowed"))
OUTSIDE = ProblemType(
    "outside-your-district", 403, Phrase("不在可查看范围", "Outside what you may look at")
)
CROSS_SITE = ProblemType("cross-site", 403, Phrase("来自其他网站", "From another site"))
PURPOSE_MISSING = ProblemType(
    "purpose-missing", 403, Phrase("未说明查询目的", "No purpose was stated")
)
TOO_MANY = ProblemType("too-many-requests", 429, Phrase("请求过于频繁", "Too many requests"))
NO_AUDIT = ProblemType(
    "audit-unavailable", 503, Phrase("审计日志无法写入", "The audit log cannot be written")
)
NO_INBOX = ProblemType(
    "inbox-unavailable", 503, Phrase("报送的记录无法保存", "Pushed records cannot be kept")
)
NO_STORE = ProblemType(
    "store-unavailable", 503, Phrase("数据存储暂时不可用", "A store is unavailable")
)
UNKNOWN_RECORD = ProblemType(
    "unknown-record", 404, Phrase("没有该审计记录", "No such audit record")
)
UNKNOWN_REFERENCE = ProblemType(
    "unknown-reference", 404, Phrase("所引内容不存在", "What the request names is not there")
)
UNKNOWN_CASE = ProblemType(
    "unknown-case", 404, Phrase("没有该异议、人工调整或名称", "No such objection, override or name")
)
CONFLICT = ProblemType("conflict", 409, Phrase("与现状不符", "Not possible as things stand"))
SAME_PERSON = ProblemType("same-person", 403, Phrase("须由另一人办理", "Another person has to"))
NOT_YOURS = ProblemType("not-yours", 403, Phrase("不是您提出的", "Not yours"))
NOT_SIGNED_YET = ProblemType("not-signed-yet", 409, Phrase("尚未签名", "Not signed yet"))
NOT_REPRODUCIBLE = ProblemType(
    "not-reproducible", 410, Phrase("无法重现该答复", "The answer cannot be made again")
)
OUR_BUG = ProblemType("our-bug", 500, Phrase("服务内部错误", "The service failed"))

TYPES: tuple[ProblemType, ...] = (
    UNKNOWN_PATH, UNKNOWN_BUSINESS, NOT_SCORED, NOT_COMPARABLE, WRONG_METHOD, WRONG_MEDIA_TYPE,
    BODY_TOO_LARGE, UNEXPECTED_BODY, MALFORMED_JSON, INVALID_REQUEST, UNKNOWN_SOURCE, KEY_REUSED,
    NO_KEY, SLOW_BODY, BUSY, TOO_SLOW, NOT_READY, NOT_LOOPBACK, UNAUTHENTICATED, NOT_ALLOWED,
    OUTSIDE, CROSS_SITE, PURPOSE_MISSING, TOO_MANY, NO_AUDIT, NO_INBOX, NO_STORE, UNKNOWN_RECORD,
    NOT_YOUR_SOURCE, UNKNOWN_REFERENCE, UNKNOWN_CASE, CONFLICT, SAME_PERSON, NOT_YOURS,
    NOT_SIGNED_YET, NOT_REPRODUCIBLE, OUR_BUG,
)  # fmt: skip


@dataclass(frozen=True)
class FieldFault:
    """One field of the request that does not fit: where, expected, got (a type)."""

    where: str
    expected: str
    got: str


@dataclass(frozen=True)
class Problem:
    """One refusal, ready to be said in either language."""

    type: ProblemType
    detail: Phrase
    next_step: Phrase
    faults: tuple[FieldFault, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, language: Language) -> bytes:
        """The JSON document; equal problems give equal bytes."""
        document: dict[str, object] = {
            "type": self.type.uri,
            "title": say(self.type.title, language),
            "status": self.type.status,
            "detail": say(self.detail, language),
            "next_step": say(self.next_step, language),
        }
        if self.faults:
            document["faults"] = [
                {"where": f.where, "expected": f.expected, "got": f.got} for f in self.faults
            ]
        return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()

    def response(self, language: Language) -> Response:
        """The problem as an HTTP response in `language`."""
        return Response(
            self.body(language),
            status_code=self.type.status,
            headers={
                "content-language": TAGS[language],
                "cache-control": "no-store",
                "vary": "accept-language",
                "x-problem": self.type.slug,
                **self.headers,
            },
            media_type=MEDIA_TYPE,
        )


class Refused(Exception):  # a refusal is an answer, not a failure
    """Raised by an endpoint that answers with a problem."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.type.slug)
        self.problem = problem


def our_bug() -> Problem:
    """The problem told when a promise of the code did not hold."""
    return Problem(
        OUR_BUG,
        Phrase("服务未能完成本次请求,结果已扣留。", "The request failed; its answer is withheld."),
        Phrase(
            "请将响应头 x-request-id 的值告知管理员。",
            "Report the x-request-id response header to the operator.",
        ),
    )


def unknown_business() -> Problem:
    """The problem told when the scores in force know no such business."""
    return Problem(
        UNKNOWN_BUSINESS,
        Phrase(
            "现行评分批次中没有该标识对应的经营主体。",
            "The scores in force hold no business under this identifier.",
        ),
        Phrase(
            "请核对标识;可用 GET /v1/businesses?query= 按名称或标识查找;"
            "新设主体在下一批评分后可查。",
            "Check the identifier, or search by name or identifier with "
            "GET /v1/businesses?query=; a new business appears with the next scoring.",
        ),
    )


def not_ready(reason: Phrase) -> Problem:
    """The problem told while there is no set of scores to answer from."""
    return Problem(
        NOT_READY,
        reason,
        Phrase(
            "请运行评分步骤(xinheng score)生成评分结果,服务会自动启用。",
            "Run the scoring step (xinheng score); the service takes its result up by itself.",
        ),
        headers={"retry-after": "10"},
    )


def no_store() -> Problem:
    """The problem told while keys or pushed records cannot be read."""
    return Problem(
        NO_STORE,
        Phrase(
            "密钥或报送记录的存储暂时不可用,本次请求未处理。",
            "The store of keys or pushed records cannot be reached; nothing was done.",
        ),
        Phrase(
            "请稍后重试;如持续出现,请告知管理员(数据库)。",
            "Try again shortly; if it lasts, tell the operator (database).",
        ),
        headers={"retry-after": "5"},
    )
