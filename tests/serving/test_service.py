"""The service as it really runs: another process, a socket, HTTP."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

from features.errors import OurConfiguration
from serving.answers.answer import answer, subject_of
from serving.answers.edition import open_edition
from tests.serving.services import refuse_reachable
from tests.serving.town import FINED, Town, settings_of

SECONDS = 240  # a cold start on a busy machine


def environment_of(town: Town, port: int) -> dict[str, str]:
    settings = settings_of(town)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XINHENG_", "BENTOML_"))}
    return kept | {
        "PYTHONPATH": os.pathsep.join(sys.path),
        "XINHENG_JURISDICTION": settings.jurisdiction,
        "XINHENG_HOME": str(settings.home),
        "XINHENG_PORT": str(port),
        "XINHENG_TRUSTED_KEYS": ",".join(settings.trusted_keys),
        "XINHENG_DEMO": "yes",
    }


@contextmanager
def served(town: Town, command: list[str]) -> Iterator[httpx.Client]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(command, env=environment_of(town, port), stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as http:
            _await_ready(process, http)
            yield http
    finally:
        process.terminate()
        process.wait(30)


def _await_ready(process: "subprocess.Popen[bytes]", http: httpx.Client) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            if http.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.2)
    raise AssertionError(f"not ready, exit code {process.poll()}")


def expected(town: Town, business_id: str) -> bytes:
    edition = open_edition(settings_of(town), town.scores, town.catalogue)
    return answer(edition, subject_of(edition, business_id)).to_json()


@pytest.mark.slow
def test_it_answers_over_http_with_the_bytes_of_the_core(the_town: Town) -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(1000):
            yield b" " * 1000

    json_type = {"content-type": "application/json"}
    with served(the_town, [sys.executable, "-m", "serving"]) as http:
        told = http.post("/v1/score", json={"business_id": FINED})
        assert told.content == expected(the_town, FINED)
        assert "server" not in told.headers
        assert http.get(f"/businesses/{FINED}").status_code == 200
        assert http.post("/v1/score", content=chunks(), headers=json_type).status_code == 413
        assert http.get("/readyz", headers={"host": "evil.example"}).status_code == 403
        asked = {"business_ids": [f"TOWN-{i:03d}" for i in range(1, 49)]}
        with http.stream("POST", "/v1/score/batch", json=asked) as stream:
            assert len(list(stream.iter_lines())) == 48


@pytest.mark.slow
def test_bentoml_serves_the_same(the_town: Town) -> None:
    bentoml = [sys.executable, "-m", "bentoml", "serve", "serving.instance:xinheng"]
    with served(the_town, bentoml) as http:
        told = http.post("/v1/score", json={"business_id": FINED})
        assert told.content == expected(the_town, FINED)
        assert http.post("/score", json={"business_id": FINED}).json() == told.json()
        assert http.get("/schema.json").status_code == 404
        assert 'route="/v1/score"' in http.get("/metrics").text


@pytest.mark.slow
@pytest.mark.parametrize(
    ("command", "setting"),
    [
        (["-m", "serving"], {"XINHENG_HOST": "0.0.0.0"}),
        (["-m", "bentoml", "serve", "serving.instance:xinheng", "--host", "0.0.0.0"], {}),
    ],
)
def test_it_does_not_listen_where_others_could_reach_it(
    the_town: Town, command: list[str], setting: dict[str, str]
) -> None:
    done = subprocess.run(
        [sys.executable, *command], env=environment_of(the_town, 3000) | setting, check=False,
        capture_output=True, text=True, timeout=SECONDS,
    )  # fmt: skip
    assert done.returncode != 0
    assert "unsafe address" in done.stderr + done.stdout


@pytest.mark.parametrize("host", ["0.0.0.0", "10.0.0.1", "example.org"])
def test_reachable_hosts_are_refused_with_the_reason(host: str) -> None:
    with pytest.raises(OurConfiguration, match="an address other machines could reach"):
        refuse_reachable(host)
    refuse_reachable("127.0.0.1")
