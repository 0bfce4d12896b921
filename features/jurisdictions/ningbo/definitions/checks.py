"""R03: results of checks and samples. How often a business was checked is not conduct."""

from __future__ import annotations

from features.contracts import Count, DaysSince, Direction, Feature, Months, Phrase, Share, family
from features.expressions import col
from features.jurisdictions.ningbo.reasons import NOT_CITED
from features.jurisdictions.ningbo.sources import random_checks as checks
from features.jurisdictions.ningbo.sources import samples

_check = family(
    Feature,
    source="random_checks",
    group="R03",
    legal_basis="《企业信息公示暂行条例》第十四条;指标体系 双随机抽查",
    missing="never checked",
    direction=Direction.RISK_UP,
    reason="R308",
)
_sample = family(
    Feature,
    source="samples",
    group="R03",
    legal_basis="《食品安全法》第八十七条;《产品质量法》第十五条",
    missing="never sampled",
    direction=Direction.RISK_UP,
    reason="R311",
)

_CHECKS = (
    *(
        _check(
            name=f"check_problem_count_{n}m",
            measure=Count(),
            where=checks.PROBLEM,
            window=Months(n),
            meaning=Phrase(f"近{n}个月检查发现问题次数", f"Checks with problems in {n} months"),
        )
        for n in (12, 36)
    ),
    _check(
        name="check_problem_share_36m",
        measure=Share(checks.PROBLEM),
        window=Months(36),
        unit="share",
        meaning=Phrase("近36个月检查发现问题的比例", "Share of checks with problems, 36 months"),
        reason="R327",
    ),
    _check(
        name="check_problem_pending_count",
        measure=Count(),
        where=col("result").equals(checks.PENDING) & col("corrected_on").is_null(),
        meaning=Phrase("待后续处理的检查问题数", "Check problems still open"),
        reason="R338",
    ),
    _check(
        name="check_problem_corrected_count_36m",
        measure=Count(),
        where=col("result").equals(checks.CORRECTED),
        window=Months(36),
        meaning=Phrase("近36个月已改正的检查问题数", "Check problems corrected in 36 months"),
        reason="R309",
    ),
    _check(
        name="check_key_item_problem_count_36m",
        measure=Count(),
        where=checks.PROBLEM & col("item_level").equals("重点"),
        window=Months(36),
        meaning=Phrase(
            "近36个月重点事项检查发现问题次数", "Problems in key inspection items, 36 months"
        ),
        reason="R360",
    ),
    _check(
        name="check_disclosure_problem_count_36m",
        measure=Count(),
        where=col("result").isin(checks.NOT_DISCLOSED, checks.FALSE_DISCLOSED),
        window=Months(36),
        meaning=Phrase("近36个月检查发现公示问题次数", "Disclosure problems found in 36 months"),
        reason="R361",
    ),
    _check(
        name="check_problem_count_36m_vs_peers",
        measure=Count(),
        where=checks.PROBLEM,
        window=Months(36),
        peers=("sector", "district"),
        meaning=Phrase(
            "近36个月检查发现问题次数与同行业同区县均值之差",
            "Checks with problems in 36 months against sector and district",
        ),
        missing="the sector or district is unknown",
        reason="R352",
    ),
    _check(
        name="check_unreachable_count_36m",
        measure=Count(),
        where=col("result").equals(checks.UNREACHABLE),
        window=Months(36),
        meaning=Phrase("近36个月检查无法联系次数", "Checks that found nobody in 36 months"),
        reason="R339",
    ),
    *(
        _check(
            name=f"check_refused_count_{n}m",
            measure=Count(),
            where=col("result").equals(checks.REFUSED),
            window=Months(n),
            meaning=Phrase(f"近{n}个月不配合检查次数", f"Inspections refused in {n} months"),
            reason="R310",
        )
        for n in (12, 36)
    ),
    _check(
        name="check_problem_days_since",
        measure=DaysSince(),
        where=checks.PROBLEM,
        direction=Direction.RISK_DOWN,
        unit="days",
        meaning=Phrase("距最近一次检查发现问题的天数", "Days since a check last found a problem"),
        reason="R323",
    ),
    *(
        _check(
            name=f"check_clean_count_{n}m",
            measure=Count(),
            where=checks.CLEAN,
            window=Months(n),
            direction=Direction.RISK_DOWN,
            meaning=Phrase(f"近{n}个月检查未发现问题次数", f"Clean checks in {n} months"),
            reason=NOT_CITED,
            positive_reason="R319",
        )
        for n in (12, 36)
    ),
)

_SAMPLES = (
    *(
        _sample(
            name=f"sample_failed_count_{n}m",
            measure=Count(),
            where=samples.FAILED,
            window=Months(n),
            meaning=Phrase(f"近{n}个月抽检不合格批次", f"Failed samples in {n} months"),
        )
        for n in (12, 36)
    ),
    _sample(
        name="food_sample_failed_count_36m",
        measure=Count(),
        where=samples.FAILED & col("kind").equals("食品"),
        window=Months(36),
        meaning=Phrase("近36个月食品抽检不合格批次", "Failed food samples in 36 months"),
    ),
    _sample(
        name="product_sample_failed_count_36m",
        measure=Count(),
        where=samples.FAILED & col("kind").equals("产品"),
        window=Months(36),
        meaning=Phrase("近36个月产品抽检不合格批次", "Failed product samples in 36 months"),
    ),
    _sample(
        name="sample_failed_share_36m",
        measure=Share(samples.FAILED),
        window=Months(36),
        unit="share",
        meaning=Phrase("近36个月抽检不合格率", "Share of samples failed, 36 months"),
        reason="R328",
    ),
    _sample(
        name="sample_failed_days_since",
        measure=DaysSince(),
        where=samples.FAILED,
        direction=Direction.RISK_DOWN,
        unit="days",
        meaning=Phrase("距最近一次抽检不合格的天数", "Days since a sample last failed"),
        reason="R324",
    ),
    _sample(
        name="sample_passed_count_36m",
        measure=Count(),
        where=~samples.FAILED,
        window=Months(36),
        direction=Direction.RISK_DOWN,
        meaning=Phrase("近36个月抽检合格批次", "Samples passed in 36 months"),
        reason=NOT_CITED,
        positive_reason="R344",
    ),
)

FEATURES: tuple[Feature, ...] = (*_CHECKS, *_SAMPLES)
