"""One or two households, what the departments send about them, and the facts at any (D, T)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts import service as facts
from services.screening.facts.domain import FACTS
from services.screening.parameters import repository as parameters
from services.screening.parameters.domain import ParameterValue
from services.screening.parameters.shipped import definitions
from services.screening.register import service as register
from shared import clock
from shared.events.codec import Delivery
from tests.factories import deliveries as made

HEAD, SPOUSE, CHILD = (f"p1.{letter * 26}" for letter in "HSC")
TODAY = date(2026, 11, 20)
LONG_AGO = date(2020, 1, 1)
VILLAGE = "150625100201"


def ago(days: int) -> date:
    """A day so many days before TODAY."""
    return TODAY - timedelta(days=days)


def noon(day: date) -> datetime:
    """Noon of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def person(key: str, *, labour: str = "ordinary", born: date = date(1980, 1, 1)) -> dict[str, Any]:
    """A member as a household record names one."""
    return {
        "person_key": key,
        "sealed": None,
        "relation": "head" if key == HEAD else "child",
        "labour": labour,
        "insurance_exempt": False,
        "birth_on": born.isoformat(),
    }


@dataclass
class Scene:
    """A register in a transaction that never commits; versions grow by a second with every record said."""

    conn: AsyncConnection
    _pending: list[Delivery] = field(default_factory=list)
    _versions: int = 0

    def household(
        self, *members: str | dict[str, Any], no: str = "H1", since: date = LONG_AGO, known: date | None = None
    ) -> None:
        """From `since` this household has these members."""
        data = made.household(no)
        data["members"] = [person(m) if isinstance(m, str) else m for m in members]
        self.say(17, f"HU-{no}", data, no=no, effective=since, known=known or since)

    def say(
        self,
        kind: int,
        source_id: str,
        data: dict[str, Any] | None,
        *,
        who: str | None = None,
        no: str | None = None,
        effective: date | None = None,
        known: date | datetime | None = None,
        division: str | None = VILLAGE,
    ) -> None:
        """A version of a record, about HEAD if of no one else; None retracts. Known by default on the day it is of."""
        self._versions += 1
        updated = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self._versions)
        subject = who if who or no else HEAD

        def version(known_at: datetime) -> Delivery:
            return made.record(
                kind,
                source_id,
                updated,
                data,
                subject=subject,
                household_no=no,
                division=division,
                effective_on=effective,
                known_at=known_at,
            )

        day = known or version(updated).event.meta.effective_on or TODAY
        self._pending.append(version(day if isinstance(day, datetime) else noon(day)))

    def stopped(self, day: date, *households: str, known: date) -> None:
        """The ledger of assets says that an asset that paid these households stopped."""
        self._pending.append(made.income_stopped(day, *households, known_at=noon(known)))

    async def limit(self, name: str, value: int, *, where: str = "150600000000") -> None:
        """A local value of a parameter, in force since long ago."""
        what = definitions()[name]
        given = ParameterValue(
            name, where, LONG_AGO, None, 1, Decimal(value), what.type, what.unit, "仅供测试", "adopted", noon(LONG_AGO)
        )  # fmt: skip
        await parameters.add(self.conn, [given])

    async def facts(
        self, group: str, day: date = TODAY, *, known: date | None = None, no: str = "H1"
    ) -> dict[str, Any]:
        """The group's facts of a household; the statements for all and for a set must agree."""
        pending, self._pending = self._pending, []
        known_at = clock.end_of_day(known or day)
        if pending:
            await register.apply(self.conn, pending)
        every = await facts.rows(self.conn, facts.computed(None, day, known_at))
        one = (await facts.rows(self.conn, facts.computed([no], day, known_at)))[no]
        assert every[no].values == one.values
        return {name: one.values[name] for name, fact in FACTS.items() if fact.group == group}

    async def records(self, group: str, day: date = TODAY, *, known: date | None = None, no: str = "H1") -> list[str]:
        """The record numbers of the versions behind the group's facts."""
        found = await facts.contributions(self.conn, [no], [group], day, clock.end_of_day(known or day))
        return [ref.source_id for ref in found[no].get(group, [])]
