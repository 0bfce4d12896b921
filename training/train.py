"""One training run, from records to a signed bundle and a model card.

A run whose inputs (records, declarations, policy, settings, versions) are those of
an earlier one is not repeated, as long as the bundle it made still loads.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from uuid import uuid4

import numpy as np

from features.builder import Matrix, build
from features.catalogue import Catalogue
from features.contracts import Outcome
from features.durable import building, point, pointed, publish
from features.progress import Progress, silent
from features.snapshot import Snapshot
from serving.bundle.folder import load_bundle, write_bundle
from serving.bundle.signing import public_hex, signing_key
from serving.decision.content import Bundle, ReferenceKey
from serving.errors import BundleRefused
from serving.manifest import CREDIT, feature_specs
from serving.policy import Policy, load_policy
from training.arrays import Floats, Ints
from training.assemble import Frozen, Origin, bundle_parts, freeze
from training.calendar import date_of
from training.cohort import CohortRows, cohort_rows, population
from training.errors import TooLittleData
from training.gate import Verdict, fit_to_warn, gate
from training.learn import Learned, learn, sample_of
from training.matrix import read
from training.matrix import rows as rows_of
from training.migration import Migration, NoChampion, migrate
from training.model_card import Card, write_card
from training.plan import Plan, plan, wanted_outcomes
from training.plots import draw, draw_shap
from training.reference import just_inside, sectors_of
from training.registry import Alias, Run, track
from training.result import RESULT, TrainingResult, repeated, save
from training.scale import load_scale
from training.settings import TrainSettings

# Changes when the same inputs would give another bundle.
_FORMAT = 2
_SHAP_ROWS = 2000


def train(
    catalogue: Catalogue,
    snapshot: Snapshot,
    home: Path,
    progress: Progress = silent,
    settings: TrainSettings | None = None,
) -> TrainingResult:
    """Learn every outcome, write and sign the bundle, and record the run.

    The bundle becomes ``home/bundles/CURRENT`` when the gate passes.

    Raises
    ------
    TooLittleData
        The records do not allow the credit outcome to be learnt and judged.
    OurConfiguration
        The policy or the score scale does not hold together.
    """
    settings = settings or TrainSettings()
    name = _run_name(catalogue, snapshot, settings)
    folder = home / "training" / name
    if (folder / RESULT).is_file():
        earlier = repeated(folder)
        if _still_loads(home, earlier.bundle):
            if earlier.promoted:
                point(home / "bundles" / "CURRENT", earlier.bundle)
            return earlier
        _set_aside(folder)
        _set_aside(home / "bundles" / earlier.bundle)
    return _Training(catalogue, snapshot, home, progress, settings).go(folder)


def _load(home: Path, bundle: str) -> Bundle:
    return load_bundle(home / "bundles" / bundle, {public_hex(signing_key(home / "keys"))})


def _still_loads(home: Path, bundle: str) -> bool:
    try:
        _load(home, bundle)
    except BundleRefused:
        return False
    return True


def _set_aside(folder: Path) -> None:
    """Make room for the same content, and keep what took its place for whoever asks."""
    if folder.exists():
        folder.rename(folder.with_name(f"refused-{uuid4().hex[:8]}-{folder.name}"))


def _run_name(catalogue: Catalogue, snapshot: Snapshot, settings: TrainSettings) -> str:
    digest = hashlib.sha256()
    for text in (
        str(_FORMAT),
        version("xinheng"),
        version("lightgbm"),
        snapshot.name,
        catalogue.fingerprint,
        json.dumps(asdict(settings), sort_keys=True),
    ):
        digest.update(f"{text}\n".encode())
    for path in sorted(catalogue.policy_folder.glob("*.yaml")):
        digest.update(f"{path.name}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


class _Training:
    """The steps of one run, and what they share."""

    def __init__(
        self,
        catalogue: Catalogue,
        snapshot: Snapshot,
        home: Path,
        progress: Progress,
        settings: TrainSettings,
    ) -> None:
        self.catalogue = catalogue
        self.snapshot = snapshot
        self.home = home
        self.progress = progress
        self.settings = settings

    def go(self, folder: Path) -> TrainingResult:
        """Run every step; `folder` appears whole at the end."""
        days = plan(self.catalogue, self.snapshot, self.settings)
        scale = load_scale(self.catalogue.policy_folder, date_of(days.scored_day))
        policy = self._policy()
        rows = cohort_rows(self.catalogue, self.snapshot, days.days, self.settings.seed)
        matrix = self._build(rows)
        everyone = self._build(population(self.snapshot, days.scored_day))
        learned, left_out = self._learn(rows, read(matrix), days)
        self.progress("tiers", 0, 1)
        frozen = freeze(learned, everyone, scale)
        origin = Origin(self.snapshot.name, matrix.name, days.scored_day)
        bundle = self._bundle(learned, frozen, everyone, origin, policy)
        verdict = gate(learned, frozen, self._migration(everyone, frozen), self.settings.limits)
        with building(folder.parent) as built:
            card = Card(self.catalogue, bundle, origin, learned, left_out, frozen, verdict,
                        self.settings)  # fmt: skip
            self._card(built, card, everyone)
            run = self._track(built, learned, bundle, verdict)
            result = TrainingResult(
                bundle=bundle,
                run=folder,
                promoted=verdict.passed,
                rules=verdict.rules,
                figures=_figures(learned),
                left_out=left_out,
                as_of=date_of(days.scored_day).isoformat(),
                population=everyone.name,
                mlflow_run=run,
            )
            save(result, built)
            publish(built, folder)
        if verdict.passed:
            point(self.home / "bundles" / "CURRENT", bundle)
        return result

    def _build(self, rows: CohortRows) -> Matrix:
        return build(self.catalogue, self.snapshot, rows.spine, self.home, self.progress)

    def _learn(
        self, rows: CohortRows, X: Floats, days: Plan
    ) -> tuple[list[Learned], dict[str, str]]:
        """Each outcome on a thread of its own; LightGBM itself uses one."""
        outcomes = wanted_outcomes(self.catalogue, self.settings)
        learned: dict[str, Learned] = {}
        left_out: dict[str, str] = {}
        with ThreadPoolExecutor(self.settings.workers) as pool:
            waiting = {pool.submit(self._one, o, rows, X, days.through): o for o in outcomes}
            for done, finished in enumerate(as_completed(waiting)):
                self.progress("models", done, len(outcomes))
                outcome = waiting[finished]
                try:
                    one = finished.result()
                except TooLittleData as error:
                    if outcome.name == CREDIT:
                        raise
                    left_out[outcome.name] = str(error)
                    continue
                failures = fit_to_warn(one, self.settings.limits).failures
                if failures and outcome.name != CREDIT:
                    left_out[outcome.name] = "; ".join(
                        f"{rule.name}: {rule.asks}, found {rule.found}" for rule in failures
                    )
                else:
                    learned[outcome.name] = one
        self.progress("models", len(outcomes), len(outcomes))
        # Credit first; the catalogue's order, not that of finishing.
        order = sorted(learned, key=lambda n: (n != CREDIT, [o.name for o in outcomes].index(n)))
        return [learned[name] for name in order], dict(sorted(left_out.items()))

    def _one(self, outcome: Outcome, rows: CohortRows, X: Floats, through: int) -> Learned:
        sample = sample_of(
            self.catalogue, self.snapshot, rows, X, outcome,
            through=through, most_days=self.settings.most_days if _monthly(rows) else None,
        )  # fmt: skip
        return learn(self.catalogue.jurisdiction.features, outcome, sample, self.settings)

    def _policy(self) -> Policy:
        specs = feature_specs(self.catalogue)
        return load_policy(self.catalogue.policy_folder, {spec.name: spec.labels for spec in specs})

    def _bundle(  # all that a bundle is made of
        self,
        learned: Sequence[Learned],
        frozen: Frozen,
        everyone: Matrix,
        origin: Origin,
        policy: Policy,
    ) -> str:
        self.progress("bundle", 0, 1)
        parts = bundle_parts(
            self.catalogue, learned, frozen, everyone, origin,
            policy=policy, reference=self._reference(everyone, frozen),
        )  # fmt: skip
        return write_bundle(self.home / "bundles", parts, signing_key(self.home / "keys"))

    def _reference(self, everyone: Matrix, frozen: Frozen) -> dict[ReferenceKey, Ints]:
        sectors = sectors_of(self.snapshot, everyone)
        titled = np.isin(sectors, list(self.catalogue.jurisdiction.sectors))
        sectors = np.where(titled, sectors, "")
        return just_inside(frozen.tenths, frozen.tiers.cuts, self.settings.reference_rows, sectors)

    def _migration(self, everyone: Matrix, frozen: Frozen) -> Migration | NoChampion:
        current = pointed(self.home / "bundles" / "CURRENT")
        if current is None:
            return NoChampion("no champion")
        try:
            champion = _load(self.home, current)
        except BundleRefused as error:
            return NoChampion(f"the champion is refused: {error}")
        return migrate(champion, everyone, frozen.tenths, frozen.tiers.cuts)

    def _card(self, folder: Path, card: Card, everyone: Matrix) -> None:
        self.progress("model card", 0, 1)
        plots = draw(folder, card.learned, card.frozen)
        if self.settings.shap_plots:
            total = len(card.frozen.tenths)
            some = np.unique(np.linspace(0, total - 1, _SHAP_ROWS).round().astype(np.int64))
            X = rows_of(everyone, some)
            plots += draw_shap(folder, card.learned[0].model.text, X, everyone.features)
        write_card(card, folder, plots)

    def _track(
        self, folder: Path, learned: Sequence[Learned], bundle: str, verdict: Verdict
    ) -> str | None:
        if not self.settings.track:
            return None
        self.progress("tracking", 0, 1)
        alias: Alias = "champion" if verdict.passed else "challenger"
        run = Run(
            name=bundle[:12],
            params={
                "snapshot": self.snapshot.name,
                "catalogue": self.catalogue.fingerprint,
                **_flat(asdict(self.settings)),
            },
            metrics={
                f"{outcome}/{ranking}/{figure}": value
                for outcome, rankings in _figures(learned).items()
                for ranking, figures in rankings.items()
                for figure, value in figures.items()
            },
            tags={"bundle": bundle, "gate": "passed" if verdict.passed else "failed"},
            artifacts=folder,
            models={one.outcome.name: one.model.text for one in learned},
        )
        return track(self.home, self.catalogue.jurisdiction.name, run, alias).run_id


def _flat(settings: Mapping[str, object], prefix: str = "") -> dict[str, str]:
    flat: dict[str, str] = {}
    for name, value in settings.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}_")
        else:
            flat[f"{prefix}{name}"] = str(value)
    return flat


def _monthly(rows: CohortRows) -> bool:
    return rows.record_no is None


def _figures(learned: Sequence[Learned]) -> dict[str, dict[str, dict[str, float]]]:
    return {
        one.outcome.name: {
            ranking: evaluation.figures()
            for ranking, evaluation in one.judgement.evaluations.items()
        }
        for one in learned
    }
