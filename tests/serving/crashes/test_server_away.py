"""PostgreSQL stopped or hung in mid-traffic, and there again; the service goes on by itself."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres import Server, running
from tests.serving.crashes.found import found_at
from tests.serving.crashes.service import service
from tests.serving.crashes.traffic import Traffic
from tests.serving.town import Town
from tests.serving.where import Where

WAYS = {"fast": signal.SIGINT, "immediate": signal.SIGQUIT, "killed": signal.SIGKILL}
# Seconds; on a busy machine a push alone takes some.
CLIENTS, AWAY, RECOVERED = 8, 2.0, 30.0
# A wait that began before the deadline ends at most 5 s after it; a busy machine adds some.
HUNG, DEADLINE, LATE = 25.0, 10.0, 10.0


@pytest.fixture(scope="module", name="server")
def a_server() -> Iterator[Server]:
    with running(is_durable=True) as one:
        yield one


def await_recovery(traffic: Traffic, back: float) -> None:
    while not traffic.acknowledged_since(back):
        assert time.monotonic() - back < RECOVERED
        time.sleep(0.02)


@pytest.mark.slow
def test_nothing_acknowledged_is_lost_or_twice_and_the_service_goes_on_by_itself(
    the_town: Town, server: Server, tmp_path: Path
) -> None:
    address = server.new_database().replace("+psycopg", "")
    with Where.of(tmp_path, address) as where, service(the_town, where) as one:
        assert one.process is not None
        began = one.process.pid
        traffic = Traffic(one.port, one.key())
        with traffic.flowing(CLIENTS):
            for how in WAYS.values():
                traffic.await_pushes(len(traffic.pushes) + CLIENTS)
                server.stop(how)
                time.sleep(AWAY)
                server.start()
                back = time.monotonic()
                await_recovery(traffic, back)
            traffic.await_pushes(len(traffic.pushes) + CLIENTS)
        assert (one.process.pid, one.process.poll()) == (began, None)
        found = found_at(where, traffic)
        assert found.is_whole, found
        assert set(traffic.statuses) == {200, 503}
        assert traffic.refused_without_advice == traffic.lost == 0
        assert len(traffic.pushes) > 3 * CLIENTS
        assert traffic.statuses[503] > 0
        assert len(traffic.sent) >= found.kept >= len(traffic.pushes)


@pytest.mark.slow
def test_hung_server_is_answered_503_while_it_hangs_and_nothing_is_lost_when_it_goes_on(
    the_town: Town, server: Server, tmp_path: Path
) -> None:
    address = server.new_database().replace("+psycopg", "")
    with Where.of(tmp_path, address) as where, service(the_town, where) as one:
        traffic = Traffic(one.port, one.key())
        with traffic.flowing(CLIENTS):
            traffic.await_pushes(2 * CLIENTS)
            before = len(traffic.told)
            with server.hung():
                time.sleep(HUNG)
                meanwhile = traffic.told[before:]
            await_recovery(traffic, time.monotonic())
            traffic.await_pushes(len(traffic.pushes) + CLIENTS)
        assert sum(told.status == 503 for told in meanwhile) >= CLIENTS
        assert traffic.slowest < DEADLINE + LATE
        assert set(traffic.statuses) == {200, 503}
        assert traffic.refused_without_advice == traffic.lost == 0
        found = found_at(where, traffic)
        assert found.is_whole, found
