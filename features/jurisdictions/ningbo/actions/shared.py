"""What several actions of Ningbo share: offices, periods, laws of credit repair."""

from __future__ import annotations

from features.contracts import Phrase
from features.expressions import col

# The first day of the market regulators' new rule of credit repair.
NEW_REPAIR = "2025-12-25"
SAMR_NEW = "《市场监督管理信用修复管理办法》(2025年12月25日起施行)"

MARKET = Phrase("作出决定的市场监管部门", "the market regulator that made the decision")
HELD = col("delisted_on").is_null()
