"""``xinheng audit``: the log of what was answered."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from training.cli.decisions import settings_of
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
    from serving.audit.ledger import FILE
    from serving.audit.verify import main
    from serving.bundle.signing import public_hex, signing_key

    kept = [*heads, *sorted(settings_of(place).audit_heads.glob("heads-*.jsonl"))]
    own = key or public_hex(signing_key(place.home / "keys" / "audit"))
    log = str(place.home / "audit" / FILE)
    sys.exit(main([log, "--key", own, *(["--heads", *map(str, kept)] if kept else [])]))


@audit.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export(place: Place, file: Path) -> None:
    """Write the log to FILE, one record a line, for whoever checks it elsewhere."""
    from serving.audit import Ledger
    from serving.audit.heads import heads_after
    from serving.audit.verify import canonical

    ledger = Ledger(place.home / "audit")
    last, _ = ledger.end()
    with file.open("wb") as target:
        first = {"chain": ledger.chain, "heads": heads_after(ledger, 0, last)}
        target.write(canonical(first) + b"\n")
        for one in ledger.between(0, last):
            line = {"link": one.link.hex(), "record": json.loads(one.record)}
            target.write(canonical(line) + b"\n")
    out.print(f"{last:,} records in {file.name}")


@audit.command()
@click.argument("business_id")
@click.confirmation_option(
    prompt="Nothing will link past answers to this business any more. Go on?"
)
@click.pass_obj
def forget(place: Place, business_id: str) -> None:
    """Delete what links the log to BUSINESS_ID; the chain stays whole."""
    from serving.audit import Ledger
    from serving.audit.writer import PSEUDONYMS
    from serving.kept_secret import kept_secret

    ledger = Ledger(place.home / "audit", kept_secret(place.home / "keys" / "audit" / PSEUDONYMS))
    out.print(f"{ledger.forget(business_id):,} records lost their link")
