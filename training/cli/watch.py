"""``xinheng watch``: the monthly look at the model in force."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from features.durable import pointed
from features.errors import Fault, YourInput
from training.cli.decisions import settings_of
from training.cli.features import AS_OF
from training.cli.place import Place
from training.cli.terminal import out, progress, table

# Exit codes beside those of every command: 0 nothing to do.
EXIT_CODES = {"green": 0, "amber": 10, "red": 20}


@click.command()
@AS_OF
@click.option(
    "--against", type=click.DateTime(["%Y-%m-%d"]),
    help="Compare with this day.  [default: the same month end a year before]",
)  # fmt: skip
@click.option(
    "--out", "folder", type=click.Path(path_type=Path, file_okay=False),
    help="Where watch.html and watch.json go.  [default: watch/<as-of> in the home folder]",
)  # fmt: skip
@click.pass_obj
def watch(
    place: Place, as_of: datetime | None, against: datetime | None, folder: Path | None
) -> int:
    """Compare a month with the same month a year before, and say what to do.

    Features, score, tiers, first reasons, deliveries of every department, and the
    outcomes that are mature by now. Exit code 0 when nothing is beyond its bound, 10
    when something should be looked at, 20 when something must be done.
    """
    from features.snapshot import Snapshot
    from serving.answers.edition import trusted_keys
    from serving.bundle.folder import load_bundle
    from training.calendar import day_of, last_month_end, months_before
    from training.findings import load_bounds, worst
    from training.labels import known_through
    from training.watch import look
    from training.watch_report import write

    name = pointed(place.home / "bundles" / "CURRENT")
    if name is None:
        raise YourInput(
            str(Fault("no bundle", str(place.home), "a trained model", "none", "xinheng train"))
        )
    snapshot = Snapshot.current(place.home)
    bundle = load_bundle(place.home / "bundles" / name, trusted_keys(settings_of(place)))
    last = last_month_end(known_through(place.catalogue, snapshot))
    day = as_of.date() if as_of else last
    earlier = against.date() if against else months_before(day, 12)
    bounds = load_bounds(place.catalogue.policy_folder, day)
    with progress(f"{day} against {earlier}") as report:
        seen = look(
            place.catalogue, snapshot, bundle, place.home,
            day=day_of(day), against_day=day_of(earlier), progress=report,
        )  # fmt: skip
    folder = folder or place.home / "watch" / day.isoformat()
    found = write(place.catalogue, seen, bounds, folder)
    if found:
        table(
            f"{len(found)} findings", ["state", "what", "found", "what to do"],
            [[one.state, f"{one.subject} {one.name}", one.found, one.advice.en] for one in found],
        )  # fmt: skip
    state = worst(found)
    out.print(f"{state}: {folder / 'watch.html'}", soft_wrap=True)
    return EXIT_CODES[state]
