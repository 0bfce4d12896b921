from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from features.errors import OurConfiguration
from serving.bundle.signing import PRIVATE, public_hex, signing_key, verifies


def test_a_key_is_made_on_first_use_and_kept(tmp_path: Path) -> None:
    made = signing_key(tmp_path / "keys")
    assert public_hex(signing_key(tmp_path / "keys")) == public_hex(made)
    assert len(public_hex(made)) == 64


def test_only_its_owner_may_read_a_key(tmp_path: Path) -> None:
    signing_key(tmp_path)
    assert (tmp_path / PRIVATE).stat().st_mode & 0o777 == 0o600


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    signing_key(tmp_path)
    (tmp_path / PRIVATE).chmod(0o644)
    with pytest.raises(OurConfiguration, match=r"exposed key in signing\.key"):
        signing_key(tmp_path)


def test_a_damaged_key_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    signing_key(tmp_path)
    (tmp_path / PRIVATE).write_bytes(b"short")
    with pytest.raises(OurConfiguration, match="expected 32 bytes, got 5 bytes"):
        signing_key(tmp_path)
    assert (tmp_path / PRIVATE).read_bytes() == b"short"


def test_a_signature_verifies_for_its_message_and_key_only(tmp_path: Path) -> None:
    key, other = signing_key(tmp_path / "one"), signing_key(tmp_path / "other")
    signature = key.sign(b"message").hex()
    assert verifies(public_hex(key), signature, b"message")
    assert not verifies(public_hex(key), signature, b"massage")
    assert not verifies(public_hex(other), signature, b"message")
    assert not verifies(public_hex(key), signature.upper(), b"message")


@pytest.mark.parametrize(("public", "signature"), [("", ""), ("zz", "00"), ("00" * 31, "00" * 64)])
def test_what_is_no_key_or_signature_does_not_verify(public: str, signature: str) -> None:
    assert not verifies(public, signature, b"message")


def test_a_key_that_is_being_made_is_never_seen_in_part(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(lambda _: public_hex(signing_key(tmp_path)), range(64)))
    assert len(set(keys)) == 1
    assert [one.name for one in tmp_path.iterdir()] == ["signing.key"]
