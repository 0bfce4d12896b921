"""Double-random checks, targeted checks and re-checks with their results."""

from __future__ import annotations

from features.contracts import Column, Dates, Kind, Phrase, Sharing, Source
from features.expressions import col
from features.jurisdictions.ningbo.periods import FIVE_YEARS
from features.jurisdictions.ningbo.sources.subject import (
    BY_CODE_OR_NAME,
    business_name,
    updated_at,
    uscc,
)

NO_PROBLEM = "未发现问题"
CORRECTED = "发现问题已责令改正"
PENDING = "发现问题待后续处理"
UNREACHABLE = "通过登记的住所无法联系"
REFUSED = "不配合检查情节严重"
NOT_DISCLOSED = "未按规定公示应当公示的信息"
FALSE_DISCLOSED = "公示信息隐瞒真实情况弄虚作假"
NOT_OPERATING = "未发现开展本次抽查涉及的经营活动"

PROBLEM = col("result").isin(
    CORRECTED, PENDING, UNREACHABLE, REFUSED, NOT_DISCLOSED, FALSE_DISCLOSED
)
CLEAN = col("result").isin(NO_PROBLEM)

SOURCE = Source(
    name="random_checks",
    department="market",
    title=Phrase("抽查检查结果", "Random and targeted checks"),
    legal_basis="《企业信息公示暂行条例》第十四条;国务院关于双随机、一公开监管的意见",
    files="市市场监管局-抽查检查结果*",
    key=("check_no",),
    sharing=Sharing.PUBLIC,
    subject=BY_CODE_OR_NAME,
    dates=Dates(
        use=FIVE_YEARS,
        event="checked_on",
        happened=True,
        known="updated_at",
        known_lag_days=28,
        repaired="repaired_on",
        disputed="disputed_on",
        settled="settled_on",
        trust="检查日期 is exact; results are published within 20 working days. 入选概率 is "
        "recorded at the draw and only for drawn checks.",
    ),
    columns=(
        Column("check_no", Kind.TEXT, ("检查编号",), "检查记录编号", required=True),
        Column("task_no", Kind.TEXT, ("抽查任务编号",), "抽查任务编号"),
        uscc(),
        business_name(),
        Column("item_level", Kind.CODE, ("事项类别",), "一般或重点检查事项",
               labels=("一般", "重点"), spellings={"一般检查事项": "一般", "重点检查事项": "重点"}),
        Column(
            "drawn_by", Kind.CODE, ("检查方式",), "为什么检查这一户",
            labels=("分类抽查", "不分类随机抽查", "投诉举报核查", "专项检查", "复查"),
            spellings={"信用风险分类抽查": "分类抽查", "定向抽查": "分类抽查",
                       "不定向抽查": "不分类随机抽查"},
            barred="why a business was checked is not its conduct",
        ),
        Column("class_at_draw", Kind.TEXT, ("抽取时信用风险类别",), "抽取时的类别; 不作特征",
               barred="a tier that feeds the next tier confirms itself"),
        Column("inclusion_probability", Kind.DECIMAL, ("入选概率",),
               "该户在该次抽取中的入选概率", minimum=0, maximum=1,
               barred="it follows the earlier tier"),
        Column("inspectors", Kind.TEXT, ("检查人员",), "不少于两名执法人员", personal=True),
        Column("checked_on", Kind.DAY, ("检查日期", "抽查时间"), "检查日期", required=True),
        Column(
            "result", Kind.CODE, ("抽查结果", "检查结果"), "公示系统八种结果",
            labels=(NO_PROBLEM, CORRECTED, PENDING, UNREACHABLE, REFUSED, NOT_DISCLOSED,
                    FALSE_DISCLOSED, NOT_OPERATING),
            spellings={
                "合格": NO_PROBLEM,
                "未发现违法行为": NO_PROBLEM,
                "责令改正": CORRECTED,
                "发现问题已改正": CORRECTED,
                "拒绝检查": REFUSED,
                "查无下落": UNREACHABLE,
            },
        ),
        Column("corrected_on", Kind.DAY, ("整改完成日期",), "整改完成日期"),
        Column("repaired_on", Kind.DAY, ("信用修复日期",), "信用修复决定日期"),
        Column("disputed_on", Kind.DAY, ("异议受理日期",), "异议受理日期"),
        Column("settled_on", Kind.DAY, ("异议办结日期",), "异议办结日期"),
        updated_at(),
    ),
)  # fmt: skip
