"""Tables of the projection: record versions as rectangles, household attributes, members, arrivals.

One narrow typed table for all kinds, LIST-partitioned by kind (performance.md: half the size of a
JSONB layout). `amount_fen … ends_on` mean what `kinds.py` puts there.
"""

from __future__ import annotations

from alembic.operations import Operations

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
