"""The account of a delivery: every row that was read, and where it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from typing import Any


@dataclass(frozen=True)
class FileCount:
    """What became of one delivered file.

    ``read = accepted + new_versions + duplicates + quarantined + out_of_scope``
    for every file that could be read, and of those that went in, ``accepted +
    new_versions = by_code + by_name + unlinked``: whether they are linked to a business
    by an identifier, by its name, or to none. `number` tells the files of a source
    apart. A file that could not has a `refusal` and
    no rows; an `unchanged` one was delivered before and is not read again.
    """

    source: str
    file: str
    form: str = ""
    identity: str = ""
    read: int = 0
    accepted: int = 0
    new_versions: int = 0
    duplicates: int = 0
    quarantined: int = 0
    out_of_scope: int = 0
    warnings: int = 0
    by_code: int = 0
    by_name: int = 0
    unlinked: int = 0
    number: int = 0
    unchanged: bool = False
    refusal: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def adds_up(self) -> bool:
        """Whether every row that was read is accounted for."""
        parts = (
            self.accepted, self.new_versions, self.duplicates, self.quarantined, self.out_of_scope
        )  # fmt: skip
        return self.read == sum(parts)


@dataclass(frozen=True)
class SourceCount:
    """A source after the delivery: its files, and what the snapshot holds of it.

    `records` counts every version held; `by_name` those linked by the name of their
    business, `for_review` those whose likely business a person has to confirm,
    `unlinked` those that name a business not on the roster, `unnamed` those without
    a code that are linked to none. For sources attached by distance `attached` counts
    (business, record) pairs.
    """

    source: str
    files: tuple[FileCount, ...] = ()
    records: int = 0
    by_name: int = 0
    for_review: int = 0
    unlinked: int = 0
    unnamed: int = 0
    attached: int = 0
    message: str | None = None


@dataclass(frozen=True)
class Reconciliation:
    """What an ingest did, source by source and file by file."""

    jurisdiction: str
    batch: str
    snapshot: str
    received_on: str
    unchanged: bool
    businesses: int
    sources: tuple[SourceCount, ...]

    def source(self, name: str) -> SourceCount:
        """The account of one source; raises KeyError when there is none."""
        for count in self.sources:
            if count.source == name:
                return count
        raise KeyError(name)

    def only(self, name: str) -> Reconciliation:
        """The account without all other sources."""
        return replace(self, sources=(self.source(name),))

    @property
    def refused(self) -> bool:
        """Whether some file could not be read at all."""
        return any(file.refusal for source in self.sources for file in source.files)

    def total(self, field: str) -> int:
        """Sum of one count over all files."""
        return sum(getattr(file, field) for source in self.sources for file in source.files)

    def messages(self) -> tuple[str, ...]:
        """Everything a person should read: refusals, notes, sources without files."""
        found = [f"{s.source}: {s.message}" for s in self.sources if s.message]
        for source in self.sources:
            for file in source.files:
                found += [file.refusal] if file.refusal else []
                found += [f"{file.file}: {note}" for note in file.notes]
        return tuple(found)

    def to_table(self) -> str:
        """The account as plain text, one line per file."""
        heading: tuple[str, ...] = (
            "source", "file", "read as", "read", "accepted", "new versions", "duplicates",
            "quarantined", "out of scope", "by code", "by name", "not linked",
        )  # fmt: skip
        rows = [
            (f.source, f.file, _form(f), f.read, f.accepted, f.new_versions, f.duplicates,
             f.quarantined, f.out_of_scope, f.by_code, f.by_name, f.unlinked)
            for s in self.sources for f in s.files
        ]  # fmt: skip
        state = "nothing new" if self.unchanged else f"snapshot {self.snapshot[:12]}"
        lines = [
            f"{self.jurisdiction}, received on {self.received_on}: {state}, "
            f"{self.businesses} businesses",
            "", *_aligned([heading, *rows]), "",
        ]  # fmt: skip
        held = [
            (s.source, s.records, s.by_name, s.for_review, s.unlinked, s.unnamed, s.attached)
            for s in self.sources
        ]
        heading = ("source", "records", "by name", "for review", "unlinked", "unnamed", "attached")
        lines += _aligned([heading, *held])
        messages = self.messages()
        return "\n".join([*lines, *([""] if messages else []), *messages])

    def to_json(self) -> dict[str, Any]:
        """Plain data for the manifest."""
        return _plain(self)  # type: ignore[no-any-return]  # a dataclass gives a dict

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> Reconciliation:
        """The account that `to_json` wrote down."""
        sources = tuple(
            SourceCount(**{
                **source,
                "files": tuple(FileCount(**{**f, "notes": tuple(f["notes"])})
                               for f in source["files"]),
            })
            for source in data["sources"]
        )  # fmt: skip
        return cls(**{**data, "sources": sources})


def _form(file: FileCount) -> str:
    if file.refusal:
        return "refused"
    return "unchanged" if file.unchanged else file.form


def _plain(value: Any) -> Any:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if hasattr(value, "__dataclass_fields__"):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    return value


def _aligned(rows: Sequence[Sequence[object]]) -> list[str]:
    texts = [[str(cell) for cell in row] for row in rows]
    widths = [max(_width(row[i]) for row in texts) for i in range(len(texts[0]))]
    numeric = [all(isinstance(row[i], int) for row in rows[1:]) and len(rows) > 1
               for i in range(len(widths))]  # fmt: skip
    return [
        "  ".join(_padded(cell, width, right) for cell, width, right in
                  zip(row, widths, numeric, strict=True)).rstrip()
        for row in texts
    ]  # fmt: skip


def _padded(text: str, width: int, right: bool) -> str:
    gap = " " * (width - _width(text))
    return gap + text if right else text + gap


def _width(text: str) -> int:
    return sum(2 if "\u2e80" <= c <= "\uffef" else 1 for c in text)
