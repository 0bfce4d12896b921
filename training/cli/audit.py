"""``xinheng audit``: the log of what was answered."""

from __future__ import annotations

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from training.cli.decisions import settings_of, stores_of
from training.cli.place import Place
from training.cli.terminal import out


@click.group()
def audit() -> None:
    """Check, export and tend the log of what was answered."""


@audit.command()
@click.option(
    "--heads",
    multiple=True,
    type=click.Path(path_type=Path, dir_okay=False, exists=True),
    help="Heads that another party kept; repeatable.",
)
@click.option("--key", help="Public key of the service; without one, the workspace's own.")
@click.pass_obj
def verify(place: Place, heads: tuple[Path, ...], key: str | None) -> None:
    """Check that nothing in the log was changed, deleted, moved or cut off.

    ``serving/audit/verify.py`` is the same check as one file that needs nothing else.
    """
    from serving.audit.export import written
    from serving.audit.verify import main
    from serving.bundle.signing import public_hex, signing_key
    from serving.database.embedded import Embedded

    kept = [*heads, *sorted(settings_of(place).audit_heads.glob("heads-*.jsonl"))]
    own = key or public_hex(signing_key(place.home / "keys" / "audit"))
    log = stores_of(place).audit
    with TemporaryDirectory() as folder:
        file = log.path if isinstance(log, Embedded) else Path(folder) / "log.jsonl"
        if log.is_shared:
            written(log, file)
        sys.exit(main([str(file), "--key", own, *(["--heads", *map(str, kept)] if kept else [])]))


@audit.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export(place: Place, file: Path) -> None:
    """Write the log to FILE, one record a line, for whoever checks it elsewhere."""
    from serving.audit.export import written

    out.print(f"{written(stores_of(place).audit, file):,} records in {file.name}")


@audit.command()
@click.argument("business_id")
@click.confirmation_option(
    prompt="Nothing will link past answers to this business any more, and what was written in "
    "objections and overrides that are over, and about names, will be gone. Go on?"
)
@click.pass_obj
def forget(place: Place, business_id: str) -> None:
    """Delete what links the log to BUSINESS_ID, and people's words about it.

    The chain stays whole, and what was decided goes on to hold.
    """
    from serving.audit.ledger import forget as unlink
    from serving.formats import day_of
    from serving.review import forget_words

    stores = stores_of(place)
    words = forget_words(stores.review, business_id, day_of(place.today.isoformat()))
    out.print(f"{unlink(stores.audit, business_id):,} records lost their link")
    out.print(f"{words.acts:,} acts of objections, overrides and names lost their words")
    if words.open:
        out.print(
            f"{words.open:,} acts keep them: decide, withdraw or end what is open, then again"
        )
