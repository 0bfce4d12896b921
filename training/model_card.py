"""The model card: what a bundle's models are, how good, and where they stop.

Written twice from the same tables: Markdown for review in a repository, HTML
with the plots inside for everybody else.
"""

from __future__ import annotations

import base64
import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from features.catalogue import Catalogue
from serving.manifest import LEVELS, TIERS
from training.assemble import Frozen, Origin
from training.calendar import date_of
from training.gate import Verdict
from training.judge import MODEL
from training.learn import Learned
from training.plots import gain_by_feature
from training.settings import TrainSettings

_LIMITS = (
    "The tier allocates inspections. It is not a sanction, not a credit rating, is never "
    "published, and no decision about a business may rest on it alone.",
    "Outcomes are what was found, not what was done: businesses that nobody inspected count as "
    "without findings. Only a class-blind random sample of inspections can measure the difference.",
    "Figures hold for the period tested. Retrain when the drift report or a change of law says so.",
    "Policy rules run after the model; their effect is not in these figures.",
)


@dataclass(frozen=True)
class Card:
    """Everything a model card tells."""

    catalogue: Catalogue
    bundle: str
    origin: Origin
    learned: Sequence[Learned]
    left_out: Mapping[str, str]
    frozen: Frozen
    verdict: Verdict
    settings: TrainSettings


@dataclass(frozen=True)
class _Table:
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class _Section:
    title: str
    blocks: tuple[str | _Table, ...]
    plots: tuple[str, ...] = ()


def write_card(card: Card, folder: Path, plots: Sequence[str]) -> None:
    """Write ``model_card.md`` and ``model_card.html`` beside the plots in `folder`."""
    title = f"Model card: {card.catalogue.jurisdiction.title.en}"
    sections = _sections(card, plots)
    (folder / "model_card.md").write_text(_markdown(title, sections), encoding="utf-8")
    (folder / "model_card.html").write_text(_html(title, sections, folder), encoding="utf-8")


def _sections(card: Card, plots: Sequence[str]) -> list[_Section]:
    shap = tuple(name for name in plots if name.startswith("shap"))
    return [
        _Section("What this is", (_identity(card),)),
        _Section("Gate", (_gate(card.verdict),)),
        _Section("Data", (_data(card), *_left_out(card))),
        _Section(
            "Out-of-time performance",
            (
                "Every figure is on rows later than all the model had learnt from; intervals "
                "resample businesses.",
                _performance(card.learned),
                _figures(card.learned),
            ),
            ("discrimination.png",),
        ),
        _Section(
            "Calibration",
            ("Calibrated on other businesses than those judged.",),
            ("calibration.png",),
        ),
        _Section("Tiers and warning levels", (_tiers(card), _levels(card)), ("scores.png",)),
        _Section("What the credit model uses", (_features(card),), ("importance.png", *shap)),
        _Section("Limits", _LIMITS),
    ]


def _identity(card: Card) -> _Table:
    return _Table(
        ("", ""),
        (
            ("bundle", card.bundle),
            ("records (snapshot)", card.origin.snapshot),
            ("features (matrix)", card.origin.matrix),
            ("declarations (catalogue)", card.catalogue.fingerprint),
            ("tiers set as of", date_of(card.origin.as_of_day).isoformat()),
            ("seed", str(card.settings.fit.seed)),
            (
                "models",
                f"LightGBM, depth ≤ {card.settings.fit.depth}, "
                f"{card.settings.fit.leaves} leaves, learning rate "
                f"{card.settings.fit.learning_rate}, monotone where declared",
            ),
        ),
    )


def _gate(verdict: Verdict) -> _Table:
    words = {True: "holds", False: "FAILS", None: "not applicable"}
    return _Table(
        ("rule", "asks", "found", ""),
        tuple((rule.name, rule.asks, rule.found, words[rule.holds]) for rule in verdict.rules),
    )


def _data(card: Card) -> _Table:
    return _Table(
        ("outcome", "rows", "positives", "as of", "tested at", "rounds", "nuisance"),
        tuple(
            (
                one.outcome.name,
                f"{one.model.rows:,}",
                f"{one.model.positives:,}",
                " – ".join(date_of(day).isoformat() for day in one.as_of_days),
                ", ".join(date_of(cut).isoformat() for cut in one.cuts),
                str(one.model.rounds),
                one.outcome.adjust_for or "none",
            )
            for one in card.learned
        ),
    )


def _left_out(card: Card) -> tuple[str | _Table, ...]:
    if not card.left_out:
        return ()
    return ("Outcomes left out:", _Table(("outcome", "why"), tuple(card.left_out.items())))


def _performance(learned: Sequence[Learned]) -> _Table:
    rows = []
    for one in learned:
        for name, figures in one.judgement.evaluations.items():
            ahead = one.judgement.advantage.get(name)
            rows.append(
                (
                    one.outcome.name,
                    name,
                    str(figures.auc),
                    "–" if figures.stratified_auc is None else str(figures.stratified_auc),
                    "–" if ahead is None else str(ahead),
                )
            )
    return _Table(
        ("outcome", "ranking", "AUC", "AUC within nuisance groups", "model's advantage"),
        tuple(rows),
    )


def _figures(learned: Sequence[Learned]) -> _Table:
    rows = []
    for one in learned:
        figures = one.judgement.evaluations[MODEL]
        days = figures.early_discovery_days
        rows.append(
            (
                one.outcome.name,
                f"{figures.positives:,} of {figures.rows:,}",
                f"{figures.ks:.3f}",
                f"{figures.lift_top_decile:.2f}",
                f"{figures.precision_at_capacity:.3f} of {figures.capacity:,}",
                _number(figures.brier),
                _number(figures.log_loss),
                _number(figures.ece),
                "–" if days is None else f"{days:.1f}",
            )
        )
    return _Table(
        ("outcome", "positives", "KS", "lift in the top tenth", "precision at capacity", "Brier",
         "log loss", "calibration error", "days earlier"),
        tuple(rows),
    )  # fmt: skip


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.4f}"


def _tiers(card: Card) -> _Table:
    cuts, scale = card.frozen.tiers.cuts, card.frozen.scale
    lowest = {"A": cuts.A, "B": cuts.B, "C": cuts.C, "D": 0}
    return _Table(
        ("tier", "score from", "share", "target"),
        tuple(
            (
                tier,
                f"{lowest[tier] / 10:.1f}",
                f"{card.frozen.tiers.shares[tier]:.2%}",
                f"{scale.tier_shares[tier]:.2%}",
            )
            for tier in TIERS
        ),
    )


def _levels(card: Card) -> _Table:
    return _Table(
        ("warning", *(f"{level} from" for level in LEVELS)),
        tuple(
            (outcome, *(f"{getattr(cuts, level):.4f}" for level in LEVELS))
            for outcome, cuts in card.frozen.warnings.items()
        ),
    )


def _features(card: Card) -> _Table:
    titles = {feature.name: feature for feature in card.catalogue.jurisdiction.features}
    gains = sorted(gain_by_feature(card.learned[0].model.text).items(), key=lambda g: -g[1])[:20]
    return _Table(
        ("feature", "meaning", "direction", "share of gain"),
        tuple(
            (name, titles[name].meaning.en, titles[name].direction.value, f"{gain:.1%}")
            for name, gain in gains
        ),
    )


def _markdown(title: str, sections: Sequence[_Section]) -> str:
    lines = [f"# {title}", ""]
    for section in sections:
        lines += [f"## {section.title}", ""]
        for block in section.blocks:
            if isinstance(block, str):
                lines += [block, ""]
                continue
            lines.append(f"| {' | '.join(block.headings)} |")
            lines.append("|" + "---|" * len(block.headings))
            lines += [f"| {' | '.join(row)} |" for row in block.rows]
            lines.append("")
        for plot in section.plots:
            lines += [f"![{plot.removesuffix('.png')}]({plot})", ""]
    return "\n".join(lines)


_STYLE = (
    "body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;"
    "color:#212529}table{border-collapse:collapse;margin:.6rem 0 1.2rem;font-size:13px}"
    "td,th{border:1px solid #ced4da;padding:.25rem .5rem;text-align:left;"
    "font-variant-numeric:tabular-nums;overflow-wrap:anywhere}th{background:#f1f3f5}"
    "img{max-width:100%;display:block;margin:.6rem 0}h2{margin-top:2rem}"
)


def _html(title: str, sections: Sequence[_Section], folder: Path) -> str:
    parts = [
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}'
        f"</title><style>{_STYLE}</style></head><body><h1>{html.escape(title)}</h1>"
    ]
    for section in sections:
        parts.append(f"<h2>{html.escape(section.title)}</h2>")
        for block in section.blocks:
            if isinstance(block, str):
                parts.append(f"<p>{html.escape(block)}</p>")
                continue
            head = "".join(f"<th>{html.escape(text)}</th>" for text in block.headings)
            body = "".join(
                "<tr>" + "".join(f"<td>{html.escape(text)}</td>" for text in row) + "</tr>"
                for row in block.rows
            )
            parts.append(f"<table><tr>{head}</tr>{body}</table>")
        for plot in section.plots:
            image = base64.b64encode((folder / plot).read_bytes()).decode()
            name = html.escape(plot.removesuffix(".png"))
            parts.append(f'<img alt="{name}" src="data:image/png;base64,{image}">')
    return "".join([*parts, "</body></html>\n"])
