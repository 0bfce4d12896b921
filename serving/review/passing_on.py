"""Bring what people said about names into the records: the next snapshot holds the same."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from features.catalogue import Catalogue
from features.ingest import Reconciliation, decide
from features.ingest.deciding import decidable
from features.linkage.decision import LinkDecision
from features.progress import Progress, silent
from features.snapshot import Snapshot
from serving.review.acts import Reviews
from serving.review.links import LINKED, decision_of


@dataclass(frozen=True)
class PassedOn:
    """What the records hold now, and what they cannot.

    Parameters
    ----------
    account
        Of the snapshot that holds them; None where nothing was new.
    decisions
        How many went in.
    left
        Decisions about names that no record gives any more, or about businesses the
        roster lacks; they are tried again the next time.
    """

    account: Reconciliation | None
    decisions: int
    left: tuple[LinkDecision, ...]


def pass_on(
    catalogue: Catalogue, home: Path, reviews: Reviews, progress: Progress = silent
) -> PassedOn:
    """Keep every decision about a name that the newest snapshot does not hold yet.

    One snapshot for all of them; a killed run leaves the one before, and the next run
    does it again. Raises Unavailable.
    """
    said = tuple(decision_of(act) for act in reviews.begun(LINKED, 0, None))
    if not said:
        return PassedOn(None, 0, ())
    snapshot = Snapshot.current(home)
    held = frozenset(snapshot.manifest.decisions)
    waiting = tuple(one for one in said if one not in held)
    new = decidable(snapshot, waiting) if waiting else ()
    left = tuple(one for one in waiting if one not in new)
    account = decide(catalogue, home, new, progress) if new else None
    return PassedOn(account, len(new), left)
