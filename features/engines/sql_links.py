"""Who is linked to whom as of each day, in SQL."""

from __future__ import annotations

from dataclasses import dataclass

from features import as_of
from features.contracts import Link
from features.engines.sql_groups import ASKED
from features.expressions import Encode
from features.links import held_sql

Steps = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LinkSteps:
    """Named steps: `held` reads the source, `kept` what follows from it, `asked` the spine."""

    held: tuple[str, str]
    kept: Steps
    asked: Steps


def link_columns(link: Link) -> tuple[str, ...]:
    """The columns of its source that a link reads."""
    unless = link.unless.columns() if link.unless is not None else ()
    return tuple(dict.fromkeys(["entity_id", *as_of.LIFETIME, link.column, *unless]))


def link_steps(link: Link, encode: Encode, *, dense: bool) -> LinkSteps:
    """Steps that end in ``linked_<name>`` (business, as_of_day, other).

    Values are numbered, and those that only one business ever held are left out.
    The size of a group is counted before its pairs are formed, so that an agent's
    address with ten thousand businesses costs ten thousand rows and not a hundred
    million. Unless the spine is `dense`, only values that its businesses hold count.
    """
    n = link.name
    shared = (
        "  SELECT g.link_value, ROW_NUMBER() OVER (ORDER BY g.link_value) AS link_no\n"
        f"  FROM (SELECT h.link_value FROM link_held_{n} h\n"
        "        GROUP BY h.link_value HAVING MIN(h.entity_id) <> MAX(h.entity_id)) g"
    )
    record = (
        "  SELECT h.entity_id, k.link_no, h.seen_from_day, h.usable_to_day\n"
        f"  FROM link_held_{n} h JOIN link_shared_{n} k ON k.link_value = h.link_value"
    )
    return LinkSteps(
        held=(f"link_held_{n}", held_sql(link, encode)),
        kept=((f"link_shared_{n}", shared), (f"link_record_{n}", record)),
        asked=(*_members(n, dense=dense), *_pairs(n, link.max_size, dense=dense)),
    )


def _members(n: str, *, dense: bool) -> Steps:
    seen = as_of.seen_sql("p", "s.as_of_day")
    if dense:
        member = (
            "  SELECT DISTINCT s.as_of_day, p.link_no, p.entity_id\n  FROM bounds s\n"
            f"  JOIN link_record_{n} p ON {seen}"
        )
        return ((f"link_member_{n}", member),)
    holder = (
        "  SELECT DISTINCT s.as_of_day, p.link_no, p.entity_id\n"
        f"  FROM {ASKED} s\n  JOIN link_record_{n} p ON p.entity_id = s.business AND {seen}"
    )
    member = (
        "  SELECT DISTINCT s.as_of_day, s.link_no, p.entity_id\n"
        f"  FROM (SELECT DISTINCT h.as_of_day, h.link_no FROM link_holder_{n} h) s\n"
        f"  JOIN link_record_{n} p ON p.link_no = s.link_no AND {seen}"
    )
    return ((f"link_holder_{n}", holder), (f"link_member_{n}", member))


def _pairs(n: str, max_size: int, *, dense: bool) -> Steps:
    small = (
        f"  SELECT m.as_of_day, m.link_no\n  FROM link_member_{n} m\n"
        f"  GROUP BY m.as_of_day, m.link_no\n  HAVING COUNT(*) BETWEEN 2 AND {max_size}"
    )
    linked = (
        "  SELECT DISTINCT h.entity_id AS business, h.as_of_day, m.entity_id AS other\n"
        f"  FROM link_{'member' if dense else 'holder'}_{n} h\n"
        f"  JOIN link_small_{n} k ON k.as_of_day = h.as_of_day AND k.link_no = h.link_no\n"
        f"  JOIN link_member_{n} m ON m.as_of_day = k.as_of_day AND m.link_no = k.link_no\n"
        "  WHERE m.entity_id <> h.entity_id"
    )
    return ((f"link_small_{n}", small), (f"linked_{n}", linked))
