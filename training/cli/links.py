"""``xinheng records links`` and ``blind-spots``: records without a code, and whom they mean."""

from __future__ import annotations

import getpass

import click

from features.business import LinkedBy
from features.errors import Fault, YourInput
from training.cli.place import Place
from training.cli.terminal import out, progress, table

_STATES = ("review", "linked", "unlinked")
_HOW = {
    LinkedBy.NUMBER: "number",
    LinkedBy.REGISTERED_NAME: "registered name",
    LinkedBy.LIKENESS: "likeness",
    LinkedBy.PERSON: "person",
}


@click.command("links")
@click.option("--state", type=click.Choice(_STATES), default="review", show_default=True)
@click.option("--source", help="Only this source.")
@click.option("--limit", default=20, show_default=True, help="Names to show.")
@click.pass_obj
def links(place: Place, state: str, source: str | None, limit: int) -> None:
    """List names in records without a code, and the business each likely means.

    Those for review wait for `records link`; nothing is attached until then.
    """
    from features.ingest import mentions
    from features.snapshot import Snapshot

    found = mentions(Snapshot.current(place.home), state=state, source=source)
    table(
        f"{len(found):,} names, {sum(m.records for m in found):,} records: {state}",
        ["id", "name in the record", "records", "business", "its name", "probability",
         "linked by", "decided"],
        [[m.id, m.name, f"{m.records:,}", m.entity_id or "–", m.roster_name or "–",
          "–" if m.probability is None else f"{m.probability:.4f}",
          "–" if m.linked_by is None else _HOW[m.linked_by], m.decided_on or ""]
         for m in found[:limit]],
    )  # fmt: skip


@click.command("link")
@click.argument("mention")
@click.argument("business")
@click.option("--same/--different", required=True, help="Whether the name means the business.")
@click.option("--by", help="Who decided.  [default: the user of this machine]")
@click.pass_obj
def link(place: Place, mention: str, business: str, same: bool, by: str | None) -> None:
    """Decide whether the MENTION that `records links` shows means BUSINESS.

    The decision is kept and applied again to every later delivery; the next snapshot
    attaches the records or no longer does. Score again to see what follows.
    """
    from features.ingest import decide
    from features.linkage.decision import LinkDecision

    if by is not None and not by.strip():
        raise YourInput(str(Fault("no name", "--by", "who decided", "blanks", "name them")))
    today = place.today.isoformat()
    decision = LinkDecision(mention, business, same, today, by or getpass.getuser())
    with progress("links") as report:
        account = decide(place.catalogue, place.home, [decision], report)
    out.print(f"snapshot {account.snapshot[:16]}; next: xinheng score")


@click.command("blind-spots")
@click.option("--limit", default=10, show_default=True, help="Names to show of each source.")
@click.pass_obj
def blind_spots(place: Place, limit: int) -> None:
    """Report what is not seen: unlinked names, and businesses no record is about."""
    from features.blind_spots import blind_spots as found_in

    spots = found_in(place.catalogue, place.home)
    table(
        "records that are linked to no business", ["source", "records", "without a code",
                                                    "names", "for review", "not on the roster"],
        [[s.source, f"{s.records:,}", f"{s.nameless:,}", f"{s.names:,}", f"{s.for_review:,}",
          f"{s.strangers:,}"] for s in spots.sources],
    )  # fmt: skip
    out.print(
        f"{spots.uncovered:,} of {spots.businesses:,} businesses are known from one source only"
    )
    for source in spots.sources:
        if source.most and limit:
            table(
                f"{source.source}: unlinked names with most records", ["name", "records"],
                [[name, f"{records:,}"] for name, records in source.most[:limit]],
            )  # fmt: skip
