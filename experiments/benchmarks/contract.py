"""schemathesis, every check on, against the service with keys, once for every role.

    python -m experiments.benchmarks.contract
    python -m experiments.benchmarks.contract --roles regulator auditor --examples 50

The service runs as it is started in earnest, on the town of the tests. The contract is
what it serves; each role shows a key of its own. A row is printed as soon as it is
known, and the whole report of every role with a failure. The aim is none.
"""

from __future__ import annotations

import argparse
import re
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from serving.auth.keys import ApiKeys
from tests.serving.crashes.service import service
from tests.serving.doors.contract import ROLES, checked
from tests.serving.town import town
from tests.serving.where import Where


def main() -> None:
    """Print the table; the exit code tells whether anything failed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--roles", nargs="+", choices=sorted(ROLES), default=sorted(ROLES))
    parser.add_argument("--examples", type=int, default=20, help="of each operation and phase")
    given = parser.parse_args()
    failed = []
    print("| role | cases | failures | seconds |\n|---|---|---|---|", flush=True)
    with (
        TemporaryDirectory(prefix="contract-") as named,
        Where.of(Path(named)) as where,
        service(town(), where) as one,
    ):
        keys = ApiKeys(where.folder / "auth", where.stores().auth)
        for role in given.roles:
            began = time.monotonic()
            code, report = checked(one, keys, role, where.folder, given.examples)
            seconds = time.monotonic() - began
            cases = re.findall(r"(\d+) generated|Test cases:\s+(\d+)", report)
            count = next((a or b for a, b in reversed(cases)), "?")
            said = re.findall(r"(\d+) (?:unique )?failures?", report)
            failures = said[-1] if said else ("0" if code == 0 else "?")
            print(f"| {role} | {count} | {failures} | {seconds:.0f} |", flush=True)
            if code:
                failed.append((role, report))
    for role, report in failed:
        print(f"\n{role}\n{report}")
    raise SystemExit(bool(failed))


if __name__ == "__main__":
    main()
