"""What a business in Ningbo may lawfully do about its records.

Left out on purpose: whatever depends on somebody else's judgment with an unknown
result (a better tax or environmental grade, an honour, the annulment of a decision),
and correcting an annual report after 30 June, which the law does not allow.

From when a penalty can be repaired is said by the rules of use of its own source.
Notes name what was written down from memory of the text and is to be compared with
it before it is relied on.
"""

from __future__ import annotations

from features.contracts import Action
from features.jurisdictions.ningbo.actions.checks import CHECKS
from features.jurisdictions.ningbo.actions.lists import ABNORMAL_LIST, REPORTS
from features.jurisdictions.ningbo.actions.payments import MONEY
from features.jurisdictions.ningbo.actions.permits_and_shops import PERMITS_AND_SHOPS
from features.jurisdictions.ningbo.actions.repairs import REPAIRS

ACTIONS: tuple[Action, ...] = (
    *REPORTS,
    *ABNORMAL_LIST,
    *REPAIRS,
    *CHECKS,
    *MONEY,
    *PERMITS_AND_SHOPS,
)
