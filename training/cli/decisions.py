"""``xinheng score``, ``reproduce`` and ``serve``: from a bundle to answers."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from features.durable import pointed
from features.errors import Fault, OurBug, YourInput
from training.cli.features import AS_OF, ENGINE, everyone, spark_of
from training.cli.place import Place
from training.cli.terminal import out, progress, table

if TYPE_CHECKING:  # imported when needed: --help answers at once
    from serving.answers.edition import Edition
    from serving.database import Stores
    from serving.settings import Settings
    from serving.store.scores import Scores


def settings_of(place: Place, **changes: str) -> Settings:
    """The service's settings for `place`, as its process would read them."""
    from serving.settings import read_settings

    return read_settings(environment_of(place, **changes))


def stores_of(place: Place) -> Stores:
    """What changes while the service of `place` runs."""
    from serving.database import Stores

    settings = settings_of(place)
    return Stores.of(settings.home, settings.stores)


def environment_of(place: Place, **changes: str) -> dict[str, str]:
    """The environment in which the service answers for `place`."""
    return {
        **os.environ,
        "XINHENG_JURISDICTION": str(place.jurisdiction),
        "XINHENG_HOME": str(place.home.resolve()),
        **changes,
    }


@click.command()
@AS_OF
@ENGINE
@click.option(
    "--contributions", is_flag=True,
    help="Also write every feature's exact points for every business.",
)  # fmt: skip
@click.pass_obj
def score(place: Place, as_of: datetime | None, engine: str, contributions: bool) -> None:
    """Give every open business its score, tier and warnings; publish them to the service.

    The engines give the same bytes.
    """
    from features.snapshot import Snapshot
    from serving.answers.edition import trusted_keys
    from serving.batch import explain_everyone, score_everyone
    from serving.batch.engines import Distributed
    from serving.bundle.folder import load_bundle
    from serving.review import Reviews

    name = pointed(place.home / "bundles" / "CURRENT")
    if name is None:
        raise YourInput(
            str(Fault("no bundle", str(place.home), "a trained model", "none", "xinheng train"))
        )
    snapshot = Snapshot.current(place.home)
    folder, keys = place.home / "bundles" / name, trusted_keys(settings_of(place))
    bundle = load_bundle(folder, keys)
    spark = spark_of(engine)
    on = Distributed(spark, folder, keys) if spark else None
    matrix = everyone(place, snapshot, as_of, spark)
    with progress("scores") as report:
        scores = score_everyone(
            place.catalogue, snapshot, bundle, matrix, place.home, report, on,
            Reviews(stores_of(place).review),
        )  # fmt: skip
    show(scores)
    if contributions:
        with progress("contributions") as report:
            file = explain_everyone(snapshot, bundle, matrix, place.home, report, on)
        out.print(f"contributions {file}", soft_wrap=True)


def show(scores: Scores) -> None:
    """Print how the tiers fall."""
    tiers: Mapping[str, int] = scores.manifest.tiers
    total = sum(tiers.values()) or 1
    table(
        f"tiers as of {scores.manifest.inputs.as_of}", ["tier", "businesses", "share"],
        [[tier, f"{n:,}", f"{100 * n / total:.1f} %"] for tier, n in sorted(tiers.items())],
    )  # fmt: skip


def edition_of(place: Place) -> Edition:
    """The scores in force as the service sees them now.

    Verified, with the records that arrived since and what people decided.
    """
    from serving.answers.edition import open_edition
    from serving.inbox.storage import Inbox
    from serving.review import Reviews
    from serving.store.scores import Scores

    scores = Scores.current(place.home)
    if scores is None:
        raise YourInput(
            str(Fault("no scores", str(place.home), "published scores", "none", "xinheng score"))
        )
    edition = open_edition(settings_of(place), scores, place.catalogue)
    stores = stores_of(place)
    beside = replace(edition, inbox=Inbox(stores.inbox), reviews=Reviews(stores.review))
    return beside.asked_at(datetime.now(UTC))


@click.command()
@click.argument("decision", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def reproduce(place: Place, decision: Path) -> None:
    """Make the decision in the JSON file DECISION again and compare it byte for byte.

    The file is what ``xinheng explain --view auditor --format json`` wrote, or the
    decision of an answer. The bundle, the records and the numbers are found by the
    hashes it names.
    """
    from serving.answers.reproduce import reproduce as made_again

    again = made_again(settings_of(place), place.catalogue, decision.read_bytes().rstrip(b"\n"))
    if not again.same:
        raise OurBug(f"not the same in: {', '.join(again.differs)}")
    out.print(f"the same to the byte, from scores {again.scores[:12]}")


@click.command()
@click.option(
    "--host",
    default="127.0.0.1",
    show_default=True,
    help="One that others can reach needs XINHENG_TLS.",
)
@click.option("--port", default=3000, show_default=True)
@click.option("--workers", default=1, show_default=True, help="Processes.")
@click.option("--demo", is_flag=True, help="Let everyone on this machine look, without a key.")
@click.pass_obj
def serve(place: Place, host: str, port: int, workers: int, demo: bool) -> None:
    """Answer on HTTP: the scoring endpoint and the console, to those who hold a key.

    The first start shows an administrator's key, once; `xinheng keys` issues others.
    """
    start(place, host, port, workers, demo=demo)


def start(
    place: Place, host: str = "127.0.0.1", port: int = 3000, workers: int = 1, *, demo: bool
) -> None:
    """Become the service; returns only by an error."""
    from serving.settings import read_settings

    environment = environment_of(
        place,
        XINHENG_HOST=host,
        XINHENG_PORT=str(port),
        XINHENG_WORKERS=str(workers),
        XINHENG_DEMO="yes" if demo else "no",
    )
    read_settings(environment)
    sys.stdout.flush()
    os.execve(sys.executable, [sys.executable, "-m", "serving"], environment)
