"""``xinheng run``: the whole road, each step done only when it has something to do."""

from __future__ import annotations

from datetime import date, datetime

import click

from training.cli.decisions import score, start
from training.cli.models import trained
from training.cli.place import Place
from training.cli.terminal import err, out, progress


@click.command()
@click.option("--businesses", default=50_000, show_default=True, help="Size of the city.")
@click.option("--seed", default=1, show_default=True, help="Of the city.")
@click.option(
    "--drift", type=click.DateTime(["%Y-%m-%d"]),
    help="From this day the city changes under its models.",
)  # fmt: skip
@click.option("--port", default=3000, show_default=True)
@click.option("--serve/--no-serve", "serving", default=True, help="End with the service answering.")
@click.pass_context
def run(
    ctx: click.Context, *, businesses: int, seed: int, drift: datetime | None, port: int,
    serving: bool,
) -> None:  # fmt: skip
    """Go the whole road on a synthetic Ningbo and end with the service answering.

    City, records, features, models, scores, service. Run it again and only what
    changed is done again.
    """
    place: Place = ctx.obj
    synthetic_records(place, businesses, seed, drift.date() if drift else None)
    from training.settings import TrainSettings

    trained(place, TrainSettings())
    ctx.invoke(score, as_of=None, engine="duckdb", contributions=False)
    if not serving:
        return
    announce(place, port)
    start(place, port=port, demo=True)


def synthetic_records(place: Place, businesses: int, seed: int, drift: date | None = None) -> None:
    """Make the city and ingest its deliveries, unless that was done before."""
    from features.ingest import ingest
    from features.snapshot import Snapshot
    from features.synthetic import generate
    from features.synthetic.priors import Drift, Priors

    changes = f"-drift-{drift}" if drift else ""
    folder = place.home / "city" / f"{businesses}-{seed}{changes}"
    finished = folder / "deliveries.txt"
    if not finished.is_file():
        with progress(f"a synthetic city of {businesses:,} businesses") as report:
            priors = Priors(drift=Drift(drift))
            city = generate(folder, businesses, seed=seed, progress=report, priors=priors)
        lines = [f"{d.received_on} {d.folder.name}" for d in city.deliveries]
        finished.write_text("\n".join(lines) + "\n", encoding="utf-8")
    for line in finished.read_text(encoding="utf-8").splitlines():
        received, name = line.split()
        day = datetime.strptime(received, "%Y-%m-%d").date()
        with progress(f"records of {name}") as report:
            account = ingest(place.catalogue, place.home, folder / name, day, report)
        out.print(
            f"  read {account.total('read'):,} = accepted {account.total('accepted'):,}"
            f" + new versions {account.total('new_versions'):,}"
            f" + duplicates {account.total('duplicates'):,}"
            f" + quarantined {account.total('quarantined'):,}"
            f" + out of scope {account.total('out_of_scope'):,}"
            if not account.unchanged
            else "  nothing new",
            soft_wrap=True,
        )
    out.print(f"  snapshot {Snapshot.current(place.home).name[:16]}")


def announce(place: Place, port: int) -> None:
    """Print where the console is and three calls to try."""
    import pyarrow.parquet as pq

    from serving.store.scores import Scores

    scores = Scores.current(place.home)
    assert scores is not None  # the step before published them
    worst = pq.read_table(scores.table).sort_by("tenths")["entity_id"][0].as_py()
    address = f"http://127.0.0.1:{port}"
    out.print()
    out.rule("a demo without keys, on this machine only; stop it with Ctrl-C")
    out.print(f"""
console      {address}/
one business {address}/businesses/{worst}

curl -s {address}/v1/score -H 'content-type: application/json' -d '{{"business_id": "{worst}"}}'
curl -s {address}/v1/businesses/{worst}/explanation
curl -s '{address}/v1/businesses?query=91&limit=5'
""", markup=False, soft_wrap=True)  # fmt: skip
    err.print("[dim]starting …[/]")
