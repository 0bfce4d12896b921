"""The addresses the service answers at, and how much each accepts.

A `Door` is declared beside its endpoint. The guard opens exactly these and the
metrics are labelled with their templates, so an address exists once.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Scope

from serving.auth.access import Access
from serving.problems import Problem

# One that is no coroutine runs on a thread: it may wait for a store.
Handler = Callable[[Request], Awaitable[Response] | Response]
# Tells a problem as a page, to who looks in a browser.
Page = Callable[[Scope, Problem], Response]

UNMATCHED = "unmatched"


@dataclass(frozen=True)
class Door:
    """One address.

    Parameters
    ----------
    template
        Path with ``{names}`` for the parts that vary; a part never holds ``/``.
    method
        ``GET`` (which admits HEAD) or ``POST``.
    access
        Who may, whom it is about and what is recorded.
    body_bytes
        Longest body accepted; 0 means that none is.
    seconds
        Deadline from the request's first byte to the answer's last.
    metered
        Whether the door takes part in the limit on simultaneous requests.
    page
        Whether people look at the answer in a browser: refusals are pages too.
    takes_form
        Whether the body is a form of a page of ours instead of JSON.
    writes
        Whether it changes something, so that its sender must name it
        (``Idempotency-Key``): the same name is answered the same and counts once.
    """

    template: str
    method: str
    access: Access
    body_bytes: int = 0
    seconds: float = 10.0
    metered: bool = True
    page: bool = False
    takes_form: bool = False
    writes: bool = False

    @property
    def methods(self) -> tuple[str, ...]:
        """Methods admitted here, as the Allow header lists them."""
        return ("GET", "HEAD") if self.method == "GET" else (self.method,)

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Matches the decoded paths that belong to the template, with its named parts."""
        parts = re.split(r"\{([a-z_]+)\}", self.template)
        return re.compile(
            "".join(
                f"(?P<{part}>[^/]{{1,256}})" if place % 2 else re.escape(part)
                for place, part in enumerate(parts)
            )
        )

    def part(self, path: str, name: str) -> str | None:
        """The part of a path that the template names so; None when it names none so."""
        matched = self.pattern.fullmatch(path)
        return matched.groupdict().get(name) if matched else None


@dataclass(frozen=True)
class Endpoint:
    """A door and what answers behind it."""

    door: Door
    handler: Handler

    @property
    def route(self) -> Route:
        """The endpoint as a Starlette route."""
        return Route(self.door.template, self.handler, methods=[self.door.method])


class Directory:
    """Finds the door for a path and method."""

    def __init__(self, doors: Sequence[Door]) -> None:
        self._exact: dict[str, list[Door]] = {}
        self._templates: list[tuple[re.Pattern[str], Door]] = []
        for door in doors:
            if "{" in door.template:
                self._templates.append((door.pattern, door))
            else:
                self._exact.setdefault(door.template, []).append(door)

    def at(self, path: str) -> list[Door]:
        """Every door at `path`; empty when the address does not exist."""
        exact = self._exact.get(path)
        if exact is not None:
            return exact
        return [door for pattern, door in self._templates if pattern.fullmatch(path)]
