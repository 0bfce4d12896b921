"""Windows: which events lie inside."""

from features.contracts import Change, Count, Days, Growth, Months
from tests.features.small_city import feature
from tests.features.spec.case import Case

TITLE = "Windows 窗口"
CASES = (
    Case(
        "A window holds the as-of day and leaves out the day its length before it.",
        [feature("last_30d", "penalties", Count(), window=Days(30)),
         feature("ever", "penalties", Count())],
        {"penalties": """
          entity_id | event_key | event_day
          a         | p1        | 2024-06-14
          a         | p2        | 2024-05-16
          a         | p3        | 2024-05-15
          a         | p4        | 2024-06-15
        """},
        """
          entity_id | as_of_day  | last_30d | ever
          a         | 2024-06-14 | 2        | 3
        """,
    ),
    Case(
        "Months are calendar months; a month that is too short ends on its last day.",
        [feature("last_1m", "penalties", Count(), window=Months(1)),
         feature("last_12m", "penalties", Count(), window=Months(12))],
        {"penalties": """
          entity_id | event_key | event_day
          a         | p1        | 2024-02-29
          a         | p2        | 2024-03-01
          a         | p3        | 2023-03-31
          a         | p4        | 2023-04-01
        """},
        """
          entity_id | as_of_day  | last_1m | last_12m
          a         | 2024-03-31 | 1       | 3
          a         | 2024-03-29 | 1       | 4
        """,
    ),
    Case(
        "A year before 29 February is 28 February.",
        [feature("last_12m", "penalties", Count(), window=Months(12))],
        {"penalties": """
          entity_id | event_key | event_day
          a         | p1        | 2023-02-28
          a         | p2        | 2023-03-01
          a         | p3        | 2024-02-29
        """},
        """
          entity_id | as_of_day  | last_12m
          a         | 2024-02-29 | 2
          a         | 2025-02-28 | 1
        """,
    ),
    Case(
        "A change compares the window with the equally long one before; growth divides by it.",
        [feature("change_30d", "penalties", Change(), window=Days(30)),
         feature("growth_30d", "penalties", Growth(), window=Days(30))],
        {"penalties": """
          entity_id | event_key | event_day
          a         | p1        | 2024-06-01
          a         | p2        | 2024-06-02
          a         | p3        | 2024-06-03
          a         | p4        | 2024-05-01
          a         | p5        | 2024-05-02
          b         | p6        | 2024-06-01
          c         | p7        | 2024-05-01
        """},
        """
          entity_id | as_of_day  | change_30d | growth_30d
          a         | 2024-06-14 | 1          | 0.5
          b         | 2024-06-14 | 1          | -
          c         | 2024-06-14 | -1         | -1
          d         | 2024-06-14 | 0          | -
        """,
    ),
)  # fmt: skip
