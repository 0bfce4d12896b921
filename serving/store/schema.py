"""Tables of the online store, format 4.

One SQLite file holds what requests read about every business of one snapshot,
as known on one day. It is written once by `serving.batch` and never modified;
``sqlite3 -readonly store.sqlite`` shows it to anyone.

==================  =====================================================================
``meta``            key → text: ``format``, ``jurisdiction``, ``as_of_day``, ``snapshot``,
                    ``matrix``, ``bundle``, ``catalogue``, ``features`` (JSON list)
``business``        every business; `no` numbers them, riskiest first by the score with all
                    records, those that have no score last; profile of the as-of day
``profile``         history of each business's profile, by day
``score``           of each scored business: tiers, score in tenths, gravest warning level
                    (0 red … 3 blue), rules fired and flags (blank-separated)
``warning``         outcome, level, probability × 10,000 of each warning that has a level
``vector``          features as little-endian float64 in the order of ``meta.features``;
                    NaN is missing
``without``         the same without records under an open objection, where there are any
``used``            by business and source: how many records features see, latest event
``not_used``        records features do not see any more, and why
``disputed``        records under an open objection
``source``          by source: how many records are known, latest event, latest known day
``peer``            statistics of peer groups, as the builder saved them
``link_<link>``     which businesses are linked from which day until before which other
``own_<source>``    by business: its records as JSON, one array each
``record_<source>`` records near places or about the whole city: JSON arrays by record_no
``near_<source>``   by business: int64 fours of `NEAR`, one each record
``mention``         names in records that carry no code, those with most records first; `id` is
                    ``source:hash``, `state` what became of it (`features.linkage.choice`)
``candidate``       whom a name may mean: weight in log2 odds and probability × 1,000,000, both
                    NULL where the registration or a person says so and likeness does not
``decided``         what persons had said about names when the snapshot was made, oldest first
``named_<source>``  by name: its records as JSON, one array each, after whom they concern
``column``          which snapshot column stands at which place of a source's arrays
``search``          full text of names (`serving.store.names`)
==================  =====================================================================

Records known after the as-of day are not in the file. What the file holds is as
it was known on that day, so features of any earlier day can be computed from it
too; only the statistics of peer groups are those of the as-of day alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from features.business import RECORD, linking_columns
from features.catalogue import Catalogue
from features.contracts import SQL_TYPES, Nearby, Source

FORMAT = 4

_FIXED = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE business (
  no INTEGER PRIMARY KEY, entity_id TEXT NOT NULL UNIQUE, name TEXT, district TEXT,
  sector TEXT, form TEXT, latitude REAL, longitude REAL, established_day INTEGER,
  closed_day INTEGER
);
CREATE TABLE profile (
  no INTEGER NOT NULL, name TEXT, district TEXT, sector TEXT, form TEXT, latitude REAL,
  longitude REAL, established_day INTEGER, closed_day INTEGER, from_day INTEGER NOT NULL,
  to_day INTEGER
);
CREATE TABLE score (
  no INTEGER PRIMARY KEY, tier TEXT NOT NULL, model_tier TEXT NOT NULL,
  tenths INTEGER NOT NULL, level INTEGER, rules TEXT NOT NULL, flags TEXT NOT NULL
);
CREATE TABLE warning (
  outcome TEXT NOT NULL, level INTEGER NOT NULL, chance INTEGER NOT NULL, no INTEGER NOT NULL
);
CREATE TABLE vector (no INTEGER PRIMARY KEY, features BLOB NOT NULL);
CREATE TABLE without (no INTEGER PRIMARY KEY, features BLOB NOT NULL);
CREATE TABLE used (
  no INTEGER NOT NULL, source TEXT NOT NULL, records INTEGER NOT NULL, latest_day INTEGER,
  PRIMARY KEY (no, source)
) WITHOUT ROWID;
CREATE TABLE not_used (
  no INTEGER NOT NULL, source TEXT NOT NULL, event_key TEXT NOT NULL, why TEXT NOT NULL,
  PRIMARY KEY (no, source, event_key)
) WITHOUT ROWID;
CREATE TABLE disputed (
  no INTEGER NOT NULL, source TEXT NOT NULL, event_key TEXT NOT NULL,
  PRIMARY KEY (no, source, event_key)
) WITHOUT ROWID;
CREATE TABLE source (
  name TEXT PRIMARY KEY, records INTEGER NOT NULL, latest_day INTEGER, known_day INTEGER
) WITHOUT ROWID;
CREATE TABLE peer (
  feature TEXT NOT NULL, as_of_day INTEGER NOT NULL, district TEXT, sector TEXT, form TEXT,
  total INTEGER NOT NULL, count INTEGER NOT NULL
);
CREATE TABLE mention (
  no INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, source TEXT NOT NULL, name TEXT NOT NULL,
  records INTEGER NOT NULL, state TEXT NOT NULL
);
CREATE TABLE candidate (
  mention INTEGER NOT NULL, entity_id TEXT NOT NULL, name TEXT, from_day INTEGER NOT NULL,
  weight REAL, probability INTEGER
);
CREATE TABLE decided (
  no INTEGER PRIMARY KEY, mention TEXT NOT NULL, entity_id TEXT NOT NULL, same INTEGER NOT NULL,
  decided_on TEXT NOT NULL, decided_by TEXT NOT NULL
);
CREATE TABLE "column" (
  source TEXT NOT NULL, place INTEGER NOT NULL, name TEXT NOT NULL, PRIMARY KEY (source, place)
) WITHOUT ROWID;
CREATE VIRTUAL TABLE search USING fts5(name, content='', tokenize='ascii');
"""

# Made after the rows are in.
_INDEXES = """
CREATE INDEX profile_no ON profile (no);
CREATE INDEX business_district ON business (district, no);
CREATE INDEX business_sector ON business (sector, no);
CREATE INDEX score_tier ON score (tier, no);
CREATE INDEX score_level ON score (level, no);
CREATE INDEX warning_gravest ON warning (level, chance DESC, no);
CREATE INDEX warning_no ON warning (no);
CREATE INDEX mention_state ON mention (state, no);
CREATE INDEX candidate_mention ON candidate (mention);
CREATE INDEX candidate_of ON candidate (entity_id, mention);
CREATE INDEX decided_mention ON decided (mention);
"""

# What a record near a place means to one business: how far it is, from which day the
# business stood there as far as known, and the day that ended it (-1 for none).
NEAR = ("record_no", "distance_m", "known_day", "superseded_day")


def record_columns(source: Source) -> tuple[str, ...]:
    """Columns of a stored record: the snapshot's, but for whom it concerns and how near."""
    declared = (column.name for column in source.columns if not column.personal)
    return (*RECORD[1:], *linking_columns(source), *declared)


def statements(catalogue: Catalogue) -> Iterator[str]:
    """Every statement that makes the empty store of `catalogue`."""
    yield from (part for part in _FIXED.split(";\n") if part.strip())
    for source in catalogue.jurisdiction.sources:
        if source.names_business:
            yield f"CREATE TABLE own_{source.name} (no INTEGER PRIMARY KEY, records TEXT NOT NULL)"
            if source.by_name is not None:
                yield (
                    f"CREATE TABLE named_{source.name} "
                    "(mention TEXT PRIMARY KEY, records TEXT NOT NULL) WITHOUT ROWID"
                )
            continue
        yield (
            f"CREATE TABLE record_{source.name} "
            "(record_no INTEGER PRIMARY KEY, record TEXT NOT NULL)"
        )
        if isinstance(source.subject, Nearby):
            yield f"CREATE TABLE near_{source.name} (no INTEGER PRIMARY KEY, fours BLOB NOT NULL)"
    for link in catalogue.jurisdiction.links:
        yield (
            f"CREATE TABLE link_{link.name} (no INTEGER NOT NULL, other INTEGER NOT NULL, "
            "from_day INTEGER NOT NULL, to_day INTEGER NOT NULL)"
        )


def indexes(catalogue: Catalogue) -> Iterator[str]:
    """Every statement that makes an index, for after the rows are in."""
    yield from (part for part in _INDEXES.split(";\n") if part.strip())
    for link in catalogue.jurisdiction.links:
        yield f"CREATE INDEX link_{link.name}_no ON link_{link.name} (no, other, from_day)"


def text_columns(source: Source) -> frozenset[str]:
    """Columns of a stored record that hold text; all others hold whole numbers."""
    declared = {c.name for c in source.columns if SQL_TYPES[c.kind] == "VARCHAR"}
    return frozenset({"event_key", *declared})
