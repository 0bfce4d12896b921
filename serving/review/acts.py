"""The acts of people, in one store: appended, numbered, durable before the answer.

One row is one act: filing, extending or deciding an objection, proposing or
confirming an override, saying whom a name means. An act is never changed, so that
every earlier state is "the acts up to a number", and an answer that names the number
can be made again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from serving import canonical

if TYPE_CHECKING:  # a cluster's workers read no store
    from serving.database import Database, Reader

_ALL = 2**62
_AT_ONCE = 200  # acts read together while a list is walked
_Content = TypeVar("_Content")
_ACT = "a.no, a.business_id, a.case_id, a.kind, a.day, a.content"


@dataclass(frozen=True)
class By:
    """Who acted: name and role of the key or token, and the department it was issued to."""

    name: str
    role: str
    department: str


@dataclass(frozen=True)
class Act:
    """One act.

    Parameters
    ----------
    no
        Its place among all acts, from 1.
    case_id
        The objection, the override or the name it belongs to.
    day
        Local day, days since 1970-01-01.
    content
        Canonical JSON of what the kind holds.
    """

    no: int
    business_id: str
    case_id: str
    kind: str
    day: int
    content: str


@dataclass(frozen=True)
class Asked:
    """The name of a write: who acts, its Idempotency-Key, SHA-256 of what it asks."""

    by: By
    key: str
    request: str


@dataclass(frozen=True)
class Made:
    """An act that is to be kept, and what its sender is told."""

    case_id: str
    kind: str
    day: int
    content: str
    answer: str


@dataclass(frozen=True)
class Answered:
    """What the first write of that name asked and was told."""

    request: str
    answer: str


class Reviews:
    """The acts of one workspace; safe to share between threads, processes and nodes."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._known: set[str] = set()
        self._known_at = 0
        self._learning = threading.Lock()

    def act(
        self,
        business_id: str,
        asked: Asked,
        make: Callable[[Sequence[Act]], Made],
        case_id: str | None = None,
    ) -> Answered:
        """Append one act; returns once it is durable.

        A write of a name that was answered before is answered the same and changes
        nothing; the caller compares `request`. Otherwise `make` is given the acts
        about the business so far, or those of the case `case_id` whatever business they
        are about, while nobody else can add to them; what it raises keeps nothing.
        Raises Unavailable.
        """
        with self._database.writing() as rows:
            earlier = rows.one(
                "SELECT request, answer FROM act WHERE sender = ? AND key = ?",
                asked.by.name, asked.key,
            )  # fmt: skip
            if earlier is not None:
                return Answered(str(earlier[0]), str(earlier[1]))
            of = _about(rows, business_id, _ALL) if case_id is None else _case(rows, case_id, _ALL)
            made = make(of)
            rows.all(
                "INSERT INTO act VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                rows.step("act"), business_id, made.case_id, made.kind, made.day, made.content,
                asked.by.name, asked.key, asked.request, made.answer,
            )  # fmt: skip
        return Answered(asked.request, made.answer)

    @property
    def last(self) -> int:
        """The number of the last act; 0 before the first. Costs no wait."""
        return self._database.counters().get("act", 0)

    def about(self, business_id: str, last: int | None = None) -> tuple[Act, ...]:
        """The acts about a business up to the `last`, oldest first."""
        last = self.last if last is None else last
        if business_id not in self._businesses(last):
            return ()
        return _about(self._database, business_id, last)

    def case(self, case_id: str, last: int | None = None) -> tuple[Act, ...]:
        """The acts of one case up to the `last`, oldest first."""
        return _case(self._database, case_id, self.last if last is None else last)

    def begun(
        self,
        kind: str,
        after: int,
        last: int | None,
        *,
        ended_by: Sequence[str] = (),
        is_ended: bool | None = None,
    ) -> Iterator[Act]:
        """The acts of a kind that begin a case, numbered above `after`, oldest first.

        Parameters
        ----------
        ended_by, is_ended
            Only cases that an act of those kinds has, or has not, ended; None for all.
        """
        last = _ALL if last is None else last
        where: str = ""
        values: tuple[str | int, ...] = ()
        if is_ended is not None:
            where = (
                f"AND {'' if is_ended else 'NOT '}EXISTS (SELECT 1 FROM act d WHERE "
                f"d.case_id = a.case_id AND d.kind IN ({', '.join('?' * len(ended_by))}) "
                "AND d.no <= ?) "
            )
            values = (*ended_by, last)
        while True:
            found = self._database.all(
                f"SELECT {_ACT} FROM act a WHERE a.kind = ? AND a.no > ? AND a.no <= ? {where}"
                "ORDER BY a.no LIMIT ?",
                kind, after, last, *values, _AT_ONCE,
            )  # fmt: skip
            yield from (Act(*row) for row in found)
            if len(found) < _AT_ONCE:
                return
            after = found[-1][0]

    def until(self, day: int) -> Iterator[tuple[str, tuple[Act, ...]]]:
        """Every business there is an act about by the end of a day, with these, oldest first."""
        named = self._database.all(
            "SELECT DISTINCT business_id FROM act WHERE day <= ? ORDER BY business_id", day
        )
        for (business_id,) in named:
            acts = _about(self._database, str(business_id), _ALL)
            yield str(business_id), tuple(one for one in acts if one.day <= day)

    def _businesses(self, last: int) -> set[str]:
        """Those there is an act about up to the `last`, and perhaps later ones.

        Known without asking the store each time.
        """
        if last > self._known_at:
            with self._learning:
                found = self._database.all(
                    "SELECT DISTINCT business_id FROM act WHERE no > ? AND no <= ?",
                    self._known_at, last,
                )  # fmt: skip
                self._known = self._known | {str(one) for (one,) in found}
                self._known_at = last
        return self._known


def content_of(kind: type[_Content], act: Act) -> _Content:
    """What the act holds, as what its kind says it is."""
    return canonical.decode(kind, act.content.encode(), f"act {act.no}")


def _about(rows: Reader, business_id: str, last: int) -> tuple[Act, ...]:
    found = rows.all(
        f"SELECT {_ACT} FROM act a WHERE a.business_id = ? AND a.no <= ? ORDER BY a.no",
        business_id, last,
    )  # fmt: skip
    return tuple(Act(*row) for row in found)


def _case(rows: Reader, case_id: str, last: int) -> tuple[Act, ...]:
    found = rows.all(
        f"SELECT {_ACT} FROM act a WHERE a.case_id = ? AND a.no <= ? ORDER BY a.no", case_id, last
    )
    return tuple(Act(*row) for row in found)
