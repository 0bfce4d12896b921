"""The four things a contract generates agree with each other, for every declared source."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from features.catalogue import Catalogue, load_catalogue
from features.contract_page import row_schema
from features.contract_samples import FaultySample, faulty_samples, sample_records
from features.contracts import Jurisdiction, Kind, Part, Source
from features.expressions import col
from features.ingest import Reconciliation, ingest, quarantined
from features.snapshot import Snapshot
from tests.features.ingest.town import column, read, source, town, with_columns
from tests.serving.json_schema import faults
from training.cli import cli

ROOT = Path(__file__).parents[2]
CHICAGO = ROOT / "experiments" / "cities" / "chicago"
ROWS = 40  # more than the longest list of words
RECEIVED = date(2026, 1, 31)
KITCHENS = '''"""Shared kitchens: a department nobody had heard of."""

from features.contracts import ByCode, Column, Dates, Kind, Phrase, Sharing, Source

DEPARTMENTS = {"kitchens": Phrase("厨房管理处", "Kitchen Office")}
SOURCE = Source(
    name="kitchens",
    department="kitchens",
    title=Phrase("共享厨房", "Shared kitchens"),
    legal_basis="Kitchen ordinance 1",
    files="kitchens*",
    key=("kitchen_no",),
    subject=ByCode("licence_no"),
    sharing=Sharing.PUBLIC,
    dates=Dates(event="opened_on", trust="The day is exact."),
    columns=(
        Column("kitchen_no", Kind.TEXT, ("KITCHEN",), "number", required=True),
        Column("licence_no", Kind.TEXT, ("LICENSE",), "licence"),
        Column("opened_on", Kind.DAY, ("OPENED",), "first day", required=True),
        Column("stoves", Kind.INTEGER, ("STOVES",), "stoves", minimum=1),
    ),
)
'''


def write(path: Path, rows: list[dict[str, str | None]]) -> None:
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, headings, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def delivered(city: Jurisdiction, declared: Source, folder: Path) -> list[FaultySample]:
    """Write good and then faulty samples as one file; returns the faulty ones."""
    faulty = list(faulty_samples(city, declared))
    rows = [r.fields for r in sample_records(city, declared, ROWS)] + [f.fields for f in faulty]
    name = declared.files.split("*")[0] or declared.name
    write(
        folder / f"{name}{'' if declared.files.endswith('*') else '.csv'}.csv", [*map(dict, rows)]
    )
    return faulty


def check(catalogue: Catalogue, declared: Source, home: Path, faulty: list[FaultySample]) -> None:
    """What the gate made of the samples is what the contract says."""
    city = catalogue.jurisdiction
    good = sample_records(city, declared, ROWS)
    kept = [record for record in good if record.in_scope]
    stored = read(Snapshot.current(home).source(declared.name))
    found = [{name: row[name] for name in kept[0].values} for row in stored]
    key = [*kept[0].values]
    assert sorted(found, key=lambda r: str([r[k] for k in key])) == sorted(
        (dict(record.values) for record in kept), key=lambda r: str([r[k] for k in key])
    )
    held = quarantined(home, declared.name)
    assert [row.row for row in held] == [ROWS + 2 + i for i in range(len(faulty))]
    for row, sample in zip(held, faulty, strict=True):
        broken = {(fault.column, fault.rule) for fault in row.faults}
        assert (sample.column, sample.rule) in broken, (declared.name, sample.column, sample.rule)


@pytest.mark.slow
def test_the_gate_makes_of_every_sample_what_its_contract_says(tmp_path: Path) -> None:
    catalogue = load_catalogue("ningbo")
    folder, home = tmp_path / "delivered", tmp_path / "home"
    folder.mkdir()
    faulty = {
        declared.name: delivered(catalogue.jurisdiction, declared, folder)
        for declared in catalogue.jurisdiction.sources
    }
    account: Reconciliation = ingest(catalogue, home, folder, RECEIVED)
    assert account.messages() == ()
    for declared in catalogue.jurisdiction.sources:
        check(catalogue, declared, home, faulty[declared.name])


def everything() -> Iterator[tuple[Jurisdiction, Source]]:
    for name in ("ningbo", str(CHICAGO)):
        city = load_catalogue(name).jurisdiction
        yield from ((city, declared) for declared in city.sources)


@pytest.mark.parametrize(
    ("city", "declared"), list(everything()), ids=lambda value: getattr(value, "name", "")
)
def test_samples_satisfy_the_schema_and_no_two_share_a_key(
    city: Jurisdiction, declared: Source
) -> None:
    schema = row_schema(city, declared)
    records = sample_records(city, declared, ROWS)
    for record in records:
        assert list(faults(dict(record.fields), schema, schema)) == []
    personal = {c.name for c in declared.columns if c.personal}
    assert not personal & set(records[0].values)
    keys = {tuple(record.values.get(k) for k in declared.key) for record in records}
    assert len(keys) == ROWS


def test_every_label_and_spelling_comes_up() -> None:
    city = load_catalogue("ningbo").jurisdiction
    penalties = city.source("penalties")
    words = {r.fields["违法行为类型"] for r in sample_records(city, penalties, ROWS)}
    violation = penalties.column("violation")
    assert words == {*violation.labels, *violation.spellings}


def test_a_mask_in_columns_of_its_own_and_bounds_are_sampled_too(tmp_path: Path) -> None:
    declared = with_columns(
        column("items", Kind.MASK, "V1", "V2", "V3", labels=("a", "b", "c")),
        column("share", Kind.DECIMAL, minimum=0, maximum=1),
        column("kind", Kind.CODE, labels=("in", "out")),
        column("seen", Kind.INSTANT, minimum=2000),
        keep=col("kind").equals("in"),
        parts=(Part("more*", "no"),),
    )
    catalogue = town(declared)
    (tmp_path / "delivered").mkdir()
    single = town(source("penalties", columns=declared.columns, keep=declared.keep))
    faulty = delivered(catalogue.jurisdiction, declared, tmp_path / "delivered")
    ingest(single, tmp_path / "home", tmp_path / "delivered", RECEIVED)
    check(single, single.jurisdiction.source("penalties"), tmp_path / "home", faulty)


@pytest.mark.slow
def test_adding_a_department_touches_one_file(tmp_path: Path) -> None:
    city = tmp_path / "town_of_kitchens"
    shutil.copytree(CHICAGO, city)
    (city / "sources" / "kitchens.py").write_text(KITCHENS, encoding="utf-8")

    def run(*arguments: str) -> str:
        home = str(tmp_path / "home")
        done = CliRunner().invoke(cli, ["-j", str(city), "--home", home, *arguments])
        assert done.exit_code == 0, done.output
        return done.output

    assert "| department 部门 | 厨房管理处 Kitchen Office |" in run("contracts", "page", "kitchens")
    schema = json.loads(run("contracts", "schema", "kitchens"))
    assert schema["required"] == ["KITCHEN", "OPENED"]
    good, faulty = tmp_path / "good.csv", tmp_path / "faulty.csv"
    good.write_text(run("contracts", "samples", "kitchens"), encoding="utf-8")
    faulty.write_text(run("contracts", "samples", "kitchens", "--faulty"), encoding="utf-8")
    assert "20" in run("contracts", "check", "kitchens", str(good))
    done = CliRunner().invoke(cli, ["-j", str(city), "contracts", "check", "kitchens", str(faulty)])
    assert done.exit_code == 2
    assert "STOVES: the value is below 1" in done.output
    folder = tmp_path / "delivered"
    folder.mkdir()
    good.rename(folder / "kitchens-2024.csv")
    assert "20" in run("records", "add", str(folder), "--received", "2024-06-30")
    assert len(read(Snapshot.current(tmp_path / "home").source("kitchens"))) == 20
