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
# # 4 · Explain one business 解释一户
#
# A tier is worth as much as its explanation. This notebook takes the riskiest business whom no hard
# rule decided, and follows its score down to the records, checks the arithmetic against `shap`,
# asks what would be otherwise, and finds the way back.
#
# 从分数到记录:为什么是这个类别,能不能对得上账,怎样才能改善。
#
# What is needed: a home folder with scores (`make notebooks`, or `xinheng score`).

# %%
import os
from pathlib import Path

import lightgbm
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import shap

from features.archive import records_of_source
from features.catalogue import load_catalogue
from features.snapshot import Snapshot
from serving.answers.answer import answer, subject_of
from serving.answers.edition import open_edition
from serving.answers.way_back import way_back_of
from serving.answers.what_if import Supposed, what_if
from serving.decision.points import read as tenths
from serving.manifest import TIERS
from serving.settings import read_settings
from serving.store.scores import Scores
from training.decision_plot import plotted

home = Path(os.environ.get("XINHENG_HOME", "../var/notebooks"))
catalogue = load_catalogue("ningbo")
settings = read_settings({"XINHENG_HOME": str(home), "XINHENG_JURISDICTION": "ningbo"})
scores = Scores.current(home)
edition = open_edition(settings, scores, catalogue)  # every hash and the signature are checked here
everyone = pd.read_parquet(scores.table)
print(
    f"{len(everyone):,} businesses scored as of {edition.as_of}, bundle {edition.bundle.name[:16]}"
)

# %% [markdown]
# ## Everyone first
#
# One score means nothing without the others.

# %%
cuts = edition.bundle.manifest.tiers
colours = {"A": "#2b8a3e", "B": "#1971c2", "C": "#e67700", "D": "#c92a2a"}
figure, axes = plt.subplots(figsize=(9, 3.2))
bins = np.linspace(everyone["tenths"].min(), everyone["tenths"].max(), 80) / 10
for tier in TIERS:
    axes.hist(
        everyone.query("model_tier == @tier")["tenths"] / 10,
        bins=bins,
        color=colours[tier],
        label=tier,
    )
axes.set(xlabel="score (higher is better)", ylabel="businesses", title="The model's tiers")
axes.legend()
plt.tight_layout()
pd.crosstab(everyone["model_tier"], everyone["tier"])

# %% [markdown]
# **What you see.** The model's tiers are slices of the score. The table shows them (rows) against
# the final tiers (columns): off the diagonal, a *rule* decided, after the model and always told
# apart from it.

# %%
moved = everyone.query("model_tier != tier")
assert (moved["rules"] != "").all()
assert everyone.groupby("model_tier")["tenths"].min()[["D", "C", "B", "A"]].is_monotonic_increasing
everyone["rules"].str.split().explode().value_counts()

# %% [markdown]
# ## One business
#
# The riskiest in tier D whom no rule decided: its tier is the model's alone.

# %%
business_id = everyone.query("tier == 'D' and rules == ''")["entity_id"].iloc[0]
decision = answer(edition, subject_of(edition, business_id)).decision
print(f"score {decision.score}, tier {decision.tier} (cut-offs {dict(decision.cutoffs)})")
known = decision.completeness
print(f"probability of the outcome within a year {decision.probability}")
print(f"{known.known} of {known.of} features are known")
assert decision.model_tier == decision.tier == "D"

# %% [markdown]
# ### The points
#
# `base + contributions = score`, to the printed tenth. The plot shows the printed points, so that
# nobody can find another number elsewhere.

# %%
points = plotted(decision)
explanation = shap.Explanation(
    points.points,
    base_values=points.base,
    data=np.array(points.values, dtype=object),
    feature_names=list(points.names),
)
shap.plots.waterfall(explanation, max_display=14)

# %%
told = decision.explanation
assert tenths(told.base) + sum(tenths(c.points) for c in told.contributions) + tenths(
    told.limit
) == tenths(decision.score)
by_group = pd.Series({f"{g.key} {g.title.en}": tenths(g.points) / 10 for g in told.by_group})
assert abs(by_group.sum() - points.points.sum()) < 0.05
by_group

# %% [markdown]
# ### Do not take our word for it
#
# The service computes Shapley values with its own compiled kernel and imports no `shap`. Here
# `shap` and LightGBM explain the same row with the same model; margins become points by the score's
# scale.

# %%
model = (home / "bundles" / edition.bundle.name / "models" / "credit.txt").read_text()
row = np.array([[np.nan if v is None else v for v in decision.vector.values()]])
theirs = shap.TreeExplainer(lightgbm.Booster(model_str=model))(row).values[0]
scale = edition.bundle.manifest.score
expected = dict(zip(decision.vector, -scale.factor * theirs, strict=True))
ours = {c.feature: tenths(c.points) / 10 for c in told.contributions}
worst = max(abs(expected[name] - value) for name, value in ours.items())
print(f"largest difference from shap: {worst:.3f} points (printing rounds to a tenth)")
assert worst < 0.1

# %% [markdown]
# ## The reasons and their records
#
# At most four principal reasons, and not against the average of everybody: against businesses
# **just inside the better tier**. Each carries the ids of the records behind it; here they are.

# %%
for reason in decision.reasons:
    print(f"{reason.code} {reason.points:>6}  {reason.text.zh} · {reason.text.en}")
    print(f"      {reason.source}: {', '.join(reason.record_ids) or 'absence of records'}")
assert 1 <= len(decision.reasons) <= 4
assert all(tenths(reason.points) < 0 for reason in decision.reasons)

# %%
first = next(reason for reason in decision.reasons if reason.record_ids)
snapshot = Snapshot.open(home, scores.manifest.inputs.snapshot)
rows = pd.DataFrame(records_of_source(snapshot, first.source, 100, business=business_id))
behind = rows[rows["event_key"].isin(first.record_ids)].dropna(axis=1, how="all")
assert set(behind["event_key"]) == set(first.record_ids)
behind.T

# %% [markdown]
# **What it means.** If a business objects, this row is what it objects to, and the department that
# delivered it must answer. A reason without a record behind it would be a rumour.
#
# ## What if?
#
# Suppose that record were repaired (the law lets many records be repaired and then neither used nor
# shared). Nothing is stored; both decisions come from the same code.

# %%
supposed = what_if(edition, business_id, Supposed(repaired=((first.source, first.record_ids[0]),)))
now, then = supposed.now.decision, supposed.then.decision
print(f"now {now.tier} {now.score}, then {then.tier} {then.score}; milder: {supposed.milder}")
assert then.score != now.score
pd.DataFrame(
    [(one.feature, one.now.en, one.then.en) for one in supposed.differs],
    columns=["feature", "now", "then"],
)

# %% [markdown]
# **What you see.** One record usually stands behind several features; taking it away moves them
# together. That is why suppositions are made about *records*, not about numbers.
#
# ## The way back
#
# Not a counterfactual in feature space ("be 300 days older"), but lawful steps and the passing of
# time: the definitions are run again on the records as they would be, day by day for three years.

# %%
back, _ = way_back_of(edition, business_id)
reached = pd.DataFrame(
    [
        (
            better.tier,
            better.untouched.on if better.untouched else "not within 36 months",
            better.soonest.reached.on if better.soonest else "–",
            ", ".join(better.soonest.steps) if better.soonest else "",
        )
        for better in back.better
    ],
    columns=["tier", "by waiting", "by acting", "steps"],
)
assert [better.tier for better in back.better] == ["C", "B", "A"]
for better in back.better:
    if better.untouched and better.soonest:
        assert better.soonest.reached.on < better.untouched.on
reached

# %%
dates, tiers = [back.as_of], [back.tier]
for better in back.better:
    days = [way.on for way in (better.untouched, better.soonest and better.soonest.reached) if way]
    if days:
        dates.append(min(days))
        tiers.append(better.tier)
figure, axes = plt.subplots(figsize=(8, 2.6))
axes.step(
    pd.to_datetime([*dates, back.until]),
    [TIERS.index(t) for t in [*tiers, tiers[-1]]],
    where="post",
)
axes.set_yticks(range(4), TIERS)
axes.invert_yaxis()
axes.set(title="Earliest day of each better tier", ylabel="tier")
plt.tight_layout()

# %% [markdown]
# **What you see.** A better tier comes either by waiting (records leave their windows) or sooner by
# a step the law allows; where acting gains nothing the table says so.
#
# **What it means.** Every date above is a decision that was really made, with a hash. It can be
# told to the business.
#
# **What to do next.** `xinheng explain ID --format pdf` gives the same as a document, `xinheng
# changes ID` says why a score moved between two months. If explanations of many businesses shift at
# once, go to [drift](5_investigate_drift.py).
