"""Keys are shown once, kept as a keyed hash, and open nothing once revoked or over."""

import os
import time

import pytest

from features.errors import OurConfiguration, YourInput
from serving.auth.keys import ApiKeys, Wanted
from tests.serving.where import Where


def keys_at(where: Where) -> ApiKeys:
    return ApiKeys(where.folder, where.stores().auth)


def test_a_key_is_known_by_its_text_and_its_secret_is_not_kept(where: Where) -> None:
    keys = keys_at(where)
    key, text = keys.create(Wanted("county", "regulator", districts=("E",), scopes=("score",)))
    caller = keys_at(where).caller(text)
    assert caller is not None
    assert (caller.name, caller.role, caller.by) == (f"key:{key.key_id}", "regulator", "key")
    assert (caller.districts, caller.scopes) == ({"E"}, {"score"})
    secret = text.split("_", 2)[2]
    kept = b"".join(path.read_bytes() for path in where.folder.rglob("*") if path.is_file())
    kept += b"".join(row[0] for row in where.stores().auth.all("SELECT document FROM api_key"))
    assert len(secret) == 43
    assert secret.encode() not in kept
    files = [path for path in where.folder.rglob("*") if path.is_file()]
    assert all(path.stat().st_mode & 0o077 == 0 for path in files)


@pytest.mark.parametrize("at", [3, 10, 17, 30, -1])
def test_a_text_that_differs_in_one_character_opens_nothing(where: Where, at: int) -> None:
    keys = keys_at(where)
    _, text = keys.create(Wanted("one", "registry"))
    place = at % len(text)
    other = text[:place] + ("a" if text[place] != "a" else "b") + text[place + 1 :]
    assert keys.caller(text) is not None
    assert keys.caller(other) is None
    for wrong in ("", "xh_", text + "x", text.upper(), "xh_000000000000_" + "A" * 43):
        assert keys.caller(wrong) is None


def test_a_revoked_key_is_noticed_by_another_process(where: Where) -> None:
    """At its next request; on another node within a second."""
    keys, other = keys_at(where), keys_at(where)
    key, text = keys.create(Wanted("one", "registry"))
    assert other.caller(text) is not None
    keys.revoke(key.key_id)
    if where.address:
        time.sleep(1)
    assert other.caller(text) is None
    assert other.by_id(key.key_id) is None
    assert [bool(one.revoked_at) for one in other.all()] == [True]


def test_a_key_ends_when_it_says(where: Where) -> None:
    keys = keys_at(where)
    _, over = keys.create(Wanted("over", "registry", expires_at="2020-01-01T00:00:00Z"))
    _, later = keys.create(Wanted("later", "registry", expires_at="2099-01-01T00:00:00Z"))
    assert keys.caller(over) is None
    assert keys.caller(later) is not None


def test_the_first_administrator_is_made_once(where: Where) -> None:
    first = keys_at(where).first()
    assert first is not None
    caller = keys_at(where).caller(first)
    assert caller is not None
    assert caller.role == "administrator"
    assert keys_at(where).first() is None


@pytest.mark.parametrize(
    ("wanted", "field"),
    [
        (Wanted("", "registry"), "name"),
        (Wanted("x", "king"), "role"),  # type: ignore[arg-type]  # that is the point
        (Wanted("x", "registry", scopes=("fly",)), "scopes"),
        (Wanted("x", "subject"), "business_id"),
        (Wanted("x", "registry", business_id="B"), "business_id"),
        (Wanted("x", "registry", districts=("E",)), "districts"),
        (Wanted("x", "registry", purpose="91330200144067248N"), "purpose"),
        (Wanted("x", "registry", expires_at="tomorrow"), "expires_at"),
        (Wanted("x", "registry", expires_at="2027-1-31T0:0:0Z"), "expires_at"),
    ],
)
def test_a_key_that_contradicts_itself_is_not_issued(
    where: Where, wanted: Wanted, field: str
) -> None:
    with pytest.raises(YourInput, match=f"in {field}:"):
        keys_at(where).create(wanted)


def test_a_secret_that_others_may_read_is_refused(where: Where) -> None:
    keys_at(where).create(Wanted("x", "registry"))
    os.chmod(where.folder / "keys.secret", 0o644)
    with pytest.raises(OurConfiguration, match="exposed secret"):
        keys_at(where).create(Wanted("y", "registry"))


def test_checking_a_key_costs_microseconds(where: Where) -> None:
    keys = keys_at(where)
    _, text = keys.create(Wanted("one", "registry"))
    keys.caller(text)
    began = time.process_time()
    for _ in range(2000):
        keys.caller(text)
    assert (time.process_time() - began) / 2000 < 200e-6
