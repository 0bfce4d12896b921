"""Write what was found: counts and figures, never a record."""

from __future__ import annotations

import hashlib
import json
import subprocess
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from features.ingest import Reconciliation, quarantined
from features.snapshot import Snapshot
from training.concordance import Interval
from training.fit import Fitted
from training.judge import Judgement
from training.study import Study

_TITLES = {
    "model": "**Xinheng**",
    "past_violations": "failures in the past 24 months",
    "logistic": "logistic, same features",
    "scorecard": "points scorecard, same features",
    "inspections_only": "Xinheng without other departments",
}
_CODE = ("features", "training", "serving", "experiments")


@dataclass(frozen=True)
class Part:
    """Figures of every ranking on one part of the tested rows, and the level of the model.

    `expected` is its mean probability as learnt, `observed` the rate of 不合格.
    """

    name: str
    judgement: Judgement
    expected: float
    observed: float


def write_records(out: Path, account: Reconciliation, home: Path, delivered: Path) -> None:
    """``records.md``: every file, what became of its rows, and why rows are held back."""
    faults: dict[str, Counter[str]] = {}
    for row in quarantined(home):
        reasons = Counter(str(fault) for fault in row.faults)
        faults.setdefault(row.file, Counter()).update(reasons)
    lines = [
        "# Every row of the 26 files", "",
        f"Commit `{_commit()}`, data `{data_hash(delivered)[:12]}`, snapshot "
        f"`{account.snapshot[:12]}`, made by `run.py`. read = accepted + superseded + duplicates "
        "+ held back + out of scope; accepted + superseded = by code + by name + not linked.", "",
        "| file | read as | rows | accepted | superseded | duplicates | held back | out of scope "
        "| by code | by name | not linked | held back because |",
        "|" + "---|" * 12,
    ]  # fmt: skip
    total = Counter[str]()
    for source in account.sources:
        for file in source.files:
            counts = {
                "read": file.read, "accepted": file.accepted, "superseded": file.new_versions,
                "duplicates": file.duplicates, "held": file.quarantined,
                "out": file.out_of_scope, "code": file.by_code, "name": file.by_name,
                "none": file.unlinked,
            }  # fmt: skip
            total.update(counts)
            why = "; ".join(
                f"{n} × {fault}" for fault, n in faults.get(file.file, Counter()).most_common(3)
            )
            lines.append(_row(file.file, file.form, *counts.values(), why))
    lines.append(_row("**all**", "", *total.values(), ""))
    waiting = sum(source.for_review for source in account.sources)
    lines += ["", f"{account.businesses:,} businesses; {waiting:,} records wait for a person "
              "to confirm a likely business.", ""]  # fmt: skip
    (out / "records.md").write_text("\n".join(lines), encoding="utf-8")


@dataclass(frozen=True)
class Origin:
    """What the results were made from."""

    snapshot: Snapshot
    delivered: Path
    model: Fitted


def write_results(out: Path, parts: Sequence[Part], study: Study, origin: Origin) -> None:
    """``results.md`` and ``results.json``: every ranking on every part."""
    data, snapshot, model = origin.delivered, origin.snapshot, origin.model
    lines = [
        "# Results", "",
        f"Commit `{_commit()}`, data `{data_hash(data)[:12]}`, snapshot `{snapshot.name[:12]}`, "
        f"made by `run.py`. Learnt from {model.rows:,} inspections, {model.positives} of them "
        f"不合格, in {model.rounds} rounds. In brackets: 95 % intervals from 300 resamplings of "
        "businesses. “Advantage” is Xinheng minus the other in AUC, paired.", "",
    ]  # fmt: skip
    for part in parts:
        lines += [*_part(part), ""]
    (out / "results.md").write_text("\n".join(lines), encoding="utf-8")
    told = {
        "origin": {"commit": _commit(), "data_sha256": data_hash(data), "snapshot": snapshot.name},
        "parts": [
            {
                "name": p.name, "expected": p.expected, "observed": p.observed,
                "figures": {k: e.figures() for k, e in p.judgement.evaluations.items()},
                "advantage": {k: [a.value, a.low, a.high] for k, a in
                              p.judgement.advantage.items()},
            }
            for p in parts
        ],
        "months": [
            {"month": m.name, "rows": m.rows, "positives": m.positives, "auc": dict(m.auc)}
            for m in study.months
        ],
    }  # fmt: skip
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1)
    (out / "results.json").write_text(text + "\n", encoding="utf-8")


def data_hash(delivered: Path) -> str:
    """SHA-256 over names and bytes of all delivered files."""
    digest = hashlib.sha256()
    for path in sorted(delivered.iterdir()):
        digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _part(part: Part) -> Iterator[str]:
    model = part.judgement.model
    yield f"## {part.name}"
    yield ""
    yield (
        f"{model.rows:,} inspections, {model.positives} 不合格. Expected as learnt "
        f"{part.expected:.2%}, observed {part.observed:.2%}."
    )
    yield ""
    yield "| ranking | AUC | lift, top decile | advantage |"
    yield "|---|---|---|---|"
    for name, evaluation in part.judgement.evaluations.items():
        ahead: Interval | None = part.judgement.advantage.get(name)
        cells = (
            _TITLES.get(name, name), str(evaluation.auc), f"{evaluation.lift_top_decile:.2f}",
            "" if ahead is None else str(ahead),
        )  # fmt: skip
        yield f"| {' | '.join(cells)} |"


def _row(*cells: object) -> str:
    texts = (f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in cells)
    return f"| {' | '.join(texts)} |"


def _commit() -> str:
    """The commit of the code, with a mark when the code differs from it."""
    run = ["git", "-C", str(Path(__file__).parent)]
    commit = subprocess.run([*run, "rev-parse", "--short=12", "HEAD"], capture_output=True,
                            text=True, check=True).stdout.strip()  # fmt: skip
    root = [f":/{folder}" for folder in _CODE]
    changed = subprocess.run([*run, "status", "--porcelain", "--", *root],
                             capture_output=True, text=True, check=True).stdout  # fmt: skip
    code = [line for line in changed.splitlines() if line.endswith(".py")]
    return f"{commit}{' and changes' if code else ''}"
