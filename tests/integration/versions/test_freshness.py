"""A feed speaks where its records say they are from; ingest's word counts once its records are applied."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date, timedelta
from functools import partial
from itertools import permutations
from typing import Any

from shared.db import driver, transaction
from shared.events.codec import Delivery
from shared.versions import service
from tests.factories import deliveries as made
from tests.factories import reconciled
from tests.integration.versions.conftest import (
    CITY,
    DONGSHENG,
    HANGJIN,
    LATER,
    NOON,
    OTHER_VILLAGE,
    VILLAGE,
    Projection,
)

ENROLMENT, INCOME, WATER = 7, 18, 20
manifest, changed = partial(reconciled.manifest, last_at=LATER), partial(reconciled.changed, last_at=LATER)


def enrolment(source_id: str, division: str | None = VILLAGE, minutes: int = 0) -> Delivery:
    """Somebody's enrolment, known at noon."""
    at = NOON - timedelta(days=1) + timedelta(minutes=minutes)
    person = f"p1.{source_id}"
    return made.record(ENROLMENT, source_id, at, made.enrolment(2026), subject=person, division=division, known_at=NOON)


async def test_a_record_speaks_for_its_own_banner_and_one_without_a_banner_for_none(projection: Projection) -> None:
    home = made.record(
        17, "h", NOON, made.household("H1", "p1.b"), household_no="H1", division=VILLAGE, effective_on=date(2025, 1, 1)
    )
    await projection.take(home)
    await projection.take(enrolment("a", OTHER_VILLAGE), enrolment("b", None), enrolment("c", CITY))
    assert await projection.spoke() == {(17, HANGJIN, 4), (ENROLMENT, DONGSHENG, 4)}


async def test_a_manifest_before_its_records_changes_nothing_until_they_are_applied(projection: Projection) -> None:
    await projection.hear(manifest(ENROLMENT, {HANGJIN: 2, DONGSHENG: 0}, unplaced=1))
    noon = {(ENROLMENT, HANGJIN, 4)}
    await projection.settle()
    assert await projection.spoke() == set()
    await projection.take(enrolment("a"))
    await projection.take(enrolment("b"))
    await projection.settle()
    assert await projection.spoke() == noon
    await projection.take(enrolment("c", None))
    assert await projection.spoke() == noon | {(ENROLMENT, HANGJIN, 9), (ENROLMENT, DONGSHENG, 9)}
    assert await projection.rows("SELECT * FROM freshness_claim") == []


async def test_the_order_of_records_and_word_does_not_matter(projection: Projection) -> None:
    tables = "record_version, feed_arrival, applied_count, freshness_claim"
    for order in permutations("AaBbM"):
        async with transaction(projection.engine) as conn:
            await (await driver(conn)).execute(f"TRUNCATE {tables}")
        for one in order:
            if one == "M":
                await projection.hear(manifest(ENROLMENT, {HANGJIN: 2, DONGSHENG: 2}))
            else:
                division = VILLAGE if one in "Aa" else OTHER_VILLAGE
                await projection.take(enrolment(one, division))
        await projection.settle()
        expected = {(ENROLMENT, place, hour) for place in (HANGJIN, DONGSHENG) for hour in (4, 9)}
        assert await projection.spoke() == expected, order


async def test_what_comes_again_is_not_counted_again(projection: Projection) -> None:
    await projection.hear(changed(ENROLMENT, HANGJIN, 2))
    first = enrolment("a")
    again = first._replace(event_id=f"{first.event_id.rpartition('.')[0]}.999", offset=999)
    await projection.take(first, again)
    await projection.take(again)
    await projection.take(enrolment("z", OTHER_VILLAGE))
    assert await projection.rows("SELECT sum(versions) FROM applied_count WHERE banner_code = $1", HANGJIN) == [(1,)]
    assert (ENROLMENT, HANGJIN, 9) not in await projection.spoke()
    await projection.take(enrolment("a", minutes=5))
    assert (ENROLMENT, HANGJIN, 9) in await projection.spoke()


async def test_a_period_closed_without_records_speaks_at_once(projection: Projection) -> None:
    await projection.hear(manifest(WATER, {HANGJIN: 0}), changed(INCOME, DONGSHENG, 0, state="overdue"))
    await projection.settle()
    assert await projection.spoke() == {(WATER, HANGJIN, 9), (INCOME, DONGSHENG, 9)}


async def test_what_is_no_word_about_a_banner_is_passed_over(projection: Projection) -> None:
    never = manifest(WATER, {HANGJIN: 0}, last_at=None)
    unknown = manifest(WATER, {HANGJIN: 0})
    unknown = unknown._replace(event=unknown.event.model_copy(update={"kind": "of-a-later-release"}))
    await projection.hear(never, unknown, changed(WATER, CITY, 0), changed(WATER, "159999000000", 0))
    await projection.hear(changed(INCOME, HANGJIN, 0), kinds=[ENROLMENT])
    assert await projection.rows("SELECT * FROM freshness_claim") == []


async def test_an_earlier_word_is_believed_while_a_later_one_waits(projection: Projection) -> None:
    await projection.hear(
        changed(ENROLMENT, HANGJIN, 1), changed(ENROLMENT, HANGJIN, 2, last_at=LATER + timedelta(hours=1))
    )
    await projection.take(enrolment("a"))
    assert await projection.spoke() == {(ENROLMENT, HANGJIN, 4), (ENROLMENT, HANGJIN, 9)}
    await projection.take(enrolment("b"))
    assert (ENROLMENT, HANGJIN, 10) in await projection.spoke()


async def test_workers_count_beside_each_other_and_the_last_word_is_heard(projection: Projection) -> None:
    await projection.take(enrolment("first"))  # the hour's arrival is there
    await projection.hear(changed(ENROLMENT, HANGJIN, 3))
    async with transaction(projection.engine) as one, transaction(projection.engine) as two:
        assert await _slot(one) != await _slot(two)
        await service.apply(one, [enrolment("a")])
        await asyncio.wait_for(service.apply(two, [enrolment("b")]), 5)
    assert (ENROLMENT, HANGJIN, 9) not in await projection.spoke()
    await projection.settle()
    assert (ENROLMENT, HANGJIN, 9) in await projection.spoke()


async def test_many_workers_at_once_end_with_every_version_counted(projection: Projection) -> None:
    batches: list[Sequence[Delivery]] = [
        [enrolment(f"{n}-{m}", [VILLAGE, OTHER_VILLAGE, None][(n + m) % 3]) for m in range(9)] for n in range(12)
    ]
    await projection.hear(manifest(ENROLMENT, {HANGJIN: 36, DONGSHENG: 36}, unplaced=36))
    await asyncio.gather(*(projection.take(*batch) for batch in batches))
    await projection.settle()
    counted = await projection.rows("SELECT banner_code, sum(versions) FROM applied_count GROUP BY 1 ORDER BY 1")
    assert counted == [(CITY, 36), (DONGSHENG, 36), (HANGJIN, 36)]
    assert (ENROLMENT, DONGSHENG, 9) in await projection.spoke()


async def _slot(conn: Any) -> int:
    return int(await (await driver(conn)).fetchval("SELECT pg_backend_pid() % 64"))
