"""Every door with every role: who gets in, who is told why not, who never sees a tier (11.12).

The table is read from the doors themselves. A new endpoint needs an example in
`ASKED`; without one `test_every_door_has_an_example` says so.
"""

import json
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from serving.auth.access import ROLES
from serving.auth.keys import ApiKeys, Wanted
from serving.doors.addresses import Door
from serving.doors.api import DOORS
from serving.settings import Settings
from tests.serving.clients import TestClient, local_client
from tests.serving.services import NATIVE, app_of
from tests.serving.town import FINED, LISTED, Town, district_of, settings_of

HERE, ELSEWHERE = "E", "W"
OWN = FINED
# How each door is asked about a business; its body where it takes one.
ASKED: dict[tuple[str, str], Any] = {
    ("POST", "/v1/score"): {"business_id": OWN},
    ("POST", "/score"): {"business_id": OWN},
    ("POST", "/v1/score/batch"): {"business_ids": [OWN]},
    ("POST", "/v1/records/{source}"): {"records": []},
    ("GET", "/v1/businesses"): None,
    ("GET", "/v1/businesses/{business_id}/score"): None,
    ("GET", "/v1/warnings"): None,
    ("GET", "/v1/businesses/{business_id}/explanation"): None,
    ("GET", "/v1/businesses/{business_id}/changes"): None,
    ("GET", "/v1/businesses/{business_id}/addendum"): None,
    ("POST", "/v1/businesses/{business_id}/what-if"): {"values": {"penalty_count_36m": 9}},
    ("GET", "/v1/businesses/{business_id}/history"): None,
    ("GET", "/v1/businesses/{business_id}/way-back"): None,
    ("GET", "/v1/businesses/{business_id}/objections"): None,
    ("POST", "/v1/businesses/{business_id}/objections"): {"about": "tier", "grounds": "not so"},
    ("GET", "/v1/businesses/{business_id}/objections/{objection_id}"): None,
    ("POST", "/v1/businesses/{business_id}/objections/{objection_id}/extension"): {
        "reasons": "the file is awaited",
    },
    ("POST", "/v1/businesses/{business_id}/objections/{objection_id}/withdrawal"): {},
    ("POST", "/v1/businesses/{business_id}/objections/{objection_id}/decision"): {
        "outcome": "rejected",
        "reasons": "it is so",
    },
    ("GET", "/v1/objections"): None,
    ("GET", "/v1/businesses/{business_id}/overrides"): None,
    ("POST", "/v1/businesses/{business_id}/overrides"): {
        "tier": "B",
        "reasons": "checked on the spot",
        "until": "2000-01-01",
    },
    ("GET", "/v1/businesses/{business_id}/overrides/{override_id}"): None,
    ("POST", "/v1/businesses/{business_id}/overrides/{override_id}/confirmation"): {},
    ("POST", "/v1/businesses/{business_id}/overrides/{override_id}/end"): {"reasons": "over"},
    ("GET", "/v1/overrides"): None,
    ("GET", "/v1/businesses/{business_id}/links"): None,
    ("POST", "/v1/businesses/{business_id}/links"): {
        "mention": "penalties:0123456789abcdef",
        "same": True,
        "reasons": "the shop sign says so",
    },
    ("GET", "/v1/businesses/{business_id}/links/{mention}"): None,
    ("GET", "/v1/links"): None,
    ("GET", "/v1/model"): None,
    ("GET", "/v1/audit/records"): None,
    ("GET", "/v1/audit/records/{audit_id}"): None,
    ("GET", "/v1/audit/records/{audit_id}/proof"): None,
    ("GET", "/v1/audit/records/{audit_id}/answer"): None,
    ("GET", "/v1/audit/heads"): None,
    ("GET", "/v1/keys"): None,
    ("POST", "/v1/keys"): {"name": "made by the test", "role": "registry"},
    ("POST", "/v1/keys/{key_id}/revocation"): {},
    ("GET", "/openapi.json"): None,
    ("GET", "/healthz"): None,
    ("GET", "/readyz"): None,
    ("GET", "/metrics"): None,
    ("GET", "/"): None,
    ("GET", "/businesses"): None,
    ("GET", "/businesses/{business_id}"): None,
    ("GET", "/businesses/{business_id}/changes"): None,
    ("GET", "/businesses/{business_id}/notice"): None,
    ("GET", "/sign-in"): None,
    ("POST", "/sign-in"): "key=xh_none",
    ("POST", "/sign-out"): "",
    ("GET", "/assets/console.css"): None,
    ("GET", "/assets/icon.svg"): None,
}
EVERY = (*DOORS, NATIVE)
# BentoML asks pydantic for a model's fields in a way that is deprecated.
pytestmark = pytest.mark.filterwarnings("ignore:Accessing the 'model_fields' attribute")
IDS = [f"{door.method} {door.template}" for door in EVERY]
_UNKNOWN = {
    "{objection_id}": "0123456789abcdef",
    "{override_id}": "0123456789abcdef",
    "{mention}": "penalties:0123456789abcdef",
    "{audit_id}": "1-0123456789abcdef",
    "{key_id}": "0123456789ab",
    "{source}": "nothing",
}


@dataclass(frozen=True)
class Guarded:
    """A service outside the demo, with a key for each role."""

    http: TestClient
    keys: dict[str, str]
    settings: Settings

    def ask(self, door: Door, role: str | None, business_id: str = OWN, **more: str) -> Any:
        path = door.template.replace("{business_id}", business_id)
        for name, value in _UNKNOWN.items():
            path = path.replace(name, value)
        body = ASKED[door.method, door.template]
        text = json.dumps(body).replace(OWN, business_id)
        headers = {"accept-language": "en", "x-purpose": "random inspection"} | more
        if door.writes:
            headers["idempotency-key"] = secrets.token_hex(8)
        if role is not None:
            headers["authorization"] = f"Bearer {self.keys[role]}"
        if door.takes_form:
            headers["content-type"] = "application/x-www-form-urlencoded"
            return self.http.request(door.method, path, headers=headers, content=body)
        if body is None:
            return self.http.request(door.method, path, headers=headers)
        headers["content-type"] = "application/json"
        return self.http.request(door.method, path, headers=headers, content=text)


@pytest.fixture(scope="module", name="guarded")
def a_guarded_service(
    the_town: Town, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Guarded]:
    settings = guarded_settings(the_town, tmp_path_factory.mktemp("home"))
    keys = ApiKeys(settings.home / "auth")
    made = {
        role: keys.create(Wanted(role, role, business_id=OWN if role == "subject" else None))[1]
        for role in ROLES
    }
    made["county"] = keys.create(Wanted("county", "regulator", districts=(HERE,)))[1]
    with local_client(app_of(settings)) as http:
        yield Guarded(http, made, settings)


def guarded_settings(town: Town, home: Path) -> Settings:
    """The town's scores and bundles in a home of the test's own, with keys."""
    for name in ("scores", "bundles"):
        (home / name).symlink_to(town.home / name)
    return replace(settings_of(town), home=home, is_demo=False)


def test_every_door_has_an_example() -> None:
    missing = [f"{d.method} {d.template}" for d in EVERY if (d.method, d.template) not in ASKED]
    assert missing == [], "say in ASKED how the new door is asked"


@pytest.mark.parametrize("door", EVERY, ids=IDS)
def test_nobody_gets_in_without_a_key_but_through_open_doors(guarded: Guarded, door: Door) -> None:
    response = guarded.ask(door, None)
    if door.access.is_open:
        assert response.status_code != 403
        return
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert response.headers["x-problem"] == "unauthenticated"
    assert tiers_in(response.text) == []


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("door", EVERY, ids=IDS)
def test_a_role_gets_in_exactly_where_the_door_says(
    guarded: Guarded, door: Door, role: str
) -> None:
    response = guarded.ask(door, role)
    if door.access.is_open:
        assert response.headers.get("x-problem") != "not-allowed"
    elif door.access.admits(role):
        assert response.headers.get("x-problem") not in ("unauthenticated", "not-allowed")
        assert response.status_code < 500
    else:
        assert (response.status_code, response.headers["x-problem"]) == (403, "not-allowed")
        assert "insufficient_scope" in response.headers["www-authenticate"]


@pytest.mark.parametrize("role", ["subject", "data_scientist", "administrator", None])
@pytest.mark.parametrize("business_id", [FINED, LISTED])
@pytest.mark.parametrize("door", EVERY, ids=IDS)
def test_no_public_role_is_ever_shown_a_tier(
    guarded: Guarded, door: Door, role: str | None, business_id: str
) -> None:
    response = guarded.ask(door, role, business_id)
    # Elsewhere tiers are told in general (the model, the description), of no business.
    if is_about_businesses(door) or business_id in response.text:
        assert tiers_in(response.text) == []


_TIER = re.compile(
    r'"(?:model_)?tier":\s*"[ABCD]"|"score":\s*"[0-9−]|data-tier="[ABCD]"|data-field="score"'
    r'|"(?:cutoffs|measures|probability)":\s*[{"]|[ABCD]\s*类|[Tt]ier [ABCD]\b'
)  # fmt: skip


def is_about_businesses(door: Door) -> bool:
    return door.access.about != "no business"


def tiers_in(text: str) -> list[str]:
    """What gives a tier away."""
    return _TIER.findall(text)


def test_the_test_for_tiers_finds_them(guarded: Guarded) -> None:
    for door in EVERY:
        if is_about_businesses(door) and door.access.admits("regulator"):
            shown = bool(tiers_in(guarded.ask(door, "regulator").text))
            assert shown == (not _TELLS_NO_TIER.search(door.template)), door.template


_TELLS_NO_TIER = re.compile(r"/notice$|/addendum$|/objections|/overrides|/links")


SHOWN = [one for one in EVERY if is_about_businesses(one) and one.access.admits("regulator")]


@pytest.mark.parametrize("door", SHOWN, ids=[f"{one.method} {one.template}" for one in SHOWN])
def test_a_county_regulator_sees_its_county_and_no_other(guarded: Guarded, door: Door) -> None:
    here = next(b for b in TOWNSPEOPLE if district_of(b) == HERE)
    there = next(b for b in TOWNSPEOPLE if district_of(b) == ELSEWHERE)
    mine = guarded.ask(door, "county", here)
    assert mine.status_code < 300 or mine.headers["x-problem"] in (
        "unknown-case",
        "conflict",
        "invalid-request",
    )
    response = guarded.ask(door, "county", there)
    if door.access.about == "one business":
        assert (response.status_code, response.headers["x-problem"]) == (
            403, "outside-your-district",
        )  # fmt: skip
    named = set(re.findall(r"TOWN-\d{3}", response.text.replace(there, "")))
    assert {district_of(one) for one in named} <= {HERE}
    assert tiers_in("".join(re.findall(rf".*{there}.*", response.text))) == []


TOWNSPEOPLE = [f"TOWN-{i:03d}" for i in range(1, 49)]


def test_a_county_regulator_cannot_ask_for_another_county(guarded: Guarded) -> None:
    headers = {"authorization": f"Bearer {guarded.keys['county']}", "x-purpose": "inspection"}
    for query in ("", "?district=W", "?query=TOWN", "?tier=D", "?level=red"):
        page = guarded.http.get(f"/v1/businesses{query}", headers=headers).json()["page"]
        assert {one["district"] for one in page["businesses"]} <= {HERE}
    everyone = guarded.http.get("/v1/businesses", headers=headers).json()["page"]
    assert everyone["total"] == sum(district_of(one) == HERE for one in TOWNSPEOPLE)
    overview = guarded.http.get("/?lang=en", headers=headers).text
    assert "East" in overview
    assert "West" not in overview


def test_a_subject_sees_its_own_business_in_its_own_view(guarded: Guarded) -> None:
    headers = {"authorization": f"Bearer {guarded.keys['subject']}"}
    told = guarded.http.post("/v1/score", json={"business_id": OWN}, headers=headers).json()
    assert (told["tier"], told["measures"]) == (None, None)
    assert told["reasons"]
    assert told["rights"]["en"] == "You may object"
    explained = guarded.http.get(f"/v1/businesses/{OWN}/explanation", headers=headers).json()
    assert {one["business_id"] for one in explained["records"]} <= {OWN, ""}
    other = guarded.http.get(f"/v1/businesses/{LISTED}/explanation", headers=headers)
    nobody = guarded.http.get("/v1/businesses/NOBODY/explanation", headers=headers)
    assert (other.status_code, nobody.status_code) == (403, 403)
    assert other.content == nobody.content


def test_the_registry_is_told_tier_and_flags_and_nothing_else(guarded: Guarded) -> None:
    headers = {"authorization": f"Bearer {guarded.keys['registry']}"}
    told = guarded.http.post("/v1/score", json={"business_id": LISTED}, headers=headers).json()
    assert set(told) == {"business_id", "as_of", "tier", "flags"}
    assert told["tier"] == "D"
    (line,) = guarded.http.post(
        "/v1/score/batch", json={"business_ids": [LISTED]}, headers=headers
    ).text.splitlines()
    assert json.loads(line) == told


def test_the_raw_vector_is_the_auditors(guarded: Guarded) -> None:
    seen = {
        role: guarded.ask(NATIVE, role).json().keys() & {"vector", "tier"}
        for role in ("auditor", "regulator")
    }
    assert seen == {"auditor": {"vector", "tier"}, "regulator": {"tier"}}


def test_what_would_be_is_shown_to_each_as_what_is(guarded: Guarded) -> None:
    door = next(one for one in DOORS if one.template.endswith("/what-if"))
    seen = {role: guarded.ask(door, role).json() for role in ("auditor", "regulator")}
    for role, told in seen.items():
        assert ("vector" in told["now"]) == ("vector" in told["then"]) == (role == "auditor")
        assert told["differs"] == seen["auditor"]["differs"] != []


def test_records_are_the_registrys_to_push_under_its_own_name(guarded: Guarded) -> None:
    keys = ApiKeys(guarded.settings.home / "auth")
    other = keys.create(Wanted("second registry", "registry"))[1]
    looks = keys.create(Wanted("looks only", "registry", scopes=("score",)))[1]

    def push(key: str, number: str) -> Any:
        row = {
            "编号": number,
            "代码": "NOBODY",
            "当事人": "",
            "日期": "2024-05-01",
            "种类": "罚款",
            "罚款": "1",
        }
        return guarded.http.post(
            "/v1/records/penalties", json={"records": [row]},
            headers={"authorization": f"Bearer {key}", "idempotency-key": "same-key-0001"},
        )  # fmt: skip

    mine = push(guarded.keys["registry"], "ONE")
    assert mine.json()["accepted"] == 1
    # Another sender may choose the same key, and is not told the first one's receipt.
    assert push(other, "TWO").json()["receipt"] != mine.json()["receipt"]
    assert push(guarded.keys["registry"], "TWO").headers["x-problem"] == "idempotency-key-reused"
    assert push(looks, "THREE").headers["x-problem"] == "not-allowed"


@pytest.mark.parametrize(
    ("department", "status", "problem"),
    [("market", 200, None), ("", 200, None), ("hotline", 403, "not-your-source"),
     ("somebody", 403, "not-your-source")],
)  # fmt: skip
def test_department_pushes_to_its_own_sources_only(
    guarded: Guarded, department: str, status: int, problem: str | None
) -> None:
    keys = ApiKeys(guarded.settings.home / "auth")
    _, key = keys.create(Wanted("a department", "registry", department=department))
    row = {"编号": f"P-{department}", "代码": "NOBODY", "当事人": "", "日期": "2024-05-01"}
    response = guarded.http.post(
        "/v1/records/penalties", json={"records": [row]},
        headers={"authorization": f"Bearer {key}", "idempotency-key": "of-a-department",
                 "accept-language": "en"},
    )  # fmt: skip
    assert (response.status_code, response.headers.get("x-problem")) == (status, problem)
    if department == "hotline":
        assert "it may push to: complaints" in response.json()["next_step"]


@pytest.mark.parametrize("role", ["regulator", "auditor"])
@pytest.mark.parametrize("purpose", ["", "x", "复查 91330200144067248N", "%E6%8A%BD%00", "a" * 101])
def test_who_must_say_why_is_refused_without_a_usable_purpose(
    guarded: Guarded, role: str, purpose: str
) -> None:
    headers = {"authorization": f"Bearer {guarded.keys[role]}"}
    if purpose:
        headers["x-purpose"] = quote(purpose, safe="%")
    response = guarded.http.post("/v1/score", json={"business_id": OWN}, headers=headers)
    assert (response.status_code, response.headers["x-problem"]) == (403, "purpose-missing")


def test_a_key_limited_to_a_scope_opens_nothing_else(guarded: Guarded) -> None:
    keys = ApiKeys(guarded.settings.home / "auth")
    _, text = keys.create(Wanted("scraper", "administrator", scopes=("metrics",)))
    headers = {"authorization": f"Bearer {text}"}
    assert guarded.http.get("/metrics", headers=headers).status_code == 200
    assert guarded.http.get("/v1/keys", headers=headers).status_code == 403


def test_a_revoked_key_opens_nothing_from_then_on(guarded: Guarded) -> None:
    administrator = {
        "authorization": f"Bearer {guarded.keys['administrator']}",
        "idempotency-key": "a-short-key",
    }
    wanted = {"name": "short", "role": "data_scientist"}
    made = guarded.http.post("/v1/keys", json=wanted, headers=administrator)
    assert made.status_code == 201
    again = guarded.http.post("/v1/keys", json=wanted, headers=administrator).json()
    assert {**again, "key": made.json()["key"]} == made.json()
    assert "key" not in again, "it is shown once"
    other = guarded.http.post("/v1/keys", json=wanted | {"name": "x"}, headers=administrator)
    assert other.headers["x-problem"] == "idempotency-key-reused"
    mine = {"authorization": f"Bearer {made.json()['key']}"}
    assert guarded.http.get("/v1/model", headers=mine).status_code == 200
    address = f"/v1/keys/{made.json()['key_id']}/revocation"
    assert guarded.http.post(address, json={}, headers=administrator).json()["revoked_at"]
    refused = guarded.http.get("/v1/model", headers=mine)
    assert refused.status_code == 401
    assert 'error="invalid_token"' in refused.headers["www-authenticate"]
    listed = guarded.http.get("/v1/keys", headers=administrator).text
    assert made.json()["key"] not in listed
    assert "hash" not in listed


@pytest.mark.parametrize("language", ["zh", "en"])
def test_refusals_say_why_and_what_next_in_both_languages(guarded: Guarded, language: str) -> None:
    none = guarded.http.get("/v1/model", headers={"accept-language": language})
    wrong = guarded.http.get(
        "/v1/model",
        headers={"accept-language": language, "authorization": f"Bearer {guarded.keys['subject']}"},
    )
    chinese = re.compile(r"[\u4e00-\u9fff]")
    for response in (none, wrong):
        told = response.json()
        assert bool(chinese.search(told["detail"])) == (language == "zh")
        assert told["next_step"]


def test_a_host_that_is_not_ours_is_refused_and_a_named_one_is_answered(
    the_town: Town, tmp_path: Path
) -> None:
    settings = replace(guarded_settings(the_town, tmp_path), names=("xinheng.example",))
    with local_client(app_of(settings), host="10.1.2.3") as http:
        assert http.get("/healthz", headers={"host": "xinheng.example"}).status_code == 200
        assert http.get("/healthz", headers={"host": "evil.example"}).status_code == 403
