"""Permits to renew, online shops to put in order."""

from __future__ import annotations

from features.contracts import Action, AtNext, Corrected, Later, OnRecords, Phrase, Wait, Within
from features.expressions import col

PERMITS_AND_SHOPS: tuple[Action, ...] = (
    Action(
        name="renew_permit",
        phrase=Phrase("在到期前申请延续许可", "Apply for renewal before the permit expires"),
        condition=Phrase("仍然符合许可条件", "The conditions of the permit are still met"),
        legal_basis="《行政许可法》第五十条;《食品经营许可和备案管理办法》",
        at=Phrase("发证机关", "the authority that granted it"),
        effort=2,
        about=OnRecords("permits", col("status").equals("有效")),
        effects=(Corrected({"valid_until_on": Later("valid_until_on", 60)}),),
        takes=Within(working_days=20),
        waits=(
            Wait(
                "valid_until_on",
                "到期前90个工作日起可以申请",
                "2017-11-17",
                days=-126,
                note="食品经营许可的期限;其他许可的期限待核对",
            ),
        ),
    ),
    Action(
        name="show_licence",
        phrase=Phrase(
            "在网店首页公示营业执照", "Show the business licence on the shop's first page"
        ),
        condition=Phrase("网店仍在经营", "The shop is open"),
        legal_basis="《电子商务法》第十五条",
        at=Phrase("网络交易平台", "the trading platform"),
        effort=1,
        about=OnRecords("shops", col("closed_on").is_null() & col("licence_shown").equals(0)),
        effects=(Corrected({"licence_shown": 1}),),
        takes=AtNext(((1, 31), (7, 31)), lag_days=10),
    ),
    Action(
        name="correct_shop_identity",
        phrase=Phrase(
            "更正向平台报送的身份信息,与登记一致", "Correct the identity given to the platform"
        ),
        condition=Phrase("变更后三个工作日内更新", "Updated within three working days of a change"),
        legal_basis="《电子商务法》第二十七条;《浙江省电子商务条例》",
        at=Phrase("网络交易平台", "the trading platform"),
        effort=1,
        about=OnRecords("shops", col("closed_on").is_null() & col("identity_matches").equals(0)),
        effects=(Corrected({"identity_matches": 1}),),
        takes=AtNext(((1, 31), (7, 31)), lag_days=10),
    ),
)
