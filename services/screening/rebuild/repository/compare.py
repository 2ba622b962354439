"""What stands beside what was made again, row by row, in the columns of canonical bytes."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.rebuild.domain import COMPARED, PLACE, SHADOW, WORKLIST, Compared, Difference
from services.screening.rebuild.repository.shadow import STANDING
from shared.db import driver

_COLUMNS = """
SELECT column_name FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2 ORDER BY ordinal_position
"""
# A count that has come down to nothing may stay or go.
_ONLY = """
SELECT count(*) FROM (SELECT * FROM {one} WHERE warnings <> 0 EXCEPT ALL SELECT * FROM {other} WHERE warnings <> 0) q
"""
# A row that waits for its day's run is of another day, and says nothing for or against.
_OTHER_DAY = f"""
household_no NOT IN (SELECT household_no FROM {STANDING}.household_facts WHERE as_of <> $1)
"""


async def differences(conn: AsyncConnection, absent: Collection[str], today: date) -> list[Difference]:
    """The tables that do not stand as they were made again."""
    found = []
    for table, compared in COMPARED.items():  # bounded by the number of tables, each statement is set-based
        if table not in absent and (difference := await _difference(conn, table, compared, today)):
            found.append(difference)
    return found


async def all_of(conn: AsyncConnection, today: date) -> bool:
    """Whether all facts that stand are of today: no day's run is due."""
    other = f"SELECT EXISTS (SELECT FROM {STANDING}.household_facts WHERE as_of <> $1)"
    return not await (await driver(conn)).fetchval(other, today)


async def remember_worklist(conn: AsyncConnection) -> None:
    """Keep the worklist as it stands, to be compared before this transaction ends."""
    raw = await driver(conn)
    for table in WORKLIST:
        await raw.execute(f"CREATE TEMPORARY TABLE was_{table} ON COMMIT DROP AS SELECT * FROM {table}")


async def worklist_differences(conn: AsyncConnection) -> list[Difference]:
    """Where the worklist made again is not as it stood."""
    raw = await driver(conn)
    found = []
    for table, title in WORKLIST.items():
        was = await raw.fetchval(_ONLY.format(one=f"was_{table}", other=table))
        now = await raw.fetchval(_ONLY.format(one=table, other=f"was_{table}"))
        if was or now:
            found.append(Difference(title, was, now))
    return found


async def _difference(conn: AsyncConnection, table: str, compared: Compared, today: date) -> Difference | None:
    raw = await driver(conn)
    columns = compared.columns or [row["column_name"] for row in await raw.fetch(_COLUMNS, SHADOW, table)]
    wanted = [f'"{column}"' for column in columns if column not in PLACE]
    relation = compared.relation or f"SELECT {', '.join(wanted)} FROM {{schema}}.{table}"
    where, arguments = ("", []) if table != "household_facts" else (f" WHERE {_OTHER_DAY}", [today])
    on = " AND ".join(f"s.{column} = r.{column}" for column in compared.key)
    same = f"ROW({', '.join(f's.{c}' for c in wanted)}) IS NOT DISTINCT FROM ROW({', '.join(f'r.{c}' for c in wanted)})"
    first = compared.key[0]
    counted = await raw.fetchrow(
        f"""SELECT count(*) FILTER (WHERE s.{first} IS NOT NULL AND NOT ({same})) AS standing,
            count(*) FILTER (WHERE r.{first} IS NOT NULL AND NOT ({same})) AS rebuilt
        FROM ({relation.format(schema=STANDING)}{where}) s
        FULL JOIN ({relation.format(schema=SHADOW)}{where}) r ON {on}""",
        *arguments,
    )
    if counted is None or not (counted["standing"] or counted["rebuilt"]):
        return None
    return Difference(compared.title, counted["standing"], counted["rebuilt"])
