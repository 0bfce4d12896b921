"""Tax, insurance, wages and judgments: paying what is owed."""

from __future__ import annotations

from features.contracts import Action, Added, AtNext, Corrected, Moment, OnRecords, Phrase, Within
from features.expressions import col
from features.jurisdictions.ningbo.actions.shared import HELD

MONEY: tuple[Action, ...] = (
    Action(
        name="pay_tax_arrears",
        phrase=Phrase("缴清欠税和滞纳金", "Pay the tax arrears and the surcharge"),
        condition=Phrase("全部缴清", "All of it is paid"),
        legal_basis="《税收征收管理法》第三十一条、第三十二条",
        at=Phrase("主管税务机关", "the tax authority"),
        effort=4,
        about=OnRecords("tax_arrears", col("cleared_on").is_null() & col("kind").equals("欠税")),
        effects=(Corrected({"cleared_on": Moment.DONE}),),
        takes=Within(days=15),
    ),
    Action(
        name="lift_abnormal_taxpayer",
        phrase=Phrase(
            "补办逾期的纳税申报,解除税务非正常户",
            "File the missing tax returns to lift the abnormal status",
        ),
        condition=Phrase("已接受处理并补缴税款", "The fine is accepted and the tax paid"),
        legal_basis="国家税务总局公告2019年第48号第三条",
        at=Phrase("主管税务机关", "the tax authority"),
        effort=3,
        about=OnRecords(
            "tax_arrears", col("cleared_on").is_null() & col("kind").equals("非正常户")
        ),
        effects=(Corrected({"cleared_on": Moment.DONE}),),
        takes=Within(days=15),
        note="公告号与条款待核对",
    ),
    Action(
        name="pay_insurance",
        phrase=Phrase("补缴社会保险费", "Pay the social insurance owed"),
        condition=Phrase("全部补缴,以后按月缴纳", "All of it is paid, and monthly from then on"),
        legal_basis="《社会保险法》第六十条、第六十三条",
        at=Phrase("社会保险费征收机构", "the social-insurance office"),
        effort=4,
        about=OnRecords("insured_staff", col("months_owed") >= 1, only_last=True),
        effects=(
            Added(
                "insured_staff",
                {"months_owed": 0, "quarter": None, "quarter_end_on": Moment.DONE},
            ),
        ),
        takes=AtNext(((3, 31), (6, 30), (9, 30), (12, 31)), lag_days=20),
    ),
    Action(
        name="pay_housing_fund",
        phrase=Phrase("补缴住房公积金", "Pay the housing fund owed"),
        condition=Phrase("全部补缴,以后按月缴存", "All of it is paid, and monthly from then on"),
        legal_basis="《住房公积金管理条例》第二十条、第三十八条",
        at=Phrase("市住房公积金管理中心", "the Housing Provident Fund Centre"),
        effort=4,
        about=OnRecords("housing_fund", col("months_owed") >= 1, only_last=True),
        effects=(
            Added(
                "housing_fund",
                {"months_owed": 0, "owed_fen": 0, "quarter": None, "quarter_end_on": Moment.DONE},
            ),
        ),
        takes=AtNext(((3, 31), (6, 30), (9, 30), (12, 31)), lag_days=20),
    ),
    Action(
        name="pay_wages",
        phrase=Phrase(
            "付清拖欠的农民工工资,满六个月后申请提前移出名单",
            "Pay the wages owed; after six months apply for early removal from the list",
        ),
        condition=Phrase(
            "工资付清、处罚履行完毕,并作出守信承诺", "Wages and fines are paid and a promise given"
        ),
        legal_basis="《拖欠农民工工资失信联合惩戒对象名单管理暂行办法》(人社部令第45号)",
        at=Phrase("作出列入决定的人力资源社会保障部门", "the labour authority that listed it"),
        effort=4,
        about=OnRecords("wage_arrears", HELD),
        effects=(Corrected({"delisted_on": Moment.DECIDED}),),
        takes=Within(months=6, working_days=20),
    ),
    Action(
        name="perform_court_judgment",
        phrase=Phrase("履行生效裁判确定的义务", "Perform the judgment in force"),
        condition=Phrase("全部履行完毕", "All of it is performed"),
        legal_basis="《民事诉讼法》第二百四十七条",
        at=Phrase("审理法院", "the court that gave it"),
        effort=5,
        about=OnRecords(
            "judgments",
            col("role").equals("被告")
            & col("performed_on").is_null()
            & col("outcome").isin("败诉", "部分败诉", "调解"),
        ),
        effects=(Corrected({"performed_on": Moment.DONE}),),
        takes=Within(days=7),
        note="条款号按2023年修正,待核对",
    ),
    Action(
        name="perform_judgment",
        phrase=Phrase(
            "履行生效法律文书确定的义务,申请删除失信信息",
            "Perform the judgment; ask the court to delete the defaulter entry",
        ),
        condition=Phrase(
            "全部履行完毕,或与对方和解并履行", "All is performed, or settled and performed"
        ),
        legal_basis="《最高人民法院关于公布失信被执行人名单信息的若干规定》第十条",
        at=Phrase("执行法院", "the court of enforcement"),
        effort=5,
        about=OnRecords("defaulters", col("removed_on").is_null()),
        effects=(Corrected({"removed_on": Moment.DECIDED, "obligation": "全部已履行"}),),
        takes=Within(days=5),
    ),
)
