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
# # 6 · Onboard a new city 接入新城市
#
# A city is a folder of declarations. No line of the engine changes: this notebook takes an invented
# harbour town from its departments' files to an explained tier, and nothing in `features/`,
# `training/` or `serving/` knows that it exists.
#
# 接入一座新城市只需写声明:从部门文件到可解释的类别。
#
# What is needed: nothing. Everything is made in a temporary folder.

# %%
import os
import tempfile
from datetime import date, timedelta
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import shap
from IPython.display import Code, Markdown

from features.builder import build
from features.catalogue import load_catalogue
from features.contract_page import contract_page
from features.contract_samples import faulty_samples, sample_records
from features.ingest import ingest, quarantined
from features.ingest.rules import fault_text
from features.snapshot import Snapshot
from serving.answers.answer import answer, subject_of
from serving.answers.edition import open_edition, trusted_keys
from serving.batch import score_everyone
from serving.bundle.folder import load_bundle
from serving.settings import read_settings
from training.cohort import population
from training.decision_plot import plotted
from training.fit import FitSettings
from training.plan import plan
from training.settings import TrainSettings
from training.train import train

folder = Path("harbour").resolve()
work = tempfile.TemporaryDirectory()
home = Path(work.name) / "home"

# %% [markdown]
# ## The declarations
#
# Sources (what a record is, whose it is, when it is known), features, reasons, the outcome. Policy
# is dated YAML beside it. The catalogue checks everything when it is loaded and tells **all**
# faults at once.

# %%
catalogue = load_catalogue(str(folder))
city = catalogue.jurisdiction
print(
    f"{city.title.zh} {city.title.en}: {len(city.sources)} sources, {len(city.features)} features"
)
print("policy:", ", ".join(sorted(path.name for path in (folder / "policy").glob("*.yaml"))))
source_text = (folder / "__init__.py").read_text(encoding="utf-8")
begin = source_text.index("INSPECTIONS = Source(")
Code(source_text[begin : source_text.index("FINES = Source(")], language="python")

# %% [markdown]
# ## What the department gets
#
# From the same declaration: the contract as a page, its JSON Schema, and test data. Send the page
# to the department before it sends you a file.

# %%
inspections = city.source("inspections")
Markdown(contract_page(city, inspections))

# %%
good = pd.DataFrame([one.fields for one in sample_records(city, inspections, 3)])
bad = pd.DataFrame([one.fields for one in faulty_samples(city, inspections)])
print("rows that would be taken in:")
print(good.to_string(index=False))
print("rows that would be held back, each for one broken rule:")
print(bad.to_string(index=False))
assert len(bad) >= 3

# %% [markdown]
# ## The first delivery
#
# Invented: 400 businesses over four years. Some are careless; they are found with problems and
# fined more often. Like every real delivery it is not clean: two rows have no date, one has an
# unknown result.

# %%
rng = np.random.default_rng(7)
first, last = date(2020, 1, 1), date(2023, 12, 31)
names = [f"H-{number:04}" for number in range(400)]
careless = rng.random(len(names)) < 0.2
span = (last - first).days


def some_days(expected: float) -> list[date]:
    """Days drawn from the span; how many follows a Poisson law."""
    return [first + timedelta(int(d)) for d in rng.integers(0, span, rng.poisson(expected))]


licences, checks, fines = [], [], []
for name, risky in zip(names, careless, strict=True):
    licences.append((name, f"Shop {name}", first - timedelta(int(rng.integers(30, 3000))),
                     rng.choice(["quay", "hill"])))  # fmt: skip
    for day in some_days(6):
        found = "found" if rng.random() < (0.5 if risky else 0.1) else "ok"
        checks.append(
            (f"I{len(checks)}", name, day, day + timedelta(int(rng.integers(1, 21))), found)
        )
    for day in some_days(5 if risky else 0.5):
        fines.append((f"F{len(fines)}", name, day, int(rng.integers(1, 50)) * 10))
fines.append(("F-last", names[0], last - timedelta(12), 10))
checks[5] = (*checks[5][:2], None, *checks[5][3:])
checks[6] = (*checks[6][:2], None, *checks[6][3:])
checks[7] = (*checks[7][:4], "unsure")

delivery = Path(work.name) / "delivery"
delivery.mkdir()
tables = {
    "licences": pd.DataFrame(licences, columns=["Licence", "Name", "Issued", "Quarter"]),
    "inspections": pd.DataFrame(
        checks, columns=["Number", "Licence", "Held", "Reported", "Result"]
    ),
    "fines": pd.DataFrame(fines, columns=["File", "Licence", "Fined", "Amount"]),
}
for name, table in tables.items():
    table.to_csv(delivery / f"{name}-2023.csv", index=False)
account = ingest(catalogue, home, delivery, last)
print(account.to_table())

# %%
held_back = quarantined(home)
for row in held_back:
    source = city.source(row.source)
    print(
        row.file,
        "row",
        row.row,
        "·",
        "; ".join(fault_text(source, f.column, f.rule) for f in row.faults),
    )
assert len(held_back) == 3
assert account.total("read") == account.total("accepted") + account.total("quarantined")

# %% [markdown]
# **What you see.** Three rows are held back, verbatim and with the reason; everything else is in.
# Send the list to the department; `xinheng records correct` takes the mended row.
#
# **What it means.** A contract that is too strict shows here as a high share held back, one that is
# too loose as nonsense further down. Look at both before you go on.
#
# ## Features, the outcome, a model
#
# Settings are small because the town is small; a city uses the defaults. The model is judged out of
# time beside its challengers, held to the gate, and sealed in a signed bundle.

# %%
settings = TrainSettings(
    least_positives=20,
    replicates=100,
    reference_rows=10,
    track=False,
    fit=FitSettings(learning_rate=0.1, max_rounds=60, patience=60, min_rows_in_leaf=20,
                    min_hessian_in_leaf=0.5),
)  # fmt: skip
snapshot = Snapshot.current(home)
result = train(catalogue, snapshot, home, settings=settings)
figures = pd.DataFrame(result.figures["credit"]).T[
    ["auc", "auc_low", "auc_high", "lift_top_decile"]
]
figure, axes = plt.subplots(figsize=(7, 2.4))
axes.hlines(range(len(figures)), figures["auc_low"], figures["auc_high"], color="black")
axes.plot(figures["auc"], range(len(figures)), "o")
axes.set_yticks(range(len(figures)), figures.index)
axes.axvline(0.5, color="grey", lw=0.8)
axes.set(xlabel="AUC out of time (95 % interval by business)")
plt.tight_layout()
for rule in result.rules:
    print({True: "holds", False: "FAILS", None: "not asked"}[rule.holds], rule.name, rule.found)

# %% [markdown]
# **What you see.** The model finds the careless, and so does the ranking by past violations: in
# this town past fines say nearly everything.
#
# **What it means.** An honest first result. If the plain ranking does as well as your model, the
# model is not yet worth its explanation, whatever its AUC.

# %%
assert result.promoted
assert figures.loc["model", "auc_low"] > 0.6
assert figures.loc["past_violations", "auc"] > 0.6

# %% [markdown]
# ## Tiers, and one of them explained

# %%
service = read_settings({"XINHENG_HOME": str(home), "XINHENG_JURISDICTION": str(folder)})
bundle = load_bundle(home / "bundles" / result.bundle, trusted_keys(service))
day = plan(catalogue, snapshot, settings).scored_day
matrix = build(catalogue, snapshot, population(snapshot, day).spine, home)
scores = score_everyone(catalogue, snapshot, bundle, matrix, home)
edition = open_edition(service, scores, catalogue)
table = pd.read_parquet(scores.table)
table["careless"] = table["entity_id"].isin(np.array(names)[careless])
worst = answer(edition, subject_of(edition, table["entity_id"].iloc[0])).decision
points = plotted(worst)
print(f"{worst.business.name}: tier {worst.tier}")
shap.plots.waterfall(
    shap.Explanation(points.points, base_values=points.base,
                     data=np.array(points.values, dtype=object), feature_names=list(points.names)),
)  # fmt: skip
table.groupby("tier")["careless"].agg(["mean", "count"])

# %% [markdown]
# **What you see.** We know who is careless, because we invented them: their share rises from tier A
# to tier D. On real records nobody knows; only later outcomes tell.

# %%
share = table.groupby("tier")["careless"].mean()
assert share["A"] < 0.2 < share["D"]
assert worst.tier == "D"
for reason in worst.reasons:
    print(
        f"{reason.points:>6}  {reason.text.zh} · {reason.text.en}  [{', '.join(reason.record_ids)}]"
    )

# %% [markdown]
# **What to do next.** Copy `notebooks/harbour` beside your data, replace one source at a time, run
# `xinheng --jurisdiction FOLDER contracts check SOURCE FILE` on what the department really sends,
# and write the policy with those who own it. Two real cities are in `experiments/cities/`. Then
# begin again at [look at the records](1_look_at_the_records.py), with your own home folder in
# `XINHENG_HOME`.

# %%
work.cleanup()
assert not os.path.exists(work.name)
