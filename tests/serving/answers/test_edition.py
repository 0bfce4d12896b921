import logging
from dataclasses import replace
from pathlib import Path

import pytest

from features.durable import point
from features.errors import OurConfiguration
from serving.answers.edition import Editions, open_edition, trusted_keys
from serving.bundle.signing import public_hex, signing_key
from serving.errors import BundleRefused
from serving.metrics import Metrics
from serving.problems import Refused
from serving.settings import Settings
from tests.serving.clients import local_client
from tests.serving.services import app_of
from tests.serving.town import FINED, Town, build_town, settings_of


@pytest.fixture(name="own", scope="module")
def a_town_to_change(tmp_path_factory: pytest.TempPathFactory) -> Town:
    return build_town(tmp_path_factory.mktemp("changed"))


def failures(metrics: Metrics) -> str:
    lines = metrics.text().decode().splitlines()
    return next(one for one in lines if one.startswith("xinheng_edition_failures_total"))


def test_without_scores_the_service_is_alive_and_not_ready(the_town: Town, tmp_path: Path) -> None:
    settings = Settings(str(the_town.catalogue.folder), tmp_path, language="en", is_demo=True)
    with local_client(app_of(settings)) as http:
        assert http.get("/healthz").status_code == 200
        for response in (
            http.get("/readyz"),
            http.post("/v1/score", json={"business_id": FINED}),
            http.get("/v1/businesses"),
        ):
            assert response.status_code == 503
            assert response.headers["retry-after"] == "10"
            assert response.json()["detail"] == "No set of scores has been published yet."
        page = http.get("/")
        assert page.status_code == 503
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert "No set of scores has been published yet." in page.text


def test_scores_published_later_are_taken_up(the_town: Town, tmp_path: Path) -> None:
    settings = replace(settings_of(the_town), home=tmp_path)
    editions = Editions(settings, Metrics())
    with pytest.raises(Refused):
        editions.current()
    (tmp_path / "bundles").symlink_to(the_town.home / "bundles")
    (tmp_path / "scores").mkdir()
    (tmp_path / "scores" / the_town.scores.name).symlink_to(the_town.scores.folder)
    point(tmp_path / "scores" / "CURRENT", the_town.scores.name)
    editions.refresh()
    assert editions.current().name == the_town.scores.name


def test_altered_scores_are_refused_and_the_old_edition_goes_on_answering(
    own: Town, caplog: pytest.LogCaptureFixture
) -> None:
    metrics = Metrics()
    editions = Editions(settings_of(own), metrics)
    editions.refresh()
    before = editions.current()
    altered = own.home / "scores" / ("0" * 64)
    altered.mkdir()
    for path in own.scores.folder.iterdir():
        (altered / path.name).write_bytes(path.read_bytes())
    point(own.home / "scores" / "CURRENT", altered.name)
    caplog.set_level(logging.ERROR)
    editions.refresh()
    assert editions.current() is before
    assert "altered scores in manifest.json" in caplog.text
    assert failures(metrics).endswith(" 1.0")
    fresh = Editions(settings_of(own), Metrics())
    fresh.refresh()
    with pytest.raises(Refused) as refused:
        fresh.current()
    assert "did not verify" in refused.value.problem.detail.en
    point(own.home / "scores" / "CURRENT", own.scores.name)


def test_a_bundle_signed_by_another_key_is_not_believed(the_town: Town) -> None:
    settings = replace(settings_of(the_town), trusted_keys=("0" * 64,))
    with pytest.raises(BundleRefused):
        open_edition(settings, the_town.scores, the_town.catalogue)


def test_scores_made_with_other_declarations_are_refused(the_town: Town) -> None:
    city = the_town.catalogue
    other = replace(city, jurisdiction=replace(city.jurisdiction, features=()))
    with pytest.raises(OurConfiguration, match="other declarations"):
        open_edition(settings_of(the_town), the_town.scores, other)


def test_without_named_keys_the_workspaces_own_is_trusted(tmp_path: Path) -> None:
    settings = Settings("town", tmp_path)
    with pytest.raises(OurConfiguration, match="XINHENG_TRUSTED_KEYS"):
        trusted_keys(settings)
    own = signing_key(tmp_path / "keys")
    assert trusted_keys(settings) == {public_hex(own)}
    assert trusted_keys(replace(settings, trusted_keys=("ab",))) == {"ab"}
