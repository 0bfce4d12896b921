"""What the service answers from: one set of scores with the bundle that made it.

An edition is opened whole, verified, and never changes; a new one is taken up
when the ``CURRENT`` pointer moves, while the old one goes on answering. A new
one that does not verify is refused and the old one stays in force.
"""

from __future__ import annotations

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from pathlib import Path
from zoneinfo import ZoneInfo

from features.catalogue import Catalogue, load_catalogue
from features.contracts import Phrase
from features.durable import pointed
from features.engines.single import SingleEngine, engine_of
from features.errors import OurConfiguration, XinhengError, YourInput
from serving.answers.kept import Kept
from serving.audit import Basis
from serving.bundle.folder import Bundle, load_bundle
from serving.bundle.signing import PRIVATE, public_hex, signing_key
from serving.errors import refusal
from serving.formats import day_of, iso_day
from serving.inbox.storage import Inbox
from serving.metrics import Metrics
from serving.problems import Refused, not_ready
from serving.review.acts import Act, Reviews
from serving.settings import Settings
from serving.store import Store
from serving.store.scores import CURRENT, Scores

log = logging.getLogger("xinheng.edition")
_NONE_YET = Phrase("尚未发布任何评分结果。", "No set of scores has been published yet.")
_OPENING = Phrase("正在校验并启用评分结果。", "The scores are being verified and taken up.")
_REFUSED = Phrase(
    "已发布的评分结果未通过校验,已拒绝启用(原因见服务日志)。",
    "The published scores did not verify and are refused (the service log says why).",
)


@dataclass(frozen=True)
class Edition:
    """A verified set of scores, the bundle and the declarations behind it.

    Parameters
    ----------
    inbox
        What arrived since, beside the scores; only the edition in force has one.
    arrived
        The last arrival that counts; None for all. A request keeps to the one it found.
    reviews, reviewed
        The same of what people decided: objections and overrides.
    today
        Local day on which it is asked, days since 1970-01-01: overrides expire by it.
        None where nobody asks (a batch).
    kept
        Answers about businesses that stand as they were published.
    """

    scores: Scores
    bundle: Bundle
    catalogue: Catalogue
    store: Store
    engine: SingleEngine
    inbox: Inbox | None = None
    arrived: int | None = None
    reviews: Reviews | None = None
    reviewed: int | None = None
    today: int | None = None
    kept: Kept = field(default_factory=Kept)

    @property
    def name(self) -> str:
        """Name of the set of scores."""
        return self.scores.name

    @property
    def as_of(self) -> str:
        """The day everything is as known at the end of."""
        return self.scores.manifest.inputs.as_of

    @cached_property
    def basis(self) -> Basis:
        """The hashes of everything an answer of this edition is made from."""
        inputs = self.scores.manifest.inputs
        return Basis(
            scores=self.name, bundle=self.bundle.name, policy=self.bundle.policy_name,
            catalogue=inputs.catalogue, snapshot=inputs.snapshot, as_of=inputs.as_of,
            arrived=self.arrived or 0, reviewed=self.reviewed or 0,
            on=None if self.today is None else iso_day(self.today),
        )  # fmt: skip

    def asked_at(self, now: datetime) -> Edition:
        """The edition as a request of that moment sees it: what comes meanwhile is for the next."""
        zone = ZoneInfo(self.catalogue.jurisdiction.timezone)
        return replace(
            self,
            arrived=self.inbox.last if self.inbox else None,
            reviewed=self.reviews.last if self.reviews else None,
            today=day_of(now.astimezone(zone).date().isoformat()),
        )

    def is_as_published(self, business_id: str) -> bool:
        """Whether nothing came about the business since the scores: no record, no act."""
        arrived = self.inbox is not None and bool(self.inbox.of(business_id, self.arrived))
        return not arrived and not self.acts(business_id)

    def acts(self, business_id: str) -> tuple[Act, ...]:
        """What people did about a business, oldest first."""
        if self.reviews is None or self.reviewed == 0:
            return ()
        return self.reviews.about(business_id, self.reviewed)


def today_of(edition: Edition) -> int:
    """The day on which it is asked; for editions that a request asks."""
    assert edition.today is not None
    return edition.today


def open_edition(
    settings: Settings, scores: Scores, catalogue: Catalogue, at_hand: Bundle | None = None
) -> Edition:
    """Verify everything about `scores` and open it.

    Parameters
    ----------
    at_hand
        A bundle already verified: taken when the scores were made with it.

    Raises
    ------
    YourInput
        A file was altered, or the bundle does not verify.
    OurConfiguration
        The declarations are not those the scores were made with.
    """
    scores.verify()
    inputs = scores.manifest.inputs
    if inputs.catalogue != catalogue.fingerprint:
        raise refusal(
            OurConfiguration, "other declarations", f"scores {scores.name[:12]}",
            f"catalogue {inputs.catalogue[:12]}", f"catalogue {catalogue.fingerprint[:12]}",
            "score again with today's declarations, or serve with those of the scores",
        )  # fmt: skip
    bundle = at_hand if at_hand and at_hand.name == inputs.bundle else None
    bundle = bundle or load_bundle(settings.bundles / inputs.bundle, trusted_keys(settings))
    if bundle.name != inputs.bundle:
        raise refusal(
            YourInput, "another bundle", f"scores {scores.name[:12]}", inputs.bundle[:12],
            bundle.name[:12], "score again",
        )  # fmt: skip
    store = Store(scores.store, catalogue)
    return Edition(scores, bundle, catalogue, store, engine_of(catalogue))


def trusted_keys(settings: Settings) -> frozenset[str]:
    """The public keys whose bundles are believed."""
    if settings.trusted_keys:
        return frozenset(settings.trusted_keys)
    folder = settings.home / "keys"
    if not (folder / PRIVATE).is_file():
        raise refusal(
            OurConfiguration, "no trusted key", "the settings", "XINHENG_TRUSTED_KEYS",
            "none, and no key in the workspace", "set it to the public keys of those who sign",
        )  # fmt: skip
    return frozenset({public_hex(signing_key(folder))})


class Editions:
    """The edition in force, and the taking up of new ones.

    Parameters
    ----------
    inbox, reviews
        What arrived since the scores, and what people decided; None where nobody asks.
    opener
        How a named set of scores is opened; `open_edition` but for tests.
    """

    def __init__(
        self,
        settings: Settings,
        metrics: Metrics,
        inbox: Inbox | None = None,
        reviews: Reviews | None = None,
        opener: Callable[[Settings, Scores, Catalogue], Edition] = open_edition,
    ) -> None:
        self._settings = settings
        self._metrics = metrics
        self._open = opener
        self._pointer = settings.scores / CURRENT
        self._edition: Edition | None = None
        self._seen: tuple[int, int] | None = None
        self._refused = False
        self._inbox, self._reviews = inbox, reviews
        self._loading = threading.Lock()

    def current(self) -> Edition:
        """The edition in force; raises Refused (not ready) while there is none.

        A moved pointer is noticed here; the new edition is opened beside and
        answers from when it is ready.
        """
        if self._moved() and self._loading.acquire(blocking=False):
            threading.Thread(target=self._take_up, name="edition", daemon=True).start()
        edition = self._edition
        if edition is None:
            if self._loading.locked():
                raise Refused(not_ready(_OPENING))
            raise Refused(not_ready(_REFUSED if self._refused else _NONE_YET))
        return edition

    def refresh(self) -> None:
        """Take up what the pointer names now, and wait for it."""
        with self._loading:
            pass
        if self._moved() and self._loading.acquire():
            self._take_up()

    def _moved(self) -> bool:
        return _stamp(self._pointer) != self._seen

    def _take_up(self) -> None:
        """Open what the pointer names; the lock is held and is released here."""
        try:
            self._seen = _stamp(self._pointer)
            name = pointed(self._pointer)
            if name is None or (self._edition is not None and self._edition.name == name):
                return
            catalogue = load_catalogue(self._settings.jurisdiction)
            edition = self._open(self._settings, Scores.open(self._settings.home, name), catalogue)
            if self._edition is not None:  # labels cannot be taken away among processes
                self._metrics.editions.labels(*_labels(self._edition)).set(0)
            self._metrics.editions.labels(*_labels(edition)).set(edition.scores.manifest.businesses)
            self._edition = replace(edition, inbox=self._inbox, reviews=self._reviews)
            self._refused = False
            log.info("scores %s as of %s are in force", edition.name[:12], edition.as_of)
        except XinhengError as error:
            self._refused = True
            self._metrics.edition_failures.inc()
            log.error("scores refused: %s", error)
        finally:
            self._loading.release()


def _labels(edition: Edition) -> tuple[str, str, str]:
    return edition.name[:12], edition.bundle.name[:12], edition.as_of


def _stamp(pointer: Path) -> tuple[int, int] | None:
    try:
        status = os.stat(pointer)
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_mtime_ns
