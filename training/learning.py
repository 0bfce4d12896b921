"""Learn the outcomes of a run side by side, each from its own labels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, replace

from features.catalogue import Catalogue
from features.contracts import Ahead, Outcome
from features.errors import Fault, OurConfiguration
from features.progress import Progress
from features.snapshot import Snapshot
from serving.manifest import CREDIT
from training.arrays import Floats, Texts
from training.cohort import CohortRows
from training.draws import checks_ahead, learn_from
from training.errors import TooLittleData
from training.gate import fit_to_warn
from training.judge import as_it_is
from training.learn import Learned, learn, sample_of
from training.limits import Limits
from training.plan import wanted_outcomes
from training.sample import Sample
from training.segments import segments_of
from training.selective import Look, Seen, selective
from training.settings import TrainSettings


@dataclass(frozen=True)
class Learning:
    """The outcomes of one run, and what they are learnt from.

    `certainty` is that of the bands around probabilities; None draws none.
    """

    catalogue: Catalogue
    snapshot: Snapshot
    settings: TrainSettings
    progress: Progress
    certainty: float | None = None

    def all(
        self, rows: CohortRows, X: Floats, *, through: int, limits: Limits
    ) -> tuple[list[Learned], dict[str, str]]:
        """Each outcome on a thread of its own; LightGBM itself uses one.

        Parameters
        ----------
        X
            ``(n, n_features)`` aligned with `rows`.
        through
            Last day the records cover.

        Returns
        -------
        learned, left_out
            Credit first, then in the catalogue's order; why each other was not learnt,
            or would not warn.

        Raises
        ------
        TooLittleData
            The credit outcome cannot be learnt or judged.
        """
        outcomes = wanted_outcomes(self.catalogue, self.settings)
        learned: dict[str, Learned] = {}
        left_out: dict[str, str] = {}
        with ThreadPoolExecutor(self.settings.workers) as pool:
            waiting = {pool.submit(self._one, o, rows, X, through): o for o in outcomes}
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
                failures = fit_to_warn(one, limits).failures
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

        def segmented(tested: Sample) -> Mapping[str, Texts]:
            return segments_of(
                self.catalogue, self.snapshot, tested.entity_id, tested.as_of_day, tested.X
            )

        features = self.catalogue.jurisdiction.features
        learned = learn(
            features, outcome, sample, self.settings, segmented, self._taught(outcome),
            certainty=self.certainty,
        )  # fmt: skip
        return learned if outcome.name != CREDIT else replace(learned, looks=self._looks(learned))

    def _taught(self, outcome: Outcome) -> Callable[[Sample], Sample]:
        """What the outcome's model learns from: everyone, or drawn checks where asked."""
        draws, horizon = self.catalogue.jurisdiction.draws, outcome.horizon
        if outcome.name != CREDIT or not self.settings.from_draws:
            return as_it_is
        if draws is None or not isinstance(horizon, Ahead):
            raise OurConfiguration(str(Fault(
                "no draws to learn from", self.catalogue.jurisdiction.name,
                "declared random draws, and an outcome some days ahead", "none",
                "declare `draws`, or learn from everyone",
            )))  # fmt: skip

        def drawn(past: Sample) -> Sample:
            checks = checks_ahead(
                self.catalogue, self.snapshot, draws, horizon,
                entity_id=past.entity_id, as_of_day=past.as_of_day,
            )  # fmt: skip
            return learn_from(past, checks)

        return drawn

    def _looks(self, credit: Learned) -> Mapping[Look, Seen]:
        """How well the model ranks what checks would find in everyone."""
        draws, horizon = self.catalogue.jurisdiction.draws, credit.outcome.horizon
        if draws is None or not isinstance(horizon, Ahead):
            return {}
        tested, settings = credit.tested, self.settings
        checks = checks_ahead(
            self.catalogue, self.snapshot, draws, horizon,
            entity_id=tested.entity_id, as_of_day=tested.as_of_day,
        )  # fmt: skip
        return selective(
            checks, tested.margin, tested.entity_id,
            replicates=settings.replicates, seed=settings.seed,
        )  # fmt: skip


def _monthly(rows: CohortRows) -> bool:
    return rows.record_no is None
