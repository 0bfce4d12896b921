"""Run the service under uvicorn: the same application BentoML builds, no supervisor.

BentoML's own runner opens a control port through which local users can run
commands; here there is none.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from dataclasses import astuple

import uvicorn
from starlette.types import ASGIApp

from serving.auth.keys import ApiKeys
from serving.database import Stores
from serving.service import build_service
from serving.settings import Settings, read_settings
from serving.slow_heads import PromptHeads

_BANNER = """\
Xinheng serves {home} on {scheme}://{host}:{port}/ (console) and /v1 (API).
{mode}
"""
_DEMO = "DEMO: no authentication; anyone on this machine can see everything. Not for real work."
_KEYS = "Callers show a key or token; keys are issued with: xinheng keys create."
_FIRST = """\
The first administrator's key, shown this once and kept nowhere:

    {key}

"""


log = logging.getLogger("xinheng")


def run(settings: Settings) -> None:
    """Serve until interrupted. A first start outside the demo issues an administrator's key."""
    scheme = "https" if settings.tls else "http"
    mode = _DEMO if settings.is_demo else _KEYS
    banner = _BANNER.format(
        home=settings.home, scheme=scheme, host=settings.host, port=settings.port, mode=mode
    )
    stores = Stores.of(settings.home, settings.stores)
    stores.prepare()
    first = None if settings.is_demo else ApiKeys(settings.home / "auth", stores.auth).first()
    stores.close()
    if first:
        banner += _FIRST.format(key=first)
    print(banner, file=sys.stderr, end="", flush=True)
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
        http=PromptHeads,
        log_config=None,
        proxy_headers=False,
        ssl_certfile=settings.tls[0] if settings.tls else None,
        ssl_keyfile=settings.tls[1] if settings.tls else None,
    )


def application() -> ASGIApp:
    """The guarded application of a worker process, set up from the environment."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    for noisy in ("uvicorn.error", "bentoml"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    settings = read_settings(os.environ)
    if settings.is_demo:
        log.warning(_DEMO)
    return build_service(settings).to_asgi()


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
        "XINHENG_DEMO": "yes" if settings.is_demo else "no",
        "XINHENG_NAMES": ",".join(settings.names),
        "XINHENG_TLS": ",".join(settings.tls),
        "XINHENG_STORES": settings.stores,
        "XINHENG_AUDIT_HEADS": str(settings.audit_heads.resolve()),
        "XINHENG_TOKENS": " ".join(astuple(settings.issuer)) if settings.issuer else "",
    }
