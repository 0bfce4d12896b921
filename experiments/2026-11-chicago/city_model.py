"""The model the City of Chicago published, on its own features, refitted each month.

Ridge logistic regression on ten features, with or without the inspector group. The
densities are the city's own kernel estimates; temperature is the mean of the three
days before. They are read from the delivered files because nothing else uses them.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from training.arrays import Floats, Ints, Texts

Ranking = Callable[[Ints], Floats]
_STRENGTH = 0.1  # on 2012-07 to 2013-12 anything from 0.001 to 1 gave the same AUC ± 0.001


def city_features(folder: Path, inspection_id: Texts) -> Floats:
    """The ten features ``(n, 10)`` of the city's model for each inspection.

    Serious and critical items at the inspection before (any or none), years since
    it (at most 2; 2 where there was none), licensed for more than four years,
    tobacco, consumption on the premises, temperature, and the densities of
    burglaries, sanitation complaints and garbage requests (at most 70).
    """
    visits = pd.read_parquet(folder / "inspections_canvass.parquet")
    visits["day"] = pd.to_datetime(visits["Inspection_Date"])
    visits = visits.sort_values(["License", "day", "Inspection_ID"])
    before = visits.groupby("License")[["criticalCount", "seriousCount", "day"]].shift(1)
    licences = pd.read_parquet(folder / "licences.parquet").set_index("LICENSE_ID")
    terms = pd.read_parquet(folder / "inspection_licence_link.parquet").set_index("Inspection_ID")
    term = licences.reindex(visits["Inspection_ID"].map(terms["LICENSE_ID"]))
    heat = pd.read_parquet(folder / "heat_features.parquet").set_index("Inspection_ID")
    heat = heat.fillna(heat.median()).clip(upper=70).reindex(visits["Inspection_ID"])
    age = visits["day"].to_numpy() - pd.to_datetime(term["minDate"]).to_numpy()
    found = pd.DataFrame(
        {
            "past_serious": (before["seriousCount"] > 0).to_numpy(),
            "past_critical": (before["criticalCount"] > 0).to_numpy(),
            "years_since": ((visits["day"] - before["day"]).dt.days / 365).clip(upper=2).fillna(2),
            "older_than_4": age > np.timedelta64(1461, "D"),
            "tobacco": term["tobacco"].fillna(0).to_numpy(),
            "on_premises": term["consumption_on_premises_incidental_activity"].fillna(0).to_numpy(),
            "temperature": visits["day"].map(_three_days_before(folder)),
            "burglary": heat["heat_burglary"].to_numpy(),
            "sanitation": heat["heat_sanitation"].to_numpy(),
            "garbage": heat["heat_garbage"].to_numpy(),
        }
    ).astype(np.float64)
    found.index = pd.Index(visits["Inspection_ID"].astype(str))
    return found.loc[inspection_id].to_numpy()


def _three_days_before(folder: Path) -> pd.Series:
    weather = pd.read_parquet(folder / "weather.parquet")
    highs = weather.assign(day=pd.to_datetime(weather["date"])).set_index("day")["temperatureMax"]
    return highs.sort_index().rolling(3).mean().shift(1)


def with_groups(X: Floats, groups: Texts) -> Floats:
    """The features and one 0/1 column for each inspector group."""
    names = np.unique(groups)
    return np.hstack([X, (groups[:, None] == names[None, :]).astype(np.float64)])


def ridge(X: Floats, y: Ints, train: Ints) -> Ranking:
    """Learn from the rows `train`; returns the log-odds of any rows."""
    from sklearn.linear_model import LogisticRegression

    mean, spread = X[train].mean(axis=0), X[train].std(axis=0)
    Z = (X - mean) / np.where(spread > 0, spread, 1.0)
    model = LogisticRegression(C=_STRENGTH, max_iter=1000).fit(Z[train], y[train])

    def rank(rows: Ints) -> Floats:
        margin: Floats = model.decision_function(Z[rows])
        return margin

    return rank
