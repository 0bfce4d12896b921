"""Who is linked to whom as of each row of the spine, in SQL."""

from __future__ import annotations

from features import as_of
from features.contracts import Link
from features.expressions import Encode
from features.links import held_sql


def link_steps(link: Link, encode: Encode) -> tuple[tuple[str, str], ...]:
    """Named steps that end in ``linked_<name>`` (row_id, as_of_day, entity_id).

    The size of a group is counted before its pairs are formed, so that an
    agent's address with ten thousand businesses costs ten thousand rows and not
    a hundred million.
    """
    n = link.name
    record = held_sql(link, encode)
    held = (
        f"  SELECT DISTINCT s.row_id, s.entity_id, s.as_of_day, p.link_value\n  FROM spine s\n"
        f"  JOIN link_record_{n} p ON p.entity_id = s.entity_id"
        f" AND {as_of.seen_sql('p', 's.as_of_day')}"
    )
    member = (
        "  SELECT DISTINCT d.as_of_day, d.link_value, p.entity_id\n"
        f"  FROM (SELECT DISTINCT h.as_of_day, h.link_value FROM link_held_{n} h) d\n"
        f"  JOIN link_record_{n} p ON p.link_value = d.link_value"
        f" AND {as_of.seen_sql('p', 'd.as_of_day')}"
    )
    small = (
        f"  SELECT m.as_of_day, m.link_value\n  FROM link_member_{n} m\n"
        "  GROUP BY m.as_of_day, m.link_value\n"
        f"  HAVING COUNT(*) BETWEEN 2 AND {link.max_size}"
    )
    linked = (
        f"  SELECT DISTINCT h.row_id, h.as_of_day, m.entity_id\n  FROM link_held_{n} h\n"
        f"  JOIN link_small_{n} k ON k.as_of_day = h.as_of_day AND k.link_value = h.link_value\n"
        f"  JOIN link_member_{n} m ON m.as_of_day = k.as_of_day AND m.link_value = k.link_value\n"
        "  WHERE m.entity_id <> h.entity_id"
    )
    return (
        (f"link_record_{n}", record),
        (f"link_held_{n}", held),
        (f"link_member_{n}", member),
        (f"link_small_{n}", small),
        (f"linked_{n}", linked),
    )
