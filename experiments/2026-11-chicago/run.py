"""Run the Chicago study and write ``results.md`` and ``results.json`` beside this file.

    XINHENG_REAL_DATA=<folder that holds chicago/> python experiments/2026-11-chicago/run.py

A few minutes on two cores. Records and features go to ``--home``, results to ``--out``.
"""

from __future__ import annotations

import argparse
import os
import sys
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from city_model import city_features, ridge, with_groups
from figures import Rows, figures
from report import Code, Origin, Result, Window, write

from features.catalogue import Catalogue, load_catalogue
from features.contracts import Jurisdiction
from features.ingest import ingest
from features.snapshot import Snapshot
from training.arrays import Floats, Ints, Texts
from training.calendar import day_of
from training.challengers import logistic
from training.cohort import at_records
from training.fit import FitSettings, fit
from training.nuisance import group_effects
from training.sample import Sample
from training.settings import TrainSettings
from training.study import Study, rolling_origin_study

HERE = Path(__file__).resolve().parent
RECEIVED = date(2014, 9, 1)
FIRST, LAST = date(2013, 1, 1), date(2014, 8, 31)
# Chosen on the months 2012-07 to 2013-12 alone, see README.
SETTINGS = TrainSettings(
    replicates=100,
    fit=FitSettings(
        learning_rate=0.02,
        leaves=4,
        depth=3,
        min_rows_in_leaf=150,
        l2=20.0,
        feature_share=0.05,
        row_share=0.7,
        bins=15,
        max_rounds=700,
        patience=700,
    ),
)
WELL_REGULARISED = 0.001  # the best strength of the logistic model on the same months
WINDOWS = (
    Window("2013", "2013-01", "2013-12", "months on which everything was chosen"),
    Window("2014", "2014-01", "2014-08", "months looked at once"),
    Window("2014 with inspector", "2014-01", "2014-03", "the inspector group is recorded"),
    Window("2014 summer", "2014-05", "2014-08", "no inspector group, and the visit log has ended"),
)


@dataclass(frozen=True)
class City:
    """A catalogue with its records."""

    catalogue: Catalogue
    snapshot: Snapshot
    home: Path

    @classmethod
    def load(cls, folder: Path, delivered: Path, home: Path) -> City:
        """The city declared in `folder`, with the delivered files ingested."""
        catalogue = load_catalogue(str(folder))
        ingest(catalogue, home, delivered, RECEIVED)
        return cls(catalogue, Snapshot.current(home), home)

    def declared_otherwise(self, jurisdiction: Jurisdiction) -> City:
        """The same records under other declarations."""
        return replace(self, catalogue=replace(self.catalogue, jurisdiction=jurisdiction))

    def study(self, last: date, outcome: str = "credit") -> Study:
        """Every month from the first to `last`, each by the models of its past."""
        return rolling_origin_study(
            self.catalogue, self.snapshot, self.home,
            first=FIRST, last=last, outcome=outcome, settings=SETTINGS, progress=_told,
        )  # fmt: skip

    def inspection_ids(self, sample: Sample) -> Texts:
        """The inspection of each row of the cohort, in the sample's order."""
        cohort = self.catalogue.jurisdiction.cohort
        rows = at_records(self.catalogue, self.snapshot, cohort)  # type: ignore[arg-type]
        if rows.record_no is None or not np.array_equal(rows.event_day, sample.event_day):
            raise RuntimeError("the sample is not the whole cohort")
        table = pq.read_table(
            self.snapshot.source("inspections"), columns=["record_no", "inspection_id"]
        )
        ids = np.empty(table.num_rows + 1, dtype=object)
        ids[table["record_no"].to_numpy()] = table["inspection_id"].to_pylist()
        return ids[rows.record_no].astype(np.str_)


def _told(what: str, done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{what} {done}/{total}   ", end="", file=sys.stderr)


def rankings(city: City, study: Study, delivered: Path) -> dict[str, Floats]:
    """Every ranking of the tested rows, all learnt on the same months before."""
    sample, said = study.sample, study.predictions
    nuisance = sample.nuisance
    assert nuisance is not None
    own = city_features(delivered, city.inspection_ids(sample))
    told = with_groups(own, nuisance)
    features = city.catalogue.jurisdiction.features
    parts: dict[str, list[Floats]] = {}
    for number, month in enumerate(study.months):
        cut = day_of(date.fromisoformat(f"{month.name}-01")) - 1
        train = np.flatnonzero(sample.label_day <= cut)
        test = said.rows[said.month == number]
        past = sample.take(train)
        strong = logistic(past, features, WELL_REGULARISED)
        effects = group_effects(past.y, nuisance[train])
        for name, score in (
            ("logistic_strong", strong(sample.X[test])),
            ("city_without_inspector", ridge(own, sample.y, train)(test)),
            ("city_with_inspector", ridge(told, sample.y, train)(test)),
            ("inspector_offset", effects.offsets(nuisance[test])),
        ):
            parts.setdefault(name, []).append(score)
    added = {name: np.concatenate(scores) for name, scores in parts.items()}
    offset = added.pop("inspector_offset")
    return {
        **said.scores,
        **added,
        "model_told_inspector": said.scores["model"] + offset,
        "actual_order": -_day_of_window(sample.event_day[said.rows], said.month // 2),
    }


def _day_of_window(day: Ints, window: Ints) -> Floats:
    """Days since the first visit of the two months ``(n,)``."""
    first = np.full(int(window.max()) + 1, day.max())
    np.minimum.at(first, window, day)
    return (day - first[window]).astype(np.float64)


def tested_rows(study: Study, scores: dict[str, Floats], window: Window) -> Rows:
    """The tested rows of a window, two months to a re-ordering."""
    said, tested = study.predictions, study.sample.take(study.predictions.rows)
    names = np.array([month.name for month in study.months])[said.month]
    inside = (names >= window.first) & (names <= window.last)
    assert tested.nuisance is not None
    rows = Rows(tested.y, tested.entity_id, tested.event_day, tested.nuisance,
                said.month // 2, scores)  # fmt: skip
    return rows.take(np.flatnonzero(inside))


def headline(city: City, study: Study, delivered: Path) -> Rows:
    """One model learnt through April 2014, tested on July and August 2014."""
    sample, features = study.sample, city.catalogue.jurisdiction.features
    train = np.flatnonzero(sample.label_day <= day_of(date(2014, 4, 30)))
    test = np.flatnonzero(sample.event_day >= day_of(date(2014, 7, 1)))
    past, later = sample.take(train), sample.take(test)
    assert later.nuisance is not None
    assert sample.nuisance is not None
    own = city_features(delivered, city.inspection_ids(sample))
    column = [f.name for f in features].index("critical_inspection_count_36m")
    scores = {
        "model": fit(past, features, SETTINGS.fit).margins(later.X),
        "logistic": logistic(past, features)(later.X),
        "logistic_strong": logistic(past, features, WELL_REGULARISED)(later.X),
        "past_violations": later.X[:, column],
        "city_without_inspector": ridge(own, sample.y, train)(test),
        "city_with_inspector": ridge(with_groups(own, sample.nuisance), sample.y, train)(test),
        "actual_order": -later.event_day.astype(np.float64),
    }
    window: Ints = np.zeros(len(later), dtype=np.int64)
    return Rows(later.y, later.entity_id, later.event_day, later.nuisance, window, scores)


def without_offset(city: City) -> City:
    """The city without the nuisance offset in training."""
    declared = city.catalogue.jurisdiction
    outcomes = tuple(replace(one, adjust_for=None) for one in declared.outcomes)
    return city.declared_otherwise(replace(declared, outcomes=outcomes))


def main() -> None:
    """Ingest, study, compare, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=os.environ.get("XINHENG_REAL_DATA"))
    parser.add_argument("--home", type=Path, default=Path("var/2026-11-chicago"))
    parser.add_argument("--out", type=Path, default=HERE)
    parser.add_argument("--last", type=date.fromisoformat, default=LAST, help="last day to test")
    parser.add_argument("--replicates", type=int, default=300, help="for the intervals")
    options = parser.parse_args()
    if options.data is None:
        parser.error("name the folder that holds chicago/ by --data or XINHENG_REAL_DATA")
    code = Code.now()
    delivered = Path(options.data) / "chicago"
    # Ingested once, under the wider declarations: they only add to the city's.
    around = City.load(HERE / "neighbourhood", delivered, options.home)
    declared = load_catalogue(str(HERE.parent / "cities" / "chicago")).jurisdiction
    city = around.declared_otherwise(declared)
    study, fails = city.study(options.last), city.study(options.last, "fails")
    compared = {
        "no_offset": without_offset(city).study(options.last).predictions.scores["model"],
        "with_surroundings": around.study(options.last).predictions.scores["model"],
    }
    scores = rankings(city, study, delivered) | compared
    windows = [w for w in WINDOWS if w.first <= options.last.strftime("%Y-%m")]
    said = dict(fails.predictions.scores)
    judged = [("credit", w, tested_rows(study, scores, w)) for w in windows]
    if options.last == LAST:
        at_once = Window("headline", "2014-07", "2014-08", "one model learnt through 2014-04")
        judged.append(("credit", at_once, headline(city, study, delivered)))
    judged += [("fails", w, tested_rows(fails, said, w)) for w in windows]
    results = [
        Result(outcome, window, figures(rows, options.replicates, 1))
        for outcome, window, rows in judged
    ]
    origin = Origin(code, city.snapshot, delivered, asdict(SETTINGS.fit))
    write(options.out, results, study, origin)


if __name__ == "__main__":
    main()
