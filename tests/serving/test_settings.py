from pathlib import Path

import pytest

from features.errors import OurConfiguration
from serving.settings import NAMES, read_settings


def test_only_the_jurisdiction_has_to_be_set() -> None:
    settings = read_settings({"XINHENG_JURISDICTION": "ningbo", "PATH": "/bin"})
    assert settings.home == Path("var/ningbo")
    assert (settings.host, settings.port, settings.language) == ("127.0.0.1", 3000, "zh")
    assert settings.trusted_keys == ()
    assert settings.workers == 1


def test_a_folder_of_declarations_names_its_own_home() -> None:
    assert read_settings({"XINHENG_JURISDICTION": "experiments/chicago"}).home == Path(
        "var/chicago"
    )


def test_every_unusable_setting_is_told_at_once() -> None:
    with pytest.raises(OurConfiguration) as refused:
        read_settings(
            {
                "XINHENG_HOST": "example.org",
                "XINHENG_DEMO": "perhaps",
                "XINHENG_NAMES": "a b",
                "XINHENG_TLS": "one.pem",
                "XINHENG_TOKENS": "issuer audience http://keys.example/jwks",
                "XINHENG_PORT": "70000",
                "XINHENG_LANGUAGE": "fr",
                "XINHENG_TRUSTED_KEYS": "ab,cd",
                "XINHENG_WORKERS": "no",
                "XINHENG_STORES": "mysql://somewhere",
            }
        )
    lines = str(refused.value).splitlines()
    assert len(lines) == 11
    for name in sorted(NAMES - {"HOME", "AUDIT_HEADS"}):
        assert sum(f"XINHENG_{name}:" in line for line in lines) == 1


def test_a_misspelt_setting_is_refused_and_the_right_one_named() -> None:
    with pytest.raises(OurConfiguration, match="expected XINHENG_TRUSTED_KEYS"):
        read_settings({"XINHENG_JURISDICTION": "ningbo", "XINHENG_TRUSTED_KEY": "0" * 64})
    read_settings({"XINHENG_JURISDICTION": "ningbo", "XINHENG_REAL_DATA": "/data"})


CITY = {"XINHENG_JURISDICTION": "ningbo"}


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4"])
def test_an_address_that_others_can_reach_needs_keys_and_tls(host: str, tmp_path: Path) -> None:
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    certificate.touch()
    key.touch()
    tls = {"XINHENG_TLS": f"{certificate},{key}"}
    with pytest.raises(OurConfiguration, match="unsafe address"):
        read_settings(CITY | {"XINHENG_HOST": host})
    with pytest.raises(OurConfiguration, match="leave the demo"):
        read_settings(CITY | tls | {"XINHENG_HOST": host, "XINHENG_DEMO": "yes"})
    assert read_settings(CITY | tls | {"XINHENG_HOST": host}).is_reachable


@pytest.mark.parametrize(
    ("host", "listens"), [("localhost", "127.0.0.1"), ("127.0.0.9", "127.0.0.9"), ("::1", "::1")]
)
def test_loopback_addresses_are_accepted(host: str, listens: str) -> None:
    settings = read_settings(CITY | {"XINHENG_HOST": host, "XINHENG_DEMO": "yes"})
    assert settings.host == listens
    assert not settings.is_reachable


def test_nothing_is_open_unless_it_is_said() -> None:
    assert not read_settings(CITY).is_demo


def test_the_documented_settings_are_those_read() -> None:
    documentation = read_settings.__globals__["__doc__"]
    assert {name for name in NAMES if f"XINHENG_{name}``" in documentation} == NAMES
