"""Records that departments push between two scorings: kept, and counted at once."""

from serving.inbox.receipt import Fate, Receipt, RowFate
from serving.inbox.storage import Inbox, Pushed, Sent

__all__ = ["Fate", "Inbox", "Pushed", "Receipt", "RowFate", "Sent"]
