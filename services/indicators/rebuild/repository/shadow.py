"""The tables of this service in the shadow schema, and who waits until they stand."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from services.indicators.holdings import models as holdings
from services.indicators.rebuild.domain import PROJECTION
from shared.db import driver
from shared.rebuild import repository
from shared.rebuild.domain import SHADOW, STANDING

# A batch remembers what it takes before anything else, so this waits for all of them, and they for us.
_HOLD = f"LOCK TABLE {STANDING}.inbox IN EXCLUSIVE MODE"
_ALONE = "SELECT pg_try_advisory_lock(hashtext('xianjie.indicators.rebuild'))"
_WAIT_FOR_COMPUTING = "SELECT pg_advisory_xact_lock(hashtext('xianjie.indicators.pass'))"


async def try_alone(conn: AsyncConnection) -> bool:
    """Take the rebuild's lock of this session, unless another has it."""
    return bool(await (await driver(conn)).fetchval(_ALONE))


async def begin(conn: AsyncConnection) -> None:
    """An empty projection in the shadow schema."""
    await repository.begin(conn, [holdings.upgrade_0004], PROJECTION)


async def analyse(conn: AsyncConnection) -> None:
    """Let the planner look at what was made."""
    await (await driver(conn)).execute(f"ANALYZE {', '.join(f'{SHADOW}.{table}' for table in PROJECTION)}")


async def hold(conn: AsyncConnection) -> None:
    """Until this transaction ends no pass computes and no batch is taken; waits for those at work."""
    raw = await driver(conn)
    await raw.execute(_WAIT_FOR_COMPUTING)
    await raw.execute(_HOLD)


async def forget_counts(conn: AsyncConnection) -> None:
    """What passes remember of the projection is counted anew by the next one."""
    await (await driver(conn)).execute(f"DELETE FROM {STANDING}.kept_count")


async def count_households(conn: AsyncConnection) -> int:
    """Households that the projection names."""
    return int(await (await driver(conn)).fetchval("SELECT count(*) FROM household"))
