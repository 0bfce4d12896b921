"""What an exact name is worth beside rosters of different size."""

from __future__ import annotations

from math import log2

import duckdb
import pytest

from features.linkage.model import candidates, probability_of
from features.linkage.names import NameReader
from features.linkage.roster import Called
from features.linkage.weights import NAME, ON_ROSTER, name_weights

READER = NameReader("宁波市", ("海曙区",))
NAMED = "宁波晨禾贸易有限公司"


def worth(businesses: int, twofold: int) -> float:
    """The probability that an exact name of one business alone gives by itself."""
    _, m, u = name_weights(businesses - 2 * twofold, twofold).levels[0]
    return probability_of(log2(ON_ROSTER / businesses * m / u))


@pytest.mark.parametrize(
    ("businesses", "twofold", "low", "high"),
    [
        (1_000, 0, 0.999, 1.0),  # too few to show anything: as counted in Beijing
        (200_000, 200, 0.98, 1.0),
        (1_420_000, 1_420, 0.98, 1.0),  # one name in a thousand is shared
        (1_420_000, 142_000, 0.5, 0.9),  # one in ten: an exact name is a good hint, no more
    ],
)
def test_an_exact_name_is_worth_what_shared_names_leave_of_it(
    businesses: int, twofold: int, low: float, high: float
) -> None:
    assert low <= worth(businesses, twofold) <= high


def test_the_worth_of_a_shared_name_is_as_it_was() -> None:
    assert name_weights(1_000_000, 2_000).levels[1:] == NAME.levels


def test_a_name_of_one_business_alone_counts_as_such_and_a_shared_one_does_not() -> None:
    several = [
        Called("a", NAMED),
        Called("b", "宁波云栖贸易有限公司"),
        Called("c", "宁波市云栖贸易有限公司"),
    ]
    others = [
        Called(f"x{i}", f"宁波{chr(0x4E00 + i)}{chr(0x5000 + i)}贸易有限公司") for i in range(3_000)
    ]
    found = weighed([*several, *others], [Called("m", NAMED), Called("n", "宁波云栖贸易有限公司")])
    [alone] = found["m"].values()
    assert set(found["n"]) == {"b", "c"}
    assert found["n"]["b"] == found["n"]["c"]
    counted = name_weights(3_001, 1).levels
    gained = log2(counted[1][2] / counted[0][2])
    assert alone - found["n"]["b"] == pytest.approx(gained, abs=1e-3)


def test_two_names_of_one_business_do_not_make_either_shared() -> None:
    twice = [
        Called("a", NAMED),
        Called("a", "宁波市晨禾贸易有限公司"),
        Called("b", "宁波云栖贸易有限公司"),
    ]
    found = weighed(twice, [Called("m", NAMED), Called("n", "宁波云栖贸易有限公司")])
    assert found["m"]["a"] == found["n"]["b"]


def weighed(roster: list[Called], mentions: list[Called]) -> dict[str, dict[str, float]]:
    """Mention → business → weight."""
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE roster AS SELECT *, NULL::VARCHAR AS address, NULL::VARCHAR AS phone, "
            "NULL::VARCHAR AS representative, 0 AS from_day FROM "
            "(SELECT unnest(?::VARCHAR[]) AS id, unnest(?::VARCHAR[]) AS name)",
            [[one.id for one in roster], [one.name for one in roster]],
        )
        found: dict[str, dict[str, float]] = {}
        for one in candidates(connection, READER, mentions):
            found.setdefault(one.mention, {})[one.entity_id] = one.weight
    return found
