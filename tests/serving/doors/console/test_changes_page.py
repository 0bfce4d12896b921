"""The page about a change says what the API says, and prints."""

import re
from typing import Any

import pytest

from serving.render.typesetting import typeset
from tests.serving.clients import TestClient
from tests.serving.doors.console.test_pages import page
from tests.serving.town import DISPUTING, FINED, LISTED, REPAIRED

SINCE = "2024-01-31"


def api(http: TestClient, business_id: str, since: str = SINCE) -> Any:
    return http.get(f"/v1/businesses/{business_id}/changes?from={since}").json()


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("business_id", [FINED, LISTED, DISPUTING, REPAIRED, "TOWN-020"])
def test_the_page_says_what_the_api_says(http: TestClient, business_id: str, language: str) -> None:
    told = api(http, business_id)
    shown = page(http, f"/businesses/{business_id}/changes?from={SINCE}", language)
    change = told["change"]

    def said(phrase: Any) -> str:
        return typeset(phrase["zh"]) if language == "zh" else str(phrase["en"])

    (article,) = shown.having("data-difference")
    assert article["data-difference"] == change["difference"]
    scores = [e["value"] for e in shown.having("data-field", "score")]
    assert scores == [change["before"]["score"], change["after"]["score"]]
    causes = [
        (e["data-cause"], e["data-source"], e["data-points"]) for e in shown.having("data-cause")
    ]
    assert causes == [(c["cause"], c["source"] or "", c["points"]) for c in change["causes"]]
    for element, group in zip(shown.having("data-cause"), change["causes"], strict=True):
        assert all(one["record_id"] in element["text"] for one in group["records"])
        assert group["title"] is None or said(group["title"]) in element["text"]
    features = {
        e["data-feature"]: e["data-points"] for e in shown.having("data-points")
        if e["tag"] == "tr"
    }  # fmt: skip
    assert features == {one["feature"]: one["points"] for one in change["features"]}
    assert [(e["data-rule"], e["data-kind"], e["data-why"]) for e in shown.having("data-rule")] == [
        (one["id"], one["kind"], one["why"]) for one in change["rules"]
    ]
    assert [e["data-by"] for e in shown.having("data-by")] == [
        one["by"] for one in change["tier_steps"]
    ]
    assert [(e["data-source"], e["data-record"]) for e in shown.having("data-status")] == [
        (one["source"], one["record_id"]) for one in told["records"]
    ]
    for note in told["notes"]:
        assert said(note) in shown.part("ends")
    history = http.get(f"/v1/businesses/{business_id}/history").json()["moments"]
    assert [(e["data-as-of"], e["data-score"]) for e in shown.having("data-score")] == [
        (one["as_of"], one["score"]) for one in history
    ]


def test_records_of_the_account_lead_to_their_rows(http: TestClient) -> None:
    shown = page(http, f"/businesses/{LISTED}/changes?from={SINCE}")
    targets = {e["id"] for e in shown.having("id")}
    links = [e["href"][1:] for e in shown.having("href") if e["href"].startswith("#")]
    assert len(links) > 2
    assert set(links) <= targets


def test_each_month_of_the_history_leads_to_its_own_account(http: TestClient) -> None:
    shown = page(http, f"/businesses/{FINED}/changes")
    months = [
        e["href"] for e in shown.having("href") if "from=" in e["href"] and "to=" in e["href"]
    ]
    console = [one for one in months if one.startswith("/businesses")]
    assert len(console) >= 3
    for address in console:
        assert http.get(address).status_code == 200


def test_every_word_around_an_english_account_is_english(http: TestClient) -> None:
    body = http.get(f"/businesses/{LISTED}/changes?from={SINCE}&lang=en").text
    article = body[body.index('<article class="change"') : body.index("</article>")]
    article = re.sub("总局令第44号", "", article)  # a legal reference stands as it is
    assert re.findall(r"[\u4e00-\u9fff]+", article) == []
