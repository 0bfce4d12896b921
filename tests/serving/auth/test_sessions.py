"""A session is short, is for reading, and ends with its key."""

from pathlib import Path

import pytest

from serving.auth.keys import ApiKeys, Wanted
from serving.auth.sessions import IDLE_SECONDS, LONGEST_SECONDS, Sessions


class Clock:
    now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture(name="clock")
def a_clock() -> Clock:
    return Clock()


def begun(folder: Path, clock: Clock) -> tuple[Sessions, ApiKeys, str, str]:
    keys = ApiKeys(folder)
    key, _ = keys.create(Wanted("county", "regulator", districts=("E",)))
    sessions = Sessions(folder, keys, clock)
    return sessions, keys, key.key_id, sessions.begin(key.key_id, "抽查")


def test_a_session_knows_who_looks_and_why(tmp_path: Path, clock: Clock) -> None:
    sessions, _, key_id, cookie = begun(tmp_path, clock)
    found = sessions.caller(cookie)
    assert found is not None
    caller, renewed = found
    assert (caller.name, caller.by, caller.purpose) == (f"key:{key_id}", "session", "抽查")
    assert caller.districts == {"E"}
    assert renewed is None


def test_it_ends_when_unused_and_goes_on_while_used_but_not_for_ever(
    tmp_path: Path, clock: Clock
) -> None:
    sessions, _, _, cookie = begun(tmp_path, clock)
    clock.now += IDLE_SECONDS
    assert sessions.caller(cookie) is None
    clock.now -= IDLE_SECONDS
    began = clock.now
    while True:
        clock.now += IDLE_SECONDS * 0.6
        found = sessions.caller(cookie)
        if found is None:
            break
        cookie = found[1] or cookie
    assert LONGEST_SECONDS <= clock.now - began < LONGEST_SECONDS + IDLE_SECONDS


def test_it_ends_with_its_key(tmp_path: Path, clock: Clock) -> None:
    sessions, keys, key_id, cookie = begun(tmp_path, clock)
    keys.revoke(key_id)
    assert sessions.caller(cookie) is None


def test_a_cookie_that_the_service_did_not_sign_opens_nothing(tmp_path: Path, clock: Clock) -> None:
    sessions, _, _, cookie = begun(tmp_path, clock)
    content, _, mac = cookie.partition(".")
    for place in range(len(content)):
        other = content[:place] + ("A" if content[place] != "A" else "B") + content[place + 1 :]
        assert sessions.caller(f"{other}.{mac}") is None
    for wrong in ("", ".", cookie + "x", content, f"{content}.", "é.é", f"{content}.{mac[:-2]}"):
        assert sessions.caller(wrong) is None
