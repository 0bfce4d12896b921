"""Records of others: linked businesses, peers, places and the whole city."""

from features.contracts import Count, Max, Mean
from tests.features.small_city import feature
from tests.features.spec.case import Case

TITLE = "Records of others 关联、同行与周边"
CASES = (
    Case(
        "Linked businesses share a value on the day; one's own records are left out.",
        [feature("associates", "registrations", Count(), via="representative"),
         feature("associate_penalties", "penalties", Count(), via="representative")],
        {"registrations": """
    entity_id | event_key | version | event_day  | known_day  | superseded_day | representative
    a         | r1        | 1       | 2020-01-01 | 2020-01-01 | -              | li
    b         | r2        | 1       | 2020-01-01 | 2020-01-01 | 2024-06-05     | li
    b         | r2        | 2       | 2020-01-01 | 2024-06-05 | -              | wang
        """,
         "penalties": """
          entity_id | event_key | event_day
          a         | p1        | 2024-06-01
          b         | p2        | 2024-06-01
          b         | p3        | 2024-06-02
        """},
        """
          entity_id | as_of_day  | associates | associate_penalties
          a         | 2024-06-04 | 1          | 2
          b         | 2024-06-04 | 1          | 1
          a         | 2024-06-05 | 0          | 0
        """,
    ),
    Case(
        "A value that too many share links nobody, nor does a cluster registration.",
        [feature("partners", "registrations", Count(), via="representative"),
         feature("neighbours", "registrations", Count(), via="address")],
        {"registrations": """
          entity_id | event_key | event_day  | representative | address | cluster
          a         | r1        | 2020-01-01 | agent          | 1       | -
          b         | r2        | 2020-01-01 | agent          | 1       | 0
          c         | r3        | 2020-01-01 | agent          | 1       | 1
        """},
        """
          entity_id | as_of_day  | partners | neighbours
          a         | 2024-06-01 | 0        | 1
          b         | 2024-06-01 | 0        | 1
          c         | 2024-06-01 | 0        | 0
        """,
    ),
    Case(
        "Against its peers a business has its value less the mean of its group, itself included.",
        [feature("vs_sector", "penalties", Count(), peers=("sector",)),
         feature("vs_both", "penalties", Count(), peers=("sector", "district"))],
        {"penalties": """
          entity_id | event_key | event_day
          a         | p1        | 2024-06-01
          a         | p2        | 2024-06-01
          a         | p3        | 2024-06-01
        """},
        """
          entity_id | as_of_day  | vs_sector | vs_both
          a         | 2024-06-01 | 2         | 1.5
          b         | 2024-06-01 | -1        | -1.5
          c         | 2024-06-01 | -1        | 0
          d         | 2024-06-01 | -         | -
        """,
        """
          entity_id | from_day   | sector | district
          a         | 2020-01-01 | F      | north
          b         | 2020-01-01 | F      | north
          c         | 2020-01-01 | F      | south
          d         | 2020-01-01 | -      | north
        """,
    ),
    Case(
        "Events near a place belong to every business within reach; the weather to all.",
        [feature("burglaries", "burglaries", Count()),
         feature("farthest_m", "burglaries", Max("distance_m")),
         feature("warmth", "weather", Mean("temperature"), scale=1_000_000)],
        {"burglaries": """
          entity_id | event_key | event_day  | distance_m
          a         | x1        | 2024-06-01 | 0
          b         | x1        | 2024-06-01 | 480
          b         | x2        | 2024-06-01 | 20
        """,
         "weather": """
          event_key | event_day  | temperature
          w1        | 2024-06-01 | 30000000
          w2        | 2024-06-02 | 25000000
        """},
        """
          entity_id | as_of_day  | burglaries | farthest_m | warmth
          a         | 2024-06-01 | 1          | 0          | 30
          b         | 2024-06-02 | 2          | 480        | 27.5
          c         | 2024-06-02 | 0          | -          | 27.5
        """,
    ),
)  # fmt: skip
