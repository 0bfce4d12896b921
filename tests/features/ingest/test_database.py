"""Tables of a real database, through the same gate as files."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from features.contracts import Kind
from features.errors import YourInput
from features.ingest import quarantined, resubmit
from features.ingest.database import ingest_tables
from features.ingest.reconciliation import Reconciliation
from tests.features.ingest.town import RECEIVED, Office, column, day, only, source, with_columns
from tests.postgres import PASSWORD

PAID = with_columns(
    column("paid", Kind.FLAG), column("kept_at", Kind.INSTANT), column("share", Kind.DECIMAL)
)
COLUMNS = {
    "sqlite": "no TEXT, code TEXT, day TEXT, fine REAL, paid INTEGER, kept_at TEXT, share REAL",
    "postgresql": "no text, code text, day date, fine numeric(18,6), paid boolean, "
    "kept_at timestamp, share double precision, papers bytea, more jsonb",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind."""
    if request.param == "postgresql":
        found: str = request.getfixturevalue("postgres_address")
        return found
    (tmp_path / "exchange.db").touch()
    return f"sqlite:///{tmp_path / 'exchange.db'}"


@pytest.fixture
def database(address: str) -> Iterator[sa.Connection]:
    """The department's side of it, with an empty table of penalties."""
    engine = sa.create_engine(address, poolclass=sa.NullPool)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql(f"CREATE TABLE cf ({COLUMNS[connection.dialect.name]})")
        yield connection


NAMES = ("no", "code", "day", "fine", "paid", "kept_at", "share")


def put(database: sa.Connection, *rows: tuple[object, ...]) -> None:
    values = sa.table("cf", *map(sa.column, NAMES))
    for row in rows:
        database.execute(values.insert().values(row))


def take(office: Office, address: str, received_on: date = RECEIVED) -> Reconciliation:
    return ingest_tables(office.catalogue, office.home, address, {"penalties": "cf"}, received_on)


FIRST = ("A1", "100", date(2023, 5, 1), 20.5, True, None, 0.25)
SECOND = ("A2", "200", date(2023, 6, 1), None, False, None, None)


def test_typed_columns_become_the_values_a_file_would_give(
    tmp_path: Path, address: str, database: sa.Connection
) -> None:
    put(database, SECOND, FIRST)
    office = Office(tmp_path, PAID)
    (file,) = take(office, address).source("penalties").files
    kind = database.dialect.name
    assert (file.file, file.form) == (f"{kind} table cf", "database table")
    assert (file.read, file.accepted) == (2, 2)
    assert only(office.rows(), "event_key", "event_day", "fine", "paid", "share") == [
        ("A1", day("2023-05-01"), 2050, 1, 250_000),
        ("A2", day("2023-06-01"), None, 0, None),
    ]


def test_an_unchanged_table_changes_nothing_whatever_the_order_of_its_rows(
    tmp_path: Path, address: str, database: sa.Connection
) -> None:
    put(database, FIRST, SECOND)
    office = Office(tmp_path, PAID)
    first = take(office, address)
    database.exec_driver_sql("DELETE FROM cf")
    put(database, SECOND, FIRST)
    again = take(office, address, date(2024, 3, 1))
    assert again.unchanged
    assert again.snapshot == first.snapshot


def test_a_corrected_row_is_a_new_version_and_the_old_one_stays(
    tmp_path: Path, address: str, database: sa.Connection
) -> None:
    put(database, FIRST, SECOND)
    office = Office(tmp_path, PAID)
    take(office, address)
    database.exec_driver_sql("UPDATE cf SET fine = 30 WHERE no = 'A1'")
    (file,) = take(office, address, date(2024, 3, 1)).source("penalties").files
    assert (file.read, file.new_versions, file.duplicates) == (2, 1, 1)
    assert only(office.rows(), "event_key", "version", "fine", "superseded_day") == [
        ("A1", 1, 2050, day("2024-03-01")),
        ("A1", 2, 3000, None),
        ("A2", 1, None, None),
    ]


def test_a_faulty_row_is_held_back_verbatim_and_can_be_corrected(
    tmp_path: Path, address: str, database: sa.Connection
) -> None:
    put(database, FIRST, ("A0", "300", None, 1, None, None, None))
    office = Office(tmp_path, PAID)
    (file,) = take(office, address).source("penalties").files
    assert (file.read, file.accepted, file.quarantined) == (2, 1, 1)
    (row,) = quarantined(office.home)
    assert (row.file, row.row) == (f"{database.dialect.name} table cf", 1)
    assert [str(fault) for fault in row.faults] == ["day: a required value is missing"]
    assert (row.raw["no"], row.raw["code"], row.raw["day"]) == ("A0", "300", None)
    resubmit(office.catalogue, office.home, {row.id: {"day": "2023-05-02"}}, RECEIVED)
    assert quarantined(office.home) == ()
    assert len(office.rows()) == 2


def test_more_rows_than_are_held_at_a_time_all_arrive(
    tmp_path: Path, address: str, database: sa.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("features.ingest.database._CHUNK", 7)
    put(database, *((f"A{n:03d}", "1", date(2023, 1, 1), n, None, None, None) for n in range(50)))
    office = Office(tmp_path, PAID)
    assert take(office, address).total("accepted") == 50


def test_an_empty_table_is_a_delivery_of_nothing(
    tmp_path: Path, address: str, database: sa.Connection
) -> None:
    office = Office(tmp_path, PAID)
    assert take(office, address).total("read") == 0
    assert office.rows() == []


def test_the_session_may_not_write(address: str, database: sa.Connection) -> None:
    from features.ingest.database import _reading

    with (
        pytest.raises(YourInput, match="unreadable database"),
        _reading(address) as connection,
    ):
        connection.exec_driver_sql("DELETE FROM cf")


def test_an_unknown_table_is_named(tmp_path: Path, address: str, database: sa.Connection) -> None:
    office = Office(tmp_path, PAID)
    with pytest.raises(YourInput, match="the table or view cf2"):
        ingest_tables(office.catalogue, office.home, address, {"penalties": "cf2"}, RECEIVED)


def test_a_table_of_a_named_schema_is_found(
    tmp_path: Path, address: str, database: sa.Connection
) -> None:
    put(database, FIRST)
    schema = {"sqlite": "main", "postgresql": "public"}[database.dialect.name]
    office = Office(tmp_path, PAID)
    account = ingest_tables(
        office.catalogue, office.home, address, {"penalties": f"{schema}.cf"}, RECEIVED
    )
    assert account.total("accepted") == 1


def test_a_table_without_a_needed_column_is_refused_with_its_headings(
    tmp_path: Path, address: str, database: sa.Connection
) -> None:
    database.exec_driver_sql("CREATE TABLE cf2 (no text, code text)")
    office = Office(tmp_path, PAID)
    account = ingest_tables(office.catalogue, office.home, address, {"penalties": "cf2"}, RECEIVED)
    (file,) = account.source("penalties").files
    assert file.refusal is not None
    assert "expected day, got the headings no、code" in file.refusal


def test_the_password_is_nowhere_in_what_is_kept_or_said(
    tmp_path: Path, postgres_address: str
) -> None:
    office = Office(tmp_path, PAID)
    engine = sa.create_engine(postgres_address, poolclass=sa.NullPool)
    with engine.begin() as connection:
        connection.exec_driver_sql(f"CREATE TABLE cf ({COLUMNS['postgresql']})")
    account = take(office, postgres_address)
    assert PASSWORD not in account.to_table() + repr(account)
    kept = [path for path in office.home.rglob("*") if path.is_file()]
    assert kept
    assert not any(PASSWORD.encode() in path.read_bytes() for path in kept)
    wrong = postgres_address.replace(PASSWORD, "not-the-password")
    with pytest.raises(YourInput) as refused:
        take(office, wrong)
    assert "not-the-password" not in str(refused.value)
    assert refused.value.__cause__ is None
    assert refused.value.__suppress_context__


@pytest.mark.parametrize(
    ("address", "what"),
    [
        ("nonsense", "unusable address"),
        ("nosuch://host/db", "unusable address"),
        ("sqlite:////nowhere/at/all.db", "no database"),
    ],
)
def test_an_address_that_cannot_be_used_is_the_callers_fault(
    tmp_path: Path, address: str, what: str
) -> None:
    office = Office(tmp_path, source())
    with pytest.raises(YourInput, match=what):
        take(office, address)


def test_a_source_that_is_not_declared_is_the_callers_fault(tmp_path: Path) -> None:
    office = Office(tmp_path, source())
    with pytest.raises(YourInput, match="expected penalties, got fines"):
        ingest_tables(office.catalogue, office.home, "sqlite://", {"fines": "cf"}, RECEIVED)
