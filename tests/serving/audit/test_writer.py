"""Records are durable when the writer returns, whatever happens to it."""

import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from serving.audit import AuditUnavailable
from serving.audit.heads import newest_head
from serving.audit.ledger import forget
from serving.audit.proof import proof
from serving.audit.verify import check_proof, read_heads, read_log
from tests.serving.audit.logs import (
    audit_at,
    database,
    entry,
    export_of,
    faults_at,
    ledger_at,
    written_at,
)
from tests.serving.where import Where


def test_entries_keep_their_order_and_are_named_by_place_and_link(where: Where) -> None:
    found, _ = written_at(where, [[entry(1), entry(2)], [entry(3)]])
    assert [one.seq for one in found] == [1, 2, 3]
    ledger = ledger_at(where)
    for one in found:
        assert ledger.named(one.audit_id) == one
    assert ledger.named(found[0].audit_id.replace("1-", "2-")) is None
    assert json.loads(found[2].record)["answer"] == {"sha256": f"{3:064x}", "status": 200}
    assert faults_at(where) == []


def test_many_who_wait_are_committed_together(where: Where) -> None:
    async def write() -> None:
        await asyncio.gather(*(audit.append(entry(i)) for i in range(400)))

    audit = audit_at(where)
    asyncio.run(write())
    audit.close()
    stamps = [json.loads(one.record)["at"] for one in read_log(export_of(where))[0]]
    assert len(stamps) == 400
    assert len(set(stamps)) < 40  # one moment of writing for each group
    assert faults_at(where) == []


def test_the_end_is_signed_at_shutdown_after_a_minute_and_after_many_records(where: Where) -> None:
    async def write(n: int) -> None:
        await asyncio.gather(*(audit.append(entry(i)) for i in range(n)))

    audit = audit_at(where, head_seconds=0.3)
    asyncio.run(write(1))
    until = time.monotonic() + 10
    while newest_head(audit.reader()) is None and time.monotonic() < until:
        time.sleep(0.05)
    head = newest_head(audit.reader())
    assert head is not None
    assert head["seq"] == 1
    audit.close()
    audit = audit_at(where)  # a minute
    asyncio.run(write(1500))
    head = newest_head(audit.reader())
    assert head is not None
    assert head["seq"] > 1000
    audit.close()
    head = newest_head(ledger_at(where))
    assert head is not None
    assert head["seq"] == 1501
    (file,) = (where.folder / "heads").iterdir()
    assert read_heads(file)[-1] == head


def test_nothing_in_the_chain_names_a_business_and_forgetting_keeps_it_whole(where: Where) -> None:
    written_at(where, [[entry(i)] for i in range(20)])
    records = b"".join(one.record for one in read_log(export_of(where))[0])
    assert b"TOWN-" not in records
    store = where.stores().audit
    ledger = ledger_at(where)
    about = ledger.about("TOWN-003", before=2**62, limit=100)
    assert [one.seq for one in about] == [18, 11, 4]
    assert len({json.loads(one.record)["subject"] for one in about}) == 1
    assert forget(store, "TOWN-003") == 3
    assert ledger.about("TOWN-003", before=2**62, limit=100) == []
    assert ledger.request_of(4) is None
    assert ledger.request_of(5) is not None
    assert faults_at(where) == []
    if not where.address:
        assert b"TOWN-003" not in database(where.folder).read_bytes()


def test_a_pseudonym_made_anew_after_forgetting_is_another_one(where: Where) -> None:
    first, _ = written_at(where, [[entry(0, "TOWN-X")]])
    assert forget(where.stores().audit, "TOWN-X") == 1
    second, _ = written_at(where, [[entry(0, "TOWN-X")]])
    subjects = [json.loads(one.record)["subject"] for one in (*first, *second)]
    assert subjects[0] != subjects[1]


def test_a_proof_holds_and_no_other_record_is_in_it(where: Where) -> None:
    found, key = written_at(where, [[entry(i)] for i in range(9)])
    ledger = ledger_at(where)
    for one in found:
        told = proof(ledger, one)
        assert told is not None
        document = json.loads(json.dumps(told))
        assert check_proof(document, key) == []
        assert document["record"] == json.loads(one.record)
        document["record"]["purpose"] = "另一用途"
        assert check_proof(document, key) != []
    assert check_proof(json.loads(json.dumps(told)) | {"digests": ["00" * 32]}, key) != []


def test_there_is_no_proof_before_the_end_was_signed(where: Where) -> None:
    async def write() -> None:
        (found,) = await audit.append(entry(1))
        assert proof(audit.reader(), found) is None

    audit = audit_at(where)
    asyncio.run(write())
    audit.close()


def test_a_full_disk_refuses_leaves_the_chain_whole_and_is_recovered_from(tmp_path: Path) -> None:
    """The limit on file size makes every write fail as a full disk does."""
    where = Where(tmp_path)

    async def write(first: int, n: int) -> None:
        for i in range(first, first + n):
            await audit.append(entry(i))

    audit = audit_at(where)
    asyncio.run(write(0, 5))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (8192, hard))
        for i in range(3):
            with pytest.raises(AuditUnavailable):
                asyncio.run(write(5 + i, 1))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    asyncio.run(write(1000, 3))
    audit.close()
    assert audit.failures == 3
    assert len(list(read_log(export_of(where))[0])) == 5 + 3
    assert faults_at(where) == []


def test_a_log_that_was_cut_is_not_gone_on_with(where: Where) -> None:
    written_at(where, [[entry(i)] for i in range(5)])

    with where.stores().audit.writing() as rows:
        rows.all("DELETE FROM entry WHERE seq > 3")
        rows.all("DELETE FROM head")
    with pytest.raises(AuditUnavailable):
        written_at(where, [[entry(6)]])
    assert len(list(read_log(export_of(where))[0])) == 3


def test_heads_that_could_not_be_handed_over_follow_later(where: Where) -> None:
    (where.folder / "heads").write_text("a file where the folder should be")
    written_at(where, [[entry(1)]])
    (where.folder / "heads").unlink()
    written_at(where, [[entry(2)]])
    (file,) = (where.folder / "heads").iterdir()
    assert [head["seq"] for head in read_heads(file)] == [1, 2]


def test_a_line_that_a_killed_process_left_half_is_cut_off(where: Where) -> None:
    written_at(where, [[entry(1)]])
    (file,) = (where.folder / "heads").iterdir()
    with file.open("ab") as torn:
        torn.write(b'{"at":"2026-')
    written_at(where, [[entry(2)]])
    assert [head["seq"] for head in read_heads(file)] == [1, 2]


_WRITER = """
import asyncio, sys
from pathlib import Path
from tests.serving.audit.logs import audit_at, entry
from tests.serving.where import Where

async def write():
    audit = audit_at(Where(Path(sys.argv[1]), sys.argv[2]))
    async def one(i):
        while True:
            (found,) = await audit.append(entry(i))
            print(found.audit_id, flush=True)
    await asyncio.gather(*(one(i) for i in range(8)))

asyncio.run(write())
"""


@pytest.mark.slow
def test_killed_while_writing_it_has_every_record_that_was_acknowledged(where: Where) -> None:
    acknowledged: list[str] = []
    for _ in range(5):
        with subprocess.Popen(
            [sys.executable, "-c", _WRITER, str(where.folder), where.address],
            stdout=subprocess.PIPE, text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        ) as process:  # fmt: skip
            assert process.stdout is not None
            acknowledged += [process.stdout.readline().strip() for _ in range(200)]
            process.send_signal(signal.SIGKILL)
            acknowledged += process.stdout.read().split("\n")[:-1]
    assert len(acknowledged) == len(set(acknowledged)) >= 1000
    found, _ = written_at(where, [[entry(0)]])
    ledger = ledger_at(where)
    assert [one for one in acknowledged if ledger.named(one) is None] == []
    assert found[0].seq >= len(acknowledged) + 1
    assert faults_at(where) == []


@pytest.mark.slow
def test_two_processes_write_one_chain(where: Where) -> None:
    program = _WRITER.replace("while True", "for _ in range(40)")
    both = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(where.folder), where.address],
            stdout=subprocess.PIPE, text=True,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)},
        )
        for _ in range(2)
    ]  # fmt: skip
    names = [line for process in both for line in process.communicate()[0].split()]
    assert [process.returncode for process in both] == [0, 0]
    assert len(names) == len(set(names)) == 640
    written_at(where, [[entry(0)]])
    assert len(list(read_log(export_of(where))[0])) == 641
    assert faults_at(where) == []
