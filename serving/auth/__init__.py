"""Who asks, and what they may do.

`access` is what a door declares; `callers` is who came; `keys`, `tokens` and
`sessions` are the three ways to show it; `rates` bounds how often; `refusals`
says why not.
"""

from serving.auth.access import Access
from serving.auth.callers import ANONYMOUS, DEMO, Caller

__all__ = ["ANONYMOUS", "DEMO", "Access", "Caller"]
