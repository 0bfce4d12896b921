"""A killed run leaves the old snapshot or the new one, and the next run ends it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.mark.slow
def test_a_run_killed_at_any_moment_leaves_the_old_snapshot_or_the_new_one(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.features.ingest.kill_moments", str(tmp_path)],
        capture_output=True, text=True, cwd=ROOT, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["before"] != seen["after"]
    assert seen["changes"] >= 15
    assert len(seen["attempts"]) > seen["changes"]
    found = {current for current, _ in seen["attempts"]}
    # The kills fell before and after the moment at which the new one counts.
    assert found == {seen["before"], seen["after"]}
    # Whatever was left behind, the next run makes the same snapshot.
    assert {ended for _, ended in seen["attempts"]} == {seen["after"], None}
