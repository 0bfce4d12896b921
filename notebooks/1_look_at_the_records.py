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
# # 1 · Look at the records 看记录
#
# Before any model: what did the departments deliver, what became of it, and **when did we learn
# it**? Whoever skips this notebook will sooner or later train on the future.
#
# 先看数据:各部门交来了什么、收下了多少、什么时候才知道。
#
# What is needed: a home folder with records; `make notebooks` makes one (an invented Ningbo).

# %%
import os
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

from features import as_of
from features.archive import every_snapshot
from features.catalogue import load_catalogue
from features.ingest import Reconciliation
from features.snapshot import Snapshot

home = Path(os.environ.get("XINHENG_HOME", "../var/notebooks"))
catalogue = load_catalogue("ningbo")
city = catalogue.jurisdiction
snapshot = Snapshot.current(home)
print(
    f"{city.title.zh} {city.title.en}: {len(city.sources)} sources, snapshot {snapshot.name[:16]}"
)

# %% [markdown]
# ## Nothing is lost
#
# A snapshot is everything the city held after one delivery; earlier ones stay. Its manifest carries
# the account of the delivery: each row that was read is in exactly one of the other columns. If the
# sum did not hold, stop here: no figure further down would mean anything.

# %%
accounts = [
    Reconciliation.from_json(dict(one.manifest.reconciliations[-1])) for one in every_snapshot(home)
]
fates = ["accepted", "new_versions", "duplicates", "quarantined", "out_of_scope"]
account = pd.DataFrame(
    [{fate: one.total(fate) for fate in ["read", *fates]} for one in accounts],
    index=[f"delivery {number}" for number in range(1, len(accounts) + 1)],
)
assert (account["read"] == account[fates].sum(axis=1)).all()
assert len(account) >= 2
account

# %% [markdown]
# What was quarantined is kept verbatim with every fault (`xinheng records rejected`), so that a
# department can mend it. It is not in the files below.
#
# ## What there is
#
# One Parquet file per source. A row is a *version* of a record: when a department corrects
# something, the earlier version stays and says from which day it no longer counts.

# %%
held = {one.name: pd.read_parquet(snapshot.source(one.name)) for one in city.sources}
sizes = pd.DataFrame(
    {
        "versions": {name: len(rows) for name, rows in held.items()},
        "corrected": {
            name: int(rows["superseded_day"].notna().sum()) for name, rows in held.items()
        },
        "of nobody": {name: int(rows["entity_id"].isna().sum()) for name, rows in held.items()},
    }
).sort_values("versions")
axes = sizes[["versions", "corrected"]].plot.barh(figsize=(8, 9), width=0.8, logx=True)
axes.set_xlabel("versions of records (log scale)")
axes.set_title("What each source holds")
plt.tight_layout()

# %% [markdown]
# **What you see.** A few sources carry most rows; penalties, the heart of the outcome, are among
# the small ones. Many versions were corrected later: a complaint arrives open and comes back with
# its result.
#
# **What it means.** Positives will be rare, and a feature that reads today's version of a record
# would see results that nobody knew at the time.

# %%
assert len(held["penalties"]) < len(held["annual_reports"])
assert (sizes["corrected"] > 0).sum() >= 10
sizes.tail(8)

# %% [markdown]
# ## When did we learn it?
#
# Every version carries the day it happened (`event_day`) and the day we learned of it
# (`known_day`), as days since 1970. The distance between the two is what separates an honest
# feature from a leak.

# %%
shown = ["complaints", "samples", "random_checks", "online_leads", "penalties"]
first = {name: held[name].query("version == 1") for name in shown}
lags = {name: (rows["known_day"] - rows["event_day"]).to_numpy() for name, rows in first.items()}
figure, axes = plt.subplots(figsize=(8, 3.5))
for name, lag in lags.items():
    days = np.sort(lag)
    axes.step(days, np.arange(1, len(days) + 1) / len(days), where="post", label=name)
axes.set(
    xlim=(0, 60),
    xlabel="days from the event until we knew of it",
    ylabel="share of records",
    title="Nothing is known on the day it happens",
)
axes.legend(fontsize=8)
plt.tight_layout()
pd.DataFrame(
    {name: pd.Series(lag).describe(percentiles=[0.5, 0.95]) for name, lag in lags.items()}
).T

# %% [markdown]
# **What you see.** The median is days, the tail is weeks: late deliveries.
#
# **What it means.** On the last day of a month, part of that month is not known yet. Features as
# of that day must not see it, although the file you just read holds it.

# %%
assert all(np.median(lag) >= 1 for lag in lags.values())

# %% [markdown]
# ## The one time cut
#
# `features.as_of` is the only place that says what could be used on a day. Here it is at work on
# penalties: how many versions did a feature see as of each month end, and why not the others?

# %%
penalties = held["penalties"].astype(object).where(held["penalties"].notna(), None)
rows = penalties.to_dict("records")
months = pd.date_range("2023-06-30", "2026-07-31", freq="QE")
days = [int(month.timestamp() // 86_400) for month in months]
reasons = pd.DataFrame(
    [
        pd.Series([as_of.why_not_seen(row, day) or "seen" for row in rows]).value_counts()
        for day in days
    ],
    index=months.strftime("%Y-%m"),
).fillna(0)
axes = reasons.plot.bar(stacked=True, figsize=(9, 4), width=0.85, colormap="tab20")
axes.set(
    ylabel="versions of penalties", title="What a feature sees of penalties, and why not the rest"
)
axes.legend(fontsize=8, loc="upper left", bbox_to_anchor=(1, 1))
plt.tight_layout()

# %% [markdown]
# **What you see.** Over time fewer versions are *not yet known*, and more are *superseded* by a
# correction, *expired* (the law's period of use is over), *repaired* or *excluded* (a warning
# alone never counts). Those *not final* are still open to challenge.
#
# **What it means.** The same query run on the raw files would count all of them. Never filter
# records by hand; declare a feature (notebook 2) and let the engine cut.

# %%
assert reasons["not_yet_known"].iloc[0] > reasons["not_yet_known"].iloc[-1]
assert reasons["seen"].max() < len(rows)
assert {"superseded", "excluded", "not_final"} <= set(reasons.columns)

# %% [markdown]
# The proof that the cut works is a property, tested for every feature: *delete everything learned
# after the as-of day and nothing changes.* Try it on one record that was corrected later:

# %%
corrected = held["complaints"].dropna(subset=["superseded_day"]).iloc[0]
earlier, later = int(corrected["known_day"]), int(corrected["superseded_day"])
versions = held["complaints"].query("event_key == @corrected.event_key")
versions = versions.astype(object).where(versions.notna(), None).to_dict("records")
seen_then = [row["version"] for row in versions if as_of.seen(row, earlier)]
seen_later = [row["version"] for row in versions if as_of.seen(row, later)]
print(f"versions seen when it arrived: {seen_then}; after the correction: {seen_later}")
assert seen_then == [1]
assert 1 not in seen_later

# %% [markdown]
# ## Who is it about?
#
# Records without a usable code are linked by name, with a probability, or to nobody. "To nobody"
# is a blind spot of supervision, not a fault of the business, and no score uses it.

# %%
nobody = (sizes["of nobody"] / sizes["versions"]).sort_values(ascending=False)
assert nobody.max() < 0.25
nobody.head(5).map("{:.1%}".format)

# %% [markdown]
# ## The shape of time
#
# Activity differs by season, and businesses come and go. Two months of one year are not
# comparable; the same month of two years is.

# %%
figure, axes = plt.subplots(figsize=(9, 3.5))
for name in ["annual_reports", "random_checks", "complaints"]:
    months = pd.to_datetime(held[name].query("version == 1")["event_day"], unit="D").dt.to_period(
        "M"
    )
    axes.plot(months.value_counts().sort_index().to_timestamp(), label=name)
axes.set(ylabel="new records a month", yscale="log", title="Seasons")
axes.legend(fontsize=8)
plt.tight_layout()

# %%
reports = pd.to_datetime(held["annual_reports"]["event_day"], unit="D").dt.month
assert (reports <= 6).mean() > 0.9  # the deadline is 30 June

# %% [markdown]
# **What you see.** Annual reports pile up before their deadline of 30 June.
#
# **What to do next.** Look at your own source the same way (change the names above), read its
# contract with `xinheng contracts page SOURCE`, and only then [define a
# feature](2_define_a_feature.py).
