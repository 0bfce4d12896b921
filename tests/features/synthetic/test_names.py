"""Records under a former name or an old number are found again, as of their own day."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from features.business import LinkedBy
from features.catalogue import load_catalogue
from features.ingest import ingest
from features.ingest.register import bare_sql
from features.jurisdictions.ningbo.sources import SOURCES
from features.snapshot import Snapshot
from features.synthetic import City, generate
from features.synthetic.changes import NameHistory
from features.synthetic.ledger import Events
from features.synthetic.priors import Fidelity, Priors, Registry
from tests.features.synthetic.city_files import table

BUSINESSES = 2_000


@pytest.fixture(scope="module")
def restless(tmp_path_factory: pytest.TempPathFactory) -> City:
    """A city whose businesses change their names often and its departments forget codes."""
    priors = Priors(registry=Registry(changes_yearly=1.5), fidelity=Fidelity(code_old=0.05))
    return generate(tmp_path_factory.mktemp("city"), BUSINESSES, seed=6, priors=priors)


def test_a_name_holds_from_the_day_of_its_approval() -> None:
    changes = Events(np.array([1, 1, 3]), np.array([10, 20, 5], np.int32))
    called = NameHistory(pa.array(["a", "b", "c", "d", "b2", "b3", "d2"]), changes)

    def on(business: int, day: int) -> str:
        [at] = called.on(np.array([business]), np.array([day], np.int32))
        return str(called.name[int(at)])

    assert [on(1, day) for day in (9, 10, 19, 20, 99)] == ["b", "b2", "b2", "b3", "b3"]
    assert [on(0, 99), on(2, 99), on(3, 4), on(3, 5)] == ["a", "c", "d", "d2"]
    assert called.before().tolist() == [1, 4, 3]
    assert called.after().tolist() == [4, 5, 6]


def test_each_change_of_name_says_both_names_and_the_registration_follows(restless: City) -> None:
    changes = table(restless, "changes").select(["uscc", "name_before", "name_after"]).to_pylist()
    renamed = [one for one in changes if one["name_after"]]
    assert len(renamed) > 100
    registered: dict[str, set[str]] = {}
    for one in table(restless, "registrations").select(["uscc", "name"]).to_pylist():
        registered.setdefault(one["uscc"], set()).add(one["name"])
    said = [one for one in renamed if one["uscc"] in registered]
    assert all({one["name_before"], one["name_after"]} <= registered[one["uscc"]] for one in said)


@pytest.mark.slow
def test_former_names_and_old_numbers_resolve_as_of_the_day_of_the_record(
    restless: City, tmp_path: Path
) -> None:
    catalogue = load_catalogue("ningbo")
    for delivery in restless.deliveries:
        ingest(catalogue, tmp_path, delivery.folder, delivery.received_on)
    snapshot = Snapshot.current(tmp_path)
    found = _against_truth(snapshot, restless)
    right = [one for one in found if one[0]]
    assert len(right) > 100
    assert len(found) - len(right) <= 2  # a name that two businesses had on one day
    assert sum(by == LinkedBy.NUMBER for _, by, _ in right) > 20
    former = [by for _, by, former in right if former and by != LinkedBy.NUMBER]
    assert len(former) > 5
    assert set(former) == {LinkedBy.REGISTERED_NAME}


def _against_truth(snapshot: Snapshot, city: City) -> list[tuple[bool, int | None, bool]]:
    """Of each record without a code: rightly linked, by what, under a former name."""
    rows: list[tuple[bool, int | None, bool]] = []
    with duckdb.connect() as connection:
        for source in SOURCES:
            if source.by_name is None or len(source.key) != 1:
                continue
            said = bare_sql(f's."{source.by_name.name}"')
            rows += connection.execute(
                "SELECT COALESCE(s.entity_id = t.uscc, FALSE), s.linked_by, "
                f"{said} <> {bare_sql('p.name')} FROM read_parquet($records) AS s "
                "JOIN (SELECT DISTINCT key, uscc FROM read_parquet($truth) "
                "WHERE source = $source) AS t ON t.key = s.event_key "
                "JOIN (SELECT entity_id, arg_max(name, from_day) AS name "
                "FROM read_parquet($profiles) GROUP BY 1) AS p ON p.entity_id = t.uscc "
                "WHERE s.superseded_day IS NULL "
                "AND (s.entity_id IS NULL OR s.linked_by IS NOT NULL)",
                {
                    "records": str(snapshot.source(source.name)),
                    "truth": str(city.truth / "without_code.parquet"),
                    "source": source.name,
                    "profiles": str(snapshot.profiles),
                },
            ).fetchall()
    return rows
