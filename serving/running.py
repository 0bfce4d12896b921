"""Run the service under uvicorn: the same application BentoML builds, no supervisor.

BentoML's own runner opens a control port through which local users can run
commands; here there is none.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile

import uvicorn
from starlette.types import ASGIApp

from serving.service import build_service, refuse_reachable
from serving.settings import Settings, read_settings

_BANNER = """\
Xinheng serves {home} on http://{host}:{port}/ (console) and /v1 (API).
Authentication is not built yet: reachable from this machine only.
"""


def run(settings: Settings) -> None:
    """Serve until interrupted; raises OurConfiguration for an address others can reach."""
    refuse_reachable(settings.host)
    print(
        _BANNER.format(home=settings.home, host=settings.host, port=settings.port),
        file=sys.stderr, end="", flush=True,
    )  # fmt: skip
    os.environ.update(_environment(settings))
    if settings.workers > 1:
        # Workers count together: the folder is where their counters meet.
        os.environ.setdefault("PROMETHEUS_MULTIPROC_DIR", tempfile.mkdtemp(prefix="xinheng-"))
    uvicorn.run(
        "serving.running:application",
        factory=True,
        host=settings.host,
        port=settings.port,
        workers=settings.workers,
        access_log=False,
        server_header=False,
        date_header=True,
        timeout_keep_alive=15,
        log_config=None,
        proxy_headers=False,
    )


def application() -> ASGIApp:
    """The guarded application of a worker process, set up from the environment."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    for noisy in ("uvicorn.error", "bentoml"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    return build_service(read_settings(os.environ)).to_asgi()


def _environment(settings: Settings) -> dict[str, str]:
    """What a worker process reads to be set up like this one."""
    return {
        "XINHENG_JURISDICTION": settings.jurisdiction,
        "XINHENG_HOME": str(settings.home.resolve()),
        "XINHENG_HOST": settings.host,
        "XINHENG_PORT": str(settings.port),
        "XINHENG_LANGUAGE": settings.language,
        "XINHENG_TRUSTED_KEYS": ",".join(settings.trusted_keys),
        "XINHENG_WORKERS": str(settings.workers),
    }
