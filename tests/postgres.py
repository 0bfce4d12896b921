"""A PostgreSQL server of the tests' own: started when first asked for, gone afterwards.

It listens on a socket in its folder and nowhere else, and asks for a password.
"""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

PASSWORD = "geheim-4711"
_INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@dataclass(frozen=True)
class Server:
    """A running server, reached as its superuser ``xinheng``."""

    socket: Path

    def new_database(self) -> str:
        """The SQLAlchemy address of an empty database."""
        name = f"test_{uuid4().hex[:12]}"
        with self.connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name}")
        return f"postgresql+psycopg://xinheng:{PASSWORD}@/{name}?host={self.socket}"

    def connect(self, database: str) -> psycopg.Connection:
        """A connection that commits every statement."""
        return psycopg.connect(
            dbname=database, user="xinheng", password=PASSWORD, host=str(self.socket),
            autocommit=True,
        )  # fmt: skip


def _program(name: str) -> str | None:
    return shutil.which(name) or next(
        (str(folder / name) for folder in reversed(_INSTALLED) if (folder / name).exists()), None
    )


def _unprivileged() -> dict[str, object]:
    """How to start a process as somebody else when we are root, whom PostgreSQL refuses."""
    if os.geteuid() != 0:
        return {}
    names = {user.pw_name: user for user in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server for the session, or a skip that says why there is none."""
    initdb, program = _program("initdb"), _program("postgres")
    if initdb is None or program is None:
        pytest.skip("no PostgreSQL server is installed: initdb and postgres were not found")
    someone = _unprivileged()
    # A socket's path has at most 107 bytes, so not in pytest's folder.
    folder = Path(tempfile.mkdtemp(prefix="xinheng-pg-"))
    try:
        if someone:
            os.chown(folder, int(str(someone["user"])), int(str(someone["group"])))
        word = folder / "password"
        word.write_text(PASSWORD, encoding="utf-8")
        word.chmod(0o644)
        _run([initdb, "-D", str(folder / "data"), "-U", "xinheng", "--auth=scram-sha-256",
              f"--pwfile={word}", "--encoding=UTF8", "--locale=C", "--no-sync"],
             someone)  # fmt: skip
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen(
                [program, "-D", str(folder / "data"), "-k", str(folder), "-h", "",
                 "-c", "fsync=off"],
                stdout=log, stderr=log, cwd="/", **someone,  # type: ignore[call-overload]
            )  # fmt: skip
        try:
            found = Server(folder)
            _wait(found, server)
            yield found
        finally:
            server.terminate()
            server.wait(30)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def postgres_address(postgres: Server) -> str:
    """The SQLAlchemy address of an empty PostgreSQL database."""
    return postgres.new_database()


def _run(command: list[str], someone: dict[str, object]) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, cwd="/", **someone, check=False,  # type: ignore[call-overload]
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        try:
            server.connect("postgres").close()
            return
        except psycopg.OperationalError:
            assert process.poll() is None, (server.socket / "log").read_text(encoding="utf-8")
            time.sleep(0.1)
    raise AssertionError("the server did not answer within half a minute")
