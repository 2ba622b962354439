"""The tables of this service in the shadow schema: made, and put beside or in place of what stands."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts import models as facts
from services.screening.rebuild.domain import MENDED, REPLACED
from services.screening.register import models as register
from services.screening.runs import models as runs
from services.screening.status import models as status
from services.screening.warnings import models as warnings
from shared.db import driver
from shared.rebuild import repository
from shared.rebuild.domain import SHADOW, STANDING

_MODELS = (
    *(facts.create, warnings.create),
    *(register.upgrade_0002, facts.upgrade_0002, warnings.upgrade_0002, runs.upgrade_0002),
    status.upgrade_0004,
)
# Whoever writes warnings or facts locks households first, so this waits for all of them, and they for us.
_HOLD = f"LOCK TABLE {STANDING}.household IN EXCLUSIVE MODE"


async def begin(conn: AsyncConnection) -> None:
    """An empty projection in the shadow schema."""
    await repository.begin(conn, _MODELS, (*REPLACED, *MENDED))


async def hold_everybody(conn: AsyncConnection, absent: Iterable[str]) -> None:
    """Until this transaction ends nobody else changes warnings, facts or records."""
    if "household" not in absent:
        await (await driver(conn)).execute(_HOLD)


async def stand_in(conn: AsyncConnection, absent: Iterable[str]) -> None:
    """Tables that are mended in place: those that are absent are there again, empty; of the others no shadow."""
    raw = await driver(conn)
    for table in MENDED:
        if table in absent:
            await raw.execute(f"ALTER TABLE {SHADOW}.{table} SET SCHEMA {STANDING}")
    for table in reversed(MENDED):
        if table not in absent:
            await raw.execute(f"DROP TABLE {SHADOW}.{table}")


async def all_of(conn: AsyncConnection, today: date) -> bool:
    """Whether all facts that stand are of today: no day's run is due."""
    other = f"SELECT EXISTS (SELECT FROM {STANDING}.household_facts WHERE as_of <> $1)"
    return not await (await driver(conn)).fetchval(other, today)


async def count_households(conn: AsyncConnection) -> int:
    """Households with facts in the projection that was made."""
    return int(await (await driver(conn)).fetchval("SELECT count(*) FROM household_facts"))
