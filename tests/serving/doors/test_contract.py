"""The running service does what its contract says, in two roles; all: `benchmarks.contract`."""

from __future__ import annotations

from pathlib import Path

import pytest

from serving.auth.keys import ApiKeys
from tests.serving.crashes.service import service
from tests.serving.doors.contract import checked
from tests.serving.town import Town
from tests.serving.where import Where


@pytest.mark.slow
@pytest.mark.parametrize("role", ["auditor", "administrator"])
def test_no_check_of_schemathesis_fails(the_town: Town, role: str, tmp_path: Path) -> None:
    with Where.of(tmp_path) as where, service(the_town, where) as one:
        keys = ApiKeys(where.folder / "auth", where.stores().auth)
        code, report = checked(one, keys, role, tmp_path, examples=1)
    assert code == 0, report
