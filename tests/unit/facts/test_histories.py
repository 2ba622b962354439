"""Random histories say what departments may say, and enough of it for every fact to be tried."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta
from random import Random
from typing import Any

import jsonschema_rs
import pytest

from services.screening.facts.domain import FACTS
from shared.events import schemas
from shared.feeds import catalogue
from tests.factories import oracle
from tests.factories.drawn import DRAW, FIRST, SPAN_DAYS
from tests.factories.histories import history, moments, stops
from tests.factories.limits import LIMITS

MAY_BE_UNKNOWN = (
    "no_labour_household", "policy_entitled", "key_village", "monitored_kind", "months_since_identified",
    "stable_employed_members", "net_12m", "payout_12m", "prev_net_12m", "income_after_rigid_per_capita",
    "uninsured_members", "dwelling_grade", "dwelling_unsafe", "water_unsafe", "house_damage_cause",
    "labour_casualty_cause", "labour_injury_cause", "days_without_measure", "income_project",
)  # fmt: skip


@pytest.mark.parametrize("kind", sorted(DRAW))
def test_what_is_drawn_is_what_the_bus_may_carry(kind: int) -> None:
    schema = jsonschema_rs.validator_for(schemas.data_schema(catalogue.BY_NUMBER[kind]))
    for seed in range(50):
        random = Random(seed)
        data, _ = DRAW[kind](random, FIRST + timedelta(days=random.randrange(SPAN_DAYS)))
        schema.validate(data)


def test_the_oracle_knows_every_fact_and_the_histories_try_each_way_it_can_be() -> None:
    seen: dict[str, set[Any]] = defaultdict(set)
    for seed in range(20):
        random = Random(seed)
        events = history(random, records=100) + stops(random)
        for day, known in moments(random, events, 8):
            for row in oracle.facts(events, day, known, LIMITS).values():
                assert set(row) == set(FACTS)
                for name, value in row.items():
                    seen[name].add(value)
    for name, fact in FACTS.items():
        if fact.type == "boolean":
            assert seen[name] >= {True, False}, name
        else:
            assert len(seen[name] - {None}) > 1, name
    assert [name for name in MAY_BE_UNKNOWN if None not in seen[name]] == []
