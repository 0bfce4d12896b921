"""A service outside the demo, with keys of the offices that act in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import count
from typing import Any

from serving.auth.keys import ApiKeys, Wanted
from serving.database import Stores
from serving.settings import Settings
from tests.serving.clients import TestClient

KEYS = (
    ("registry", Wanted("registry", "registry", department="market")),
    ("first", Wanted("first", "regulator", department="market")),
    ("second", Wanted("second", "regulator", department="market")),
    ("east", Wanted("east", "regulator", districts=("E",))),
    ("auditor", Wanted("auditor", "auditor")),
)


@dataclass
class Offices:
    """Asks as one of the offices; every write gets a name of its own unless it is given one."""

    http: TestClient
    settings: Settings
    keys: dict[str, str]
    _names: count[int] = field(default_factory=count)

    @classmethod
    def of(cls, http: TestClient, settings: Settings, *businesses: str) -> Offices:
        """The offices, and each of the businesses with a key under its own id."""
        stores = Stores.of(settings.home, settings.stores)
        kept = ApiKeys(settings.home / "auth", stores.auth)
        keys = {name: kept.create(wanted)[1] for name, wanted in KEYS}
        for one in businesses:
            keys[one] = kept.create(Wanted("own", "subject", business_id=one))[1]
        stores.close()
        return cls(http, settings, keys)

    def get(self, who: str, path: str, **headers: str) -> Any:
        """The response to a GET."""
        return self.http.get(path, headers=self._headers(who) | headers)

    def post(self, who: str, path: str, body: object, name: str | None = None) -> Any:
        """The response to a POST."""
        named = {"idempotency-key": name or f"write-{next(self._names):08d}"}
        return self.http.post(path, json=body, headers=self._headers(who) | named)

    def ask(self, who: str, path: str, body: object) -> Any:
        """The response to a POST that asks and writes nothing."""
        return self.http.post(path, json=body, headers=self._headers(who))

    def _headers(self, who: str) -> dict[str, str]:
        return {
            "authorization": f"Bearer {self.keys[who]}", "x-purpose": "objection",
            "accept-language": "en",
        }  # fmt: skip
