"""``xinheng contracts``: what each department must deliver, and whether a file does."""

from __future__ import annotations

import csv
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import click

from features.errors import Fault, YourInput
from training.cli.place import Place
from training.cli.terminal import out, table

if TYPE_CHECKING:  # imported when needed: --help answers at once
    from features.contracts import Source


@click.group()
def contracts() -> None:
    """The declared sources: their pages, schemas and test data; check a file against one."""


@contracts.command("list")
@click.pass_obj
def list_(place: Place) -> None:
    """List the sources: department, files, key, who may see them."""
    city = place.catalogue.jurisdiction
    table(
        f"{len(city.sources)} sources",
        ["source", "title", "department", "files", "key", "sharing"],
        [[s.name, s.title.zh, city.departments[s.department].zh, s.files, ", ".join(s.key),
          s.sharing or ""] for s in city.sources],
    )  # fmt: skip


@contracts.command("page")
@click.argument("source")
@click.pass_obj
def page(place: Place, source: str) -> None:
    """Print the contract of SOURCE as a page in Markdown."""
    from features.contract_page import contract_page

    click.echo(contract_page(place.catalogue.jurisdiction, _source(place, source)), nl=False)


@contracts.command("schema")
@click.argument("source")
@click.pass_obj
def schema(place: Place, source: str) -> None:
    """Print the JSON Schema of one pushed record of SOURCE."""
    from features.contract_page import row_schema

    found = row_schema(place.catalogue.jurisdiction, _source(place, source))
    click.echo(json.dumps(found, ensure_ascii=False, indent=2))


@contracts.command("samples")
@click.argument("source")
@click.option("--rows", default=20, show_default=True)
@click.option("--faulty", is_flag=True, help="Rows that each break one rule, instead of good ones.")
@click.pass_obj
def samples(place: Place, source: str, rows: int, faulty: bool) -> None:
    """Print test data for SOURCE as CSV, made from its contract alone."""
    from features.contract_samples import faulty_samples, sample_records

    city, declared = place.catalogue.jurisdiction, _source(place, source)
    if faulty:
        found = [sample.fields for sample in faulty_samples(city, declared)][:rows]
    else:
        found = [record.fields for record in sample_records(city, declared, rows)]
    writer = csv.DictWriter(sys.stdout, list(found[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(found)


@contracts.command("check")
@click.argument("source")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--limit", default=20, show_default=True, help="Faulty rows to show.")
@click.pass_obj
def check(place: Place, source: str, file: Path, limit: int) -> None:
    """Say what would become of FILE as a delivery of SOURCE, and take nothing in."""
    from features.ingest import quarantined
    from features.ingest.rules import fault_text
    from features.ingest.run import ingest_file

    declared = _source(place, source)
    with tempfile.TemporaryDirectory() as home:
        account = ingest_file(place.catalogue, Path(home), declared, file, place.today)
        rows = quarantined(Path(home))
    out.print(account.only(source).to_table(), markup=False, soft_wrap=True)
    if rows:
        table(
            f"{len(rows):,} rows would be held back", ["row", "faults"],
            [[str(row.row), "; ".join(fault_text(declared, f.column, f.rule) for f in row.faults)]
             for row in rows[:limit]],
        )  # fmt: skip
    if rows or account.refused:
        raise SystemExit(YourInput.exit_code)


def _source(place: Place, name: str) -> Source:
    declared = {source.name: source for source in place.catalogue.jurisdiction.sources}
    if name not in declared:
        raise YourInput(
            str(Fault("unknown source", "the command line", ", ".join(declared), name,
                      "use one of these names"))
        )  # fmt: skip
    return declared[name]
