"""The online store: what requests read about every business, in one immutable file.

`schema` documents the tables; `writing` (used by the batch only) makes the file;
everything else reads it.
"""

from serving.store.listing import Listed, Page, Wanted, find, warnings_of
from serving.store.reading import Known, Left, Store, StoreRefused, Subject

__all__ = [
    "Known",
    "Left",
    "Listed",
    "Page",
    "Store",
    "StoreRefused",
    "Subject",
    "Wanted",
    "find",
    "warnings_of",
]
