"""How an act of a person is taken: named by its sender, kept once, told as it stands after it."""

from __future__ import annotations

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response

from serving.answers.desk import desk_of
from serving.doors.idempotency import asked_by, refuse_reuse
from serving.doors.replies import reply
from serving.review import Answered, Asked, By


def acted(request: Request, act: Callable[[Asked], Answered], *, status: int = 200) -> Response:
    """What `act` answers; raises Refused when its key is taken.

    Parameters
    ----------
    act
        Given the name of the write and who acts; it returns once the act is durable.
    """
    caller = desk_of(request).caller
    asked = asked_by(request, By(caller.name, caller.role, caller.department))
    told = act(asked)
    refuse_reuse(told.request, asked.request)
    return reply(request, told.answer.encode(), status=status)
