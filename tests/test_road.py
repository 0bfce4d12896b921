"""The whole road as its users go it: the command line, then the service over HTTP."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import lightgbm
import numpy as np
import pyarrow.parquet as pq
import pytest

from features.builder import Matrix
from features.catalogue import load_catalogue
from features.engines.single import compute
from features.peers import Peers
from features.records_of import RecordReader
from features.snapshot import Snapshot
from serving.store.scores import Scores

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parent.parent
BUSINESSES = 6000


def xinheng(*words: str, home: Path, city: str = "ningbo") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "training.cli", "--jurisdiction", city, "--home", home, *words],
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("road") / "home"
    done = xinheng("run", "--no-serve", "--businesses", str(BUSINESSES), home=home)
    assert done.returncode == 0, done.stderr
    return home


@pytest.fixture(scope="module")
def worst(home: Path) -> str:
    scores = Scores.current(home)
    assert scores is not None
    return str(pq.read_table(scores.table).sort_by("tenths")["entity_id"][0].as_py())


@contextmanager
def served(home: Path) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-m", "training.cli", "--home", home, "serve", "--demo",
         "--port", str(port)],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(f"{address}/healthz")
                break
            except OSError:
                assert process.poll() is None, "the service stopped"
                time.sleep(0.2)
        yield address
    finally:
        process.terminate()
        process.wait(30)


@pytest.fixture(scope="module")
def service(home: Path) -> Iterator[str]:
    with served(home) as address:
        yield address


def post(address: str, path: str, body: object) -> tuple[int, bytes]:
    request = urllib.request.Request(
        f"{address}{path}", json.dumps(body).encode(), {"content-type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def get(address: str, path: str) -> str:
    with urllib.request.urlopen(f"{address}{path}") as answer:
        return str(answer.read().decode())


def tenths(points: str) -> int:
    return round(float(points.replace("−", "-").replace("+", "")) * 10)


def test_running_again_redoes_nothing(home: Path) -> None:
    before = sorted(p.name for p in (home / "bundles").iterdir())
    done = xinheng("run", "--no-serve", "--businesses", str(BUSINESSES), home=home)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("nothing new") == 2
    assert sorted(p.name for p in (home / "bundles").iterdir()) == before


def test_the_same_request_gives_the_same_bytes(service: str, worst: str) -> None:
    first = post(service, "/v1/score", {"business_id": worst})
    assert first[0] == 200
    assert post(service, "/v1/score", {"business_id": worst}) == first


def test_printed_contributions_add_up_to_the_printed_score(service: str, home: Path) -> None:
    scores = Scores.current(home)
    assert scores is not None
    for business in pq.read_table(scores.table)["entity_id"].to_pylist()[:200:7]:
        decision = json.loads(post(service, "/v1/score", {"business_id": business})[1])
        told = decision["explanation"]
        parts = [c["points"] for c in told["contributions"]]
        assert tenths(told["base"]) + sum(map(tenths, parts)) + tenths(told["limit"]) == tenths(
            decision["score"]
        )
        groups = [g["points"] for g in told["by_group"]]
        assert sum(map(tenths, groups)) == sum(map(tenths, parts))


def test_every_reason_has_points_a_phrase_in_both_languages_and_records(
    service: str, worst: str
) -> None:
    reasons = json.loads(post(service, "/v1/score", {"business_id": worst})[1])["reasons"]
    assert 1 <= len(reasons) <= 4
    for reason in reasons:
        assert tenths(reason["points"]) < 0
        assert re.search(r"[一-鿿]", reason["text"]["zh"])
        assert re.search(r"[A-Za-z]", reason["text"]["en"])
        assert not re.search(r"[一-鿿]", reason["text"]["en"])
        assert reason["record_ids"] or reason["because"] == "absence"
    cited = [record for reason in reasons for record in reason["record_ids"]]
    assert len(cited) == len(set(cited))


def test_the_page_says_what_the_api_says(service: str, worst: str) -> None:
    decision = json.loads(post(service, "/v1/score", {"business_id": worst})[1])
    page = get(service, f"/businesses/{worst}")
    assert decision["score"] in page
    for reason in decision["reasons"]:
        assert reason["points"] in page
        for record in reason["record_ids"]:
            assert record in page
    assert decision["provenance"]["bundle"][:12] in page


def test_the_command_line_says_what_the_api_says(service: str, home: Path, worst: str) -> None:
    decision = json.loads(post(service, "/v1/score", {"business_id": worst})[1])
    done = xinheng("explain", worst, "--format", "json", "--view", "registry", home=home)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["tier"] == decision["tier"]


def test_the_command_line_says_what_the_api_says_about_a_change(
    service: str, home: Path, worst: str
) -> None:
    told = get(service, f"/v1/businesses/{worst}/changes")
    done = xinheng("changes", worst, "--json", home=home)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == json.loads(told)
    refused = xinheng("changes", worst, "--from", "yesterday", home=home)
    assert refused.returncode == 2
    assert "YYYY-MM-DD" in refused.stderr


def test_an_unknown_business_is_a_problem_that_says_what_to_do(service: str) -> None:
    status, body = post(service, "/v1/score", {"business_id": "91330200MA2WPNGX00"})
    assert status == 404
    assert {"title", "detail", "status"} <= set(json.loads(body))


def test_an_unknown_business_is_an_error_of_yours_on_the_command_line(home: Path) -> None:
    done = xinheng("explain", "91330200MA2WPNGX00", home=home)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_one_business_computed_alone_equals_its_row_of_the_batch(home: Path) -> None:
    scores = Scores.current(home)
    assert scores is not None
    catalogue = load_catalogue("ningbo")
    snapshot = Snapshot.current(home)
    matrix = Matrix.open(home, scores.manifest.inputs.matrix)
    table, peers = matrix.read(), Peers.read(matrix.peers)
    day = table["as_of_day"][0].as_py()
    with RecordReader(catalogue, snapshot, day) as reader:
        for at in range(0, table.num_rows, table.num_rows // 25):
            row = table.slice(at, 1).to_pylist()[0]
            alone = compute(catalogue, reader.of(row["entity_id"]), day, peers)
            assert alone == {name: row[name] for name in matrix.features}


@pytest.mark.filterwarnings("ignore::PendingDeprecationWarning")  # matplotlib's, through shap
def test_contributions_equal_shap_on_the_same_model(home: Path) -> None:
    import shap

    from serving.model.contributions import Explainer
    from serving.model.trees import Trees

    scores = Scores.current(home)
    assert scores is not None
    model = home / "bundles" / scores.manifest.inputs.bundle / "models" / "credit.txt"
    matrix = Matrix.open(home, scores.manifest.inputs.matrix)
    table = matrix.read().slice(0, 50)
    X = np.column_stack(
        [table[name].to_numpy(zero_copy_only=False).astype(float) for name in matrix.features]
    )
    text = model.read_text(encoding="utf-8")
    ours = Explainer(Trees.parse(text)).contributions(X)
    explanation = shap.TreeExplainer(lightgbm.Booster(model_str=text))(X)
    assert explanation.values.shape == (50, len(matrix.features))
    assert np.abs(ours[:, :-1] - explanation.values).max() < 1e-6


def test_a_touched_bundle_is_never_served(home: Path, tmp_path: Path, worst: str) -> None:
    other = tmp_path / "home"
    shutil.copytree(home, other, ignore=shutil.ignore_patterns("records", "city", "ml*"))
    scores = Scores.current(other)
    assert scores is not None
    model = other / "bundles" / scores.manifest.inputs.bundle / "models" / "credit.txt"
    model.write_bytes(model.read_bytes().replace(b"leaf_value=", b"leaf_value=1", 1))
    with served(other) as address:
        status, body = post(address, "/v1/score", {"business_id": worst})
    assert status == 503
    assert b"score" not in json.loads(body)


def test_no_records_is_an_error_of_yours_that_names_the_next_step(tmp_path: Path) -> None:
    done = xinheng("train", home=tmp_path)
    assert done.returncode == 2
    assert "no records" in done.stderr
    assert "Next:" in done.stderr


def test_an_unknown_city_is_an_error_of_yours(tmp_path: Path) -> None:
    done = xinheng("status", home=tmp_path, city="atlantis")
    assert done.returncode == 2
    assert "unknown jurisdiction" in done.stderr
