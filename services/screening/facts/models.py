"""The stored row of facts of each household: what the live path evaluates rules over."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # every service reads this room, and only migrations need alembic
    from alembic.operations import Operations


_TABLE = """
CREATE TABLE household_facts (
    household_no text COLLATE "C" PRIMARY KEY,
    division_code text COLLATE "C" NOT NULL,
    as_of date NOT NULL,
    members integer,
    lifted boolean,
    policy_entitled boolean,
    monitored boolean,
    low_income boolean,
    self_paid_in_catalogue_12m_sum bigint,
    uninsured_members integer,
    dwelling_grade smallint,
    dwelling_unsafe boolean,
    renovation_recorded boolean
)
"""

_ALL_FACTS = """
ALTER TABLE household_facts
    ADD COLUMN labour_members integer,
    ADD COLUMN no_labour_household boolean,
    ADD COLUMN elderly_members integer,
    ADD COLUMN resettled boolean,
    ADD COLUMN key_village boolean,
    ADD COLUMN regional_key_banner boolean,
    ADD COLUMN city_key_banner boolean,
    ADD COLUMN monitored_kind text,
    ADD COLUMN months_since_identified integer,
    ADD COLUMN employed_members integer,
    ADD COLUMN stable_employed_members integer,
    ADD COLUMN job_lost_90d integer,
    ADD COLUMN seeking_members integer,
    ADD COLUMN net_12m bigint,
    ADD COLUMN payout_12m bigint,
    ADD COLUMN members_counted integer,
    ADD COLUMN income_per_capita bigint,
    ADD COLUMN income_age_days integer,
    ADD COLUMN prev_net_12m bigint,
    ADD COLUMN wage_drop bigint,
    ADD COLUMN operating_drop bigint,
    ADD COLUMN medical_rigid_12m bigint,
    ADD COLUMN education_rigid_12m bigint,
    ADD COLUMN rigid_spending_12m bigint,
    ADD COLUMN income_after_rigid_per_capita bigint,
    ADD COLUMN self_paid_12m_sum bigint,
    ADD COLUMN self_paid_12m_max bigint,
    ADD COLUMN new_major_disease_90d integer,
    ADD COLUMN major_disease_members integer,
    ADD COLUMN chronic_not_contracted integer,
    ADD COLUMN disabled_members integer,
    ADD COLUMN severe_disabled_members integer,
    ADD COLUMN new_severe_disability_90d integer,
    ADD COLUMN severe_without_nursing_benefit integer,
    ADD COLUMN severe_not_covered integer,
    ADD COLUMN severely_ill_not_covered integer,
    ADD COLUMN dropout_members integer,
    ADD COLUMN physical_absence_unserved integer,
    ADD COLUMN compulsory_children_without_record integer,
    ADD COLUMN education_self_paid_year_sum bigint,
    ADD COLUMN students_without_aid integer,
    ADD COLUMN days_into_term integer,
    ADD COLUMN renovation_overdue boolean,
    ADD COLUMN water_unsafe boolean,
    ADD COLUMN house_damage_90d smallint,
    ADD COLUMN house_damage_cause text,
    ADD COLUMN disaster_net_loss_90d bigint,
    ADD COLUMN labour_casualty_180d integer,
    ADD COLUMN labour_casualty_cause text,
    ADD COLUMN labour_injury_180d integer,
    ADD COLUMN labour_injury_cause text,
    ADD COLUMN on_minimum_living boolean,
    ADD COLUMN on_extreme_hardship boolean,
    ADD COLUMN on_low_income_margin boolean,
    ADD COLUMN joined_net_90d boolean,
    ADD COLUMN left_minimum_living_90d boolean,
    ADD COLUMN tapering boolean,
    ADD COLUMN emergency_relief_12m integer,
    ADD COLUMN active_measures integer,
    ADD COLUMN developmental_measures integer,
    ADD COLUMN days_without_measure integer,
    ADD COLUMN income_project boolean,
    ADD COLUMN tight_linkage boolean,
    ADD COLUMN asset_income_stopped_90d boolean
"""


def create(op: Operations) -> None:
    """Create the table in the service's migration."""
    op.execute(_TABLE)


def upgrade_0002(op: Operations) -> None:
    """A column for every fact. Rows of the last release say nothing of the new ones, so they count as of a day long
    past: the next batch of a household computes its row whole, and the night's build all of them."""
    op.execute(_ALL_FACTS)
    op.execute("UPDATE household_facts SET as_of = DATE '1970-01-01'")
