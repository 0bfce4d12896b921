"""The service as it really runs, to be killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from serving.auth.keys import ApiKeys, Wanted
from tests.serving.town import Town, settings_of
from tests.serving.where import Where

_READY_SECONDS = 300  # a cold start on a busy machine


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@dataclass
class Service:
    """A service process (and its workers) that can be killed and started again."""

    town: Town
    where: Where
    workers: int = 1
    port: int = field(default_factory=_free_port)
    process: subprocess.Popen[bytes] | None = None
    log: Path = Path(os.devnull)

    def start(self) -> None:
        """Start and wait until it answers."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "serving"], env=self._environment(), stderr=log,
                start_new_session=True,
            )  # fmt: skip
        self.await_ready()

    def await_ready(self, seconds: float = _READY_SECONDS) -> float:
        """Seconds until it is ready."""
        began = time.monotonic()
        with httpx.Client(timeout=5, trust_env=False) as http:
            while time.monotonic() - began < seconds:
                try:
                    ready = http.get(f"http://127.0.0.1:{self.port}/readyz")
                    if ready.status_code == 200:
                        return time.monotonic() - began
                except httpx.TransportError:
                    pass
                time.sleep(0.05)
        raise AssertionError(f"not ready: {self.log.read_text(errors='replace')[-2000:]}")

    def kill_everything(self) -> None:
        """SIGKILL the process and every worker, at once."""
        assert self.process is not None
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(30)

    def stop(self) -> None:
        """End it in order."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(60)
        finally:
            if self.process.poll() is None:
                self.kill_everything()

    def key(self) -> str:
        """A new key of the registry."""
        keys = ApiKeys(self.where.folder / "auth", self.where.stores().auth)
        return keys.create(Wanted("registry", "registry", purpose="登记"))[1]

    def _environment(self) -> dict[str, str]:
        settings = settings_of(self.town)
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("XINHENG_", "BENTOML_"))}
        return kept | {
            "PYTHONPATH": os.pathsep.join(sys.path),
            "XINHENG_JURISDICTION": settings.jurisdiction,
            "XINHENG_HOME": str(self.where.folder),
            "XINHENG_PORT": str(self.port),
            "XINHENG_TRUSTED_KEYS": ",".join(settings.trusted_keys),
            "XINHENG_WORKERS": str(self.workers),
            "XINHENG_STORES": self.where.address,
            "XINHENG_AUDIT_HEADS": str(self.where.folder / "heads"),
        }


@contextmanager
def service(town: Town, where: Where, workers: int = 1) -> Iterator[Service]:
    """A started service of the town, on the workspace's stores; ended with the block."""
    for part in ("scores", "bundles"):
        link = where.folder / part
        if not link.exists():
            link.symlink_to(town.home / part)
    one = Service(town, where, workers, log=where.folder / "service.log")
    try:
        one.start()
        yield one
    finally:
        one.stop()
