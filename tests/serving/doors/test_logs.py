"""What was rejected stands in no log, whichever layer rejected it."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest

from tests.serving.clients import TestClient
from tests.serving.town import FINED

SECRET = "hush-91330200144067248N"
JSON = {"content-type": "application/json", "idempotency-key": "a-write-0001"}
OBJECTION = {"about": "tier", "grounds": SECRET, "more": SECRET}
REJECTED: list[tuple[str, Any]] = [
    ("/v1/score", {"business_id": [SECRET]}),
    ("/v1/score", {"business_id": SECRET, "more": SECRET}),
    ("/score", {"business_id": [SECRET]}),
    ("/score", {"business_id": SECRET}),
    ("/v1/score/batch", {"business_ids": [SECRET, SECRET]}),
    ("/v1/records/penalties", {"records": [{"编号": [SECRET]}]}),
    ("/v1/records/penalties", {"records": [{SECRET: SECRET}]}),
    (f"/v1/records/{SECRET}", {"records": [{"a": "b"}]}),
    (f"/v1/businesses/{FINED}/objections", OBJECTION),
    (f"/v1/businesses/{SECRET}/objections", OBJECTION),
    (f"/v1/businesses/{FINED}/overrides", {"tier": SECRET, "until": SECRET, "reasons": SECRET}),
    (f"/v1/businesses/{FINED}/what-if", {"values": {SECRET: 1}}),
    (f"/{SECRET}", {}),
]


# BentoML asks pydantic for a model's fields in a way that is deprecated.
@pytest.mark.filterwarnings("ignore:Accessing the 'model_fields' attribute")
def test_nothing_that_was_rejected_is_logged_or_repeated(
    http: TestClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for path, body in REJECTED:
        response = http.post(path, content=json.dumps(body), headers=JSON)
        assert 400 <= response.status_code < 500, path
        assert SECRET not in response.text, path
    for path in (f"/v1/businesses?tier={SECRET}", f"/v1/warnings?after={SECRET}"):
        response = http.get(path)
        assert response.status_code == 422
        assert SECRET not in response.text
    lines = [
        one.getMessage() for one in caplog.records if not one.name.startswith(("httpx", "httpcore"))
    ]
    assert len(lines) >= len(REJECTED)
    assert SECRET not in "\n".join(lines)
