import asyncio
import json
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Message

from serving.auth.access import open_to_all
from serving.auth.gatekeeper import Gatekeeper
from serving.doors.addresses import Door, Endpoint
from serving.doors.guard import Guard, Limits
from serving.metrics import Metrics
from tests.serving.clients import TestClient, local_client


async def echo(request: Request) -> Response:
    body = await request.body()
    assert json.loads(body) == request.scope["xinheng.json"]
    return JSONResponse({"length": len(body)}, headers={"server": "inner"})


async def look(request: Request) -> Response:
    return JSONResponse({"id": request.path_params["business_id"]})


async def sleep(_: Request) -> Response:
    await asyncio.sleep(60)
    raise AssertionError("cancelled before")


async def fail(_: Request) -> Response:
    raise KeyError("91330200X-personal")


async def break_off(_: Request) -> Response:
    async def lines() -> AsyncIterator[bytes]:
        yield b"first\n"
        raise KeyError("later")

    return StreamingResponse(lines())


OPEN = open_to_all("test")
ENDPOINTS = (
    Endpoint(Door("/echo", "POST", OPEN, body_bytes=64), echo),
    Endpoint(Door("/b/{business_id}", "GET", OPEN), look),
    Endpoint(Door("/sleep", "GET", OPEN, seconds=0.05), sleep),
    Endpoint(Door("/fail", "GET", OPEN), fail),
    Endpoint(Door("/break", "GET", OPEN), break_off),
)


def guarded(limits: Limits | None = None) -> Guard:
    return Guard(
        Starlette(routes=[one.route for one in ENDPOINTS]),
        [one.door for one in ENDPOINTS],
        language="zh",
        metrics=Metrics(),
        gatekeeper=Gatekeeper(Path("nowhere"), is_demo=True),
        limits=limits,
    )


@contextmanager
def client(guard: Guard | None = None, host: str = "127.0.0.1") -> Iterator[TestClient]:
    with local_client(guard or guarded(), host) as one:
        yield one


def problem(response: object) -> str:
    assert response.headers["content-type"] == "application/problem+json"  # type: ignore[attr-defined]
    return str(response.json()["type"]).removeprefix("urn:xinheng:problem:")  # type: ignore[attr-defined]


def test_a_declared_request_passes_with_its_body() -> None:
    with client() as http:
        answer = http.post("/echo", json={"a": 1})
    assert answer.json() == {"length": 7}
    assert "server" not in answer.headers
    assert len(answer.headers["x-request-id"]) == 32
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_an_undeclared_path_is_told_so_in_the_readers_language() -> None:
    with client() as http:
        english = http.get("/docs.json", headers={"accept-language": "en"})
        chinese = http.get("/docs.json")
    assert (english.status_code, problem(english)) == (404, "unknown-path")
    assert english.json()["title"] == "No such address"
    assert chinese.json()["title"] == "没有此地址"


@pytest.mark.parametrize(
    "path", ["/b/", "/b/a/c", "/b/a%2Fc", "//echo", "/echo/", "/b/" + "x" * 300]
)
def test_paths_that_only_resemble_a_declared_one_do_not_exist(path: str) -> None:
    with client() as http:
        assert http.get(path).status_code == 404


def test_a_wrong_method_is_told_the_right_ones() -> None:
    with client() as http:
        wrong = http.put("/echo", json={})
        head = http.head("/b/x")
    assert (wrong.status_code, wrong.headers["allow"]) == (405, "POST")
    assert head.status_code == 200


@pytest.mark.parametrize(
    "content_type",
    [
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "application/vnd.bentoml+pickle",
        "application/json; charset=gb18030",
        "text/plain",
        "",
    ],
)
def test_only_plain_json_is_read(content_type: str) -> None:
    with client() as http:
        answer = http.post("/echo", content=b"{}", headers={"content-type": content_type})
    assert (answer.status_code, problem(answer)) == (415, "wrong-media-type")


def test_a_compressed_body_is_refused() -> None:
    headers = {"content-type": "application/json", "content-encoding": "gzip"}
    with client() as http:
        assert http.post("/echo", content=b"{}", headers=headers).status_code == 415


def test_json_in_the_declared_charset_is_read() -> None:
    headers = {"content-type": "application/json; charset=UTF-8"}
    with client() as http:
        assert http.post("/echo", content=b"{}", headers=headers).status_code == 200


def test_malformed_json_is_refused_without_quoting_it() -> None:
    headers = {"content-type": "application/json", "accept-language": "en"}
    with client() as http:
        answer = http.post("/echo", content=b'{"a":"hush","a":2}', headers=headers)
    assert (answer.status_code, problem(answer)) == (400, "malformed-json")
    assert answer.json()["detail"] == "Not strict JSON: duplicate key."
    assert "hush" not in answer.text


def test_a_long_body_is_refused_by_its_declared_length() -> None:
    with client() as http:
        answer = http.post("/echo", json={"a": "x" * 80})
    assert (answer.status_code, problem(answer)) == (413, "body-too-large")


def test_a_long_chunked_body_is_refused_as_it_comes() -> None:
    def chunks() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 10

    headers = {"content-type": "application/json"}
    with client() as http:
        assert http.post("/echo", content=chunks(), headers=headers).status_code == 413


def test_a_body_where_none_is_taken_is_refused() -> None:
    with client() as http:
        answer = http.request("GET", "/b/x", content=b"{}")
    assert (answer.status_code, problem(answer)) == (400, "unexpected-body")


def test_a_body_that_trickles_in_is_given_up() -> None:
    sent: list[Message] = []

    async def never() -> Message:
        await asyncio.sleep(60)
        raise AssertionError("cancelled before")

    async def keep(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "POST", "path": "/echo", "query_string": b"",
        "headers": [(b"host", b"localhost"), (b"content-type", b"application/json")],
        "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 3000),
    }  # fmt: skip
    asyncio.run(guarded(Limits(body_seconds=0.01))(scope, never, keep))
    assert sent[0]["status"] == 408


def test_an_answer_after_the_deadline_becomes_a_problem() -> None:
    with client() as http:
        answer = http.get("/sleep")
    assert (answer.status_code, problem(answer)) == (503, "too-slow")
    assert answer.headers["retry-after"] == "1"


def test_beyond_the_allowed_number_under_way_requests_are_turned_back() -> None:
    with client(guarded(Limits(concurrent=0))) as http:
        answer = http.get("/b/x")
    assert (answer.status_code, problem(answer)) == (503, "busy")


def test_other_machines_and_other_names_are_refused() -> None:
    with client(host="192.168.1.7") as http:
        assert problem(http.get("/b/x")) == "not-loopback"
    with client() as http:
        assert problem(http.get("/b/x", headers={"host": "evil.example"})) == "not-loopback"
        assert http.get("/b/x", headers={"host": "localhost:3000"}).status_code == 200
        assert http.get("/b/x", headers={"host": "[::1]:3000"}).status_code == 200


def test_a_failure_is_told_without_its_text_and_logged_without_it(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    with client() as http:
        answer = http.get("/fail", headers={"x-request-id": "trace-0001"})
    assert (answer.status_code, problem(answer)) == (500, "our-bug")
    assert answer.headers["x-request-id"] == "trace-0001"
    assert "KeyError" in caplog.text
    assert "personal" not in caplog.text + answer.text


def test_a_failure_in_mid_answer_leaves_it_incomplete_for_the_server_to_cut() -> None:
    sent: list[Message] = []

    asked: list[bool] = []

    async def receive() -> Message:
        if asked:  # as a server does: nothing more comes until the client leaves
            await asyncio.Event().wait()
        asked.append(True)
        return {"type": "http.request", "body": b"", "more_body": False}

    async def keep(message: Message) -> None:
        sent.append(message)

    scope = {
        "type": "http", "method": "GET", "path": "/break", "query_string": b"",
        "headers": [(b"host", b"localhost")], "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 3000),
    }  # fmt: skip
    asyncio.run(guarded()(scope, receive, keep))
    assert [message["type"] for message in sent] == ["http.response.start", "http.response.body"]
    assert sent[-1]["more_body"] is True


TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"


def test_a_callers_trace_is_continued_in_answer_and_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    with client() as http:
        told = http.get("/b/x", headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-01"})
        refused = http.get("/no", headers={"traceparent": f"00-{TRACE}-00f067aa0ba902b7-00"})
        without = http.get("/b/x")
    assert told.headers["traceresponse"].startswith(f"00-{TRACE}-")
    assert told.headers["traceresponse"].endswith("-01")
    assert "00f067aa0ba902b7" not in told.headers["traceresponse"]
    assert TRACE in refused.headers["traceresponse"]
    assert "traceresponse" not in without.headers
    assert caplog.text.count(TRACE) == 2


@pytest.mark.parametrize(
    "given",
    ["", "x", f"00-{TRACE}", f"00-{'0' * 32}-00f067aa0ba902b7-01", f"00-{TRACE}-{'0' * 16}-01",
     f"ff-{TRACE}-00f067aa0ba902b7-01", f"00-{TRACE.upper()}-00f067aa0ba902b7-01"],
)  # fmt: skip
def test_a_trace_that_is_none_is_left_out(given: str) -> None:
    with client() as http:
        assert "traceresponse" not in http.get("/b/x", headers={"traceparent": given}).headers


def test_nothing_that_was_sent_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with client() as http:
        http.get("/b/91330200hush?name=hush", headers={"x-request-id": "hush<script>"})
        http.get("/hush")
        http.post("/echo", content=b'{"hush"', headers={"content-type": "application/json"})
    ours = [r.getMessage() for r in caplog.records if r.name.startswith("xinheng")]
    assert len(ours) == 3
    assert "hush" not in "".join(ours)
    assert "GET /b/{business_id} 200" in ours[0]


def test_metrics_are_labelled_by_template_whatever_is_asked() -> None:
    guard = guarded()
    with client(guard) as http:
        for n in range(50):
            http.get(f"/nothing/{n}")
            http.get(f"/b/{n}")
            http.request(f"VERB{n}", "/nowhere")
    text = guard._metrics.text().decode()
    assert 'xinheng_requests_total{method="GET",route="/b/{business_id}",status="200"} 50.0' in text
    assert 'xinheng_requests_total{method="any",route="unmatched",status="404"} 100.0' in text
    assert text.count("xinheng_requests_total{") == 2


def test_lifespan_passes_to_the_application() -> None:
    seen: list[str] = []

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        seen.append("up")
        yield
        seen.append("down")

    demo = Gatekeeper(Path("nowhere"), is_demo=True)
    guard = Guard(
        Starlette(lifespan=lifespan), [], language="zh", metrics=Metrics(), gatekeeper=demo
    )
    with local_client(guard):
        assert seen == ["up"]
    assert seen == ["up", "down"]
