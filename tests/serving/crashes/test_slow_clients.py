"""Connections that send their head slowly, or not at all, are closed; others are served."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

import httpx
import pytest

from tests.serving.crashes.service import service
from tests.serving.town import FINED, Town
from tests.serving.where import Where

HALF_OPEN = 400


async def half_open(port: int, place: int) -> float:
    """Seconds until the service closed a connection that never finishes its head."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    began = time.monotonic()
    closed = asyncio.ensure_future(reader.read())
    for byte in b"POST /v1/score HTTP/1.1\r\n" + b"x-y: z\r\n" * 20 if place % 2 else b"":
        writer.write(bytes([byte]))
        if (await asyncio.wait({closed}, timeout=0.5))[0]:
            break
    async with asyncio.timeout(30):
        await asyncio.wait({closed})
    writer.close()
    return time.monotonic() - began


async def kept_open(port: int) -> float:
    """Seconds until a connection was closed that began its second head and stopped."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
    await reader.readuntil(b"}")
    began = time.monotonic()
    writer.write(b"GET /hea")
    async with asyncio.timeout(30):
        await reader.read()
    writer.close()
    return time.monotonic() - began


@pytest.mark.slow
def test_half_open_connections_are_closed_within_ten_seconds_while_others_are_served(
    the_town: Town, tmp_path: Path
) -> None:
    with Where.of(tmp_path) as where, service(the_town, where) as one:
        headers = {"authorization": f"Bearer {one.key()}"}
        url = f"http://127.0.0.1:{one.port}/v1/score"

        async def everything() -> tuple[list[float], int]:
            slow = [half_open(one.port, place) for place in range(HALF_OPEN)]
            waiting = asyncio.gather(*slow, kept_open(one.port))
            served = 0
            async with httpx.AsyncClient(headers=headers, trust_env=False, timeout=30) as http:
                while not waiting.done():
                    told = await http.post(url, json={"business_id": FINED})
                    assert told.status_code == 200
                    served += 1
            return await waiting, served

        taken, served = asyncio.run(everything())
        assert max(taken) <= 10
        assert served > 10
