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
# # 2 · Define a feature 定义指标
#
# A feature is **declared, not coded**: source, measure, filter, window, direction, meaning of
# missing, legal basis, phrase. From the one declaration come the batch SQL, the single-business
# computation inside a request, the page of the catalogue, the monotone constraint of the models and
# the sentence that a business reads.
#
# 指标是声明出来的,不是写代码算出来的。
#
# The question of this notebook: the catalogue reads the debt ratio of the *latest* annual report.
# One year may be an accident. Is the **mean over three years** the better witness?

# %%
import os
from dataclasses import replace
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from IPython.display import Markdown

from features import as_of
from features.builder import build
from features.catalogue import Catalogue, faults_of, load_catalogue
from features.contracts import Direction, Feature, Latest, Mean, Months, Phrase
from features.engines.single import compute
from features.page import markdown
from features.peers import Peers
from features.records_of import records_of
from features.snapshot import Snapshot
from training.calendar import date_of
from training.cohort import cohort_rows, population
from training.concordance import auc_interval
from training.fit import fit
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
# ## What the department says about the column
#
# The contract of the source tells what a column means and how far its dates can be trusted. Read it
# before anything else (`xinheng contracts page annual_reports`).

# %%
reports = city.source("annual_reports")
column = reports.column("debt_percent")
print(f"{reports.title.zh} {reports.title.en}: {column.meaning}")
print(reports.dates.trust)

# %% [markdown]
# ## The declaration
#
# `RISK_UP` is a promise: all else equal, a higher ratio never lowers the risk. It becomes a
# monotone constraint, so only promise what you could say to the business's face. Missing means that
# it filed no report with a ratio; sole traders never do.

# %%
debt = Feature(
    name="debt_percent_mean_36m",
    source="annual_reports",
    measure=Mean("debt_percent"),
    where=city.feature("debt_percent_latest").where,  # the kind of business that states it
    window=Months(36),
    unit="percent",
    scale=1_000_000,
    meaning=Phrase(
        "近36个月年报资产负债率均值(%)", "Mean debt ratio of the reports of 36 months (%)"
    ),
    direction=Direction.RISK_UP,
    missing="no annual report with a debt ratio",
    group="R02",
    reason="R217",
    legal_basis="《企业信息公示暂行条例》第九条",
)


def with_feature(feature: Feature) -> Catalogue:
    """Ningbo's declarations and one more."""
    return Catalogue(replace(city, features=(*city.features, feature)), catalogue.folder)


extended = with_feature(debt)
assert list(faults_of(extended.jurisdiction)) == []

# %% [markdown]
# ### What is refused
#
# The catalogue checks every declaration when it is loaded. A name of a person, an undeclared reason
# or a missing legal basis does not get through, whatever it would do for the AUC.

# %%
personal = replace(
    debt, name="complainant_latest", source="complaints", measure=Latest("complainant"), where=None
)
lawless = replace(debt, name="debt_without_basis", legal_basis="")
refused = {
    bad.name: [fault.what for fault in faults_of(with_feature(bad).jurisdiction)]
    for bad in (personal, lawless)
}
assert "personal data" in refused["complainant_latest"]
assert "incomplete" in refused["debt_without_basis"]
refused

# %% [markdown]
# ### What it becomes
#
# The same declaration as a page of the catalogue, with the SQL that both engines run.

# %%
page = markdown(Catalogue(replace(city, features=(debt,), links=()), catalogue.folder))
Markdown(page[page.index("### `") :])

# %% [markdown]
# ## Look at the values
#
# `build` computes every feature of a spine of (business, as-of day). Here: everyone open on the
# last month end that the records cover.

# %%
day = plan(catalogue, snapshot, settings).scored_day
everyone = population(snapshot, day)
matrix = build(extended, snapshot, everyone.spine, home)
values = matrix.read([debt.name, "debt_percent_latest"]).to_pandas()
known = values.dropna()
figure, (left, right) = plt.subplots(1, 2, figsize=(9, 3.4))
left.hist(known[debt.name], bins=40, color="#1971c2")
left.set(xlabel="mean debt ratio, 36 months (%)", ylabel="businesses")
right.scatter(known["debt_percent_latest"], known[debt.name], s=4, alpha=0.4)
right.set(xlabel="debt ratio of the latest report (%)", ylabel="mean, 36 months (%)")
figure.suptitle(f"Known for {len(known):,} of {len(values):,} businesses as of {date_of(day)}")
plt.tight_layout()

# %% [markdown]
# **What you see.** Most businesses have none (they are sole traders, or filed nothing). Among the
# others the mean goes with the latest report, loosely: a business's ratio changes from year to
# year.
#
# **What it means.** Missing is not nought: the model gives it a branch of its own. And there is
# something to average, so the question is worth asking.

# %%
assert 0.1 < len(known) / len(values) < 0.6
assert 0.2 < known[debt.name].corr(known["debt_percent_latest"]) < 0.9

# %% [markdown]
# ## One business by hand
#
# Never believe a feature that you have not computed once yourself. Take one business with several
# reports, cut its records with the one time cut, and compare: the batch value, the single-business
# engine (what a request runs) and your own mean on paper.

# %%
table = matrix.read(["entity_id", "annual_reports_36m", debt.name]).to_pandas().dropna()
one = table.sort_values(["annual_reports_36m", "entity_id"]).iloc[-1]
records = records_of(extended, snapshot, one["entity_id"], day)
counts = debt.where.test(extended.encode("annual_reports"))
start = (pd.Timestamp(date_of(day)) - pd.DateOffset(months=36)).to_period("M").to_timestamp("M")
ratios = [
    row["debt_percent"] / 1_000_000
    for row in records.own["annual_reports"]
    if as_of.seen(row, day)
    and counts(row)
    and date_of(row["event_day"]) > start.date()
    and row["debt_percent"] is not None
]
alone = compute(extended, records, day, Peers.read(matrix.peers))[debt.name]
print(f"reports: {', '.join(f'{ratio:.2f} %' for ratio in ratios)}")
print(f"by hand {np.mean(ratios):.6f}, batch {one[debt.name]:.6f}, single business {alone:.6f}")
assert len(ratios) > 1
assert one[debt.name] == alone
assert np.isclose(alone, np.mean(ratios))

# %% [markdown]
# ## Does it tell good from bad?
#
# Now the rows that models learn from: as-of days far enough back that the outcome of the following
# year is complete (its label is *mature*).

# %%
days = plan(extended, snapshot, settings)
rows = cohort_rows(extended, snapshot, days.days, settings.seed)
learnt = build(extended, snapshot, rows.spine, home)
credit = city.outcome("credit")
sample = sample_of(
    extended, snapshot, rows, read(learnt), credit,
    through=known_through(extended, snapshot), most_days=settings.most_days,
)  # fmt: skip
value = sample.X[:, -1]
ranked = auc_interval(sample.y, np.nan_to_num(value, nan=-1), sample.entity_id)
fifths = pd.qcut(value, 5, labels=["lowest fifth", "2", "3", "4", "highest fifth"])
band = pd.Series(fifths.astype(object)).where(~np.isnan(value), "none")
rates = pd.DataFrame({"band": band, "y": sample.y}).groupby("band")["y"].agg(["mean", "count"])
rates = rates.reindex(["none", *fifths.categories])
spread = 1.96 * np.sqrt(rates["mean"] * (1 - rates["mean"]) / rates["count"])
figure, axes = plt.subplots(figsize=(7, 3.2))
axes.bar(rates.index, rates["mean"], yerr=spread, color="#adb5bd", capsize=4)
axes.set(
    xlabel=debt.meaning.en,
    ylabel="share with the outcome",
    title=f"Alone it ranks with AUC {ranked}",
)
plt.tight_layout()

# %% [markdown]
# **What you see.** A rate for each fifth and for those who state no ratio (sole traders), with
# whiskers that overlap, and an AUC with its interval.
#
# **What it means.** Read the interval, not the figure: where it reaches down to one half, so few
# businesses do not tell whether the feature ranks at all. And where it does not, the model need
# not *lack* it: another feature may say the same.

# %%
assert ranked.low < ranked.value < ranked.high
assert ranked.high > 0.5  # it is not surely worse than chance

# %% [markdown]
# ## Does the model get better?
#
# The only fair question: the same rows, the same folds, **with and without** the feature, judged on
# months later than everything learned, the difference with an interval from resampling businesses.

# %%
folds = rolling_origin(
    sample.as_of_day, sample.label_day, cuts(sample.as_of_day, sample.label_day, sample.y, settings)
)
fold = folds[-1]
train, tested = sample.take(fold.train), sample.take(fold.test)
definitions = extended.jurisdiction.features


def judged(columns: int) -> np.ndarray:
    """Margins of the tested rows by a model that knows the first `columns` features."""
    past = replace(train, X=train.X[:, :columns])
    model = fit(past, definitions[:columns], settings.fit)
    return model.margins(np.ascontiguousarray(tested.X[:, :columns]))


without, with_it = judged(len(definitions) - 1), judged(len(definitions))
aucs = [auc_interval(tested.y, score, tested.entity_id) for score in (without, with_it)]
gain = aucs[1].minus(aucs[0])
print(f"without {aucs[0]}\nwith    {aucs[1]}\ngain    {gain}")

# %%
proved = gain.low > 0
if proved:
    print("it makes the model better")
else:
    visible = gain.high - gain.value
    print(f"no gain is proved; {int(tested.y.sum())} positives can show one from {visible:.3f} up")
assert not proved

# %% [markdown]
# **What you see.** A model that does not get measurably better by the feature.
#
# **What it means.** This is the usual fate of a sensible idea. *Do not add it*: every feature costs
# a phrase, a legal basis, a fairness check and an explanation, for ever.
#
# **What to do next.** If yours does gain: put its declaration beside its kin (here
# `features/jurisdictions/ningbo/definitions/dynamics.py`), its phrase into `reasons/`, run the
# tests (they compare the engines on it by themselves) and go on to
# [train and compare](3_train_and_compare.py).
