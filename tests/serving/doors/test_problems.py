import json

from features.contracts import Phrase
from serving.problems import TYPES, Problem, not_ready, unknown_business


def test_every_type_has_its_own_name_and_an_error_status() -> None:
    assert len({one.slug for one in TYPES}) == len(TYPES)
    assert all(400 <= one.status < 600 for one in TYPES)
    assert all(one.title.zh and one.title.en for one in TYPES)


def test_a_problem_is_the_same_bytes_every_time_and_says_the_next_step() -> None:
    assert unknown_business().body("en") == unknown_business().body("en")
    document = json.loads(unknown_business().body("zh"))
    assert list(document) == ["type", "title", "status", "detail", "next_step"]
    assert document["type"] == "urn:xinheng:problem:unknown-business"
    assert "/v1/businesses?query=" in document["next_step"]


def test_the_language_is_declared_and_the_answer_varies_by_it() -> None:
    response = unknown_business().response("en")
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"
    assert response.headers["content-language"] == "en"
    assert response.headers["vary"] == "accept-language"


def test_not_ready_says_when_to_come_back() -> None:
    problem: Problem = not_ready(Phrase("没有评分", "no scores"))
    assert problem.response("zh").status_code == 503
    assert problem.response("zh").headers["retry-after"] == "10"
