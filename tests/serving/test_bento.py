"""The bento: built offline, unpacked, and served where no training package is."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tarfile
import time
import tomllib
from dataclasses import dataclass
from importlib.metadata import distribution, packages_distributions
from pathlib import Path

import httpx
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from serving.answers.answer import answer, subject_of
from serving.answers.edition import open_edition
from tests.serving.town import FINED, Town, settings_of

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
SECONDS = 240  # a cold start on a busy machine
TRAINING_ONLY = {"training", "mlflow", "shap", "sklearn", "pandas", "lightgbm", "matplotlib"}


def listed() -> list[str]:
    """The packages that the bento asks for."""
    file = yaml.safe_load((DEPLOY / "bentofile.yaml").read_text(encoding="utf-8"))
    packages: list[str] = file["python"]["packages"]
    return packages


def test_bento_asks_for_packages_as_the_project_does() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert set(listed()) <= set(project["project"]["dependencies"])


def test_unit_and_image_run_the_module_that_serves() -> None:
    unit = (DEPLOY / "xinheng.service").read_text(encoding="utf-8")
    assert "python -m serving\n" in unit
    image = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    assert 'ENTRYPOINT ["python", "-m", "serving"]' in image
    assert "USER xinheng" in image


@pytest.mark.parametrize("name", ["xinheng.service", "Containerfile", "README.md"])
def test_settings_named_in_deploy_are_settings_there_are(name: str) -> None:
    from serving.settings import NAMES

    text = (DEPLOY / name).read_text(encoding="utf-8")
    assert set(re.findall(r"XINHENG_([A-Z_]+)", text)) <= NAMES | {"HOME"}


@pytest.mark.slow
def test_systemd_finds_nothing_wrong_with_the_unit(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        return  # a machine without systemd has nothing to run the unit either
    unit = (DEPLOY / "xinheng.service").read_text(encoding="utf-8")
    python = f"ExecStart={sys.executable} -m serving"
    unit = re.sub(r"ExecStart=\S+ -m serving", python, unit)
    (tmp_path / "xinheng.service").write_text(unit, encoding="utf-8")
    done = subprocess.run(
        [verify, "verify", "--man=no", str(tmp_path / "xinheng.service")],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "xinheng.service:" not in done.stderr.replace("is not executable", "")


@dataclass(frozen=True)
class Unpacked:
    """A bento as it lies unpacked, and a Python with the packages it asks for and no others."""

    src: Path
    python: Path

    def run(self, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.python), "-c", code], cwd=self.src, env=clean() | environment, text=True,
            capture_output=True, check=False, timeout=SECONDS,
        )  # fmt: skip


def clean() -> dict[str, str]:
    """An environment without this project, and without a way out."""
    kept = {
        name: value for name, value in os.environ.items()
        if not name.startswith(("XINHENG_", "BENTOML_", "PYTHON"))
    }  # fmt: skip
    nowhere = "http://127.0.0.1:9"
    return kept | {
        "BENTOML_DO_NOT_TRACK": "true", "HTTP_PROXY": nowhere, "HTTPS_PROXY": nowhere,
        "PIP_NO_INDEX": "1", "UV_OFFLINE": "1",
    }  # fmt: skip


@pytest.fixture(scope="module", name="bento")
def an_unpacked_bento(tmp_path_factory: pytest.TempPathFactory) -> Unpacked:
    work = tmp_path_factory.mktemp("bento")
    home = {"BENTOML_HOME": str(work / "home"), "XINHENG_JURISDICTION": "ningbo"}
    environment = clean() | home | {"PYTHONPATH": str(ROOT)}
    bentoml = [sys.executable, "-m", "bentoml"]
    for command in (
        [*bentoml, "build", "-f", str(DEPLOY / "bentofile.yaml"), str(ROOT)],
        [*bentoml, "export", "xinheng:latest", str(work / "xinheng.bento")],
    ):
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=SECONDS
        )
        assert done.returncode == 0, done.stdout + done.stderr
    with tarfile.open(work / "xinheng.bento") as archive:
        archive.extractall(work / "unpacked", filter="data")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(work / "venv")], check=True)
    python = work / "venv" / "bin" / "python"
    (packages,) = (work / "venv" / "lib").glob("*/site-packages")
    for name in closure(listed()):
        link(name, packages)
    return Unpacked(work / "unpacked" / "src", python)


@pytest.mark.slow
def test_bento_holds_the_service_and_neither_training_nor_data(bento: Unpacked) -> None:
    held = {path.name for path in bento.src.iterdir()}
    assert {"features", "serving"} <= held
    assert not held & {"training", "tests", "experiments", "notebooks", "var"}
    assert not list(bento.src.rglob("*.sqlite"))
    done = bento.run("import training")
    assert "No module named 'training'" in done.stderr


@pytest.mark.slow
def test_unpacked_bento_answers_with_the_bytes_of_the_core(
    the_town: Town, bento: Unpacked, tmp_path: Path
) -> None:
    edition = open_edition(settings_of(the_town), the_town.scores, the_town.catalogue)
    expected = answer(edition, subject_of(edition, FINED)).to_json()
    with served(the_town, bento, tmp_path) as http:
        told = http.post("/v1/score", json={"business_id": FINED})
        assert told.content == expected
        assert http.post("/score", json={"business_id": FINED}).json() == told.json()
        assert http.get("/readyz").json()["scores"] == the_town.scores.name


@pytest.mark.slow
def test_service_loads_only_packages_the_bento_asks_for(bento: Unpacked) -> None:
    done = bento.run(
        "import json, sys, serving.instance; print(json.dumps(sorted(sys.modules)))",
        XINHENG_JURISDICTION="ningbo",
    )
    assert done.returncode == 0, done.stderr
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout.splitlines()[-1])}
    assert not loaded & TRAINING_ONLY
    allowed = closure(listed())
    beyond = {
        module: owners
        for module, owners in packages_distributions().items()
        if module in loaded and not {canonicalize_name(one) for one in owners} & allowed
    }
    assert beyond == {}


def closure(packages: list[str]) -> set[str]:
    """The installed packages that these need, of the extras that they ask for and no others."""
    found: dict[str, set[str]] = {}
    left = [(Requirement(one), "") for one in packages]
    while left:
        wanted, of = left.pop()
        if wanted.marker is not None and not wanted.marker.evaluate({"extra": of}):
            continue
        name = canonicalize_name(wanted.name)
        known = found.get(name)
        if known is not None and wanted.extras <= known:
            continue
        found.setdefault(name, set()).update(wanted.extras)
        needs = [Requirement(one) for one in distribution(name).requires or ()]
        left += [(one, extra) for one in needs for extra in ("", *wanted.extras)]
    return set(found)


def link(name: str, packages: Path) -> None:
    """Make an installed package importable from the folder `packages`."""
    installed = distribution(name)
    tops = {file.parts[0] for file in installed.files or () if file.parts[0] != ".."}
    for top in tops - {"__pycache__", "bin"}:
        if not (packages / top).exists():
            (packages / top).symlink_to(installed.locate_file(top))


def served(town: Town, bento: Unpacked, work: Path) -> Served:
    return Served(town, bento, work)


class Served:
    """The unpacked bento as a process of its own."""

    def __init__(self, town: Town, bento: Unpacked, work: Path) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        settings = settings_of(town)
        environment = clean() | {
            "PYTHONPATH": str(declarations(work)),
            "XINHENG_JURISDICTION": settings.jurisdiction,
            "XINHENG_HOME": str(settings.home),
            "XINHENG_PORT": str(port),
            "XINHENG_TRUSTED_KEYS": ",".join(settings.trusted_keys),
            "XINHENG_DEMO": "yes",
        }
        self._process = subprocess.Popen(
            [str(bento.python), "-m", "serving"], cwd=bento.src, env=environment,
            stderr=subprocess.DEVNULL,
        )  # fmt: skip
        self._http = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False)

    def __enter__(self) -> httpx.Client:
        until = time.monotonic() + SECONDS
        while time.monotonic() < until and self._process.poll() is None:
            try:
                if self._http.get("/readyz").status_code == 200:
                    return self._http
            except httpx.TransportError:
                time.sleep(0.2)
        self.__exit__()
        raise AssertionError(f"not ready, exit code {self._process.poll()}")

    def __exit__(self, *_: object) -> None:
        self._http.close()
        self._process.terminate()
        self._process.wait(30)


def declarations(work: Path) -> Path:
    """A folder in which the town's declarations can be imported, and nothing else of the tests."""
    package = work / "declared" / "tests" / "serving"
    package.mkdir(parents=True)
    for folder in (package.parent, package):
        (folder / "__init__.py").touch()
    shutil.copy(ROOT / "tests" / "serving" / "town_declared.py", package)
    return work / "declared"
