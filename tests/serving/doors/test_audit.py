"""What was answered can be looked up, proved and made again; without a record, no answer."""

import hashlib
import json
import resource
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from serving.audit.verify import check, check_proof, read_heads, read_log
from serving.auth.keys import ApiKeys, Wanted
from serving.settings import Settings
from tests.serving.audit.logs import database
from tests.serving.clients import TestClient, local_client
from tests.serving.json_schema import faults
from tests.serving.services import app_of
from tests.serving.town import AS_OF, CLOSED, DISPUTING, FINED, LISTED, Town, settings_of

# BentoML asks pydantic for a model's fields in a way that is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Accessing the 'model_fields' attribute")


@dataclass(frozen=True)
class Office:
    """A service with keys, an auditor and others who ask."""

    http: TestClient
    settings: Settings
    keys: dict[str, str]

    def headers(self, role: str) -> dict[str, str]:
        return {"authorization": f"Bearer {self.keys[role]}", "x-purpose": "routine inspection"}

    def audit(self, path: str) -> Any:
        return self.http.get(f"/v1/audit/{path}", headers=self.headers("auditor"))

    def record(self, response: Any) -> Any:
        return self.audit(f"records/{response.headers['x-audit-id']}").json()["record"]


def settings_in(town: Town, home: Path) -> Settings:
    for name in ("scores", "bundles"):
        (home / name).symlink_to(town.home / name)
    return replace(settings_of(town), home=home, is_demo=False)


def keys_of(settings: Settings) -> dict[str, str]:
    keys = ApiKeys(settings.home / "auth")
    wanted = {
        "auditor": Wanted("auditor", "auditor"),
        "regulator": Wanted("county", "regulator", department="市场监管局", districts=("E",)),
        "registry": Wanted("registry", "registry", purpose="登记"),
        "subject": Wanted("subject", "subject", business_id=FINED),
    }
    return {name: keys.create(one)[1] for name, one in wanted.items()}


@pytest.fixture(name="office")
def an_office(the_town: Town, tmp_path: Path) -> Iterator[Office]:
    settings = settings_in(the_town, tmp_path)
    with local_client(app_of(settings)) as http:
        yield Office(http, settings, keys_of(settings))


def whole(settings: Settings) -> list[str]:
    kept, own, chain = read_log(database(settings.home))
    held = [head for file in settings.audit_heads.iterdir() for head in read_heads(file)]
    return check(kept, [*own, *held], chain, str(held[0]["key"])).faults


def asked(office: Office) -> list[Any]:
    """One answer of every kind, given to those who may have it."""
    http, regulator = office.http, office.headers("regulator")
    registry, subject = office.headers("registry"), office.headers("subject")
    explained = f"/v1/businesses/{FINED}/explanation"
    supposing = f"/v1/businesses/{FINED}/what-if"
    known = http.get(explained, headers=regulator).headers["etag"]
    return [
        http.post("/v1/score", json={"business_id": FINED}, headers=registry),
        http.post("/v1/score", json={"business_id": DISPUTING}, headers=regulator),
        http.post("/v1/score", json={"business_id": FINED}, headers=subject),
        http.post("/score", json={"business_id": FINED}, headers=registry),
        http.get(explained, headers=subject),
        http.get(explained, headers=regulator),
        http.get(explained, headers=regulator | {"if-none-match": known}),
        http.head(explained, headers=regulator),
        http.get("/v1/businesses?limit=5", headers=regulator),
        http.get("/v1/model", headers=regulator),
        http.get(f"/v1/businesses/{FINED}/history?months=2", headers=regulator),
        http.get(f"/v1/businesses/{FINED}/way-back", headers=regulator),
        http.get(f"/v1/businesses/{DISPUTING}/way-back", headers=regulator),
        http.get(f"/v1/businesses/{FINED}/changes", headers=regulator),
        http.post(supposing, json={"values": {"penalty_count_36m": 0}}, headers=regulator),
        http.get("/", headers=regulator | {"accept-language": "en"}),
        http.get("/businesses?query=小镇&lang=zh", headers=regulator),
        http.get(f"/businesses/{FINED}", headers=regulator),
        http.get(f"/businesses/{FINED}/changes", headers=regulator),
        http.get(f"/businesses/{FINED}/notice", headers=subject | {"accept-language": "en"}),
        # Refusals are answers too.
        http.post("/v1/score", json={"business_id": CLOSED}, headers=registry),
        http.post("/v1/score", json={"business_id": "NOBODY"}, headers=registry),
        http.post("/v1/score", json={"business_id": 1}, headers=registry),
        http.get(f"/v1/businesses/{LISTED}/explanation", headers=subject),
        http.get(f"/v1/businesses/{DISPUTING}/history?months=0", headers=regulator),
        http.post(supposing, json={"values": {"colour": 1}}, headers=regulator),
        http.get("/v1/businesses/NOBODY/way-back", headers=regulator),
        http.get("/businesses/NOBODY", headers=regulator),
    ]


def test_every_answer_is_made_again_byte_for_byte_from_its_id(office: Office) -> None:
    for response in asked(office):
        name = response.headers["x-audit-id"]
        again = office.audit(f"records/{name}/answer")
        assert again.status_code == 200, (response.request.url, again.text)
        assert again.headers["x-answered-with"] == str(response.status_code)
        if response.status_code != 304 and response.request.method != "HEAD":
            assert again.content == response.content
            assert again.headers["content-type"] == response.headers["content-type"]


def test_an_answer_is_made_again_as_it_was_before_and_after_a_record_arrived(
    office: Office,
) -> None:
    http, registry = office.http, office.headers("registry")
    row = {
        "编号": "NEW-1",
        "代码": FINED,
        "当事人": "",
        "日期": AS_OF,
        "种类": "罚款",
        "罚款": "900000",
    }
    auditor = office.headers("auditor")

    def score() -> Any:
        return http.post("/v1/score", json={"business_id": FINED}, headers=auditor)

    before = score()
    pushed = http.post(
        "/v1/records/penalties", json={"records": [row]},
        headers=registry | {"idempotency-key": "push-0001"},
    )  # fmt: skip
    assert pushed.status_code == 200
    after = score()
    assert before.content != after.content
    for response in (before, after):
        again = office.audit(f"records/{response.headers['x-audit-id']}/answer")
        assert again.content == response.content


def test_every_line_of_a_batch_has_its_record_and_is_made_again(office: Office) -> None:
    businesses = [FINED, "NOBODY", LISTED, CLOSED, *[f"TOWN-{i:03d}" for i in range(10, 40)]]
    response = office.http.post(
        "/v1/score/batch", json={"business_ids": businesses}, headers=office.headers("regulator")
    )
    whole_batch = office.record(response)
    assert (whole_batch["action"], whole_batch["subject"]) == ("score", None)
    lines = response.content.splitlines(keepends=True)
    for business_id, line in zip(businesses, lines, strict=True):
        about = office.audit(f"records?business_id={business_id}&limit=5").json()["records"]
        (found,) = [one for one in about if one["record"]["part_of"] == whole_batch["seq"]]
        again = office.audit(f"records/{found['audit_id']}/answer")
        assert again.content == line


def _today() -> str:
    return datetime.now(ZoneInfo("Asia/Shanghai")).date().isoformat()


def test_a_record_says_who_why_what_from_what_and_names_no_business(
    office: Office, the_town: Town
) -> None:
    response = office.http.post(
        "/v1/score", json={"business_id": FINED},
        headers=office.headers("regulator") | {"x-purpose": "%E6%8A%BD%E6%9F%A5"},
    )  # fmt: skip
    refused = office.http.post(
        "/v1/score", json={"business_id": LISTED}, headers=office.headers("subject")
    )
    record = office.record(response)
    inputs = the_town.scores.manifest.inputs
    assert record["by"]["role"] == "regulator"
    assert record["by"]["department"] == "市场监管局"
    assert record["by"]["districts"] == ["E"]
    assert record["by"]["name"] == f"key:{office.keys['regulator'].split('_')[1]}"
    assert record["purpose"] == "抽查"
    assert record["basis"] == {
        "scores": the_town.scores.name, "bundle": the_town.bundle.name,
        "policy": the_town.bundle.policy_name, "catalogue": inputs.catalogue,
        "snapshot": inputs.snapshot, "as_of": inputs.as_of,
        "arrived": 0, "reviewed": 0, "on": _today(),
    }  # fmt: skip
    assert record["tier"] == response.json()["tier"]
    assert record["inputs"] == response.json()["provenance"]["vector"]
    assert office.record(refused)["answer"]["status"] == 403
    office.audit("records")
    for kept in read_log(database(office.settings.home))[0]:
        assert b"TOWN-" not in kept.record
        assert office.keys["regulator"][16:].encode() not in kept.record


def test_records_fit_their_description(office: Office) -> None:
    document = office.http.get("/openapi.json").json()
    office.http.post("/v1/score", json={"business_id": FINED}, headers=office.headers("registry"))

    def fits(value: Any, name: str) -> None:
        assert list(faults(value, {"$ref": f"#/components/schemas/{name}"}, document)) == []

    page = office.audit("records").json()
    fits(page, "AuditPage")
    fits(office.audit(f"records/{page['records'][0]['audit_id']}").json(), "AuditRecord")
    fits(office.audit("heads").json(), "AuditHeads")
    for role, view in (("registry", "RegistryAnswer"), ("subject", "SubjectAnswer")):
        told = office.http.post(
            "/v1/score", json={"business_id": FINED}, headers=office.headers(role)
        )
        fits(told.json(), view)
        fits(told.json(), "Told")


def test_the_lookup_is_walked_page_by_page_and_is_itself_recorded(office: Office) -> None:
    registry = office.headers("registry")
    for _ in range(7):
        office.http.post("/v1/score", json={"business_id": FINED}, headers=registry)
    seen: list[int] = []
    after: int | None = 0
    while after is not None:
        page = office.audit(f"records?business_id={FINED}&limit=3&after={after}").json()
        seen += [
            one["record"]["seq"] for one in page["records"] if one["record"]["action"] == "score"
        ]
        after = page["after"]
    assert len(seen) == len(set(seen)) == 7
    newest = office.audit("records?limit=1").json()["records"][0]["record"]
    assert (newest["action"], newest["by"]["role"]) == ("audit", "auditor")


def test_the_proof_of_a_record_holds_once_its_head_is_signed(
    the_town: Town, tmp_path: Path
) -> None:
    settings = settings_in(the_town, tmp_path)
    keys = keys_of(settings)
    with local_client(app_of(settings)) as http:
        office = Office(http, settings, keys)
        told = http.post(
            "/v1/score", json={"business_id": FINED}, headers=office.headers("registry")
        )
        name = told.headers["x-audit-id"]
        early = office.audit(f"records/{name}/proof")
        assert (early.status_code, early.headers["retry-after"]) == (409, "60")
    with local_client(app_of(settings)) as http:
        office = Office(http, settings, keys)
        proof = office.audit(f"records/{name}/proof").json()
        heads = office.audit("heads").json()
        assert check_proof(proof, heads["key"]) == []
        assert proof["head"] in heads["heads"]
        assert proof["record"]["answer"]["sha256"]
    assert whole(settings) == []


def test_an_answer_whose_edition_is_gone_is_said_to_be_gone(the_town: Town, tmp_path: Path) -> None:
    from tests.serving.town import build_town

    town = build_town(tmp_path / "town")
    settings = settings_in(town, _made(tmp_path / "home"))
    keys = keys_of(settings)
    with local_client(app_of(settings)) as http:
        office = Office(http, settings, keys)
        told = http.post(
            "/v1/score", json={"business_id": FINED}, headers=office.headers("registry")
        )
        name = told.headers["x-audit-id"]
    (settings.home / "scores").unlink()
    shutil.copytree(the_town.home / "scores", settings.home / "scores")
    (settings.home / "bundles").unlink()
    shutil.copytree(the_town.home / "bundles", settings.home / "bundles")
    other = replace(settings, jurisdiction=str(the_town.catalogue.folder))
    assert the_town.scores.name != town.scores.name
    with local_client(app_of(other)) as http:
        refused = Office(http, other, keys).audit(f"records/{name}/answer")
    assert (refused.status_code, refused.headers["x-problem"]) == (410, "not-reproducible")


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def test_a_changed_record_has_no_name_any_more(office: Office) -> None:
    told = office.http.post(
        "/v1/score", json={"business_id": FINED}, headers=office.headers("registry")
    )
    place = told.headers["x-audit-id"].partition("-")[0]
    for name in (f"{place}-{'0' * 16}", "999999-" + "0" * 16, "x", "1-1"):
        refused = office.audit(f"records/{name}")
        assert (refused.status_code, refused.headers["x-problem"]) == (404, "unknown-record")


def test_without_a_record_there_is_no_answer(office: Office) -> None:
    """The limit on file size makes every write of the log fail as a full disk does."""
    http, registry = office.http, office.headers("registry")
    assert http.post("/v1/score", json={"business_id": FINED}, headers=registry).status_code == 200
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))
        withheld = [
            http.post("/v1/score", json={"business_id": FINED}, headers=registry),
            http.post("/v1/score/batch", json={"business_ids": [FINED]}, headers=registry),
            http.get(f"/businesses/{FINED}", headers=office.headers("regulator")),
            http.post("/v1/score", json={"business_id": "NOBODY"}, headers=registry),
        ]
        ready = http.get("/healthz")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    for response in withheld:
        assert (response.status_code, response.headers["x-problem"]) == (503, "audit-unavailable")
        assert response.headers["retry-after"] == "5"
        assert "x-audit-id" not in response.headers
        assert "tier" not in response.text
    assert ready.status_code == 200
    assert http.post("/v1/score", json={"business_id": FINED}, headers=registry).status_code == 200
    kept, _, _ = read_log(database(office.settings.home))
    statuses = [json.loads(one.record)["answer"]["status"] for one in kept]
    assert statuses == [200, 200]


def push(office: Office, *numbers: str, key: str, most: int = resource.RLIM_INFINITY) -> Any:
    """A push while no file may become longer than `most` bytes."""
    rows = [
        {
            "编号": number,
            "代码": FINED,
            "当事人": "",
            "日期": AS_OF,
            "种类": "罚款",
            "罚款": "900000",
        }
        for number in numbers
    ]
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
        return office.http.post(
            "/v1/records/penalties", json={"records": rows},
            headers=office.headers("registry") | {"idempotency-key": key},
        )  # fmt: skip
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_push_without_a_record_gets_no_receipt_and_its_retry_counts_once(office: Office) -> None:
    log = database(office.settings.home)
    growing = log.with_name(f"{log.name}-wal")
    while not growing.exists() or growing.stat().st_size < 300_000:  # longer than the inbox's
        office.http.post(
            "/v1/score", json={"business_id": FINED}, headers=office.headers("registry")
        )
    withheld = push(office, "NEW-1", key="push-0001", most=growing.stat().st_size)
    assert (withheld.status_code, withheld.headers["x-problem"]) == (503, "audit-unavailable")
    assert "receipt" not in withheld.text
    answered = push(office, "NEW-1", key="push-0001")
    assert answered.json()["accepted"] == 1
    assert push(office, "NEW-1", key="push-0001").content == answered.content
    recorded = office.record(answered)
    assert (recorded["action"], recorded["by"]["role"]) == ("records", "registry")
    assert recorded["answer"]["sha256"] == hashlib.sha256(answered.content).hexdigest()
    assert recorded["request"] is None  # rows may hold personal data
    assert all(b"NEW-1" not in one.record for one in read_log(log)[0])


def test_a_push_that_cannot_be_kept_is_refused_and_its_retry_counts(office: Office) -> None:
    many = [f"{i:05d}" * 200 for i in range(400)]  # the inbox is longer than the log
    assert push(office, *many, key="push-0000").status_code == 200
    (growing,) = office.settings.home.rglob("inbox.sqlite-wal")
    refused = push(office, "NEW-1", key="push-0001", most=growing.stat().st_size)
    assert (refused.status_code, refused.headers["x-problem"]) == (503, "inbox-unavailable")
    assert refused.headers["retry-after"] == "5"
    assert office.record(refused)["answer"]["status"] == 503
    assert push(office, "NEW-1", key="push-0001").json()["accepted"] == 1


def test_the_log_of_a_served_day_is_whole(the_town: Town, tmp_path: Path) -> None:
    settings = settings_in(the_town, tmp_path)
    with local_client(app_of(settings)) as http:
        asked(Office(http, settings, keys_of(settings)))
    assert whole(settings) == []
    assert len(list(read_log(database(settings.home))[0])) > 20
