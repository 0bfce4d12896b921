"""Measures: what is computed over the records that count."""

from features.contracts import (
    Count,
    DaysSince,
    DaysSinceDate,
    DaysUntil,
    Distinct,
    Max,
    Mean,
    Repeats,
    Share,
    Sum,
)
from features.expressions import col
from tests.features.small_city import feature
from tests.features.spec.case import Case

TITLE = "Measures and missing values 度量与缺失"
CASES = (
    Case(
        "Of nothing there is a count, a sum and a number of kinds, and nothing else.",
        [feature("n", "penalties", Count()),
         feature("total", "penalties", Sum("fine_fen"), scale=100),
         feature("kinds", "penalties", Distinct("kind")),
         feature("largest", "penalties", Max("fine_fen"), scale=100),
         feature("mean", "penalties", Mean("fine_fen"), scale=100),
         feature("fined", "penalties", Share(col("kind").equals("fine"))),
         feature("since", "penalties", DaysSince())],
        {"penalties": """
          entity_id | event_key | event_day  | kind | fine_fen
          a         | p1        | 2024-06-01 | -    | -
          a         | p2        | 2024-06-02 | 1    | 333
          a         | p3        | 2024-06-03 | 1    | 334
          b         | p4        | 2024-06-01 | -    | -
        """},
        """
          entity_id | as_of_day  | n | total | kinds | largest | mean  | fined | since
          a         | 2024-06-04 | 3 | 6.67  | 1     | 3.34    | 3.335 | 2/3   | 1
          b         | 2024-06-04 | 1 | 0     | 0     | -       | -     | 0     | 3
          c         | 2024-06-04 | 0 | 0     | 0     | -       | -     | -     | -
        """,
    ),
    Case(
        "A record repeats a value that another has; one without a value repeats nothing.",
        [feature("kinds", "penalties", Distinct("kind")),
         feature("kinds_repeated", "penalties", Repeats("kind")),
         feature("offices_repeated", "penalties", Repeats("office"))],
        {"penalties": """
          entity_id | event_key | event_day  | kind | office
          a         | p1        | 2024-06-01 | 1    | east
          a         | p2        | 2024-06-02 | 1    | west
          a         | p3        | 2024-06-03 | 2    | east
          a         | p4        | 2024-06-03 | 1    | east
          a         | p5        | 2024-06-04 | -    | -
          b         | p6        | 2024-06-04 | 1    | east
        """},
        """
          entity_id | as_of_day  | kinds | kinds_repeated | offices_repeated
          a         | 2024-06-04 | 2     | 2              | 2
          b         | 2024-06-04 | 1     | 0              | 0
          c         | 2024-06-04 | 0     | 0              | 0
        """,
    ),
    Case(
        "Days are counted from the first or last event, or to a date that may lie ahead.",
        [feature("first", "penalties", DaysSince("first")),
         feature("last", "penalties", DaysSince("last")),
         feature("paid_since", "penalties", DaysSinceDate("paid_on")),
         feature("paid_until", "penalties", DaysUntil("paid_on"))],
        {"penalties": """
          entity_id | event_key | event_day  | paid_on
          a         | p1        | 2024-02-28 | 2024-03-05
          a         | p2        | 2024-03-01 | -
          b         | p3        | 2024-03-01 | 2024-03-11
        """},
        """
          entity_id | as_of_day  | first | last | paid_since | paid_until
          a         | 2024-03-01 | 2     | 0    | -4         | 4
          b         | 2024-03-01 | 0     | 0    | -10        | 10
        """,
    ),
    Case(
        "An unknown value satisfies no comparison, and satisfies its negation.",
        [feature("fines", "penalties", Count(), col("kind").equals("fine")),
         feature("others", "penalties", Count(), ~col("kind").equals("fine")),
         feature("differing", "penalties", Count(), col("kind").differs_from("fine")),
         feature("food", "penalties", Count(), col("about").has_any("food", "price"))],
        {"penalties": """
          entity_id | event_key | event_day  | kind | about
          a         | p1        | 2024-06-01 | 1    | 5
          a         | p2        | 2024-06-01 | 0    | 2
          a         | p3        | 2024-06-01 | -    | -
        """},
        """
          entity_id | as_of_day  | fines | others | differing | food
          a         | 2024-06-01 | 1     | 2      | 1         | 1
        """,
    ),
    Case(
        "A record that names no known business counts for nobody; the same event twice is two "
        "versions, of which one counts.",
        [feature("n", "penalties", Count())],
        {"penalties": """
          entity_id | event_key | version | event_day  | known_day  | superseded_day
          -         | p1        | 1       | 2024-06-01 | 2024-06-01 | -
          a         | p2        | 1       | 2024-06-01 | 2024-06-01 | 2024-06-01
          a         | p2        | 2       | 2024-06-01 | 2024-06-01 | -
        """},
        """
          entity_id | as_of_day  | n
          a         | 2024-06-01 | 1
        """,
    ),
)  # fmt: skip
