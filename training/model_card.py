"""The model card: what a bundle's models are, how good, and where they stop.

Written twice from the same tables: Markdown for review in a repository, HTML
with the plots inside for everybody else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from features.catalogue import Catalogue
from serving.manifest import LEVELS, TIERS
from serving.policy import Policy
from training.assemble import Frozen, Origin
from training.calendar import date_of
from training.document import Section, Table, as_html, markdown
from training.fit import gain_by_feature
from training.gate import HOLDS, Checked, Verdict
from training.learn import Learned
from training.limits import Limits
from training.migration import NoChampion
from training.proved import calibration, figures, looks, performance, segments
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
    checked: Checked
    verdict: Verdict
    limits: Limits
    policy: Policy
    settings: TrainSettings


def write_card(card: Card, folder: Path, plots: Sequence[str]) -> None:
    """Write ``model_card.md`` and ``model_card.html`` beside the plots in `folder`."""
    title = f"Model card: {card.catalogue.jurisdiction.title.en}"
    sections = _sections(card, plots)
    (folder / "model_card.md").write_text(markdown(title, sections), encoding="utf-8")
    (folder / "model_card.html").write_text(as_html(title, sections, folder), encoding="utf-8")


def _sections(card: Card, plots: Sequence[str]) -> list[Section]:
    shap = tuple(name for name in plots if name.startswith("shap"))
    return [
        Section("What this is", (_identity(card),)),
        Section("Gate", (_gate(card.verdict),)),
        Section("Data", (_data(card), *_left_out(card))),
        Section(
            "Out-of-time performance",
            (
                "Every figure is on rows later than all the model had learnt from; intervals "
                "resample businesses.",
                performance(card.learned),
                figures(card.learned),
            ),
            ("discrimination.png",),
        ),
        Section("Calibration", calibration(card.learned, card.frozen), ("calibration.png",)),
        Section(
            "Segments",
            segments(card.learned, card.limits.segment_ratio),
            tuple(name for name in plots if name == "calibration_segments.png"),
        ),
        Section("What was never inspected", looks(card.learned[0])),
        Section("Tiers and warning levels", (_tiers(card), _levels(card)), ("scores.png",)),
        Section("Against the champion", _against_champion(card)),
        Section("Learnt from and scored", _shift(card)),
        Section("What the credit model uses", (_features(card),), ("importance.png", *shap)),
        Section("Limits", _LIMITS),
    ]


def _identity(card: Card) -> Table:
    fitted, trials = card.learned[0].fitted_by, card.settings.search_trials
    return Table(
        ("", ""),
        (
            ("bundle", card.bundle),
            ("records (snapshot)", card.origin.snapshot),
            ("features (matrix)", card.origin.matrix),
            ("declarations (catalogue)", card.catalogue.fingerprint),
            ("tiers set as of", date_of(card.origin.as_of_day).isoformat()),
            ("seed", str(fitted.seed)),
            (
                "models",
                f"LightGBM, depth ≤ {fitted.depth}, {fitted.leaves} leaves, learning rate "
                f"{fitted.learning_rate:g}, monotone where declared; settings of the credit model "
                + (f"the best of {trials} tried" if trials else "given"),
            ),
            ("features never split on", f"{len(fitted.unused)} of the credit model"),
        ),
    )


def _gate(verdict: Verdict) -> Table:
    return Table(
        ("rule", "asks", "found", ""),
        tuple((rule.name, rule.asks, rule.found, HOLDS[rule.holds]) for rule in verdict.rules),
    )


def _data(card: Card) -> Table:
    return Table(
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


def _left_out(card: Card) -> tuple[str | Table, ...]:
    if not card.left_out:
        return ()
    return ("Outcomes left out:", Table(("outcome", "why"), tuple(card.left_out.items())))


def _tiers(card: Card) -> Table:
    """The cut-offs, the shares they give, and the checks a year that follow by policy."""
    cuts, scale, on = card.frozen.tiers.cuts, card.frozen.scale, date_of(card.origin.as_of_day)
    lowest = {"A": cuts.A, "B": cuts.B, "C": cuts.C, "D": 0}
    businesses = len(card.frozen.tenths)
    rows: list[tuple[str, ...]] = []
    for tier in TIERS:
        share = card.frozen.tiers.shares[tier]
        ratio = card.policy.measure(tier, (), on).ratio
        rows.append(
            (
                tier,
                f"{lowest[tier] / 10:.1f}",
                f"{share:.2%}",
                f"{scale.tier_shares[tier]:.2%}" if scale.tier_shares else "by probability",
                f"{ratio:.0%}",
                f"{share * businesses * ratio:,.0f}",
            )
        )
    checks = sum(
        card.frozen.tiers.shares[tier] * businesses * card.policy.measure(tier, (), on).ratio
        for tier in TIERS
    )
    rows.append(("all", "", "", "", f"{checks / businesses:.2%}", f"{checks:,.0f}"))
    return Table(
        ("tier", "score from", "share", "target", "checked a year", "checks a year"), tuple(rows)
    )


def _against_champion(card: Card) -> tuple[str | Table, ...]:
    moved = card.checked.migration
    if isinstance(moved, NoChampion):
        return (f"Nothing to compare with: {moved.why}.",)
    return (
        f"{moved.moved:.2%} of the businesses change their tier, {moved.moved_two:.2%} by two or "
        f"more; PSI of the score {moved.psi:.4f}. From the rows to the columns:",
        Table(
            ("champion", *TIERS),
            tuple(
                (tier, *(f"{count:,}" for count in row))
                for tier, row in zip(TIERS, moved.counts, strict=True)
            ),
        ),
    )


def _levels(card: Card) -> Table:
    return Table(
        ("warning", *(f"{level} from" for level in LEVELS)),
        tuple(
            (outcome, *(f"{getattr(cuts, level):.4f}" for level in LEVELS))
            for outcome, cuts in card.frozen.warnings.items()
        ),
    )


def _shift(card: Card) -> tuple[str | Table, ...]:
    found = card.checked.shift
    if found is None:
        return ()
    furthest = list(found.features.items())[:15]
    return (
        "Population stability index of those scored against those learnt from: of the credit "
        f"model's margin {found.score:.4f}, and of the features that moved furthest. What counts "
        "since the records began moves by itself.",
        Table(("feature", "PSI"), tuple((name, f"{value:.4f}") for name, value in furthest)),
    )


def _features(card: Card) -> Table:
    titles = {feature.name: feature for feature in card.catalogue.jurisdiction.features}
    gains = sorted(gain_by_feature(card.learned[0].model.text).items(), key=lambda g: -g[1])[:20]
    return Table(
        ("feature", "meaning", "direction", "share of gain"),
        tuple(
            (name, titles[name].meaning.en, titles[name].direction.value, f"{gain:.1%}")
            for name, gain in gains
        ),
    )
