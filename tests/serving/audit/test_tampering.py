"""Every edit, deletion, move and cut of a signed log is found, and a whole log is not blamed."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from serving.audit import verify
from serving.audit.verify import Kept, canonical, check, digest_of, link_of, read_heads, read_log
from tests.serving.audit.logs import altered, database, entry, written

N = 24


@pytest.fixture(scope="module", name="log")
def a_log(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("log")
    written(folder, [[entry(i)] for i in range(N)], head_seconds=0.0)
    return folder


def heads_elsewhere(folder: Path) -> list[verify.Document]:
    (file,) = (folder / "heads").iterdir()
    return read_heads(file)


def report(
    log: Path, kept: list[Kept], heads: list[verify.Document] | None = None
) -> verify.Report:
    last = heads_elsewhere(log)[-1]
    return check(kept, [last] if heads is None else heads, str(last["chain"]), str(last["key"]))


def kept_of(log: Path) -> list[Kept]:
    return list(read_log(database(log))[0])


def chained_anew(kept: list[Kept], log: Path) -> list[Kept]:
    """What one who can write the log but not sign would leave."""
    link = bytes.fromhex(str(heads_elsewhere(log)[-1]["chain"]))
    anew = []
    for seq, one in enumerate(kept, start=1):
        record = canonical(json.loads(one.record) | {"seq": seq})
        link = link_of(link, digest_of(record))
        anew.append(Kept(record, link))
    return anew


def test_a_whole_log_is_found_whole_and_signed_to_its_end(log: Path) -> None:
    found = report(log, kept_of(log))
    assert (found.faults, found.records, found.signed_to) == ([], N, N)


def test_every_edit_of_one_byte_is_found_wherever_it_is(log: Path) -> None:
    """No head is needed for this one: each record is held by its own link."""
    kept = kept_of(log)[:4]
    missed = []
    for place, one in enumerate(kept):
        for at in range(len(one.record)):
            record = bytearray(one.record)
            record[at] ^= 1
            changed = [*kept[:place], Kept(bytes(record), one.link), *kept[place + 1 :]]
            if report(log, changed, []).is_whole:
                missed.append((place, at))
    assert report(log, kept, []).is_whole
    assert missed == []


def test_every_edit_is_found_when_all_links_were_made_anew(log: Path) -> None:
    kept = kept_of(log)
    for place, one in enumerate(kept):
        record = canonical(json.loads(one.record) | {"purpose": "另一用途"})
        changed = [*kept[:place], Kept(record, b""), *kept[place + 1 :]]
        assert not report(log, chained_anew(changed, log)).is_whole


@pytest.mark.parametrize("anew", [False, True])
def test_every_deletion_is_found(log: Path, anew: bool) -> None:
    kept = kept_of(log)
    for place in range(N):
        left = kept[:place] + kept[place + 1 :]
        assert not report(log, chained_anew(left, log) if anew else left).is_whole


@pytest.mark.parametrize("anew", [False, True])
def test_every_swap_of_two_records_is_found(log: Path, anew: bool) -> None:
    kept = kept_of(log)
    for first in range(N):
        for second in range(first + 1, N):
            moved = list(kept)
            moved[first], moved[second] = moved[second], moved[first]
            assert not report(log, chained_anew(moved, log) if anew else moved).is_whole


def test_every_cut_of_the_tail_is_found_against_a_head_kept_elsewhere(log: Path) -> None:
    kept = kept_of(log)
    for length in range(N):
        found = report(log, kept[:length])
        assert not found.is_whole
        assert any("cut off" in fault for fault in found.faults)


def test_a_record_put_in_between_is_found(log: Path) -> None:
    kept = kept_of(log)
    for place in range(N):
        forged = Kept(canonical(json.loads(kept[place].record) | {"status": 0}), kept[place].link)
        assert not report(log, [*kept[:place], forged, *kept[place:]]).is_whole


def test_a_head_that_another_key_signed_is_found(log: Path) -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    stranger = Ed25519PrivateKey.generate()
    forged = dict(heads_elsewhere(log)[-1])
    forged["key"] = stranger.public_key().public_bytes_raw().hex()
    forged["signature"] = stranger.sign(verify.signed_bytes(forged)).hex()
    assert not report(log, kept_of(log), [forged]).is_whole


def test_the_program_runs_alone_with_nothing_else_of_the_project(log: Path, tmp_path: Path) -> None:
    program = tmp_path / "verify.py"
    shutil.copy(verify.__file__, program)
    folder = tmp_path / "log"
    shutil.copytree(log, folder)
    (heads,) = (folder / "heads").iterdir()
    key = str(heads_elsewhere(log)[0]["key"])

    def run(*more: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-I", program, database(folder), "--heads", heads, *more],
            cwd=tmp_path, capture_output=True, text=True, check=False,
        )  # fmt: skip

    whole = run("--key", key)
    assert (whole.returncode, whole.stderr) == (0, "")
    assert f"{N} records" in whole.stdout

    def cut(rows: apsw.Connection) -> None:
        rows.execute(f"DELETE FROM entry WHERE seq > {N - 3}; DELETE FROM head WHERE seq > {N - 3}")

    altered(database(folder), cut)
    shorter = run("--key", key)
    assert shorter.returncode == 1
    assert f"records {N - 2} to {N} were cut off" in shorter.stdout
