"""What was answered, to whom, why and from what: recorded before the answer is given.

`ledger` keeps the hash-chained records in one SQLite file; `writer` commits them
in groups; `heads` signs the end of the chain and hands it to another party;
`proof` shows that one record is in it; `verify` is a program that needs nothing
else of the project.
"""

from serving.audit.entry import Basis, Entry, Who
from serving.audit.ledger import AuditRefused, Found, Ledger
from serving.audit.writer import Audit, AuditUnavailable

__all__ = [
    "Audit",
    "AuditRefused",
    "AuditUnavailable",
    "Basis",
    "Entry",
    "Found",
    "Ledger",
    "Who",
]
