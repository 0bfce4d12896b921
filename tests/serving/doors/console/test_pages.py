import re
from html.parser import HTMLParser
from typing import Any

import pytest

from serving.render.typesetting import typeset
from tests.serving.clients import TestClient
from tests.serving.town import CLEAN, DISPUTING, FINED, LISTED, REPAIRED, UNNAMED, UNSURE, N

EVERYONE = [f"TOWN-{i:03d}" for i in range(1, N + 1)]
PAGES = [
    "/", "/businesses", f"/businesses/{FINED}", f"/businesses/{FINED}/changes",
    f"/businesses/{LISTED}/notice",
]  # fmt: skip


class Page(HTMLParser):
    """What a page holds: every element with its attributes and its own text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[dict[str, str]] = []
        self._open: list[dict[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = {"tag": tag, "text": "", **{name: value or "" for name, value in attrs}}
        self.elements.append(element)
        if tag not in ("meta", "link", "input"):
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()["tag"] != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element["text"] += data

    def having(self, name: str, value: str | None = None) -> list[dict[str, str]]:
        return [e for e in self.elements if name in e and value in (None, e[name])]

    def part(self, name: str) -> str:
        (found,) = self.having("data-part", name)
        return found["text"]


def page(http: TestClient, path: str, language: str = "zh") -> Page:
    joint = "&" if "?" in path else "?"
    response = http.get(f"{path}{joint}lang={language}")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    return Page(response.text)


def api(http: TestClient, business_id: str) -> Any:
    return http.get(f"/v1/businesses/{business_id}/explanation").json()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("business_id", EVERYONE)
def test_the_page_says_what_the_api_says(http: TestClient, business_id: str, language: str) -> None:
    told, shown = api(http, business_id), page(http, f"/businesses/{business_id}", language)
    decision = told["decision"]

    def said(phrase: Any) -> str:
        return typeset(phrase["zh"]) if language == "zh" else str(phrase["en"])

    (article,) = shown.having("data-business")
    assert article["data-tier"] == decision["tier"]
    assert article["data-as-of"] == decision["as_of"]
    assert shown.having("data-field", "score")[0]["value"] == decision["score"]
    assert shown.having("data-field", "model-tier")[0]["data-value"] == decision["model_tier"]
    cited = decision["reasons"] + decision["positives"]
    for warning in decision["warnings"]:
        cited += warning["reasons"]
    assert [(e["data-code"], e["data-points"]) for e in shown.having("data-code")] == [
        (one["code"], one["points"]) for one in cited
    ]
    for element, one in zip(shown.having("data-code"), cited, strict=True):
        assert said(one["text"]) in element["text"]
        assert all(record in element["text"] for record in one["record_ids"])
    assert [
        (e["data-outcome"], e["data-level"] or None, e["data-probability"])
        for e in shown.having("data-outcome")
    ] == [(one["outcome"], one["level"], one["probability"]) for one in decision["warnings"]]
    assert [e["data-rule"] for e in shown.having("data-rule")] == [
        r["id"] for r in decision["rules"]
    ]
    features = {
        e["data-feature"]: e["data-points"] for e in shown.having("data-points")
        if "data-code" not in e
    }  # fmt: skip
    contributions = decision["explanation"]["contributions"]
    assert features == {one["feature"]: one["points"] for one in contributions}
    for group in decision["explanation"]["by_group"]:
        (row,) = shown.having("data-group", group["key"])
        assert group["points"] in row["text"]
    assert decision["explanation"]["base"] in shown.having("data-row", "base")[0]["text"]
    assert decision["explanation"]["total"] in shown.having("data-row", "total")[0]["text"]
    assert [(e["data-source"], e["data-record"]) for e in shown.having("data-status")] == [
        (one["source"], one["record_id"]) for one in told["records"]
    ]
    assert said(decision["measures"]["text"]) in shown.part("measures")
    assert [e["data-why"] for e in shown.having("data-why")] == [
        one["why"] for one in decision["not_used"]
    ]
    hashes = [e["text"] for e in shown.elements if e["tag"] == "code"]
    provenance = decision["provenance"]
    assert {provenance[name] for name in ("bundle", "catalogue", "policy", "vector")} <= set(hashes)


def test_every_record_link_leads_to_a_row_on_the_page(http: TestClient) -> None:
    for business_id in EVERYONE:
        shown = page(http, f"/businesses/{business_id}")
        targets = {e["id"] for e in shown.having("id")}
        links = [e["href"].removeprefix("#") for e in shown.having("href") if e["href"][0] == "#"]
        assert set(links) <= targets
        named = [e for e in shown.elements if e.get("class") == "record"]
        assert all(e["tag"] == "a" for e in named)


def test_both_results_are_shown_while_a_record_is_disputed(http: TestClient) -> None:
    told, shown = api(http, DISPUTING)["decision"], page(http, f"/businesses/{DISPUTING}")
    both = {e["data-which"]: e["text"] for e in shown.having("data-which")}
    assert told["score"] in both["without"]
    assert told["contested"]["other"]["score"] in both["with"]
    assert "现行适用" in both["without"]
    assert page(http, f"/businesses/{FINED}").having("data-part", "contested") == []


def test_what_is_not_used_says_why(http: TestClient) -> None:
    shown = page(http, f"/businesses/{REPAIRED}")
    assert "已完成信用修复" in shown.part("data")


@pytest.mark.parametrize("path", PAGES)
def test_pages_bring_everything_with_them(http: TestClient, path: str) -> None:
    response = http.get(path)
    shown = Page(response.text)
    addresses = [e.get("href") or e.get("src") or e.get("action") or "/" for e in shown.elements]
    assert all(one.startswith(("/", "#")) and not one.startswith("//") for one in addresses)
    assert not [e for e in shown.elements if e["tag"] in ("script", "style", "iframe", "img")]
    assert not [e for e in shown.elements if "style" in e or any(n.startswith("on") for n in e)]
    assert "default-src 'none'" in response.headers["content-security-policy"]
    for asset in ("/assets/console.css", "/assets/icon.svg"):
        (found,) = [e["href"] for e in shown.having("href") if e["href"].startswith(asset)]
        served = http.get(found)
        assert served.status_code == 200
        assert "immutable" in served.headers["cache-control"]
        assert b"http://" not in served.content.replace(b"http://www.w3.org/2000/svg", b"")
        assert b"@import" not in served.content
        assert b"url(" not in served.content


@pytest.mark.parametrize("path", PAGES)
def test_the_other_language_is_one_link_away_and_is_kept(http: TestClient, path: str) -> None:
    chinese, english = page(http, path, "zh"), page(http, path, "en")
    assert [e["lang"] for e in chinese.elements if e["tag"] == "html"] == ["zh-CN"]
    assert [e["lang"] for e in english.elements if e["tag"] == "html"] == ["en"]
    (switch,) = [e for e in english.elements if e.get("class") == "switch"]
    assert switch["href"] == f"{path}?lang=zh"
    inside = [
        e["href"]
        for e in english.having("href")
        if e["href"].startswith("/businesses") and e is not switch
    ]
    assert all("lang=en" in one for one in inside)
    assert http.get(path, headers={"accept-language": "en"}).headers["content-language"] == "en"


def test_every_word_of_the_english_page_is_english(http: TestClient) -> None:
    chinese = re.compile(r"[\u4e00-\u9fff]+")
    for path in ("/", "/businesses"):
        body = http.get(f"{path}?lang=en").text
        left = re.sub(r"小镇(食品|贸易)\d+号有限公司|信衡|中文", "", body)
        assert chinese.findall(left) == []


def test_every_page_of_a_demo_says_that_it_is_one(http: TestClient) -> None:
    for path in PAGES:
        response = http.get(path)
        assert "未启用身份认证" in Page(response.text).part("demo")
        assert response.headers["x-xinheng-mode"] == "demo"
        assert "no authentication" in page(http, path, "en").part("demo")


def test_the_overview_counts_tiers_and_lists_the_gravest_warnings(http: TestClient) -> None:
    shown = page(http, "/")
    model = http.get("/v1/model").json()
    for tier, n in model["scores"]["tiers"].items():
        (item,) = [e for e in shown.having("data-tier", tier) if e["tag"] == "li"]
        assert re.search(rf"\b{n}\b", item["text"])
    rows = [e["data-business"] for e in shown.having("data-business")]
    red = http.get("/v1/businesses?level=red&limit=12").json()["page"]["businesses"]
    assert rows == [one["business_id"] for one in red]


def test_the_list_keeps_its_conditions_from_page_to_page(http: TestClient) -> None:
    seen: list[str] = []
    address = "/businesses?query=小镇&limit=9&lang=zh"
    for _ in range(10):
        shown = Page(http.get(address).text)
        seen += [e["data-business"] for e in shown.having("data-business")]
        following = [e["href"] for e in shown.having("rel", "next")]
        if not following:
            break
        address = following[0]
    assert len(seen) == len(set(seen)) == N - 1


def test_text_from_records_is_escaped_wherever_it_stands(http: TestClient) -> None:
    body = http.get("/businesses?query=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").text
    assert "<script" not in body
    assert "&lt;script&gt;" in body


def test_refusals_are_pages_with_the_status_and_words_of_the_problem(http: TestClient) -> None:
    for path, status, slug in (
        ("/businesses/NOBODY", 404, "unknown-business"),
        ("/businesses/NOBODY/notice", 404, "unknown-business"),
        ("/businesses/NOBODY/changes", 404, "unknown-business"),
        (f"/businesses/{FINED}/changes?from=2024-06-01", 409, "not-comparable"),
        ("/businesses/TOWN-CLOSED", 404, "not-scored"),
        ("/businesses?tier=Z", 422, "invalid-request"),
    ):
        response = http.get(path, headers={"accept-language": "en"})
        assert response.status_code == status
        assert Page(response.text).having("data-problem")[0]["data-problem"] == slug
        assert "Next step" in response.text


def test_a_business_without_a_name_has_a_page(http: TestClient) -> None:
    assert "(未登记名称)" in typeset_back(http.get(f"/businesses/{UNNAMED}?lang=zh").text)


def test_the_notice_never_shows_the_tier_unless_policy_allows(http: TestClient) -> None:
    shown = page(http, f"/businesses/{LISTED}/notice")
    assert shown.having("data-tier") == []
    assert "可以提出异议" in shown.part("rights")


def test_a_page_the_reader_has_is_not_sent_again(http: TestClient) -> None:
    first = http.get(f"/businesses/{CLEAN}")
    again = http.get(f"/businesses/{CLEAN}", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304


def typeset_back(text: str) -> str:
    return text.replace("（", "(").replace("）", ")")


@pytest.mark.parametrize(("language", "waits"), [("zh", "待核"), ("en", "waits for a person")])
def test_names_that_may_mean_the_business_are_shown(
    http: TestClient, language: str, waits: str
) -> None:
    shown = page(http, f"/businesses/{FINED}", language)
    (name,) = shown.having("data-mention")
    assert name["data-state"] == "review"
    assert UNSURE in name["text"]
    assert waits in name["text"]
    assert page(http, f"/businesses/{CLEAN}").having("data-part", "names") == []
