"""schemathesis against the running service: whether it does what its own contract says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from serving.auth.keys import ApiKeys, Wanted
from tests.serving.crashes.service import Service
from tests.serving.town import CLEAN, DISPUTING, FINED

ROLES = {
    "registry": Wanted("registry", "registry", department="市场监管", purpose="登记"),
    "regulator": Wanted("regulator", "regulator", purpose="抽查"),
    "subject": Wanted("subject", "subject", business_id=FINED),
    "auditor": Wanted("auditor", "auditor", purpose="审计"),
    "data_scientist": Wanted("scientist", "data_scientist", purpose="监测"),
    "administrator": Wanted("administrator", "administrator"),
}
HOOKS = "tests.serving.doors.schemathesis_hooks"
# Names of what is there, so that more than refusals of unknown ones are looked at.
_CONFIGURATION = f"""\
[auth.openapi.bearer]
bearer = {{key}}

[dictionaries.businesses]
values = {json.dumps([FINED, CLEAN, DISPUTING])}

[dictionaries.sources]
values = ["penalties", "complaints"]

[parameters]
"path.business_id" = {{{{dictionary = "businesses", probability = 0.7}}}}
"body.business_id" = {{{{dictionary = "businesses", probability = 0.7}}}}
"path.source" = {{{{dictionary = "sources", probability = 0.7}}}}
"""


def checked(one: Service, keys: ApiKeys, role: str, folder: Path, examples: int) -> tuple[int, str]:
    """Exit code and report of a run in that role, with every check and so many examples.

    The key is the scheme's, not a header that is always sent: so the checks of what
    happens without one, or with another, are made too.
    """
    _, key = keys.create(ROLES[role])
    (folder / "schemathesis.toml").write_text(
        _CONFIGURATION.format(key=json.dumps(key)), encoding="utf-8"
    )
    at = f"http://127.0.0.1:{one.port}"
    done = subprocess.run(
        [sys.executable, "-m", "schemathesis.cli", "run", f"{at}/openapi.json", "--url", at,
         "--checks", "all", "--max-examples", str(examples), "--seed", "1",
         "--rate-limit", "auto", "--generation-database", "none", "--no-color"],
        env={**os.environ, "SCHEMATHESIS_HOOKS": HOOKS, "PYTHONPATH": os.pathsep.join(sys.path)},
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr
