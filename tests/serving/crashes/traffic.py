"""Clients that write and ask without pause, and remember everything they were told.

Each pushes a record under a key of its own until that push is acknowledged, then
asks for a score, and so on. What was acknowledged is what must be found afterwards.
"""

from __future__ import annotations

import http.client
import itertools
import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from tests.serving.town import AS_OF, N

_PAUSE = 0.02  # after a refusal


@dataclass(frozen=True)
class Told:
    """One answer: when it came, its status, and what it names."""

    at: float
    status: int
    retry_after: str | None
    audit_id: str | None
    body: bytes


@dataclass
class Traffic:
    """What all clients did and were told.

    `pushes` holds, by key, the body of each acknowledged push; `sent` every key that
    was ever sent; `lost` counts requests whose connection broke before an answer;
    `slowest` is the longest that one answer took, `longest_wait` that one success took.
    """

    port: int
    key: str
    run: str = "run"
    told: list[Told] = field(default_factory=list)
    pushes: dict[str, bytes] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    lost: int = 0
    longest_wait: float = 0.0
    slowest: float = 0.0
    _is_over: bool = False

    @property
    def statuses(self) -> Counter[int]:
        """How often each status was answered."""
        return Counter(one.status for one in self.told)

    @property
    def audit_ids(self) -> list[str]:
        """The record of every answer that was given."""
        return [one.audit_id for one in self.told if one.audit_id is not None]

    @property
    def refused_without_advice(self) -> int:
        """Refusals that do not say when to come again."""
        return sum(one.status == 503 and not one.retry_after for one in self.told)

    @contextmanager
    def flowing(self, clients: int) -> Iterator[None]:
        """Clients at work for as long as the block lasts."""
        threads = [threading.Thread(target=self._client, args=(n,)) for n in range(clients)]
        for one in threads:
            one.start()
        try:
            yield
        finally:
            self._is_over = True
            for one in threads:
                one.join()

    def await_pushes(self, pushes: int = 1, seconds: float = 240.0) -> None:
        """Wait until so many pushes were acknowledged: the first answers are slow."""
        until = time.monotonic() + seconds
        while len(self.pushes) < pushes:
            assert time.monotonic() < until, (self.statuses, self.lost)
            time.sleep(0.01)

    def acknowledged_since(self, at: float) -> bool:
        """Whether a push and a score were answered after that moment (monotonic)."""
        return any(one.at > at and one.status == 200 for one in self.told[-50:])

    def _client(self, place: int) -> None:
        connection: http.client.HTTPConnection | None = None
        for number in itertools.count():
            key = f"{self.run}-{place}-{number:06d}"
            row = {"编号": key, "当事人": "", "代码": f"TOWN-{1 + (number * 7 + place) % N:03d}",
                   "日期": AS_OF, "种类": "罚款", "罚款": "1"}  # fmt: skip
            self.sent.add(key)
            push = ("/v1/records/penalties", {"records": [row, row | {"编号": f"{key}-b"}]})
            for path, body in (push, ("/v1/score", {"business_id": row["代码"]})):
                began = time.monotonic()
                while not self._is_over:
                    connection = connection or http.client.HTTPConnection(
                        "127.0.0.1", self.port, timeout=30
                    )
                    answer = self._asked(connection, path, body, key)
                    if answer is None:
                        connection = None
                    elif answer.status == 200:
                        if path == push[0]:
                            self.pushes[key] = answer.body
                        break
                    time.sleep(_PAUSE)
                self.longest_wait = max(self.longest_wait, time.monotonic() - began)
            if self._is_over:
                break
        if connection is not None:
            connection.close()

    def _asked(
        self, connection: http.client.HTTPConnection, path: str, body: object, key: str
    ) -> Told | None:
        headers = {"content-type": "application/json", "authorization": f"Bearer {self.key}"}
        began = time.monotonic()
        try:
            connection.request("POST", path, json.dumps(body), headers | {"idempotency-key": key})
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            connection.close()
            self.lost += 1
            return None
        given = Told(
            time.monotonic(), response.status, response.getheader("retry-after"),
            response.getheader("x-audit-id"), content,
        )  # fmt: skip
        self.told.append(given)
        self.slowest = max(self.slowest, given.at - began)
        return given
