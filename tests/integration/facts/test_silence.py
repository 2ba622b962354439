"""A feed is silent by SQL when it is overdue by the calendar of the feeds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

from services.screening.facts import service as facts
from services.screening.facts.domain import SILENCE_KINDS
from services.screening.register import service as register
from shared import clock
from shared.feeds import catalogue
from tests.factories.histories import history
from tests.integration.facts.conftest import Scratch

NOW = datetime(2027, 6, 1, tzinfo=UTC)


def test_a_feed_falls_silent_in_statements_when_it_is_overdue_in_answers(scratch: Scratch) -> None:
    scratch.runner.run(_falls_silent(scratch))


async def _falls_silent(scratch: Scratch) -> None:
    changes = 0
    async with scratch.undone() as conn:
        await register.apply(conn, history(Random(1)))
        arrivals = await facts.data_ages(conn, NOW)
        for (_, kind), came in sorted(arrivals.items()):
            last = clock.business_date(came) + timedelta(days=catalogue.BY_NUMBER[kind].overdue_days)
            said = []
            for known in (clock.end_of_day(last), clock.end_of_day(last) + timedelta(microseconds=1)):
                seen = await facts.data_ages(conn, known)
                for row in (await facts.rows(conn, facts.computed(None, last, known))).values():
                    ages = facts.data_age(seen, row.division_code, SILENCE_KINDS, known)
                    assert row.silent == {n for n, age in zip(SILENCE_KINDS, ages, strict=True) if age.overdue}
                    said.append(row.silent)
            changes += len(set(said)) > 1
    assert changes
