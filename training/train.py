"""One training run, from records to a signed bundle and a model card.

A run whose inputs (records, declarations, policy, settings, versions) are those of
an earlier one is not repeated, as long as the bundle it made still loads.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import numpy as np

from features.builder import Matrix, build
from features.catalogue import Catalogue
from features.durable import building, point, pointed, publish
from features.progress import Progress, silent
from features.snapshot import Snapshot
from serving.bundle.folder import load_bundle, write_bundle
from serving.bundle.signing import public_hex, signing_key
from serving.decision.content import Bundle, ReferenceKey
from serving.errors import BundleRefused
from serving.manifest import feature_specs
from serving.policy import Policy, load_policy
from training.arrays import Floats, Ints
from training.assemble import Frozen, Origin, bundle_parts, freeze
from training.calendar import date_of
from training.cohort import CohortRows, cohort_rows, population
from training.foresight import foresight
from training.gate import Checked, Verdict, gate
from training.learn import Learned
from training.learning import Learning
from training.limits import load_limits
from training.matrix import read, spread
from training.matrix import rows as rows_of
from training.migration import Migration, NoChampion, migrate
from training.model_card import Card, write_card
from training.plan import plan
from training.plots import draw, draw_shap
from training.psi import Shift, shift
from training.reason_stability import Standing, steadiness
from training.reference import just_inside, sectors_of
from training.result import RESULT, TrainingResult, repeated, save
from training.run_name import run_name
from training.scale import load_scale
from training.settings import TrainSettings
from training.tracking import figures, tracked

_SHAP_ROWS = 2_000
_SHIFT_ROWS = 10_000


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
    name = run_name(catalogue, snapshot, settings)
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
        limits = load_limits(self.catalogue.policy_folder, date_of(days.scored_day))
        policy = self._policy()
        rows = cohort_rows(self.catalogue, self.snapshot, days.days, self.settings.seed)
        matrix = self._build(rows)
        everyone = self._build(population(self.snapshot, days.scored_day))
        X = read(matrix)
        learning = Learning(
            self.catalogue, self.snapshot, self.settings, self.progress, scale.certainty
        )
        learned, left_out = learning.all(rows, X, through=days.through, limits=limits)
        self.progress("tiers", 0, 1)
        frozen = freeze(learned, everyone, scale)
        origin = Origin(self.snapshot.name, matrix.name, days.scored_day)
        references = self._reference(everyone, frozen)
        standing = Standing(everyone, days.scored_day, frozen, references)
        bundle = self._bundle(learned, standing, origin, policy)
        checked = self._checked(rows, X, learned[0], standing)
        verdict = gate(learned, frozen, checked, limits)
        with building(folder.parent) as built:
            card = Card(self.catalogue, bundle, origin, learned, left_out, frozen, checked,
                        verdict, limits, policy, self.settings)  # fmt: skip
            self._card(built, card, everyone)
            run = self._track(built, learned, bundle, verdict)
            result = TrainingResult(
                bundle=bundle,
                run=folder,
                promoted=verdict.passed,
                rules=verdict.rules,
                figures=figures(learned),
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

    def _checked(self, rows: CohortRows, X: Floats, credit: Learned, standing: Standing) -> Checked:
        """What the gate asks beside the outcomes' own figures."""
        self.progress("gate", 0, 1)
        assert credit.refitted is not None  # it is learnt for the credit outcome
        return Checked(
            migration=self._migration(standing.everyone, standing.frozen),
            foresight=foresight(self.catalogue, self.snapshot, rows, X),
            steadiness=steadiness(
                self.catalogue, self.snapshot, standing, credit.model.text, credit.refitted
            ),
            shift=self._shift(X, credit, standing),
        )

    def _shift(self, X: Floats, credit: Learned, standing: Standing) -> Shift:
        """How far those scored lie from those learnt from; some thousands of each."""
        learnt = X[spread(len(X), _SHIFT_ROWS)]
        everyone = standing.everyone
        scored = rows_of(everyone, spread(len(standing.frozen.tenths), _SHIFT_ROWS))
        margins = credit.model.margins(learnt), credit.model.margins(scored)
        return shift(everyone.features, learnt, scored, margins)

    def _policy(self) -> Policy:
        specs = feature_specs(self.catalogue)
        return load_policy(self.catalogue.policy_folder, {spec.name: spec.labels for spec in specs})

    def _bundle(
        self, learned: Sequence[Learned], standing: Standing, origin: Origin, policy: Policy
    ) -> str:
        self.progress("bundle", 0, 1)
        parts = bundle_parts(
            self.catalogue, learned, standing.frozen, standing.everyone, origin,
            policy=policy, reference=standing.references,
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
            X = rows_of(everyone, spread(len(card.frozen.tenths), _SHAP_ROWS))
            plots += draw_shap(folder, card.learned[0].model.text, X, everyone.features)
        write_card(card, folder, plots)

    def _track(
        self, folder: Path, learned: Sequence[Learned], bundle: str, verdict: Verdict
    ) -> str | None:
        if not self.settings.track:
            return None
        self.progress("tracking", 0, 1)
        return tracked(
            self.home, self.catalogue.jurisdiction.name, learned, self.settings,
            bundle=bundle, passed=verdict.passed, artifacts=folder,
            inputs={"snapshot": self.snapshot.name, "catalogue": self.catalogue.fingerprint},
        )  # fmt: skip
