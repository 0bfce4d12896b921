"""Published sets of scores other than the one in force.

A comparison opens them when it needs them: verified whole, as the one in force
is, and kept for the next question. The last few are kept.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from features.contracts import Phrase
from features.errors import XinhengError
from serving.answers.edition import Edition, open_edition
from serving.problems import NOT_COMPARABLE, Problem, Refused
from serving.settings import Settings
from serving.store.scores import FORMAT, MANIFEST, Inputs, Scores

log = logging.getLogger("xinheng.past")
_KEPT = 4


@dataclass(frozen=True)
class Published:
    """A published set of scores: its name and what it was made from."""

    name: str
    inputs: Inputs


class PastEditions:
    """The sets of scores of a workspace, listed and opened."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._listed: dict[str, Published | None] = {}
        self._opened: OrderedDict[str, Edition] = OrderedDict()
        self._lock = threading.Lock()

    def published(self, like: Edition) -> Sequence[Published]:
        """Every set made with the declarations of `like`, by day, then by name."""
        found = []
        for path in sorted(self._settings.scores.glob(f"*/{MANIFEST}")):
            one = self._read(path.parent)
            if one is not None and one.inputs.catalogue == like.catalogue.fingerprint:
                found.append(one)
        return sorted(found, key=lambda one: (one.inputs.as_of, one.name))

    def open(self, name: str, like: Edition) -> Edition:
        """The set called `name`, opened with the declarations of `like`.

        Raises
        ------
        Refused
            It does not verify.
        """
        if name == like.name:
            return like
        with self._lock:
            edition = self._opened.get(name)
            if edition is None:
                try:
                    scores = Scores.open(self._settings.home, name)
                    edition = open_edition(self._settings, scores, like.catalogue, like.bundle)
                except XinhengError as error:
                    log.error("earlier scores refused: %s", error)
                    raise Refused(_unusable()) from None
                self._opened[name] = edition
            self._opened.move_to_end(name)
            while len(self._opened) > _KEPT:
                self._opened.popitem(last=False)
            return edition

    def _read(self, folder: Path) -> Published | None:
        if folder.name not in self._listed:
            try:
                inputs = Scores(folder).manifest.inputs
                readable = inputs.format == FORMAT
                self._listed[folder.name] = Published(folder.name, inputs) if readable else None
            except XinhengError as error:
                log.warning("a set of scores is left out of comparisons: %s", error)
                self._listed[folder.name] = None
        return self._listed[folder.name]


def _unusable() -> Problem:
    return Problem(
        NOT_COMPARABLE,
        Phrase(
            "所指的评分批次未通过校验,或与现行指标目录不一致,不能比较。",
            "That set of scores did not verify, or rests on other declarations; it cannot be "
            "compared with.",
        ),
        Phrase("请选择其他日期或批次。", "Choose another day or another set."),
    )
