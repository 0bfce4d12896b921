"""The way into the pages outside the demo: a key, a purpose, a cookie for reading."""

from collections.abc import Iterator
from dataclasses import replace
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest

from serving.auth.keys import ApiKeys, Wanted
from serving.auth.sessions import COOKIE
from serving.settings import Settings
from tests.serving.clients import TestClient, local_client
from tests.serving.services import app_of
from tests.serving.town import FINED, Town, settings_of


@pytest.fixture(name="settings")
def guarded(the_town: Town, tmp_path: Path) -> Settings:
    for name in ("scores", "bundles"):
        (tmp_path / name).symlink_to(the_town.home / name)
    return replace(settings_of(the_town), home=tmp_path, is_demo=False, names=("xinheng.example",))


@pytest.fixture(name="browser")
def a_browser(settings: Settings) -> Iterator[TestClient]:
    with local_client(app_of(settings)) as http:
        http.headers["accept-language"] = "en"
        yield http


def key(settings: Settings, role: Any = "regulator", **limits: Any) -> str:
    return ApiKeys(settings.home / "auth").create(Wanted(role, role, **limits))[1]


def sign_in(browser: TestClient, text: str, **more: Any) -> Any:
    fields = {"key": text, "purpose": "random inspection", "then": "/"} | more.pop("fields", {})
    return browser.post("/sign-in", data=fields, follow_redirects=False, **more)


def test_a_page_without_a_session_is_the_way_in(browser: TestClient) -> None:
    response = browser.get(f"/businesses/{FINED}?lang=en")
    assert response.status_code == 401
    assert response.headers["www-authenticate"].startswith("Bearer")
    assert '<form class="sign-in" action="/sign-in" method="post">' in response.text
    assert f'value="/businesses/{FINED}?lang=en"' in response.text
    assert FINED not in response.text.replace(f"/businesses/{FINED}", "")
    assert "demo" not in response.headers.get("x-xinheng-mode", "")


def test_a_regulator_signs_in_looks_and_signs_out(browser: TestClient, settings: Settings) -> None:
    response = sign_in(browser, key(settings), fields={"then": f"/businesses/{FINED}?lang=zh"})
    assert response.status_code == 303
    assert response.headers["location"] == f"/businesses/{FINED}?lang=zh"
    cookie = SimpleCookie(response.headers["set-cookie"])[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/")
    assert int(cookie["max-age"]) <= 1800
    page = browser.get(f"/businesses/{FINED}")
    assert page.status_code == 200
    assert "random inspection" in page.text
    assert 'data-part="demo"' not in page.text
    out = browser.post(
        "/sign-out", data={}, headers={"content-type": "application/x-www-form-urlencoded"},
        follow_redirects=False,
    )  # fmt: skip
    assert out.status_code == 303
    assert browser.get(f"/businesses/{FINED}").status_code == 401


def test_the_cookie_is_secure_under_a_public_name(browser: TestClient, settings: Settings) -> None:
    response = sign_in(browser, key(settings), headers={"host": "xinheng.example"})
    assert "; Secure" in response.headers["set-cookie"]


def test_the_purpose_of_the_session_is_in_the_record(
    browser: TestClient, settings: Settings
) -> None:
    sign_in(browser, key(settings))
    name = browser.get(f"/businesses/{FINED}").headers["x-audit-id"]
    browser.cookies.clear()
    auditor = {"authorization": f"Bearer {key(settings, 'auditor')}", "x-purpose": "audit"}
    told = browser.get(f"/v1/audit/records/{name}", headers=auditor).json()["record"]
    assert (told["purpose"], told["by"]["by"]) == ("random inspection", "session")
    records = browser.get("/v1/audit/records", headers=auditor).json()["records"]
    (came,) = [one["record"] for one in records if one["record"]["action"] == "sign-in"]
    assert came["by"]["role"] == "regulator"
    assert came["request"] is None


def test_a_session_opens_nothing_that_changes_anything(
    browser: TestClient, settings: Settings
) -> None:
    sign_in(browser, key(settings))
    assert browser.get(f"/v1/businesses/{FINED}/explanation").status_code == 200
    assert browser.post("/v1/score", json={"business_id": FINED}).status_code == 401


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": "https://evil.example"},
        {"origin": "null"},
    ],
)
def test_a_form_of_another_sites_page_is_refused(
    browser: TestClient, settings: Settings, headers: dict[str, str]
) -> None:
    response = sign_in(browser, key(settings), headers=headers)
    assert (response.status_code, response.headers["x-problem"]) == (403, "cross-site")
    assert "set-cookie" not in response.headers


@pytest.mark.parametrize(
    "then", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "/a\nb"]
)
def test_it_leads_to_no_other_site(browser: TestClient, settings: Settings, then: str) -> None:
    response = sign_in(browser, key(settings), fields={"then": then})
    assert response.headers["location"] == "/"


@pytest.mark.parametrize(
    ("fields", "status", "slug"),
    [
        ({"key": "xh_none"}, 401, "unauthenticated"),
        ({"key": ""}, 401, "unauthenticated"),
        ({"purpose": ""}, 403, "purpose-missing"),
        ({"purpose": "91330200144067248N"}, 403, "purpose-missing"),
    ],
)
def test_what_does_not_open_says_so_on_a_page(
    browser: TestClient, settings: Settings, fields: dict[str, str], status: int, slug: str
) -> None:
    response = sign_in(browser, key(settings), fields=fields)
    assert (response.status_code, response.headers["x-problem"]) == (status, slug)
    assert response.headers["content-type"].startswith("text/html")
    assert "set-cookie" not in response.headers


def test_keys_of_roles_without_pages_do_not_sign_in(
    browser: TestClient, settings: Settings
) -> None:
    for role in ("registry", "data_scientist", "administrator"):
        assert sign_in(browser, key(settings, role)).status_code == 403
    subject = sign_in(browser, key(settings, "subject", business_id=FINED))
    assert subject.status_code == 303
    assert browser.get(f"/businesses/{FINED}/notice").status_code == 200
    assert browser.get(f"/businesses/{FINED}").status_code == 403
