"""Tables of the projection: record versions as rectangles, household attributes, members, arrivals.

One narrow typed table for all kinds, LIST-partitioned by kind (performance.md: half the size of a
JSONB layout). The typed columns mean what `kinds.py` puts there.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations


CITY = "150600000000"
UNPLACED = CITY
"""Where a version is counted whose division is not known below the city, as ingest counts it."""

KINDS = range(1, 24)

_TABLES = """
CREATE TABLE record_version (
    kind smallint NOT NULL,
    source_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    piece smallint NOT NULL,
    known_at timestamptz NOT NULL,
    visible_from timestamptz NOT NULL,
    visible_to timestamptz NOT NULL,
    effective_on date,
    holds_to date NOT NULL,
    retracted boolean NOT NULL,
    subject_key text COLLATE "C",
    household_no text COLLATE "C",
    division_code text COLLATE "C",
    happened_on date,
    amount_fen bigint,
    amount2_fen bigint,
    grade smallint,
    flag boolean,
    year smallint,
    ends_on date,
    part_id uuid NOT NULL,
    line integer NOT NULL,
    submission_id uuid NOT NULL,
    partition smallint NOT NULL,
    "offset" bigint NOT NULL,
    PRIMARY KEY (kind, source_id, version, piece)
) PARTITION BY LIST (kind);
CREATE INDEX record_version_subject ON record_version (subject_key) WHERE subject_key IS NOT NULL;
CREATE INDEX record_version_household ON record_version (household_no) WHERE household_no IS NOT NULL;

CREATE TABLE household_state (
    source_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    base_status text NOT NULL,
    lifted_year smallint,
    policy_entitled boolean,
    resettlement text NOT NULL,
    resettled_site text,
    no_labour_household boolean,
    PRIMARY KEY (source_id, version)
);

CREATE TABLE member (
    source_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    person_key text COLLATE "C" NOT NULL,
    household_no text COLLATE "C" NOT NULL,
    relation text NOT NULL,
    labour text NOT NULL,
    insurance_exempt boolean NOT NULL,
    birth_on date,
    sealed text,
    PRIMARY KEY (source_id, version, person_key)
);
CREATE INDEX member_person ON member (person_key);
CREATE INDEX member_household ON member (household_no);

CREATE TABLE person (person_key text COLLATE "C" PRIMARY KEY);
CREATE TABLE household (household_no text COLLATE "C" PRIMARY KEY);

CREATE TABLE feed_arrival (
    kind smallint NOT NULL,
    banner_code text COLLATE "C" NOT NULL,
    known_hour timestamptz NOT NULL,
    PRIMARY KEY (kind, banner_code, known_hour)
);
"""


def create(op: Operations) -> None:
    """Create the tables in a service's migration."""
    for statement in _TABLES.split(";"):
        if statement.strip():
            op.execute(statement)
    for kind in KINDS:
        op.execute(f"CREATE TABLE record_version_{kind} PARTITION OF record_version FOR VALUES IN ({kind})")


_WITH_CONTENT = (7, 8, 9, 10, 17)
"""The kinds of whose content the first release kept what facts need. Of the others it stored that they came."""

_TYPED = """
ALTER TABLE record_version
    ADD COLUMN first_known_at timestamptz,
    ADD COLUMN starts_on date,
    ADD COLUMN extra_on date,
    ADD COLUMN amount3_fen bigint,
    ADD COLUMN amount4_fen bigint,
    ADD COLUMN status smallint,
    ADD COLUMN reason smallint,
    ADD COLUMN count smallint;

UPDATE record_version v SET first_known_at = f.first_known_at
FROM (SELECT kind, source_id, min(known_at) AS first_known_at FROM record_version GROUP BY kind, source_id) f
WHERE f.kind = v.kind AND f.source_id = v.source_id;

ALTER TABLE record_version ALTER COLUMN first_known_at SET NOT NULL;

CREATE TABLE covered (
    kind smallint NOT NULL,
    source_id text COLLATE "C" NOT NULL,
    version bigint NOT NULL,
    person_key text COLLATE "C" NOT NULL,
    PRIMARY KEY (kind, source_id, version, person_key)
);
CREATE INDEX covered_person ON covered (person_key);

CREATE TABLE applied_count (
    kind smallint NOT NULL,
    banner_code text COLLATE "C" NOT NULL,
    slot smallint NOT NULL,
    versions bigint NOT NULL,
    PRIMARY KEY (kind, banner_code, slot)
);

CREATE TABLE freshness_claim (
    kind smallint NOT NULL,
    banner_code text COLLATE "C" NOT NULL,
    last_hour timestamptz NOT NULL,
    published bigint NOT NULL,
    unplaced bigint NOT NULL,
    PRIMARY KEY (kind, banner_code, last_hour, published, unplaced)
)
"""

_OWN_LAW = f"""
DELETE FROM feed_arrival;

INSERT INTO feed_arrival (kind, banner_code, known_hour)
SELECT DISTINCT kind, left(division_code, 6) || '000000', date_trunc('hour', known_at)
FROM record_version WHERE piece = 0 AND division_code IS NOT NULL AND left(division_code, 6) <> '{CITY[:6]}';

INSERT INTO applied_count (kind, banner_code, slot, versions)
SELECT kind, coalesce(left(division_code, 6) || '000000', '{UNPLACED}'), 0, count(*)
FROM record_version WHERE piece = 0 GROUP BY 1, 2
"""


def upgrade_0002(op: Operations) -> None:
    """Add the typed columns of all kinds, who is covered, and freshness by the sender's own law.

    Versions whose content the first release did not keep are removed: half of a record would look like
    a fact. Their feeds count as never delivered until the topics are replayed (`xianjie rebuild`).
    Arrivals are derived again, since they were noted by a person's home, which depended on the order
    in which things came.
    """
    kept = ", ".join(str(kind) for kind in _WITH_CONTENT)
    op.execute(f"DELETE FROM record_version WHERE kind NOT IN ({kept})")
    for statement in f"{_TYPED};{_OWN_LAW}".split(";"):
        op.execute(statement)
