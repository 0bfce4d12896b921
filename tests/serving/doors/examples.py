"""The examples of the API's description, taken from a service of the town that runs.

``python -m tests.serving.doors.examples`` writes them anew; `test_examples` asks again
and compares.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.serving.clients import local_client
from tests.serving.doors.offices import Offices
from tests.serving.doors.test_access import guarded_settings
from tests.serving.services import app_of
from tests.serving.town import FINED, UNSURE, mention_id, today, town

FILE = Path(__file__).parents[3] / "serving" / "doors" / "examples.json"
RECORD = {"source": "penalties", "record_id": "penalties:0061"}
OWN = f"/v1/businesses/{FINED}"
# What is another one each time, or for each model: names at random, days, hashes.
CHANGES = frozenset(
    {"objection_id", "override_id", "filed_on", "due_on", "on", "until", "name", "receipt",
     "received_on", "scores", "bundle", "next", "withdrawn_on"}
)  # fmt: skip


def examples(office: Offices) -> dict[str, Any]:
    """Operation → what it was asked with and what it answered."""
    told: dict[str, Any] = {}

    def keep(operation: str, response: Any, request: object = None) -> Any:
        assert response.status_code < 300, response.text
        lines = response.headers["content-type"].startswith("application/x-ndjson")
        answer = response.text if lines else response.json()
        told[operation] = {"answer": answer} | ({"request": request} if request else {})
        return answer

    def ask(operation: str, who: str, path: str, body: object) -> Any:
        return keep(operation, office.ask(who, path, body), body)

    def write(operation: str, who: str, path: str, body: object) -> Any:
        return keep(operation, office.post(who, path, body), body)

    ask("score", "registry", "/v1/score", {"business_id": FINED})
    ask("scoreBatch", "registry", "/v1/score/batch", {"business_ids": [FINED, "NOBODY"]})
    keep("businessScore", office.get("registry", f"{OWN}/score"))
    keep("listBusinesses", office.get("first", "/v1/businesses?limit=2"))
    keep("listWarnings", office.get("first", "/v1/warnings?limit=2"))
    row = {
        "编号": "P-1",
        "代码": FINED,
        "当事人": "",
        "日期": "2024-05-01",
        "种类": "罚款",
        "罚款": "500",
    }
    write("pushRecords", "registry", "/v1/records/penalties", {"records": [row]})
    body = {"about": "records", "records": [RECORD], "grounds": "The fine was another firm's."}
    filed = write("fileObjection", FINED, f"{OWN}/objections", body)
    one = f"{OWN}/objections/{filed['objection_id']}"
    write("extendObjection", "first", f"{one}/extension", {"reasons": "A file is awaited."})
    ruling = {"outcome": "upheld", "reasons": "The register names another firm."}
    write("decideObjection", "first", f"{one}/decision", ruling)
    second = write("fileObjection", FINED, f"{OWN}/objections", {"about": "tier", "grounds": "No."})
    mine = f"{OWN}/objections/{second['objection_id']}"
    write("withdrawObjection", FINED, f"{mine}/withdrawal", {})
    keep("listObjections", office.get("first", f"{OWN}/objections"))
    keep("objection", office.get("first", one))
    keep("allObjections", office.get("first", "/v1/objections?limit=1"))
    keep("allLinks", office.get("first", "/v1/links?limit=1"))
    saying = {
        "mention": mention_id(UNSURE), "same": True, "reasons": "The shop sign says so.",
    }  # fmt: skip
    write("decideLink", "first", f"{OWN}/links", saying)
    keep("listLinks", office.get("first", f"{OWN}/links"))
    keep("link", office.get("first", f"{OWN}/links/{saying['mention']}"))
    tier = office.get("registry", f"{OWN}/score").json()["tier"]
    until = (today() + timedelta(days=90)).isoformat()
    wanted = {
        "tier": "B" if tier == "A" else "A", "reasons": "Checked on the spot.", "until": until,
    }  # fmt: skip
    proposed = write("proposeOverride", "first", f"{OWN}/overrides", wanted)
    other = f"{OWN}/overrides/{proposed['override_id']}"
    write("confirmOverride", "second", f"{other}/confirmation", {})
    keep("listOverrides", office.get("first", f"{OWN}/overrides"))
    keep("override", office.get("first", other))
    keep("allOverrides", office.get("first", "/v1/overrides?limit=1"))
    write("endOverride", "first", f"{other}/end", {"reasons": "The check was repeated."})
    keep("healthz", office.http.get("/healthz"))
    keep("readyz", office.http.get("/readyz"))
    refused = office.ask("registry", "/v1/score", {"business_id": "NOBODY"})
    told["Problem"] = {"answer": refused.json()}
    # A description that everyone may read names no business, not even of the town.
    renamed: dict[str, Any] = json.loads(json.dumps(told).replace("TOWN-", "EXAMPLE-"))
    return renamed


def unchanging(value: Any) -> Any:
    """The value without what is another one each time."""
    if isinstance(value, Mapping):
        return {
            name: "…" if name in CHANGES and isinstance(one, str) else unchanging(one)
            for name, one in value.items()
        }
    return [unchanging(one) for one in value] if isinstance(value, list) else value


def main() -> None:
    """Write the examples anew."""
    with tempfile.TemporaryDirectory() as folder:
        settings = guarded_settings(town(), Path(folder))
        with local_client(app_of(settings)) as http:
            told = examples(Offices.of(http, settings, FINED))
    text = json.dumps(told, ensure_ascii=False, indent=1, sort_keys=True)
    FILE.write_text(f"{text}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
