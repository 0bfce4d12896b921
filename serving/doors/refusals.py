"""The problems the guard tells, each with its next step."""

from __future__ import annotations

from collections.abc import Sequence

from features.contracts import Phrase
from serving import problems
from serving.problems import Problem


def unknown_path() -> Problem:
    """No door at this path."""
    return Problem(
        problems.UNKNOWN_PATH,
        Phrase("服务没有这个地址。", "The service has no such address."),
        Phrase(
            "地址列表见 /openapi.json;管理页面从 / 开始。",
            "See /openapi.json for the addresses; the console starts at /.",
        ),
    )


def instead_of(status: int) -> Problem:
    """What is told in place of an error that a framework worded."""
    if status == 404:
        return unknown_path()
    return invalid() if status < 500 else problems.our_bug()


def invalid() -> Problem:
    """The request does not fit, and what exactly is not known here."""
    return Problem(
        problems.INVALID_REQUEST,
        Phrase("请求内容不符合约定。", "The request does not fit its contract."),
        Phrase("字段与类型见 /openapi.json。", "See /openapi.json for fields and types."),
    )


def wrong_method(allowed: Sequence[str]) -> Problem:
    """The door is not opened by this method."""
    names = ", ".join(sorted(set(allowed)))
    return Problem(
        problems.WRONG_METHOD,
        Phrase(f"此地址支持的方法:{names}。", f"This address answers to {names}."),
        Phrase("请改用所列方法。", "Use one of these methods."),
        headers={"allow": names},
    )


def not_loopback() -> Problem:
    """The request did not come from, or name, this machine."""
    return Problem(
        problems.NOT_LOOPBACK,
        Phrase(
            "服务只答复本机(127.0.0.1、localhost)发来的请求。",
            "Only requests from this machine, addressed to 127.0.0.1 or localhost, are answered.",
        ),
        Phrase("请在服务所在机器上访问。", "Use it on the machine it runs on."),
    )


def no_name() -> Problem:
    """The request names a host that is not ours."""
    return Problem(
        problems.NOT_LOOPBACK,
        Phrase("请求的主机名不是本服务的。", "The host the request names is not this service."),
        Phrase(
            "请用管理员设定的主机名访问(XINHENG_NAMES)。",
            "Use a host name that the administrator set (XINHENG_NAMES).",
        ),
    )


def query_too_long(limit: int) -> Problem:
    """The query string is over its limit."""
    return Problem(
        problems.INVALID_REQUEST,
        Phrase(f"查询串超过 {limit} 字节。", f"The query string is longer than {limit} bytes."),
        Phrase("请缩短查询条件。", "Shorten the query."),
    )


def body_too_large(limit: int) -> Problem:
    """The body is over the door's limit (0: the door takes none)."""
    if limit == 0:
        return Problem(
            problems.UNEXPECTED_BODY,
            Phrase("此请求带有请求体。", "A body came with a request that takes none."),
            Phrase("请去掉请求体。", "Send the request without a body."),
        )
    return Problem(
        problems.BODY_TOO_LARGE,
        Phrase(f"请求体超过 {limit} 字节。", f"The body is longer than {limit} bytes."),
        Phrase("请分批发送。", "Send it in smaller parts."),
    )


def slow_body() -> Problem:
    """The body did not arrive in time."""
    return Problem(
        problems.SLOW_BODY,
        Phrase("请求体未在时限内到齐。", "The body did not arrive within its time limit."),
        Phrase("请重新发送。", "Send the request again."),
        headers={"connection": "close"},
    )


def wrong_media_type() -> Problem:
    """The body is not declared as plain JSON."""
    return Problem(
        problems.WRONG_MEDIA_TYPE,
        Phrase(
            "Content-Type 须为 application/json(UTF-8,不压缩)。",
            "Content-Type must be application/json (UTF-8, no content encoding).",
        ),
        Phrase("请以 JSON 发送。", "Send the body as JSON."),
        headers={"accept": "application/json"},
    )


def malformed_json(fault: str) -> Problem:
    """The body is not strict JSON."""
    return Problem(
        problems.MALFORMED_JSON,
        Phrase(f"请求体不是合格的 JSON:{fault}。", f"Not strict JSON: {fault}."),
        Phrase(
            "请发送一个 JSON 对象:键不重复,数值有限,UTF-8 编码。",
            "Send one JSON object without duplicate keys, with finite numbers, in UTF-8.",
        ),
    )


def busy() -> Problem:
    """Too many requests are under way."""
    return Problem(
        problems.BUSY,
        Phrase("同时处理的请求已达上限。", "As many requests as allowed are under way."),
        Phrase("请一秒后重试。", "Try again in a second."),
        headers={"retry-after": "1"},
    )


def too_slow() -> Problem:
    """The deadline passed before an answer began."""
    return Problem(
        problems.TOO_SLOW,
        Phrase("请求未在时限内完成。", "The request was not answered before its deadline."),
        Phrase("请稍后重试。", "Try again shortly."),
        headers={"retry-after": "1"},
    )
