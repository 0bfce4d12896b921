"""A PostgreSQL server of the tests' own: started when first asked for, gone afterwards.

It listens on a socket in its folder and nowhere else, and asks for a password.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

PASSWORD = "geheim-4711"
_INSTALLED = sorted(Path("/usr/lib/postgresql").glob("*/bin"))


@dataclass
class Server:
    """A server in a folder of its own, reached as its superuser ``xinheng``.

    Parameters
    ----------
    socket
        Folder of its socket, its data and its log.
    is_durable
        Whether commits reach the disk, as in earnest.
    """

    socket: Path
    is_durable: bool = False
    _process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it and wait until it answers."""
        fsync = "on" if self.is_durable else "off"
        with (self.socket / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(_program("postgres")), "-D", str(self.socket / "data"),
                 "-k", str(self.socket), "-h", "", "-c", f"fsync={fsync}"],
                stdout=log, stderr=log, cwd="/", **_unprivileged(),  # type: ignore[call-overload]
            )  # fmt: skip
        for _ in range(2400):
            try:
                self.connect("postgres").close()
                return
            except psycopg.OperationalError:
                assert self._process.poll() is None, (self.socket / "log").read_text("utf-8")
                time.sleep(0.05)
        raise AssertionError("the server did not answer within two minutes")

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """End it: fast (SIGINT), immediate (SIGQUIT) or killed (SIGKILL), all its processes."""
        assert self._process is not None
        if how == signal.SIGKILL:  # as when the machine stops: nobody is left to tidy up
            self._signal_all(how)
        else:
            self._process.send_signal(how)
        self._process.wait(60)

    @contextmanager
    def hung(self) -> Iterator[None]:
        """Nothing of it does anything for as long as the block lasts; connections stay."""
        self._signal_all(signal.SIGSTOP)
        try:
            yield
        finally:
            self._signal_all(signal.SIGCONT)

    def _signal_all(self, how: signal.Signals) -> None:
        """The server first, so that it starts no more processes, then those it has."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        others = children.read_text().split() if children.exists() else []
        self._process.send_signal(how)
        for pid in others:
            with suppress(ProcessLookupError):
                os.kill(int(pid), how)

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


@contextmanager
def running(*, is_durable: bool = False) -> Iterator[Server]:
    """A started server, gone with the block; a skip that says why where there is none."""
    initdb = _program("initdb")
    if initdb is None or _program("postgres") is None:
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
        server = Server(folder, is_durable)
        server.start()
        try:
            yield server
        finally:
            server.stop()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server for the session, or a skip that says why there is none."""
    with running() as server:
        yield server


@pytest.fixture
def postgres_address(postgres: Server) -> str:
    """The SQLAlchemy address of an empty PostgreSQL database."""
    return postgres.new_database()


def _run(command: list[str], someone: dict[str, object]) -> None:
    done = subprocess.run(
        command, capture_output=True, text=True, cwd="/", **someone, check=False,  # type: ignore[call-overload]
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
