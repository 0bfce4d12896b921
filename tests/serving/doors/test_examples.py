"""Every example in the API's description is what the running service answers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.serving.clients import TestClient, local_client
from tests.serving.doors.examples import FILE, examples, unchanging
from tests.serving.doors.offices import Offices
from tests.serving.doors.test_access import guarded_settings
from tests.serving.json_schema import faults
from tests.serving.services import app_of
from tests.serving.town import FINED, Town

WRITTEN = json.loads(FILE.read_text(encoding="utf-8"))


def test_examples_are_what_the_service_answers(the_town: Town, tmp_path: Path) -> None:
    settings = guarded_settings(the_town, tmp_path)
    with local_client(app_of(settings)) as http:
        told = examples(Offices.of(http, settings, FINED))
    assert unchanging(told) == unchanging(WRITTEN), "python -m tests.serving.doors.examples"


def test_description_has_each_example_at_its_operation_and_no_other(http: TestClient) -> None:
    document = http.get("/openapi.json").json()
    found: dict[str, Any] = {}
    for _, operation in operations(document):
        shown = examples_of(operation)
        if shown:
            found[operation["operationId"]] = shown
    problem = document["components"]["responses"]["Problem"]["content"]["application/problem+json"]
    assert {**found, "Problem": {"answer": problem["example"]}} == WRITTEN


def test_examples_fit_the_schemas_beside_them(http: TestClient) -> None:
    document = http.get("/openapi.json").json()
    for path, operation in operations(document):
        for place in contents(operation):
            if "example" in place and not isinstance(place["example"], str):
                assert list(faults(place["example"], place["schema"], document)) == [], path


def operations(document: Any) -> list[tuple[str, Any]]:
    return [
        (path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    ]


def contents(operation: Any) -> list[Any]:
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    return [place for body in bodies for place in body.get("content", {}).values()]


def examples_of(operation: Any) -> dict[str, Any]:
    shown = {}
    request = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if "example" in request:
        shown["request"] = request["example"]
    for response in operation["responses"].values():
        for place in response.get("content", {}).values():
            if "example" in place:
                shown["answer"] = place["example"]
    return shown
