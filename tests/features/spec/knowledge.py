"""Time: what may be used on a day."""

from features.contracts import Count, DaysSince, Latest, Sum
from features.expressions import col
from tests.features.small_city import feature
from tests.features.spec.case import Case

TITLE = "What could be used on a day 截至某日可用"
_COUNT = feature("penalties_count", "penalties", Count())
_FINES = feature("fines_yuan", "penalties", Sum("fine_fen"), scale=100)
CASES = (
    Case(
        "A record counts from the day it was known, not from the day it happened.",
        [_COUNT, feature("days_since", "penalties", DaysSince())],
        {"penalties": """
          entity_id | event_key | event_day  | known_day
          a         | p1        | 2024-06-01 | 2024-06-10
        """},
        """
          entity_id | as_of_day  | penalties_count | days_since
          a         | 2024-06-09 | 0               | -
          a         | 2024-06-10 | 1               | 9
        """,
    ),
    Case(
        "A decision known before its day counts from its day.",
        [_COUNT],
        {"penalties": """
          entity_id | event_key | event_day  | known_day
          a         | p1        | 2024-06-10 | 2024-06-01
        """},
        """
          entity_id | as_of_day  | penalties_count
          a         | 2024-06-09 | 0
          a         | 2024-06-10 | 1
        """,
    ),
    Case(
        "A correction takes the place of the version before it on the day it was known.",
        [_COUNT, _FINES],
        {"penalties": """
          entity_id | event_key | version | event_day  | known_day  | superseded_day | fine_fen
          a         | p1        | 1       | 2024-06-01 | 2024-06-01 | 2024-06-05     | 900000
          a         | p1        | 2       | 2024-06-01 | 2024-06-05 | -              | 90000
        """},
        """
          entity_id | as_of_day  | penalties_count | fines_yuan
          a         | 2024-06-04 | 1               | 9000
          a         | 2024-06-05 | 1               | 900
        """,
    ),
    Case(
        "An annulled or repaired record counts until the day before, and nothing revives it.",
        [_COUNT],
        {"penalties": """
          entity_id | event_key | event_day  | retracted_day | repaired_day
          a         | p1        | 2024-06-01 | 2024-06-05    | -
          b         | p2        | 2024-06-01 | -             | 2024-06-07
        """},
        """
          entity_id | as_of_day  | penalties_count
          a         | 2024-06-04 | 1
          a         | 2024-06-05 | 0
          b         | 2024-06-06 | 1
          b         | 2024-06-07 | 0
        """,
    ),
    Case(
        "An annulled correction does not bring the version before it back.",
        [_COUNT],
        {"penalties": """
          entity_id | event_key | version | event_day  | known_day  | superseded_day | retracted_day
          a         | p1        | 1       | 2024-06-01 | 2024-06-01 | 2024-06-05     | -
          a         | p1        | 2       | 2024-06-01 | 2024-06-05 | -              | 2024-06-08
        """},
        """
          entity_id | as_of_day  | penalties_count
          a         | 2024-06-06 | 1
          a         | 2024-06-08 | 0
        """,
    ),
    Case(
        "The last day of the publication period is the last on which a record counts.",
        [_COUNT],
        {"penalties": """
          entity_id | event_key | event_day  | usable_until_day
          a         | p1        | 2024-06-01 | 2024-08-31
        """},
        """
          entity_id | as_of_day  | penalties_count
          a         | 2024-08-31 | 1
          a         | 2024-09-01 | 0
        """,
    ),
    Case(
        "What is learned of a record later is empty before.",
        [feature("final_count", "penalties", Count(), ~col("upheld_on").is_null())],
        {"penalties": """
          entity_id | event_key | event_day  | upheld_on  | final_day
          a         | p1        | 2024-06-01 | 2024-08-01 | 2024-08-01
        """},
        """
          entity_id | as_of_day  | final_count
          a         | 2024-07-31 | 0
          a         | 2024-08-01 | 1
        """,
    ),
    Case(
        "Without disputed records, one is left out from the objection until it is settled.",
        [_COUNT],
        {"penalties": """
          entity_id | event_key | event_day  | disputed_day | settled_day
          a         | p1        | 2024-06-01 | 2024-06-10   | 2024-06-20
        """},
        """
          entity_id | as_of_day  | penalties_count
          a         | 2024-06-09 | 1
          a         | 2024-06-10 | 0
          a         | 2024-06-19 | 0
          a         | 2024-06-20 | 1
        """,
        without_disputed=True,
    ),
    Case(
        "Of records on one day the later known is the latest; among those, the greater key.",
        [feature("kind_latest", "penalties", Latest("kind"))],
        {"penalties": """
          entity_id | event_key | event_day  | known_day  | kind
          a         | p1        | 2024-06-01 | 2024-06-03 | 2
          a         | p2        | 2024-06-01 | 2024-06-02 | 1
          b         | p3        | 2024-06-01 | 2024-06-01 | 0
          b         | p4        | 2024-06-01 | 2024-06-01 | 1
          b         | p5        | 2024-06-02 | 2024-06-02 | -
        """},
        """
          entity_id | as_of_day  | kind_latest
          a         | 2024-06-02 | 1
          a         | 2024-06-03 | 2
          b         | 2024-06-03 | 1
        """,
    ),
)  # fmt: skip
