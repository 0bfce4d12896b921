"""How Ningbo's businesses are parted when a model is asked whether it serves all alike."""

from __future__ import annotations

from features.contracts import Phrase, Segment

SEGMENTS: tuple[Segment, ...] = (
    Segment("district", Phrase("区县", "District"), by="district"),
    Segment("sector", Phrase("行业门类", "Sector"), by="sector"),
    Segment(
        "form", Phrase("主体类型", "Sole trader or company"), by="form", apart=("个体工商户",)
    ),
    Segment("size", Phrase("参保人数", "Insured staff"), by="insured_staff_latest",
            edges=(1, 10, 50)),
    Segment("age", Phrase("成立年限", "Years since establishment"), by="age_years",
            edges=(1, 3, 10)),
    Segment(
        "online", Phrase("线上线下", "Online or offline"), by="shop_count_current", edges=(1,),
        bands=(Phrase("无网店", "no online shop"), Phrase("有网店", "online shop")),
    ),
)  # fmt: skip
