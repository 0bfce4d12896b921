"""The service, made without the deprecation warnings of BentoML's own code."""

import warnings

from starlette.types import ASGIApp

from serving.settings import Settings

with warnings.catch_warnings():
    # BentoML 1.4.39 asks pathspec for a pattern class by its old name.
    warnings.simplefilter("ignore", DeprecationWarning)
    from serving.service import NATIVE, GuardedService, build_service, refuse_reachable

__all__ = ["NATIVE", "GuardedService", "app_of", "refuse_reachable"]


def app_of(settings: Settings) -> ASGIApp:
    """The whole service as one ASGI application: guard, BentoML, our application."""
    with warnings.catch_warnings():
        # BentoML overrides a hook that pydantic has deprecated.
        warnings.simplefilter("ignore", DeprecationWarning)
        return build_service(settings).to_asgi()
