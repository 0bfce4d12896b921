"""Words for what a registration says of names and numbers."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Registered:
    """The registration's own word on what its businesses are called, and since when.

    Names and old numbers in other departments' records are looked up in it before any
    likeness is weighed, as of the day each record is about. To be declared only where
    the registration holds everybody: who is alone of a name among some proves nothing.

    Parameters
    ----------
    name
        Column with the name: held from the day a version became known (the first one
        from the event day) until the next version.
    numbers
        Columns with the number a business had before its unified code. It stays its own.
    former
        Column with the name given up. Then a record is a change of name: `former` was
        held until the event day and `name` from then on.
    """

    name: str
    numbers: tuple[str, ...] = ()
    former: str | None = None

    @property
    def columns(self) -> tuple[str, ...]:
        """The declared columns."""
        return (self.name, *self.numbers, *([self.former] if self.former else []))
