# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 3 · Train and compare 训练与比较
#
# `xinheng train` does all of this in one command and signs the result. Here the same steps stand
# one by one, so that you know what the model card claims and can try something else: outcome, time,
# folds, challengers, calibration, monotone constraints, and whether a change of yours is better
# than what is in force.
#
# 结果、时间、对照、校准:怎样才算更好。

# %%
import os
from dataclasses import replace
from pathlib import Path

import lightgbm
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import shap

from features.builder import build
from features.catalogue import load_catalogue
from features.contracts import Direction
from features.snapshot import Snapshot
from training.calendar import date_of
from training.calibrate import calibrate, probabilities
from training.cohort import cohort_rows
from training.concordance import auc_interval
from training.errors import ImmatureLabels
from training.evaluate import reliability
from training.fit import fit
from training.judge import MODEL, cross_calibrated, judge, predict
from training.labels import known_through
from training.learn import sample_of
from training.matrix import read
from training.plan import cuts, plan
from training.settings import TrainSettings
from training.splits import rolling_origin

home = Path(os.environ.get("XINHENG_HOME", "../var/notebooks"))
catalogue = load_catalogue("ningbo")
city = catalogue.jurisdiction
snapshot = Snapshot.current(home)
settings = TrainSettings()

# %% [markdown]
# ## What is learned
#
# The credit outcome is declared: evidence, horizon, and how long after it late records may still
# arrive. Complaints alone are no evidence.

# %%
credit = city.outcome("credit")
through = known_through(catalogue, snapshot)
print(f"{credit.title.zh} · {credit.title.en}")
print(f"evidence: {', '.join(evidence.source for evidence in credit.evidence)}")
print(f"horizon {credit.horizon.days} days, mature {credit.horizon.maturity_days} days later")
print(f"the records cover what was known up to {date_of(through)}")

# %% [markdown]
# ## When it can be learned
#
# As-of days stand three months apart, and the last one lies a horizon and its maturity before the
# end of the records. A later day would turn "not yet" into "never": such labels are refused.

# %%
days = plan(catalogue, snapshot, settings)
rows = cohort_rows(catalogue, snapshot, days.days, settings.seed)
matrix = build(catalogue, snapshot, rows.spine, home)
X = read(matrix)
sample = sample_of(
    catalogue, snapshot, rows, X, credit, through=through, most_days=settings.most_days
)
assert sample.label_day.max() <= through
try:
    sample_of(catalogue, snapshot, rows, X, credit, through=through - 365, only_mature=False)
except ImmatureLabels as error:
    print(f"refused, as it must be:\n{error}")
else:
    raise AssertionError("immature labels were accepted")

# %%
by_day = pd.DataFrame({"as of": [str(date_of(int(d))) for d in sample.as_of_day], "y": sample.y})
rate = by_day.groupby("as of")["y"].agg(["mean", "sum", "count"])
axes = rate["mean"].plot.bar(figsize=(8, 3), color="#adb5bd")
axes.set(ylabel="share with the outcome", title="The outcome is rare")
plt.tight_layout()
rate

# %% [markdown]
# **What you see.** A few businesses in a hundred have the outcome, on every as-of day.
#
# **What it means.** Accuracy says nothing here (calling everybody harmless is right 97 times in a
# hundred). What counts is the order, the probabilities, and who stands within the capacity to
# inspect.

# %%
assert 0.005 < rate["mean"].min() <= rate["mean"].max() < 0.06

# %% [markdown]
# ## Judged on what came later
#
# Each fold learns only from labels complete by its cut, and is tested on the month after. Every run
# includes challengers: a logistic model, a points scorecard, and the ranking by past violations
# that any inspectorate could make with a spreadsheet.

# %%
folds = rolling_origin(
    sample.as_of_day, sample.label_day, cuts(sample.as_of_day, sample.label_day, sample.y, settings)
)
for fold in folds:
    assert sample.label_day[fold.train].max() <= fold.cut_day <= sample.as_of_day[fold.test].min()
    print(f"{fold.name}: learns from {len(fold.train):,} rows, is tested on {len(fold.test):,}")
models = []
predictions = predict(
    sample, folds, city.features, credit, settings.fit, told=lambda _, model: models.append(model)
)
judgement = judge(sample, predictions, replicates=settings.replicates, seed=settings.seed)

# %%
areas = {name: one.auc for name, one in judgement.evaluations.items()}
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 3.6))
for place, area in enumerate(areas.values()):
    left.plot([area.low, area.high], [place, place], color="black")
    left.plot(area.value, place, "o")
left.set_yticks(range(len(areas)), list(areas))
left.axvline(0.5, color="grey", lw=0.8)
left.set(xlabel="AUC out of time (95 % interval by business)")
tested = sample.take(predictions.rows)
for name, score in predictions.scores.items():
    order = np.argsort(-score, kind="stable")
    found = np.cumsum(tested.y[order]) / tested.y.sum()
    right.plot(np.arange(1, len(order) + 1) / len(order), found, label=name)
right.plot([0, 1], [0, 1], color="grey", lw=0.8)
right.set(xlabel="share of businesses inspected, riskiest first", ylabel="share of problems found")
right.legend(fontsize=8)
plt.tight_layout()
pd.DataFrame({name: one.figures() for name, one in judgement.evaluations.items()}).T[
    ["auc", "ks", "lift_top_decile", "precision_at_capacity"]
]

# %% [markdown]
# **What you see.** The model ranks better than chance and finds in the riskiest tenth clearly
# more than drawing lots would find. Ranking by past violations finds little: nearly nobody *has*
# past violations.
#
# **What it means.** The gain of the model over the spreadsheet is real. Over the scorecard it may
# not be: read the intervals of the differences, not the two numbers.

# %%
assert areas[MODEL].low > 0.5
assert judgement.model.lift_top_decile > 1.5
assert judgement.advantage["past_violations"].low > 0
pd.Series({name: str(ahead) for name, ahead in judgement.advantage.items()}, name="model ahead by")

# %% [markdown]
# ## Do probabilities mean what they say?
#
# A margin is not a probability. Isotonic calibration, made and judged on different businesses:

# %%
margin = predictions.scores[MODEL]
probability = cross_calibrated(tested, margin, settings.seed)
bins = reliability(tested.y, probability, bins=6)
figure, axes = plt.subplots(figsize=(4.4, 4))
axes.plot([b[1] for b in bins], [b[2] for b in bins], "o-")
top = max(b[1] for b in bins) * 1.2
axes.plot([0, top], [0, top], color="grey", lw=0.8)
axes.set(xlabel="probability said", ylabel="share that happened", title="Reliability")
plt.tight_layout()
assert abs(probability.mean() - tested.y.mean()) < 0.005

# %% [markdown]
# ## What may be said to a business's face
#
# A feature declared `RISK_UP` may never lower the risk when it rises. Do not trust the constraint:
# test it on the fitted model. Each feature is moved over the values it takes, all else held.

# %%
model = models[-1]
some = tested.X[:: max(1, len(tested) // 100)]
wrong = []
for column, feature in enumerate(city.features):
    if feature.direction is Direction.EITHER or feature.categorical:
        continue
    values = np.unique(tested.X[:, column][~np.isnan(tested.X[:, column])])
    if len(values) < 2:
        continue
    values = values[np.unique(np.linspace(0, len(values) - 1, 5).astype(int))]
    moved = []
    for value in values:
        rows_then = some.copy()
        rows_then[:, column] = value
        moved.append(model.margins(rows_then))
    steps = np.diff(np.array(moved), axis=0) * (1 if feature.direction is Direction.RISK_UP else -1)
    if (steps < -1e-9).any():
        wrong.append(feature.name)
constrained = sum(f.direction is not Direction.EITHER and not f.categorical for f in city.features)
print(f"{constrained} constrained features, {len(wrong)} of them broken")
assert wrong == []

# %%
names = [feature.name for feature in city.features]
explainer = shap.TreeExplainer(lightgbm.Booster(model_str=model.text), feature_names=names)
shap.plots.beeswarm(explainer(tested.X[:1500]), max_display=12, show=False)
plt.tight_layout()

# %% [markdown]
# **What you see.** Colour and side agree for constrained features: red (high) values of a `RISK_UP`
# feature lie on the right.
#
# ## Is my idea better?
#
# The fair way to compare: same rows, same folds, the difference with its interval. Here: very small
# trees (two leaves: no interactions at all), which would be easier to explain.

# %%
stumps = replace(settings.fit, leaves=2, depth=1, max_rounds=300)
fold = folds[-1]
past, month = sample.take(fold.train), sample.take(fold.test)
areas = {
    name: auc_interval(month.y, one.margins(month.X), month.entity_id)
    for name, one in {"as declared": model, "stumps": fit(past, city.features, stumps)}.items()
}
difference = areas["as declared"].minus(areas["stumps"])
for name, area in areas.items():
    print(f"{name:12} {area}")
print(f"difference   {difference}")
if difference.low > 0 or difference.high < 0:
    print("one of the two is better on these businesses")
else:
    print(
        f"neither is proved better: {int(month.y.sum())} positives are too few to tell them apart"
    )
assert difference.low < 0 < difference.high

# %% [markdown]
# **What you see.** Two numbers that differ, and a difference that may be nought.
#
# **What it means.** On a city of this size a month of tests cannot tell these models apart. Use
# `training.study.rolling_origin_study` over many months, or more businesses, before you believe in
# an improvement; and if two are equally good, keep the one in force.
#
# **What to do next.** Write the idea down as an experiment (`experiments/`: the prediction before,
# the verdict after). `xinheng train` then makes bundle, model card and MLflow run, and the gate
# decides. To see what a single score is made of, go to [explain one
# business](4_explain_one_business.py).

# %%
said = probabilities(margin, calibrate(tested.y, margin))
assert np.all(np.diff(said[np.argsort(margin)]) >= 0)  # calibration never changes the order
