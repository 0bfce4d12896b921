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
# # 5 · Investigate drift 查漂移
#
# The city changes under its models. The invented Ningbo of `make notebooks` was made with a known
# change (`--drift 2025-08-01`): whoever sells online behaves worse month by month, and a campaign
# makes consumers complain more, whatever the conduct. And in the middle of it a law changed. Which
# of these do the records show, which does the score notice, and what is to be done?
#
# 城市在变,模型是否还可信:是法律变了、行为变了,还是上报变了?

# %%
import os
from datetime import date
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from features import as_of
from features.builder import build
from features.catalogue import load_catalogue
from features.snapshot import Snapshot
from serving.answers.edition import trusted_keys
from serving.bundle.folder import load_bundle
from serving.settings import read_settings
from serving.store.scores import Scores
from training import drift
from training.calendar import day_of
from training.cohort import population
from training.findings import load_bounds
from training.psi import psi

home = Path(os.environ.get("XINHENG_HOME", "../var/notebooks"))
catalogue = load_catalogue("ningbo")
city = catalogue.jurisdiction
snapshot = Snapshot.current(home)
before_day, after_day = date(2025, 7, 31), date(2026, 7, 31)

# %% [markdown]
# ## Compare the same season
#
# Half the city files its annual report in spring: July looks unlike January in every year. So
# compare a month with the same month a year before, everyone open then with everyone open now. The
# records are bitemporal: last year's features come out as they were known last year.


# %%
def as_known_on(day: date) -> pd.DataFrame:
    """Every feature of everyone open on a day."""
    matrix = build(catalogue, snapshot, population(snapshot, day_of(day)).spine, home)
    return matrix.read().to_pandas()


before, after = as_known_on(before_day), as_known_on(after_day)
names = [feature.name for feature in city.features if not feature.peers]
index = pd.Series(
    {name: psi(before[name].to_numpy(), after[name].to_numpy()) for name in names}
).sort_values(ascending=False)
print(index.head(5).to_string())
assert index.max() < 0.1

# %% [markdown]
# **What you see.** The population stability index of every feature is far below 0.1, the usual
# bound of "no change".
#
# **What it means.** Do not go home yet. The index weighs a change by how many businesses it
# concerns: where 98 in 100 have nothing, those with something may double and it hardly moves. The
# interesting features of supervision are all like that.
#
# ## Count who has anything at all
#
# For such features ask how many businesses have any value but the usual one, and how surely the
# ratio of the two years is not 1. The fourteen surest:

# %%
usual = {name: before[name].fillna(-1).mode()[0] for name in names}
counts = pd.DataFrame(
    {
        "before": {name: int((before[name].fillna(-1) != usual[name]).sum()) for name in names},
        "after": {name: int((after[name].fillna(-1) != usual[name]).sum()) for name in names},
    }
)
counts = counts[counts.min(axis=1) >= 5]
counts["ratio"] = counts["after"] / len(after) / (counts["before"] / len(before))
error = np.sqrt(1 / counts["before"] + 1 / counts["after"])
counts["z"] = np.log(counts["ratio"]) / error
moved = counts.reindex(counts["z"].abs().nlargest(14).index).sort_values("ratio")
figure, axes = plt.subplots(figsize=(8, 0.32 * len(moved) + 1))
low, high = (moved["ratio"] * np.exp(side * 1.96 * error[moved.index]) for side in (-1, 1))
axes.hlines(range(len(moved)), low, high, color="black")
axes.plot(moved["ratio"], range(len(moved)), "o")
axes.set_yticks(range(len(moved)), moved.index)
axes.axvline(1, color="grey", lw=0.8)
axes.set(xscale="log", xlabel="businesses with a value, a year later (ratio, 95 % interval)")
plt.tight_layout()
moved

# %% [markdown]
# **What you see.** Penalties from elsewhere fell: far fewer businesses have one than a year ago.
# Nothing like that was in the drift we asked for.

# %%
elsewhere = counts.loc["penalty_elsewhere_count_36m"]
print(f"a penalty from elsewhere in 36 months: × {elsewhere['ratio']:.2f}, z {elsewhere['z']:.1f}")
assert elsewhere["ratio"] < 0.8

# %% [markdown]
# ## First suspect: the law
#
# Ask the time cut itself why records are not seen, month by month, and the source which rules of
# use began in between.

# %%
source = city.source("penalties_elsewhere")
rows = pd.read_parquet(snapshot.source(source.name))
rows = rows.astype(object).where(rows.notna(), None).to_dict("records")
ends = pd.date_range(before_day, after_day, freq="ME")
why = pd.DataFrame(
    [
        pd.Series(
            [as_of.why_not_seen(row, int(end.timestamp() // 86_400)) or "seen" for row in rows]
        ).value_counts()
        for end in ends
    ],
    index=ends,
).fillna(0)
axes = why[["seen", "expired", "repaired", "not_final"]].plot(figsize=(8, 3), marker="o")
axes.set(ylabel="versions", title="Penalties from elsewhere: seen or not, and why")
plt.tight_layout()
for rule in source.dates.use:
    if rule.effective_from:
        print(rule.effective_from, rule.reference)
started = [rule.effective_from for rule in source.dates.use]
assert any(str(before_day) < day <= str(after_day) for day in started)

# %%
jump = why["expired"].diff()
print(f"most expired in the month to {jump.idxmax().date()}: {int(jump.max())}")
assert jump.max() > 3 * jump.drop(jump.idxmax()).max()

# %% [markdown]
# **What you see.** In one month most of them *expired* together: a rule that shortens the period of
# use came into force.
#
# **What it means.** This is no drift of conduct. It is the law doing what it says, and every score
# follows it, as it should. What it asks for is retraining, so that the model stops expecting what
# may no longer be used.
#
# ## Second suspect: behaviour
#
# Those who sell online, against the others.

# %%
LOOKED = ["online_lead_verified_count_12m", "platform_sanction_count_12m"]


def shares(people: pd.DataFrame) -> pd.Series:
    """Share of the businesses with each sign in twelve months."""
    return pd.Series(
        {
            "somebody looked: lead or sanction": (people[LOOKED] > 0).any(axis=1).mean(),
            "somebody says: complaint": (people["complaint_count_12m"] > 0).mean(),
        }
    )


groups = {
    ("online", "before"): before.query("shop_count_current > 0"),
    ("online", "after"): after.query("shop_count_current > 0"),
    ("others", "before"): before.query("shop_count_current == 0"),
    ("others", "after"): after.query("shop_count_current == 0"),
}
seen = pd.DataFrame({group: shares(people) for group, people in groups.items()})
axes = seen["online"].plot.bar(figsize=(7, 3), rot=0, color=["#adb5bd", "#c92a2a"])
axes.set(ylabel="share of online sellers", title="Signs about those who sell online")
plt.tight_layout()
seen.map("{:.2%}".format)

# %%
grown = {group: seen[group]["after"] / seen[group]["before"] for group in ("online", "others")}
looked, says = seen.index
print(f"lead or sanction about online sellers: × {grown['online'][looked]:.1f}")
print(f"complaints about the others: × {grown['others'][says]:.1f}")
assert grown["online"][looked] > 1.1
assert grown["others"][says] > 1.05

# %% [markdown]
# **What you see.** About those who sell online there are more verified leads and sanctions by their
# platforms: somebody looked, so it says something about conduct. Complaints rise about the others
# too, and a complaint is only a claim.
#
# **What it means.** Two different changes. The first changes *who* breaks rules; the second changes
# *what a complaint means*, so that the same count now speaks less than it did when the model
# learned.
#
# ## What really happened
#
# Only an invented city can answer this: `truth/` holds the conduct that no department knows.

# %%
truth_file = next(home.glob("city*/**/truth/conduct.parquet"))
truth = pd.read_parquet(truth_file)
sellers = set(after.query("shop_count_current > 0")["entity_id"])
truth["group"] = np.where(truth["uscc"].isin(sellers), "online", "others")
truth["month"] = pd.to_datetime(truth["month"].astype(str), format="%Y%m")
truth = truth[truth["month"] >= "2024-08-01"]
monthly = truth.groupby(["month", "group"])[["violation", "checked"]].mean().unstack()
figure, (left, right) = plt.subplots(1, 2, figsize=(11, 3.2))
monthly["violation"].plot(ax=left, title="broke a rule in the month (truth)")
monthly["checked"].plot(ax=right, title="was checked in the month")
for axes in (left, right):
    axes.axvline(pd.Timestamp("2025-08-01"), color="grey", lw=0.8)
    axes.set_ylabel("share of businesses")
plt.tight_layout()

# %%
split = (
    truth.assign(late=truth["month"] >= "2026-02-01")
    .groupby(["group", "late"])[["violation", "checked"]]
    .mean()
)
worse = split.loc[("online", True), "violation"] / split.loc[("online", False), "violation"]
print(split.map("{:.2%}".format))
print(f"violations of online sellers: × {worse:.1f}")
assert worse > 2
assert split.loc[("online", True), "checked"] < 0.02
assert (
    0.8
    < split.loc[("others", True), "violation"] / split.loc[("others", False), "violation"]
    < 1.25
)

# %% [markdown]
# **What you see.** Their conduct became several times worse, that of the others stayed, and hardly
# anybody looked: not one online seller in fifty is checked in a month.
#
# **What it means.** The records show a fraction of a change that nobody inspects. A calm drift
# report is no proof of calm.
#
# ## Did the score notice?

# %%
settings = read_settings({"XINHENG_HOME": str(home), "XINHENG_JURISDICTION": "ningbo"})
inputs = Scores.current(home).manifest.inputs
bundle = load_bundle(home / "bundles" / inputs.bundle, trusted_keys(settings))
scale = bundle.manifest.score


def scores_of(people: pd.DataFrame) -> np.ndarray:
    """Score of each business by the bundle in force."""
    X = np.ascontiguousarray(
        people[list(bundle.feature_names)].to_numpy(dtype=float, na_value=np.nan)
    )
    return scale.offset - scale.factor * bundle.models["credit"].scorer.margins(X)


scored = {group: scores_of(people) for group, people in groups.items()}
everyone = [np.concatenate([scored["online", t], scored["others", t]]) for t in ("before", "after")]
figure, axes = plt.subplots(figsize=(8, 3))
for label, values in zip(("before", "after"), everyone, strict=True):
    axes.hist(values, bins=60, histtype="step", density=True, label=f"{label}: everyone")
shift = drift.moved(*everyone)
axes.set(xlabel="score", title=f"PSI {shift.psi:.3f}, {shift.distance:.1f} points apart")
axes.legend()
plt.tight_layout()
fall = {g: scored[g, "after"].mean() - scored[g, "before"].mean() for g in ("online", "others")}
due = np.log2(worse) * scale.pdo
print({group: f"{points:+.1f} points" for group, points in fall.items()})
print(f"the odds of online sellers would be worth {-due:.0f} points")
assert shift.distance < load_bounds(catalogue.policy_folder, after_day).score_points
assert abs(fall["online"]) < due / 2

# %% [markdown]
# **What you see.** The score moved by less than half of what the worse conduct of those who sell
# online would be worth, and by less than the watch calls a move. Its index may be large all the
# same: where many have one score, it jumps as soon as they have another.
#
# **What it means.** The model learned from years in which selling online was harmless. It will not
# notice until checks have found out and labels have ripened, more than a year from now.
#
# **What to do next.**
#
# 1. The law: retrain on today's snapshot (`xinheng train`); the gate shows what moves.
# 2. Behaviour: ask for more *random* checks of online sellers. Only they measure what nobody looks
#    at.
# 3. Reporting: watch calibration of the complaint features; do not add more of them.
# 4. Every month: the drift report, with the same comparisons for everything at once.
