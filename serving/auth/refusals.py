"""Why somebody may not, each with the next step; and how to show who one is (RFC 6750)."""

from __future__ import annotations

import math

from features.contracts import Phrase
from serving import problems
from serving.problems import Problem

_REALM = 'Bearer realm="xinheng"'


def unauthenticated(*, shown: bool) -> Problem:
    """No key or token came with the request, or (`shown`) one that opens nothing."""
    challenge = f'{_REALM}, error="invalid_token"' if shown else _REALM
    why = (
        Phrase(
            "密钥或令牌无效、已过期或已撤销。", "The key or token is unknown or no longer valid."
        )
        if shown
        else Phrase("请求没有携带密钥或令牌。", "The request carries no key or token.")
    )
    return Problem(
        problems.UNAUTHENTICATED,
        why,
        Phrase(
            "请以 Authorization: Bearer 发送有效的密钥或令牌;密钥由管理员签发。",
            "Send a valid key or token as Authorization: Bearer; the administrator issues keys.",
        ),
        headers={"www-authenticate": challenge},
    )


def not_allowed(scope: str) -> Problem:
    """The caller's role or scopes do not open this door."""
    return Problem(
        problems.NOT_ALLOWED,
        Phrase("您的角色或权限范围不包含此项操作。", "Your role or scopes do not include this."),
        Phrase(
            f"需要包含 {scope} 的密钥或令牌;如工作需要,请向管理员申请。",
            f"A key or token that includes {scope} is needed; ask the administrator if your work "
            "requires it.",
        ),
        headers={"www-authenticate": f'{_REALM}, error="insufficient_scope", scope="{scope}"'},
    )


def outside_your_district() -> Problem:
    """The business is not one of those the caller may look at."""
    return Problem(
        problems.OUTSIDE,
        Phrase(
            "该经营主体不在您可查看的范围内(辖区或本主体)。",
            "This business is outside what you may look at (your districts, or your own business).",
        ),
        Phrase(
            "请由其所在区县的监管人员查看,或向管理员申请相应辖区。",
            "Ask a regulator of its district, or the administrator for that district.",
        ),
        headers={"www-authenticate": f'{_REALM}, error="insufficient_scope"'},
    )


def purpose_missing(expected: str | None = None) -> Problem:
    """Regulators and auditors say why they look; `expected` is what a stated purpose must be."""
    return Problem(
        problems.PURPOSE_MISSING,
        Phrase(
            "查询须说明目的(法定事项),目的将记入审计日志。"
            if expected is None
            else "所述查询目的不合要求(2至100字,不得含标识号码)。",
            "Looks need a stated purpose (a statutory item); it is kept in the audit log."
            if expected is None
            else f"The stated purpose must be {expected}.",
        ),
        Phrase(
            "请以请求头 X-Purpose 说明目的;中文以百分号编码(UTF-8)。",
            "State it in the header X-Purpose; percent-encode what is not ASCII (UTF-8).",
        ),
    )


def too_many(seconds: float) -> Problem:
    """The caller asks more often than it may."""
    wait = max(1, math.ceil(seconds))
    return Problem(
        problems.TOO_MANY,
        Phrase("请求过于频繁。", "Too many requests."),
        Phrase(f"请 {wait} 秒后重试。", f"Try again in {wait} second(s)."),
        headers={"retry-after": str(wait)},
    )


def cross_site() -> Problem:
    """A form was sent from another site's page."""
    return Problem(
        problems.CROSS_SITE,
        Phrase("该请求来自其他网站的页面。", "The request comes from another site's page."),
        Phrase("请从本服务的页面操作。", "Use the pages of this service."),
    )
