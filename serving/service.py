"""The service as BentoML runs it: our application mounted, our guard outermost.

The public API is the mounted application; ``POST /score`` is the same answer as
a BentoML method, for clients that BentoML generates. Both ask the same desk.
BentoML's telemetry, metrics and access log are off: they count by raw path and
log what they reject.
"""

from __future__ import annotations

import os

# Before BentoML is imported: nothing reports home.
os.environ.setdefault("BENTOML_DO_NOT_TRACK", "true")

import ipaddress
import itertools
import json
from collections.abc import Mapping, Sequence
from typing import Any

import bentoml
from _bentoml_sdk import Service  # type: ignore[import-untyped]  # BentoML ships no types
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.types import ASGIApp, Scope

from features.errors import OurConfiguration
from serving.answers.desk import Desk
from serving.auth import ANONYMOUS
from serving.database import Unavailable
from serving.doors.addresses import Door
from serving.doors.api import DOORS, application
from serving.doors.console.pages import refusal_page
from serving.doors.endpoints.score import SCORE
from serving.doors.guard import Guard, Reach
from serving.doors.recording import Recorder
from serving.doors.requests import ScoreRequest, read_body
from serving.errors import refusal
from serving.problems import Problem, Refused, no_store
from serving.settings import Settings

NATIVE = Door("/score", "POST", SCORE, body_bytes=1024)
# BentoML's own addresses that ours take the place of.
_REPLACED = frozenset({"livez", "healthz", "readyz", "metrics"})
# BentoML's timeout lets a failed request hang until its end, and traces go nowhere here.
_LEFT_OUT = frozenset({"TimeoutMiddleware", "OpenTelemetryMiddleware"})


class GuardedService(Service[Any]):  # type: ignore[misc]  # BentoML ships no types
    """A BentoML service that only answers behind the guard."""

    desk: Desk

    def to_asgi(self, is_main: bool = True) -> ASGIApp:
        """BentoML's application with our health routes and deadlines, behind our guard."""
        app = super().to_asgi(is_main)
        assert isinstance(app, Starlette)
        app.router.routes[:] = [
            route for route in app.router.routes if getattr(route, "name", "") not in _REPLACED
        ]
        app.user_middleware[:] = [
            layer
            for layer in app.user_middleware
            if getattr(layer.cls, "__name__", "") not in _LEFT_OUT
        ]
        desk, doors = self.desk, (*DOORS, NATIVE)

        def page(scope: Scope, problem: Problem) -> Response:
            # Whoever is refused at the door got no desk yet.
            scope.setdefault("xinheng.desk", desk.serving(scope.get("xinheng.caller", ANONYMOUS)))
            return refusal_page(scope, problem)

        return Guard(
            Recorder(app, desk, doors, page),
            doors,
            gatekeeper=desk.gatekeeper,
            reach=Reach(frozenset(desk.settings.names), only_here=desk.settings.is_demo),
            page=page,
            language=desk.settings.language,
            metrics=desk.metrics,
            checks={NATIVE.template: lambda value: read_body(ScoreRequest, value)},
        )

    def serve_http(self, **options: Any) -> Any:
        """As BentoML serves it, on a loopback address only: it knows no TLS of ours."""
        refuse_reachable(str(options.get("host", self.desk.settings.host)))
        return super().serve_http(**options)


def build_service(settings: Settings) -> GuardedService:
    """The BentoML service that answers with `settings`."""
    desk = Desk.of(settings)
    app = application(desk)

    @bentoml.asgi_app(app, path="/", name="public")
    class Xinheng:
        """Credit-risk tiers and warnings of businesses, explained."""

        @bentoml.api(route=NATIVE.template)  # type: ignore[untyped-decorator]  # as above
        def score(self, business_id: str, ctx: bentoml.Context) -> dict[str, Any]:
            """The decision that applies to one business, as ``POST /v1/score`` gives it."""
            own: Desk = ctx.request.scope["xinheng.desk"]
            try:
                document: dict[str, Any] = json.loads(own.told(business_id).body)
            except (Refused, Unavailable) as refused:
                problem = refused.problem if isinstance(refused, Refused) else no_store()
                response = problem.response(settings.language)
                ctx.response.status_code = response.status_code
                told = {k: v for k, v in response.headers.items() if k != "content-length"}
                ctx.response.metadata.update(told)
                document = json.loads(bytes(response.body))
            return document

    service = GuardedService(
        name="xinheng",
        inner=Xinheng,
        config={
            "workers": settings.workers,
            "threads": 4,
            "traffic": {"timeout": 600},
            "metrics": {"enabled": False},
            "logging": {"access": {"enabled": False}},
            "http": {"host": settings.host, "port": settings.port, "cors": {"enabled": False}},
        },
    )
    service.desk = desk
    return service


def hosts_asked(arguments: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """Hosts that BentoML's command line was told to listen on, in either of its ways.

    >>> hosts_asked(["bentoml", "serve", "x:y", "--host", "0.0.0.0"], {})
    ['0.0.0.0']
    >>> hosts_asked(["bentoml", "serve", "--host=::"], {"BENTOML_HOST": "127.0.0.1"})
    ['::', '127.0.0.1']
    """
    followed = [b for a, b in itertools.pairwise(arguments) if a == "--host"]
    joined = [one.partition("=")[2] for one in arguments if one.startswith("--host=")]
    named = [environment["BENTOML_HOST"]] if environment.get("BENTOML_HOST") else []
    return followed + joined + named


def refuse_reachable(host: str) -> None:
    """Raise OurConfiguration when other machines could reach `host` through BentoML's runner.

    It has a control port that local users can run commands through, and is for
    development; ``xinheng serve`` serves others, with TLS.
    """
    if host != "localhost" and not _is_loopback(host):
        raise refusal(
            OurConfiguration, "unsafe address", "the host to listen on",
            "a loopback address such as 127.0.0.1", "an address other machines could reach",
            "serve others with xinheng serve and a certificate",
        )  # fmt: skip


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
