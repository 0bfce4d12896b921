"""Principal reasons: which few contributions to cite, and the words for them.

A reason is a feature whose value is known, with the records behind it. No
record is cited twice and no code is said twice, so four reasons are four
different things. What the model made of a missing value is never a reason.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from features.contracts import Phrase, Reason
from serving.decision.content import Bundle
from serving.decision.explanation import FromReference
from serving.decision.points import signed
from serving.formats import comparison, span_text, spoken
from serving.manifest import FeatureSpec

MOST_REASONS = 4
MOST_POSITIVES = 3
MOST_WARNING_REASONS = 3
LEAST_TENTHS = 10  # less than a point of a thousand is told to nobody as a reason
MOST_RECORDS = 50  # named in one reason; `record_count` tells how many there are
# "Key data missing" is a limit of the explanation, not a reason for the tier.
NEVER_CITED = frozenset({"R901"})
SLOTS = frozenset({"value", "window", "peer"})
_SLOT = re.compile(r"\{([^{}]*)\}")
_PEER_CLAUSE = re.compile(r"[\s,,;;、]*\{peer\}")

# Feature name → identifiers of the records it counted.
Evidence = Callable[[str], tuple[str, ...]]


@dataclass(frozen=True)
class Cited:
    """One reason: what it says, its signed points, and the records behind it.

    `because` is ``absence`` where nothing was found is the finding (an annual
    report not filed): then, and only then, there are no records.
    """

    code: str
    text: Phrase
    points: str
    feature: str
    source: str
    value_text: Phrase
    peer: Phrase | None
    record_ids: tuple[str, ...]
    record_count: int
    because: Literal["records", "absence"]
    advice: Phrase | None


@dataclass(frozen=True)
class Chosen:
    """What speaks against the business, and what speaks for it."""

    reasons: tuple[Cited, ...]
    positives: tuple[Cited, ...]


def choose(
    bundle: Bundle,
    values: Sequence[float | None],
    reference: FromReference,
    evidence: Evidence,
    most: tuple[int, int] = (MOST_REASONS, MOST_POSITIVES),
) -> Chosen:
    """The largest contributions that may be cited, worst first, then best first.

    Parameters
    ----------
    values
        One a feature; None when missing.
    reference
        The tenths of each, from the boundary of the better tier.
    evidence
        Asked only about features that come into question, in order.
    most
        How many of each.
    """
    features, currency = bundle.manifest.features, bundle.manifest.jurisdiction.currency
    points, typical = reference.shared.parts, reference.typical
    taken: set[tuple[str, str]] = set()
    against = sorted((p, i) for i, p in enumerate(points) if p <= -LEAST_TENTHS)
    in_favour = sorted((-p, i) for i, p in enumerate(points) if p >= LEAST_TENTHS)
    worst = ((features[i], features[i].reason, i) for _, i in against)
    best = ((features[i], features[i].positive_reason, i) for _, i in in_favour)

    def cite(
        candidates: Iterator[tuple[FeatureSpec, str | None, int]], most: int
    ) -> tuple[Cited, ...]:
        cited: list[Cited] = []
        for spec, code, i in candidates:
            value = values[i]
            if len(cited) == most:
                break
            if value is None or code is None or code in NEVER_CITED:
                continue
            if code in {one.code for one in cited}:
                continue
            records = tuple(dict.fromkeys(evidence(spec.name)))
            keys = {(spec.source, record) for record in records}  # unique within a source
            if not taken.isdisjoint(keys) or not (records or _speaks(spec, points[i])):
                continue
            taken.update(keys)
            text = spoken(spec, value, currency)
            peer = comparison(spec, typical[i] if typical else None, currency)
            cited.append(_cited(bundle.reasons[code], spec, text, peer, points[i], records))
        return tuple(cited)

    return Chosen(cite(worst, most[0]), cite(best, most[1]))


def _speaks(spec: FeatureSpec, points: int) -> bool:
    """Whether finding no record at all is itself what the points are for.

    So it is where fewer records are the worse (an annual report not filed) or,
    in a business's favour, the better (no penalty).
    """
    fewer_is = "risk_down" if points < 0 else "risk_up"
    return spec.counts_records and spec.direction == fewer_is


def fill(phrase: Phrase, value: Phrase, window: Phrase, peer: Phrase | None) -> Phrase:
    """The phrase with its slots filled; without a comparison its clause is left out.

    >>> phrase = Phrase("{window}罚款{value},{peer}", "Fines, {window}: {value}; {peer}")
    >>> value, window = Phrase("9元", "9 yuan"), Phrase("近3年", "last 3 years")
    >>> fill(phrase, value, window, None)
    Phrase(zh='近3年罚款9元', en='Fines, last 3 years: 9 yuan')
    """

    def filled(text: str, of: Mapping[str, str]) -> str:
        # Every second part is a slot's name.
        parts = enumerate(_parts(text, peer is not None))
        return "".join([of[part] if place % 2 else part for place, part in parts])

    peer_zh, peer_en = (peer.zh, peer.en) if peer else ("", "")
    return Phrase(
        filled(phrase.zh, {"value": value.zh, "window": window.zh, "peer": peer_zh}),
        filled(phrase.en, {"value": value.en, "window": window.en, "peer": peer_en}),
    )


@lru_cache(maxsize=1024)  # the phrases of a bundle
def _parts(text: str, has_peer: bool) -> tuple[str, ...]:
    return tuple(_SLOT.split(text if has_peer else _PEER_CLAUSE.sub("", text)))


def slots(phrase: Phrase) -> frozenset[str]:
    """Names of the slots that stand in either text.

    >>> sorted(slots(Phrase("近{window}{value}次", "{value} times")))
    ['value', 'window']
    """
    return frozenset(_SLOT.findall(phrase.zh + phrase.en))


def _cited(  # noqa: PLR0917  # one caller, which has just worked them out
    reason: Reason,
    spec: FeatureSpec,
    value: Phrase,
    peer: Phrase | None,
    points: int,
    records: tuple[str, ...],
) -> Cited:
    return Cited(
        code=reason.code,
        text=fill(reason.phrase, value, span_text(spec.window), peer),
        points=signed(points),
        feature=spec.name,
        source=spec.source,
        value_text=value,
        peer=peer,
        record_ids=records[:MOST_RECORDS],
        record_count=len(records),
        because="records" if records else "absence",
        advice=reason.advice,
    )
