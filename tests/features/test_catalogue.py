from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from features.catalogue import faults_of, load_catalogue
from features.contracts import Count, Distinct, Feature, Jurisdiction, Phrase, Sum
from features.errors import OurConfiguration
from features.expressions import col
from tests.features.small_city import COUNT, catalogue_of, feature


def _faults(*features: Feature) -> list[str]:
    return [str(fault) for fault in faults_of(catalogue_of(features).jurisdiction)]


def test_a_whole_catalogue_has_no_faults() -> None:
    assert _faults(COUNT) == []


@pytest.mark.parametrize(
    ("entry", "refused"),
    [
        (COUNT, "duplicate feature in penalty_count"),
        (replace(COUNT, name="f", reason="R999"), "missing phrase in feature f"),
        (replace(COUNT, name="f", positive_reason="R998"), "missing phrase in feature f"),
        (feature("f", "penalties", Sum("fines")), "unknown column in feature f: penalties"),
        (
            feature("f", "penalties", Count(), col("stars") > 3),
            "unknown column in feature f: penalties",
        ),
        (feature("f", "reviews", Count()), "unknown source in feature f"),
        (
            feature("f", "penalties", Count(), col("kind").equals("applause")),
            "unknown label in feature f: penalties.kind",
        ),
        (feature("f", "penalties", Count(), via="friends"), "unknown link in feature f"),
        (replace(COUNT, name="f", group="R99"), "unknown indicator group in feature f"),
        (replace(COUNT, name="f", legal_basis=""), "incomplete in feature f"),
        (replace(COUNT, name="f", missing=""), "incomplete in feature f"),
        (replace(COUNT, name="Fines!"), "unusable name in feature Fines!"),
    ],
)
def test_one_entry_that_does_not_hold_together_is_refused(entry: Feature, refused: str) -> None:
    faults = dict.fromkeys(_faults(COUNT, entry))
    assert [fault.startswith(refused) for fault in faults] == [True]


def _with_office(**changes: object) -> Jurisdiction:
    """The small city whose penalties' column `office` has other properties."""
    city = catalogue_of([COUNT, feature("offices", "penalties", Distinct("office"))]).jurisdiction
    source = city.source("penalties")
    office = replace(source.column("office"), **changes)  # type: ignore[arg-type]  # drawn by name
    columns = tuple(office if c.name == "office" else c for c in source.columns)
    sources = tuple(
        replace(s, columns=columns) if s.name == "penalties" else s for s in city.sources
    )
    return replace(city, sources=sources)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"personal": True}, "personal data in feature offices: penalties.office"),
        ({"barred": "who decided"}, "forbidden column in feature offices: penalties.office"),
    ],
)
def test_a_feature_over_a_forbidden_column_is_refused(
    changes: dict[str, object], what: str
) -> None:
    (fault,) = faults_of(_with_office(**changes))
    assert str(fault).startswith(what)


def test_a_barred_column_is_found_in_filters_and_shares_too() -> None:
    city = _with_office(barred="who decided")
    filtered = feature("f", "penalties", Count(), col("office").equals("east"))
    faults = list(faults_of(replace(city, features=(COUNT, filtered))))
    assert [fault.what for fault in faults] == ["forbidden column"]


CITY = """
from dataclasses import replace
from tests.features.small_city import COUNT, catalogue_of
JURISDICTION = replace(catalogue_of([COUNT]).jurisdiction, features=(COUNT, COUNT, {third}))
"""


def test_loading_names_every_fault_at_once(tmp_path: Path) -> None:
    third = "replace(COUNT, name='f', reason='R999')"
    (tmp_path / "__init__.py").write_text(CITY.format(third=third), encoding="utf-8")
    with pytest.raises(OurConfiguration) as raised:
        load_catalogue(str(tmp_path))
    lines = str(raised.value).splitlines()
    assert [line.split(" in ")[0] for line in lines] == ["duplicate feature", "missing phrase"]


def test_adding_a_feature_is_one_entry() -> None:
    added = replace(COUNT, name="added", meaning=Phrase("新", "new"))
    assert _faults(COUNT, added) == []
