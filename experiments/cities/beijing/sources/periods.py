"""How long a penalty is published, and so used, in Beijing."""

from __future__ import annotations

from features.contracts import Phrase, Term, UseRule

THREE_YEARS = (
    UseRule(
        effective_from="",
        terms=(Term(Phrase("行政处罚", "penalty"), 36),),
        reference="《信用修复管理办法》; 《重大税收违法失信主体信息公布管理办法》",
        note="DESIGN: the longest period of publication for every penalty; the levels are not told "
        "apart by these tables",
    ),
)
