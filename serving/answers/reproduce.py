"""Make a decision again from the files it names, and compare it byte for byte.

A decision carries the SHA-256 of its bundle, policy and numbers, and the name of
the records they came from. Whoever kept the published scores and the bundle can
make it again years later; what differs is named.
"""

from __future__ import annotations

from dataclasses import dataclass, fields

from features.catalogue import Catalogue
from serving.answers.answer import answer_of, stood, subject_of
from serving.answers.edition import Edition, open_edition
from serving.decision.decide import Decision
from serving.errors import NotReproducible, refusal
from serving.settings import Settings
from serving.store.scores import MANIFEST, Scores


@dataclass(frozen=True)
class Reproduced:
    """A decision made again.

    Parameters
    ----------
    scores
        Name of the published scores it was made from.
    differs
        Fields that are not the same; none when every byte is.
    """

    scores: str
    decision: Decision
    differs: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Whether it is the same to the byte."""
        return not self.differs


def reproduce(settings: Settings, catalogue: Catalogue, given: bytes) -> Reproduced:
    """Make the decision `given` (canonical JSON) again from the workspace's files.

    Raises
    ------
    NotCanonical
        `given` is no decision in its one form.
    NotReproducible
        No published scores were made with the bundle and from the records it names.
    BundleRefused, ScoresRefused
        The files it names were altered since.
    """
    told = Decision.from_json(given)
    edition = _edition(settings, catalogue, told)
    subject = subject_of(edition, told.business_id)
    again = answer_of(edition, stood(edition, subject, edition.store.records(subject)))
    # While a record is disputed there are two; the one that says the same is meant.
    both = [again.decision, *([again.contested.other] if again.contested else [])]
    made = next((one for one in both if one.to_json() == given), again.decision)
    differs = tuple(
        one.name for one in fields(Decision) if getattr(made, one.name) != getattr(told, one.name)
    )
    return Reproduced(edition.name, made, differs)


def _edition(settings: Settings, catalogue: Catalogue, told: Decision) -> Edition:
    wanted = (told.provenance.bundle, told.provenance.snapshot, told.as_of)
    for path in sorted(settings.scores.glob(f"*/{MANIFEST}")):
        scores = Scores.open(settings.home, path.parent.name)
        inputs = scores.manifest.inputs
        if (inputs.bundle, inputs.snapshot, inputs.as_of) == wanted:
            return open_edition(settings, scores, catalogue)
    if "+" in (told.provenance.snapshot or ""):
        raise refusal(
            NotReproducible, "records since the scores", "the decision",
            "one made from published scores alone",
            "one that also rests on records or objections that came after them",
            "make the answer again by its id: GET /v1/audit/records/{audit_id}/answer",
        )  # fmt: skip
    raise refusal(
        NotReproducible, "no such scores", "the workspace",
        f"scores as of {told.as_of} with bundle {wanted[0][:12]}", "none",
        "restore them, or score that day's snapshot with that bundle",
    )  # fmt: skip
