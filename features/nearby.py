"""Records that happened at a place become records of the businesses around it.

A grid of cells at least as wide as the radius nominates pairs; the great-circle
distance decides. An attachment begins when both the record and the business's
location were known, and ends when the business's location changes.
"""

from __future__ import annotations

from features.contracts import Nearby
from features.quoting import identifier

EARTH_RADIUS_M = 6_371_008.8  # mean radius, IUGG
_METRES_PER_DEGREE = 111_194.0  # of latitude, rounded down so that cells are wide enough


def locations_sql() -> str:
    """Periods in which a business stood at one place, from table ``profiles``."""
    return """
        SELECT entity_id, latitude, longitude, min(from_day) AS from_day, max(to_day) AS to_day
        FROM (
            SELECT *, sum(moved) OVER (PARTITION BY entity_id ORDER BY from_day) AS stay
            FROM (
                SELECT entity_id, latitude, longitude, from_day, to_day,
                    CASE WHEN latitude = lag(latitude) OVER w
                        AND longitude = lag(longitude) OVER w
                        AND from_day = lag(to_day) OVER w THEN 0 ELSE 1 END AS moved
                FROM profiles WINDOW w AS (PARTITION BY entity_id ORDER BY from_day)
            )
        )
        WHERE latitude IS NOT NULL AND longitude IS NOT NULL
        GROUP BY entity_id, stay, latitude, longitude
    """


def attached_sql(subject: Nearby, records: str, columns: tuple[str, ...]) -> str:
    """Pairs of businesses and records of `records` within the radius.

    `records` names a table with ``record_no``, ``known_day``, ``known_us``,
    ``superseded_day`` and the subject's coordinate columns; `columns` are those
    passed on. Needs tables ``profiles`` and ``zone``.
    """
    latitude, longitude = identifier(subject.latitude), identifier(subject.longitude)
    high = 85.0  # beyond it a degree of longitude is too short for this grid
    tall = subject.radius_m / _METRES_PER_DEGREE
    passed = ", ".join(
        f"r.{c}" for c in columns if c not in ("known_day", "known_us", "superseded_day")
    )
    distance = _haversine("l.latitude", "l.longitude", "p.latitude", "p.longitude")
    never = 2_147_483_647
    return f"""
        WITH stays AS MATERIALIZED ({locations_sql()}),
        width AS (
            SELECT {tall} / cos(radians(LEAST({high}, COALESCE(max(abs(latitude)), 0) + {tall})))
                AS wide
            FROM stays
        ),
        cells AS MATERIALIZED (
            SELECT stays.*, CAST(floor(latitude / {tall}) AS INTEGER) + dy AS cell_y,
                CAST(floor(longitude / wide) AS INTEGER) + dx AS cell_x
            FROM stays, width,
                (SELECT unnest([-1, 0, 1]) AS dy), (SELECT unnest([-1, 0, 1]) AS dx)
        ),
        places AS MATERIALIZED (
            SELECT record_no AS place_no, known_day, superseded_day,
                CAST({latitude} AS DOUBLE) / 1000000 AS latitude,
                CAST({longitude} AS DOUBLE) / 1000000 AS longitude
            FROM {records} WHERE {latitude} IS NOT NULL AND {longitude} IS NOT NULL
        ),
        gridded AS (
            SELECT places.*, CAST(floor(latitude / {tall}) AS INTEGER) AS cell_y,
                CAST(floor(longitude / wide) AS INTEGER) AS cell_x
            FROM places, width
        ),
        close AS (
            SELECT l.entity_id AS near_entity, p.place_no, l.from_day, l.to_day,
                {distance} AS metres
            FROM gridded AS p JOIN cells AS l ON l.cell_y = p.cell_y AND l.cell_x = p.cell_x
            WHERE abs(p.latitude - l.latitude) <= {tall}
                AND GREATEST(p.known_day, l.from_day)
                    < LEAST(l.to_day, COALESCE(p.superseded_day, {never}))
        )
        SELECT c.near_entity AS entity_id, {passed},
            GREATEST(r.known_day, c.from_day) AS known_day,
            CASE WHEN c.from_day > r.known_day THEN z._start_us ELSE r.known_us END AS known_us,
            CASE WHEN c.to_day < COALESCE(r.superseded_day, {never}) THEN c.to_day
                ELSE r.superseded_day END AS superseded_day,
            CAST(round(c.metres) AS INTEGER) AS distance_m
        FROM close AS c JOIN {records} AS r ON r.record_no = c.place_no
            LEFT JOIN zone AS z ON z._day = c.from_day
        WHERE c.metres <= {subject.radius_m}
    """


def _haversine(lat_1: str, lon_1: str, lat_2: str, lon_2: str) -> str:
    half = (
        f"pow(sin(radians({lat_2} - {lat_1}) / 2), 2) + cos(radians({lat_1})) * "
        f"cos(radians({lat_2})) * pow(sin(radians({lon_2} - {lon_1}) / 2), 2)"
    )
    return f"(2 * {EARTH_RADIUS_M} * asin(sqrt(LEAST(1.0, {half}))))"
