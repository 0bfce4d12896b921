"""``xinheng records``: department files in, every row accounted for."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from features.errors import Fault, YourInput
from training.cli.decisions import stores_of
from training.cli.links import blind_spots, link, links
from training.cli.place import Place
from training.cli.terminal import err, out, progress, table

if TYPE_CHECKING:  # imported when needed: --help answers at once
    from features.ingest import Reconciliation
    from features.snapshot import Snapshot

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def records() -> None:
    """Department files: make a synthetic city, add deliveries, see what was refused."""


@records.command("make")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--businesses", default=50_000, show_default=True, help="From 1,000 up.")
@click.option("--seed", default=1, show_default=True, help="Same seed, same bytes.")
@click.option("--drift", type=_DAY, help="From this day the city changes under its models.")
@click.option("--records", "wanted", type=int, help="About so many: from as early as it takes.")
def make(
    folder: Path, businesses: int, seed: int, drift: datetime | None, wanted: int | None
) -> None:
    """Write three and a half years of department files of an invented Ningbo into FOLDER.

    FOLDER gets one subfolder per delivery (the second brings corrections and late
    records) and ``truth/``, which no source reads.
    """
    from features.synthetic.city import START, generate
    from features.synthetic.priors import Drift, Priors
    from features.synthetic.size import start_for

    priors = Priors(drift=Drift(drift.date() if drift else None))
    start = START
    if wanted is not None:
        start = start_for(wanted, businesses, seed=seed, priors=priors)
    with progress("synthetic city") as report:
        city = generate(folder, businesses, seed=seed, start=start, progress=report, priors=priors)
    total = sum(city.rows.values())
    table(
        f"{city.businesses:,} businesses and {total:,} records from {start} on in {folder}",
        ["source", "records"],
        [[name, f"{rows:,}"] for name, rows in city.rows.items()],
    )  # fmt: skip
    for delivery in city.deliveries:
        out.print(f"next: xinheng records add {delivery.folder} --received {delivery.received_on}")


@records.command("add")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--received", type=_DAY, help="Day the delivery came in.  [default: today]")
@click.pass_obj
def add(place: Place, folder: Path, received: datetime | None) -> None:
    """Read every file in FOLDER that a source declares and make the next snapshot.

    Good rows go in; rows that break their contract are kept aside, verbatim, with
    every fault (see `records rejected`). The same files again change nothing.
    """
    from features.ingest import ingest

    with progress("records") as report:
        account = ingest(place.catalogue, place.home, folder, _day(place, received), report)
    show(account)


@records.command("pull")
@click.argument("tables", nargs=-1, required=True, metavar="SOURCE=TABLE...")
@click.option(
    "--database", required=True, envvar="XINHENG_DATABASE", metavar="URL",
    help="SQLAlchemy address of the exchange database. With a password in it, give it as the "
    "variable XINHENG_DATABASE, so that no list of processes shows it. It is never kept.",
)  # fmt: skip
@click.option("--received", type=_DAY, help="Day the tables were read.  [default: today]")
@click.pass_obj
def pull(
    place: Place, tables: tuple[str, ...], database: str, received: datetime | None
) -> None:  # fmt: skip
    """Read database tables (or views) instead of files and make the next snapshot.

    Each SOURCE=TABLE names a declared source and the table that holds its records,
    `schema.table` where it is not in the default schema. The session may not
    write. Rows pass the same gate as files; an unchanged table changes nothing.
    """
    from features.ingest.database import ingest_tables

    named = _pairs(tables, "SOURCE=TABLE")
    with progress("records") as report:
        account = ingest_tables(
            place.catalogue, place.home, database, named, _day(place, received), progress=report
        )
    show(account)


@records.command("collect")
@click.pass_obj
def collect(place: Place) -> None:
    """Bring what came to the service into the next snapshot: records, and whom names mean.

    Records pushed and decisions about names count from their moment on in answers about
    the business; collected, they count in features, training and the scores of everyone.
    Run it before `xinheng score`.
    """
    from serving.inbox import Inbox
    from serving.inbox.collecting import collect as bring_in
    from serving.review import Reviews
    from serving.review.passing_on import pass_on
    from serving.store.scores import Scores

    scores = Scores.current(place.home)
    stores = stores_of(place)
    inbox = Inbox(stores.inbox)
    with progress("records") as report:
        accounts = bring_in(
            place.catalogue, place.home, inbox,
            None if scores is None else scores.manifest.inputs.snapshot, report,
        )  # fmt: skip
    with progress("links") as report:
        passed = pass_on(place.catalogue, place.home, Reviews(stores.review), report)
    for account in accounts:
        show(account)
    if passed.account is not None:
        out.print(
            f"{passed.decisions} decisions about names; snapshot {passed.account.snapshot[:16]}"
        )
    if passed.left:
        err.print(f"{len(passed.left)} decisions are about names or businesses the records lack")
    if not accounts and passed.account is None:
        out.print("nothing came since")


def show(account: Reconciliation) -> None:
    """Print the account of a delivery."""
    out.print(account.to_table(), markup=False, soft_wrap=True)
    for count in account.sources:
        if account.businesses and (count.unlinked or count.unnamed):
            err.print(
                f"{count.source}: {count.unlinked:,} records name a business nobody registered, "
                f"{count.unnamed:,} name none; see: xinheng records show {count.source} --unlinked"
            )
    rejected = account.total("quarantined")
    if rejected:
        err.print(f"[yellow]{rejected:,} rows are held back[/]; see: xinheng records rejected")


_SNAPSHOT = click.option(
    "--snapshot", "name", help="An earlier one, by the first characters of its name."
)


@records.command("snapshots")
@click.pass_obj
def snapshots(place: Place) -> None:
    """List every snapshot ever made, oldest first; each can still be read."""
    from features.archive import every_snapshot
    from features.snapshot import Snapshot

    current = Snapshot.current(place.home).name
    found = every_snapshot(place.home)
    table(
        f"{len(found)} snapshots", ["snapshot", "received", "files", "records", "businesses", ""],
        [[s.name[:16], s.manifest.received_on, str(len(s.manifest.deliveries)),
          f"{sum(file.rows for file in s.manifest.sources.values()):,}",
          f"{s.manifest.businesses:,}", "current" if s.name == current else ""] for s in found],
    )  # fmt: skip


@records.command("account")
@_SNAPSHOT
@click.pass_obj
def account_(place: Place, name: str | None) -> None:
    """Print the reconciliation of the delivery that made a snapshot."""
    from features.ingest import Reconciliation

    written = dict(_snapshot(place, name).manifest.reconciliations[-1])
    out.print(Reconciliation.from_json(written).to_table(), markup=False, soft_wrap=True)


@records.command("show")
@click.argument("source")
@click.option("--business", help="Only records of this business.")
@click.option("--limit", default=20, show_default=True, help="Records to show.")
@click.option("--unlinked", is_flag=True, help="Only records of nobody on the roster.")
@_SNAPSHOT
@click.pass_obj
def show_records(
    place: Place,
    source: str,
    *,
    business: str | None,
    limit: int,
    unlinked: bool,
    name: str | None,
) -> None:
    """Print records of SOURCE as a snapshot holds them, as JSON lines."""
    from features.archive import records_of_source

    for row in records_of_source(
        _snapshot(place, name), source, limit, business=business, unlinked=unlinked
    ):
        click.echo(json.dumps(row, ensure_ascii=False))


@records.command("list")
@_SNAPSHOT
@click.pass_obj
def list_(place: Place, name: str | None) -> None:
    """Say what a snapshot holds (the current one by default), every byte of it checked."""
    snapshot = _snapshot(place, name)
    snapshot.verify()
    table(
        f"snapshot {snapshot.name}", ["source", "records", "sha256"],
        [[name, f"{file.rows:,}", file.sha256[:12]]
         for name, file in snapshot.manifest.sources.items()],
    )  # fmt: skip


@records.command("rejected")
@click.option("--source", help="Only this source.")
@click.option("--limit", default=20, show_default=True, help="Rows to show.")
@click.option("--verbatim", is_flag=True, help="Each as it was delivered, as JSON lines.")
@click.pass_obj
def rejected(place: Place, source: str | None, limit: int, *, verbatim: bool) -> None:
    """Say why rows are held back, most frequent reason first, and list them.

    A row with several faults counts for each of them. What was delivered may be personal
    data, so it is printed when asked for only.
    """
    from features.ingest import by_reason, quarantined
    from features.ingest.rules import fault_text

    rows = quarantined(place.home, source)
    declared = {one.name: one for one in place.catalogue.jurisdiction.sources}
    if verbatim:
        for row in rows[:limit]:
            faults = [fault_text(declared[row.source], f.column, f.rule) for f in row.faults]
            told = {"id": row.id, "source": row.source, "file": row.file, "row": row.row,
                    "faults": faults, "delivered": dict(row.raw)}  # fmt: skip
            click.echo(json.dumps(told, ensure_ascii=False))
        return
    if rows:
        table(
            "why", ["source", "reason", "rows"],
            [[c.source, fault_text(declared[c.source], c.fault.column, c.fault.rule),
              f"{c.rows:,}"] for c in by_reason(rows)],
        )  # fmt: skip
    table(
        f"{len(rows):,} rows held back", ["id", "source", "file", "row", "faults"],
        [[r.id, r.source, r.file, str(r.row),
          "; ".join(fault_text(declared[r.source], f.column, f.rule) for f in r.faults)]
         for r in rows[:limit]],
    )  # fmt: skip


@records.command("correct")
@click.argument("row_id")
@click.argument("fields", nargs=-1, required=True, metavar="HEADING=TEXT...")
@click.option("--received", type=_DAY, help="Day the correction came in.  [default: today]")
@click.pass_obj
def correct(place: Place, row_id: str, fields: tuple[str, ...], received: datetime | None) -> None:
    """Submit a held-back row again with some of its fields corrected.

    ROW_ID is the id `records rejected` shows; each HEADING=TEXT replaces one
    delivered field. The row as it was delivered is kept.
    """
    from features.ingest import resubmit

    correction = _pairs(fields, "HEADING=TEXT")
    day = _day(place, received)
    with progress("records") as report:
        accounts = resubmit(place.catalogue, place.home, {row_id: correction}, day, report)
    for account in accounts:
        show(account)


def _snapshot(place: Place, name: str | None) -> Snapshot:
    from features.snapshot import Snapshot

    return Snapshot.current(place.home) if name is None else Snapshot.open(place.home, name)


def _pairs(words: tuple[str, ...], form: str) -> dict[str, str]:
    """What stands before the first ``=`` of each word → what stands behind it."""
    wrong = [word for word in words if "=" not in word]
    if wrong:
        raise YourInput(
            str(Fault("unusable argument", "the command line", form,
                      f"{len(wrong)} words without =", f"write {form}"))
        )  # fmt: skip
    return dict(word.split("=", 1) for word in words)


for _command in (links, link, blind_spots):
    records.add_command(_command)


def _day(place: Place, received: datetime | None) -> date:
    return received.date() if received else place.today
