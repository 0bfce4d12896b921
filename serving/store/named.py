"""Read what the store says of names in records without a code (`serving.store.naming`)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from features.linkage.decision import LinkDecision, together
from features.linkage.model import Candidate
from features.named_records import Decided, NamedRecords
from serving.store.reading import Store


@dataclass(frozen=True)
class Mention:
    """A name that records give.

    Parameters
    ----------
    no
        Its place: those with most records first.
    records
        How many records the snapshot has of it, whenever they became known.
    holders
        Whom the registration or a person says it means, likely or not.
    """

    no: int
    id: str
    source: str
    name: str
    records: int
    candidates: tuple[Candidate, ...]
    holders: tuple[str, ...]


class Names:
    """The names of one store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def mention(self, name: str) -> Mention | None:
        """The name with that id, or none."""
        found = self._mentions("WHERE id = ?", name)
        return next(found, None)

    def uncertain(self, after: int) -> Iterator[Mention]:
        """Names that waited for a person when the snapshot was made, those numbered above."""
        return self._mentions("WHERE state = 'review' AND no > ? ORDER BY no", after)

    def of(self, entity_id: str, after: int, also: Sequence[str] = ()) -> Iterator[Mention]:
        """Names that may mean a business, those numbered above; `also` the names with these ids."""
        marks = ", ".join("?" * len(also))
        return self._mentions(
            "WHERE no > ? AND (no IN (SELECT mention FROM candidate WHERE entity_id = ?) "
            f"OR id IN ({marks})) ORDER BY no", after, entity_id, *also,
        )  # fmt: skip

    def decisions(self, name: str) -> tuple[LinkDecision, ...]:
        """What persons had said about a name when the snapshot was made, oldest first."""
        rows = self._store.rows.execute(
            "SELECT mention, entity_id, same, decided_on, decided_by FROM decided "
            "WHERE mention = ? ORDER BY no", (name,),
        )  # fmt: skip
        return tuple(
            LinkDecision(m, entity, bool(same), on, by) for m, entity, same, on, by in rows
        )

    def records(self, mention: Mention) -> NamedRecords:
        """The records that give a name."""
        _, _, said = mention.id.partition(":")
        found = self._store.rows.execute(
            f"SELECT records FROM named_{mention.source} WHERE mention = ?", (said,)
        ).fetchone()
        columns = ("entity_id", *self._store.columns(mention.source))
        rows = json.loads(found[0]) if found else []
        return NamedRecords(
            mention.source, mention.id, mention.name, mention.candidates,
            tuple(dict(zip(columns, row, strict=True)) for row in rows),
        )  # fmt: skip

    def decided(self, mention: Mention, said: Iterable[LinkDecision]) -> Decided:
        """A name with what the snapshot knew was said of it and what was said since."""
        return Decided(self.records(mention), together(self.decisions(mention.id), said))

    def about(
        self, names: Iterable[str], said: Callable[[str], Iterable[LinkDecision]]
    ) -> Iterator[Decided]:
        """The names with these ids, with what was `said` of each since.

        A name that no record of the snapshot gives any more is left out.
        """
        for name in names:
            mention = self.mention(name)
            if mention is not None:
                yield self.decided(mention, said(name))

    def _mentions(self, where: str, *values: str | int) -> Iterator[Mention]:
        found = self._store.rows.execute(
            f"SELECT no, id, source, name, records FROM mention {where}", values
        )
        for no, name, source, said, records in found:
            rows = self._store.rows.execute(
                "SELECT entity_id, name, from_day, weight, probability FROM candidate "
                "WHERE mention = ? ORDER BY weight DESC, entity_id", (no,),
            ).fetchall()  # fmt: skip
            likely = tuple(
                Candidate(name, entity, called, day, weight, chance / 1e6)
                for entity, called, day, weight, chance in rows
                if weight is not None
            )
            holders = tuple(entity for entity, _, _, weight, _ in rows if weight is None)
            yield Mention(no, name, source, said, records, likely, holders)
