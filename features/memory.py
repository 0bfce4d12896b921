"""How much memory an embedded engine may take before it spills to disk."""

from __future__ import annotations

import os

_DEFAULT = "2GB"


def limit_sql() -> str:
    """The statement that sets it: what ``XINHENG_MEMORY`` says, else 2 GB."""
    return f"SET memory_limit = '{os.environ.get('XINHENG_MEMORY', _DEFAULT)}'"
