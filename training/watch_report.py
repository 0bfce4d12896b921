"""The look written down: JSON for machines, HTML with plots for people, never a record."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from features.catalogue import Catalogue
from training.calendar import date_of
from training.document import Section, Table, as_html
from training.findings import Bounds, Finding, findings, worst
from training.watch import FeatureShift, Look

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_SHOWN = 25
_STATES = {
    "green": "绿 green: nothing to do 无须处理",
    "amber": "黄 amber: look at it 需要查看",
    "red": "红 red: act 需要处理",
}
_HELD = (
    "不可比的指标两日均按通常值计,故这里 A 类偏多。 What is not compared is at its usual value on "
    "both days, hence the many in A here."
)
_WHY = {
    "records": "记录自此日起才有 records reach back to",
    "known": "此日起才知道 first known on",
    "law": "新的使用期限自此日施行 a rule of use in force from",
}


def write(catalogue: Catalogue, seen: Look, bounds: Bounds, folder: Path) -> tuple[Finding, ...]:
    """Write ``watch.json`` and ``watch.html`` into `folder`; returns the findings."""
    folder.mkdir(parents=True, exist_ok=True)
    found = findings(catalogue, seen, bounds)
    text = json.dumps(_figures(seen, found), ensure_ascii=False, sort_keys=True, indent=1)
    (folder / "watch.json").write_text(text + "\n", encoding="utf-8")
    plots = {
        "features.png": _features_plot(seen),
        "scores.png": _scores_plot(seen),
        "shares.png": _shares_plot(seen),
        "freshness.png": _freshness_plot(seen),
    }
    for name, figure in plots.items():
        figure.savefig(folder / name, dpi=110, metadata={"Software": None})
    title = f"{catalogue.jurisdiction.title.zh} {catalogue.jurisdiction.title.en}: 模型监测 watch"
    page = as_html(title, _sections(catalogue, seen, found), folder)
    (folder / "watch.html").write_text(page, encoding="utf-8")
    for name in plots:  # they are inside the page
        (folder / name).unlink()
    return found


def _sections(catalogue: Catalogue, seen: Look, found: tuple[Finding, ...]) -> list[Section]:
    day, before = (date_of(d).isoformat() for d in (seen.day, seen.against_day))
    state = worst(found)
    return [
        Section(
            "结论 What to do",
            (
                f"{_STATES[state]}. {day} against 对比 {before}; bundle 模型包 {seen.bundle[:16]}, "
                f"snapshot 快照 {seen.snapshot[:16]}.",
                _findings_table(found) if found else "没有超出界限。 Nothing is beyond its bound.",
            ),
        ),
        Section("指标 Features", (_features_table(seen),), ("features.png",)),
        Section("暂不可比的指标 Features not compared", _not_compared(seen)),
        Section(
            "分数、类别与原因 Score, tiers and reasons",
            (f"PSI {seen.score.psi:.4f} (by chance 偶然 {seen.score.by_chance:.4f})。 {_HELD}",
             _shares_table(seen),
             "今日按全部指标 Today, by every feature: "
             + ", ".join(f"{tier} {share:.2%}" for tier, share in seen.today.items())),
            ("scores.png", "shares.png"),
        ),
        Section("各部门数据 Deliveries", (_freshness_table(catalogue, seen),), ("freshness.png",)),
        Section("到期结果 Outcomes now mature", (_matured_table(seen),)),
    ]  # fmt: skip


def _findings_table(found: tuple[Finding, ...]) -> Table:
    return Table(
        ("", "what 对象", "found 发现", "bound 界限", "what to do 怎么办"),
        tuple(
            (one.state, f"{one.subject}: {one.name}", one.found, one.bound,
             f"{one.advice.zh} {one.advice.en}")
            for one in found
        ),
    )  # fmt: skip


def _moved_most(seen: Look) -> list[FeatureShift]:
    return sorted(seen.features, key=lambda one: -one.moved.beyond_chance)[:_SHOWN]


def _features_table(seen: Look) -> Table:
    return Table(
        ("feature 指标", "PSI", "by chance 偶然", "with a value before 原有", "now 现有",
         "points 平均分变动"),
        tuple(
            (f"{one.feature.name} {one.feature.meaning.zh}", f"{one.moved.psi:.4f}",
             f"{one.moved.by_chance:.4f}",
             f"{one.moved.before:,} of {one.moved.of_before:,}",
             f"{one.moved.after:,} of {one.moved.of_after:,}", f"{one.points:+.2f}")
            for one in _moved_most(seen)
        ),
    )  # fmt: skip


def _not_compared(seen: Look) -> tuple[Table | str, ...]:
    if not seen.left_out:
        return ("没有。 None.",)
    reasons = Counter((one.why, one.since, one.comparable_from) for one in seen.left_out)
    return (
        f"{len(seen.left_out)} of {len(seen.left_out) + len(seen.features)}: 记录不够久,或法律变了;"
        "它们的变化不说明经营主体变了。 Records too young, or the law changed: what moves there is "
        "no sign of conduct. A changed law asks for training anew.",
        Table(
            ("features 指标数", "why 原因", "day 日期", "comparable from 何时可比"),
            tuple(
                (str(number), _WHY[why], _iso(since) or "–", _iso(ready) or "–")
                for (why, since, ready), number in sorted(
                    reasons.items(), key=lambda item: (-item[1], str(item[0]))
                )
            ),
        ),
    )


def _shares_table(seen: Look) -> Table:
    rows = [*seen.tiers.items(), *seen.reasons.items()]
    return Table(
        ("tier, first reason 类别、首要原因", "before 之前", "now 现在"),
        tuple((name, f"{a:.2%}", f"{b:.2%}") for name, (a, b) in rows),
    )


def _freshness_table(catalogue: Catalogue, seen: Look) -> Table:
    titles = catalogue.jurisdiction.departments
    return Table(
        ("source 数据", "department 部门", "silent days 未到天数", "longest before 历史最长",
         "in 92 days 近92天", "year before 上年", "delay 延迟", "year before 上年"),
        tuple(
            (one.source, titles[one.department].zh, _told(one.silent_days),
             _told(one.usual_silence), f"{one.arrived:,}", f"{one.arrived_before:,}",
             _told(one.delay), _told(one.delay_before))
            for one in seen.freshness
        ),
    )  # fmt: skip


def _matured_table(seen: Look) -> Table:
    return Table(
        ("outcome 目标", "as of 截至", "happened 发生", "expected 预计", "ratio 比值", "AUC", ""),
        tuple(
            (one.outcome, date_of(one.day).isoformat(), f"{one.happened:,} of {one.rows:,}",
             f"{one.expected:.0f}", str(one.ratio or "–"), str(one.auc or "–"),
             "" if one.is_later else "the model may have learned from it 模型可能已学过")
            for one in seen.matured
        ),
    )  # fmt: skip


def _told(number: float | None) -> str:
    return "–" if number is None else f"{number:g}"


def _iso(day: int | None) -> str | None:
    return None if day is None else date_of(day).isoformat()


def _canvas(width: float, height: float) -> Figure:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _features_plot(seen: Look) -> Figure:
    moved = _moved_most(seen)
    figure = _canvas(8, 0.6 + 0.22 * len(moved))
    axes = figure.subplots()
    axes.barh([one.feature.name for one in moved], [one.moved.psi for one in moved])
    axes.invert_yaxis()
    axes.tick_params(axis="y", labelsize=7)
    axes.set_xlabel("population stability index")
    return figure


def _scores_plot(seen: Look) -> Figure:
    figure = _canvas(8, 3)
    axes = figure.subplots()
    both = np.concatenate(seen.scores)
    bins = np.linspace(both.min(), both.max() + 1, 60).tolist()
    for scores, day in zip(seen.scores, (seen.against_day, seen.day), strict=True):
        label = date_of(day).isoformat()
        axes.hist(scores, bins=bins, histtype="step", density=True, label=label)
    axes.set_xlabel("score")
    axes.legend(fontsize=8)
    return figure


def _shares_plot(seen: Look) -> Figure:
    figure = _canvas(9, 3)
    for axes, shares, title in zip(
        figure.subplots(1, 2), (seen.tiers, seen.reasons), ("tiers", "first reasons"), strict=True
    ):
        kept = sorted(shares.items(), key=lambda item: -max(item[1]))[:12]
        at = np.arange(len(kept))
        axes.bar(at - 0.2, [a for _, (a, _) in kept], 0.4, label="before")
        axes.bar(at + 0.2, [b for _, (_, b) in kept], 0.4, label="now")
        axes.set_xticks(at, [name for name, _ in kept], rotation=90, fontsize=7)
        axes.set_title(title)
        axes.legend(fontsize=7)
    return figure


def _freshness_plot(seen: Look) -> Figure:
    known = [one for one in seen.freshness if one.silence is not None]
    figure = _canvas(8, 0.8 + 0.2 * len(known))
    axes = figure.subplots()
    axes.barh([one.source for one in known], [one.silence or 0.0 for one in known])
    axes.axvline(1, color="grey", lw=0.8)
    axes.invert_yaxis()
    axes.tick_params(axis="y", labelsize=7)
    axes.set_xlabel("silence, in units of the longest wait before")
    return figure


def _figures(seen: Look, found: tuple[Finding, ...]) -> dict[str, object]:
    return {
        "state": worst(found),
        "as_of": date_of(seen.day).isoformat(),
        "against": date_of(seen.against_day).isoformat(),
        "bundle": seen.bundle,
        "snapshot": seen.snapshot,
        "findings": [{**vars(one), "advice": vars(one.advice)} for one in found],
        "features": {
            one.feature.name: {**vars(one.moved), "points": one.points} for one in seen.features
        },
        "not_compared": {
            one.feature.name: {
                "why": one.why,
                "since": _iso(one.since),
                "comparable_from": _iso(one.comparable_from),
            }
            for one in seen.left_out
        },
        "today": dict(seen.today),
        "score": vars(seen.score),
        "tiers": {name: list(shares) for name, shares in seen.tiers.items()},
        "reasons": {name: list(shares) for name, shares in seen.reasons.items()},
        "freshness": [vars(one) for one in seen.freshness],
        "outcomes": [
            {
                "outcome": one.outcome,
                "as_of": date_of(one.day).isoformat(),
                "rows": one.rows,
                "happened": one.happened,
                "expected": one.expected,
                "ratio": None if one.ratio is None else [one.ratio.value, one.ratio.low,
                                                         one.ratio.high],
                "auc": None if one.auc is None else [one.auc.value, one.auc.low, one.auc.high],
                "is_later": one.is_later,
            }
            for one in seen.matured
        ],
    }  # fmt: skip
