"""How much each agreement between a record and a business tells.

``m`` is how often a level is met by records of the same business, ``u`` how often by
records of two different ones. The figures are those of the program
``experiments/2026-11-name-linkage/weights.py`` on one half of the businesses of Beijing,
rounded (2026-11-24: 335 pairs of one business, 228 million of two). ``place`` is by
judgement: Beijing's names hardly name their district.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

# Chance that the business a record names is on the roster at all.
ON_ROSTER = 0.5


@dataclass(frozen=True)
class Weights:
    """One comparison: its levels, best first.

    Parameters
    ----------
    levels
        (condition in SQL over the columns ``x_l`` and ``x_r``, m, u).
    otherwise
        m and u of everything else.
    missing
        Condition under which nothing can be compared.
    """

    name: str
    levels: tuple[tuple[str, float, float], ...]
    otherwise: tuple[float, float]
    missing: str | None = None


def _alike(column: str, share: float) -> str:
    """Dice coefficient of the pairs of characters of at least `share`."""
    common = f"len(list_intersect({column}_l, {column}_r))"
    return f"2.0 * {common} >= {share} * (len({column}_l) + len({column}_r))"


def _missing(column: str) -> str:
    return f"{column}_l IS NULL OR {column}_r IS NULL"


_LONG = "least(length(core_l), length(core_r)) >= 6"

# Of 228 million pairs of businesses of Beijing, 45 had one full name.
COUNTED_PAIRS, COUNTED_EQUAL = 228e6, 45
_EQUAL = "full_l = full_r"


def name_weights(single: int, twofold: int) -> Weights:
    """How much names tell beside a roster with so many names of one business, and of two.

    The wider the choice, the likelier two businesses are called alike by chance, so the
    worth of an exact name is no constant. Where one business alone has the name, what
    remains is that somebody who is *not* on the roster has it too. Good and Turing say
    how often (Good, Biometrika 40, 1953): what was met once is met again at the rate
    2 × N₂ / (N₁ × N). The pairs counted in Beijing stand beside the roster's own, so that
    a small roster, which shows no coincidence, does not make every name certain.

    >>> near = name_weights(single=100, twofold=0).levels[0]
    >>> far = name_weights(single=1_000_000, twofold=2_000).levels[0]
    >>> [f"{u:.0e}" for _, _, u in (near, far)]
    ['2e-07', '4e-09']
    """
    pairs = COUNTED_PAIRS + single * (single + 2 * twofold) / 2
    alone = (COUNTED_EQUAL + twofold) / pairs
    level = (f"{_EQUAL} AND alone_l AND alone_r", 0.90, alone)
    return replace(NAME, levels=(level, *NAME.levels))


NAME = Weights(
    "name",
    (
        (_EQUAL, 0.90, 2e-7),
        (f"core_l = core_r AND {_LONG}", 0.02, 3e-8),
        ("core_l = core_r", 0.01, 2e-7),
        (f"{_alike('bigrams', 0.75)} AND {_LONG}", 0.015, 3.5e-6),
        (_alike("bigrams", 0.6), 0.01, 1.7e-5),
        (_alike("bigrams", 0.4), 0.025, 4.5e-5),
    ),
    (0.02, 0.9999),
)
PLACE = Weights("place", (("place_l = place_r", 0.97, 0.15),), (0.03, 0.85), _missing("place"))
FORM = Weights("form", (("form_l IS NOT DISTINCT FROM form_r", 0.975, 0.88),), (0.025, 0.12))
BRANCH = Weights("branch", (("branch_l = branch_r", 0.99, 0.975),), (0.01, 0.025))
# Too few records of Beijing say these for counting: by judgement, on the careful side.
ADDRESS = Weights(
    "address",
    (
        ("address_l = address_r", 0.5, 1e-4),
        (_alike("address_bigrams", 0.6), 0.25, 0.005),
        (_alike("address_bigrams", 0.35), 0.15, 0.1),
    ),
    (0.1, 0.8949),
    _missing("address"),
)
PHONE = Weights("phone", (("phone_l = phone_r", 0.6, 1e-4),), (0.4, 0.9999), _missing("phone"))
REPRESENTATIVE = Weights(
    "representative",
    (("representative_l = representative_r", 0.8, 1e-4),),
    (0.2, 0.9999),
    _missing("representative"),
)

# Beside `name_weights`.
COMPARED = (PLACE, FORM, BRANCH, ADDRESS, PHONE, REPRESENTATIVE)
