"""What changes while the service runs: tables in SQLite files, or in PostgreSQL for several nodes.

`interface` says what a store can do; `embedded` and `postgresql` do it; `migrations`
holds every table there ever was, once for both; `stores` opens those of a service.
What never changes once written (snapshots, bundles, scores) stays in files.
"""

from serving.database.interface import Database, Reader, Rows, Unavailable, Value
from serving.database.stores import Stores

__all__ = ["Database", "Reader", "Rows", "Stores", "Unavailable", "Value"]
