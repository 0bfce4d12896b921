"""Load a jurisdiction's declarations and refuse what does not hold together.

>>> catalogue = load_catalogue("ningbo")
>>> catalogue.jurisdiction.name
'ningbo'
"""

from __future__ import annotations

import hashlib
import importlib
import importlib.util
import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from features.action_faults import action_faults
from features.clock_faults import clock_conditions, clock_faults, deadline_faults, override_faults
from features.contracts import (
    AtRecord,
    AtRecords,
    Count,
    Feature,
    Jurisdiction,
    Kind,
    Share,
    Source,
)
from features.errors import Fault, OurConfiguration, YourInput, raise_all
from features.expressions import Condition, Constant, Encode
from features.judging_faults import judging_faults
from features.measure_faults import barred_faults, link_faults, measure_faults
from features.subject_faults import subject_columns, subject_faults

_NAME = re.compile(r"^[a-z][a-z0-9_]*$")
# Columns every snapshot row carries beside the declared ones (see features.snapshot).
RECORD_COLUMNS = frozenset(
    {
        "entity_id", "event_key", "record_no", "version", "event_day", "known_day", "known_us",
        "superseded_day", "retracted_day", "repaired_day", "usable_until_day", "disputed_day",
        "settled_day", "final_day", "counted_from_day", "distance_m", "linked_by",
        "link_probability", "usable_from_day", "usable_to_day",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Catalogue:
    """A checked jurisdiction, where its files are, and its fingerprint."""

    jurisdiction: Jurisdiction
    folder: Path

    @property
    def fingerprint(self) -> str:
        """SHA-256 of every declaration, hex; equal exactly when they are."""
        return hashlib.sha256(repr(self.jurisdiction).encode()).hexdigest()

    @property
    def policy_folder(self) -> Path:
        """Folder of the dated policy rules."""
        return self.folder / self.jurisdiction.policy

    def encode(self, source: str) -> Encode:
        """Translate declared constants into the integers stored for `source`."""
        return encoder(self.jurisdiction.source(source))


def encoder(source: Source) -> Encode:
    """Translate a label of a CODE or MASK column into its position; else pass it on."""
    labels = {c.name: {label: i for i, label in enumerate(c.labels)} for c in source.columns}

    def encode(column: str, constant: Constant) -> int | str:
        known = labels.get(column)
        if known and isinstance(constant, str):
            return known[constant]
        return constant

    return encode


def load_catalogue(name_or_folder: str) -> Catalogue:
    """Load a built-in jurisdiction by name, or any other by its folder.

    The folder holds an ``__init__.py`` that defines ``JURISDICTION``.

    Raises
    ------
    YourInput
        There is no such jurisdiction.
    OurConfiguration
        Its declarations contradict each other; the message lists every fault.
    """
    module = _import(name_or_folder)
    jurisdiction = getattr(module, "JURISDICTION", None)
    if not isinstance(jurisdiction, Jurisdiction) or module.__file__ is None:
        raise OurConfiguration(
            str(
                Fault(
                    "no jurisdiction", name_or_folder, "JURISDICTION = Jurisdiction(...)",
                    type(jurisdiction).__name__, "define it in __init__.py",
                )
            )
        )  # fmt: skip
    raise_all(OurConfiguration, list(dict.fromkeys(faults_of(jurisdiction))))
    return Catalogue(jurisdiction, Path(module.__file__).parent)


def _import(name_or_folder: str) -> ModuleType:
    if _NAME.match(name_or_folder) and importlib.util.find_spec(
        f"features.jurisdictions.{name_or_folder}"
    ):
        return importlib.import_module(f"features.jurisdictions.{name_or_folder}")
    folder = Path(name_or_folder).resolve()
    init = folder / "__init__.py"
    if not init.is_file():
        raise YourInput(
            str(
                Fault(
                    "unknown jurisdiction", name_or_folder,
                    "the name of a built-in one or a folder with __init__.py", "neither",
                    "run `xinheng jurisdictions` for the names",
                )
            )
        )  # fmt: skip
    name = f"xinheng_jurisdiction_{hashlib.sha256(str(folder).encode()).hexdigest()[:12]}"
    if name in sys.modules:
        return sys.modules[name]
    spec = importlib.util.spec_from_file_location(
        name, init, submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:  # pragma: no cover - importlib always finds a file
        raise OurConfiguration(f"cannot import {init}")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def faults_of(jurisdiction: Jurisdiction) -> Iterator[Fault]:
    """Every contradiction among the declarations of `jurisdiction`."""
    named = {
        "source": [s.name for s in jurisdiction.sources],
        "feature": [f.name for f in jurisdiction.features],
        "outcome": [o.name for o in jurisdiction.outcomes],
        "reason": [r.code for r in jurisdiction.reasons],
        "link": [link.name for link in jurisdiction.links],
        "deadline": [deadline.name for deadline in jurisdiction.deadlines],
    }
    for word, names in named.items():
        for name, times in Counter(names).items():
            if times > 1:
                yield _fault(f"duplicate {word}", name, "one declaration", f"{times}")
    for source in jurisdiction.sources:
        yield from _source_faults(jurisdiction, source)
    for feature in jurisdiction.features:
        yield from _feature_faults(jurisdiction, feature)
        yield from measure_faults(jurisdiction, feature)
    for link in jurisdiction.links:
        yield from _reads(jurisdiction, f"link {link.name}", link.source, [link.column])
        yield from _reads_condition(jurisdiction, f"link {link.name}", link.source, link.unless)
        yield from link_faults(jurisdiction, link)
    yield from _outcome_faults(jurisdiction)
    yield from deadline_faults(jurisdiction)
    yield from override_faults(jurisdiction)
    yield from action_faults(jurisdiction)
    yield from judging_faults(jurisdiction)
    for name in jurisdiction.roster:
        if name not in named["source"]:
            yield _fault("unknown roster source", name, "a declared source", "none")


def _source_faults(jurisdiction: Jurisdiction, source: Source) -> Iterator[Fault]:
    where = f"source {source.name}"
    if source.department not in jurisdiction.departments:
        yield _fault("unknown department", where, "a declared one", source.department)
    columns = [c.name for c in source.columns]
    for name, times in Counter(columns).items():
        if times > 1:
            yield _fault("duplicate column", f"{where}.{name}", "one declaration", str(times))
        if name in RECORD_COLUMNS or not _NAME.match(name):
            yield _fault("unusable column name", f"{where}.{name}", "a free snake_case name", name)
    for column in source.columns:
        at = f"{where}.{column.name}"
        if column.kind in (Kind.CODE, Kind.MASK) and not column.labels:
            yield _fault("no labels", at, "labels for a code or mask", "none")
        if column.kind is Kind.MASK and len(column.labels) > 62:
            yield _fault("too many labels", at, "at most 62 bits", str(len(column.labels)))
        targets = {*column.spellings.values(), *filter(None, [column.otherwise])}
        for label in sorted(targets - set(column.labels)):
            yield _fault("unknown label", at, "one of its labels", label)
    dates = source.dates
    roles = [dates.event, dates.known, dates.retracted, dates.repaired, dates.usable_until,
             dates.disputed, dates.settled, dates.final]  # fmt: skip
    needed = [r for r in roles if r] + list(source.key) + list(source.profile.values())
    needed += subject_columns(source)
    for name in sorted(set(needed) - set(columns)):
        yield _fault("unknown column", where, "a declared column", name)
    for condition in (source.keep, *clock_conditions(source)):
        yield from _reads_condition(jurisdiction, where, source.name, condition)
    yield from clock_faults(source)
    yield from subject_faults(source)


def _feature_faults(jurisdiction: Jurisdiction, feature: Feature) -> Iterator[Fault]:
    where = f"feature {feature.name}"
    if not _NAME.match(feature.name):
        yield _fault("unusable name", where, "snake_case", "other characters")
    column = getattr(feature.measure, "column", None)
    yield from _reads(jurisdiction, where, feature.source, [column] if column else [])
    yield from _reads_condition(jurisdiction, where, feature.source, feature.where)
    if isinstance(feature.measure, Share):
        yield from _reads_condition(jurisdiction, where, feature.source, feature.measure.of)
    yield from barred_faults(jurisdiction, feature)
    if feature.group not in jurisdiction.groups:
        yield _fault("unknown indicator group", where, "a declared group", feature.group)
    codes = {r.code for r in jurisdiction.reasons}
    for code in filter(None, (feature.reason, feature.positive_reason)):
        if code not in codes:
            yield _fault("missing phrase", where, "a declared reason", code)
    if feature.via is not None and feature.via not in {link.name for link in jurisdiction.links}:
        yield _fault("unknown link", where, "a declared link", feature.via)
    if not feature.legal_basis or not feature.missing:
        yield _fault("incomplete", where, "a legal basis and a meaning of missing", "empty text")
    if isinstance(feature.measure, Count) and feature.scale != 1:
        yield _fault("scaled count", where, "scale 1", str(feature.scale))


def _outcome_faults(jurisdiction: Jurisdiction) -> Iterator[Fault]:
    if not any(o.name == "credit" for o in jurisdiction.outcomes):
        yield _fault("no credit outcome", jurisdiction.name, "an outcome named credit", "none")
    features = {f.name for f in jurisdiction.features}
    for outcome in jurisdiction.outcomes:
        where = f"outcome {outcome.name}"
        for evidence in outcome.evidence:
            yield from _reads_condition(jurisdiction, where, evidence.source, evidence.where)
        if outcome.past not in features:
            yield _fault("unknown feature", where, "a feature for the plain ranking", outcome.past)
        if isinstance(outcome.horizon, AtRecord) and not isinstance(jurisdiction.cohort, AtRecords):
            yield _fault("horizon without records", where, "an AtRecords cohort", "Monthly")
        if outcome.adjust_for and isinstance(jurisdiction.cohort, AtRecords):
            source = jurisdiction.cohort.source
            yield from _reads(jurisdiction, where, source, [outcome.adjust_for])
            for feature in jurisdiction.features:
                used = getattr(feature.measure, "column", None)
                if feature.source == source and used == outcome.adjust_for:
                    yield _fault(
                        "forbidden column", f"feature {feature.name}", "conduct only",
                        "the nuisance column",
                    )  # fmt: skip


def _reads_condition(
    jurisdiction: Jurisdiction, where: str, source: str, condition: Condition | None
) -> Iterator[Fault]:
    if condition is None:
        yield from _reads(jurisdiction, where, source, [])
        return
    before = list(_reads(jurisdiction, where, source, list(condition.columns())))
    yield from before
    if before:
        return
    declared = jurisdiction.source(source)
    for name, constant in condition.constants():
        labels = () if name in RECORD_COLUMNS else declared.column(name).labels
        if labels and isinstance(constant, str) and constant not in labels:
            yield _fault("unknown label", f"{where}: {source}.{name}", "a label", constant)


def _reads(
    jurisdiction: Jurisdiction, where: str, source: str, columns: list[str]
) -> Iterator[Fault]:
    found = [s for s in jurisdiction.sources if s.name == source]
    if not found:
        yield _fault("unknown source", where, "a declared source", source)
        return
    declared = {c.name: c for c in found[0].columns}
    for name in columns:
        if name in declared and declared[name].personal:
            yield _fault("personal data", f"{where}: {source}.{name}", "no personal column", name)
        elif name not in declared and name not in RECORD_COLUMNS:
            yield _fault("unknown column", f"{where}: {source}", "a declared column", name)


def _fault(what: str, where: str, expected: str, got: str) -> Fault:
    return Fault(what, where, expected, got, "correct the declaration")
