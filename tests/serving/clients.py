"""A client for ASGI applications in this process, speaking from this machine."""

import warnings

from starlette.exceptions import StarletteDeprecationWarning
from starlette.types import ASGIApp

with warnings.catch_warnings():
    # Starlette's client would rather have httpx2; with httpx it behaves the same.
    warnings.simplefilter("ignore", StarletteDeprecationWarning)
    from starlette.testclient import TestClient

__all__ = ["TestClient", "local_client"]


def local_client(app: ASGIApp, host: str = "127.0.0.1") -> TestClient:
    """A client whose requests come from `host` and are addressed to 127.0.0.1."""
    return TestClient(app, base_url="http://127.0.0.1", client=(host, 50_000))
