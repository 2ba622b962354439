"""The golden households in PostgreSQL: every rule before every one of them, equal to the explanation."""

from __future__ import annotations

from itertools import groupby

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.parameters import repository as parameters
from services.screening.rules import repository, service, shipped
from tests.factories.rule_cases import KNOWN, TODAY, Case, cases
from tests.integration.screening_rules.conftest import household, relation

PLACE = "150622100201"
RULES = shipped.rules(KNOWN)
BY_PARAMETERS = [
    list(group)
    for _, group in groupby(sorted(cases(), key=lambda c: sorted(c.without)), key=lambda c: sorted(c.without))
]


@pytest.mark.parametrize("group", BY_PARAMETERS, ids=lambda group: "-".join(sorted(group[0].without)) or "all")
async def test_sql_says_what_the_explanation_says(conn: AsyncConnection, group: list[Case]) -> None:
    await service.seed(conn, demo=False, known_at=KNOWN)
    await parameters.add(conn, list(group[0].parameters.values()))
    assert await repository.live(conn, TODAY, KNOWN) == list(RULES)
    rows = [household(str(n), PLACE, sorted(case.silent), **case.facts) for n, case in enumerate(group)]
    found = {v.household_no: v for v in await repository.verdicts(conn, *relation(*rows), TODAY, KNOWN, every=True)}
    for number, case in enumerate(group):
        explained = [service.explain(rule, case.facts, case.parameters, case.silent).verdict for rule in RULES]
        said = found[str(number)]
        assert [_verdict(said, bit) for bit in range(len(RULES))] == explained
        assert explained[[rule.code for rule in RULES].index(case.code)] == case.verdict


def _verdict(said: repository.Verdicts, bit: int) -> str:
    return "hit" if said.hit >> bit & 1 else "unknown" if said.unknown >> bit & 1 else "clear"
