import itertools

import pytest

from serving.decision.decide import Decision, decide
from serving.decision.points import read
from serving.doors.console.figures import scale, stacked, waterfall
from serving.store import Store
from tests.serving.town import AS_OF_DAY, N, town


def decisions() -> list[Decision]:
    one = town()
    store = Store(one.scores.store, one.catalogue)
    found = []
    for i in range(1, N + 1):
        subject = store.subject(f"TOWN-{i:03d}")
        assert subject is not None
        vector = store.vector(subject.no)
        assert vector is not None
        found.append(decide(subject.business, vector, one.bundle, AS_OF_DAY, lambda _: ()))
    return found


@pytest.mark.parametrize("width", [320.0, 1000.0])
def test_the_scale_is_covered_by_its_zones_and_marks_the_score(width: float) -> None:
    for decision in decisions():
        figure = scale(decision, width)
        assert figure.zones[0].x == 0
        assert sum(zone.width for zone in figure.zones) == pytest.approx(width)
        assert figure.marker == pytest.approx(float(decision.score) / 1000 * width)
        assert 0 <= figure.marker_label <= width
        by_row = [[c.x for c in figure.cuts if c.row == row] for row in range(3)]
        for places in by_row:
            assert all(b - a >= 44 for a, b in itertools.pairwise(places))


def test_each_bar_begins_where_the_one_before_ends() -> None:
    for decision in decisions():
        figure = waterfall(decision, 480.0)
        at = figure.base
        for group in figure.groups:
            start, end = _ends(group.bar.x, group.bar.width, group.bar.falls)
            if read(group.group.points):
                assert start == pytest.approx(at, abs=1.0)
                at = end
            inner = start
            for feature in group.features:
                begin, inner_end = _ends(feature.bar.x, feature.bar.width, feature.bar.falls)
                if read(group.group.points):
                    assert begin == pytest.approx(inner, abs=1.6)
                inner = inner_end
        if figure.limit is None:
            assert at == pytest.approx(figure.total, abs=1.6)


def test_a_stacked_bar_shows_every_part_in_proportion() -> None:
    parts = stacked({"A": 3, "C": 1}, 100)
    assert [(one.key, one.n, one.x, one.width) for one in parts] == [
        ("A", 3, 0, 75), ("B", 0, 75, 0), ("C", 1, 75, 25), ("D", 0, 100, 0),
    ]  # fmt: skip
    assert stacked({}, 100)[0].share == 0


def _ends(x: float, width: float, falls: bool) -> tuple[float, float]:
    return (x + width, x) if falls else (x, x + width)
