"""Whom a benefit covers, and which households a batch touches by it."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from shared.events.codec import Delivery
from tests.factories import deliveries as made
from tests.integration.versions.conftest import NOON, VILLAGE, Projection

HEAD, WIFE, SON, STRANGER = "p1.h", "p1.w", "p1.s", "p1.x"
MARCH = date(2026, 3, 1)
ALLOWANCE = 1


def home(no: str, *members: str) -> Delivery:
    """A household, long known."""
    return made.record(
        17, f"home-{no}", NOON - timedelta(days=9), made.household(no, *members), household_no=no, division=VILLAGE
    )


def allowance(hours: int, *covered: str, known: int | None = None, subject: str = HEAD) -> Delivery:
    """A version of one allowance; without covered persons a retract."""
    data = made.allowance(MARCH, *covered) if covered else None
    known_at = NOON + timedelta(hours=hours if known is None else known)
    return made.record(
        ALLOWANCE, "db", NOON + timedelta(hours=hours), data, subject=subject, division=VILLAGE, known_at=known_at
    )


async def test_a_benefit_touches_the_households_of_all_whom_it_covers_or_covered(projection: Projection) -> None:
    await projection.take(home("H1", HEAD, WIFE), home("H2", SON), home("H3", STRANGER))
    first = await projection.take(allowance(1, HEAD, SON))
    assert first.households == {"H1", "H2"}
    assert {no: [row.version for row in rows] for no, rows in first.causes.items()} == {
        no: [allowance(1).event.meta.version] for no in ("H1", "H2")
    }
    dropped = await projection.take(allowance(2, HEAD))
    assert dropped.households == set(dropped.causes) == {"H1", "H2"}
    moved = await projection.take(allowance(3, HEAD, subject=STRANGER))
    assert moved.households == set(moved.causes) == {"H1", "H2", "H3"}
    gone = await projection.take(allowance(4))
    assert set(gone.causes) == {"H1", "H2", "H3"}


async def test_covered_persons_wait_for_their_household(projection: Projection) -> None:
    assert (await projection.take(allowance(1, HEAD, SON))).households == set()
    assert (await projection.take(home("H2", SON))).households == {"H2"}


async def test_the_same_version_twice_covers_once(projection: Projection) -> None:
    one = allowance(1, HEAD, SON)
    await projection.take(one, one)
    await projection.take(one)
    covered = await projection.rows("SELECT person_key FROM covered ORDER BY 1")
    assert covered == [(HEAD,), (SON,)]


async def test_when_a_record_was_first_known_stands_on_each_of_its_rows_in_any_order(projection: Projection) -> None:
    versions = [allowance(1, HEAD, known=8), allowance(2, known=3), allowance(3, HEAD, SON, known=5)]
    for seed in range(4):
        shuffled = Random(seed).sample(versions, 3)
        await projection.rows("DELETE FROM record_version")
        await projection.rows("DELETE FROM covered")
        for one in shuffled:
            await projection.take(one)
        rows = await projection.rows("SELECT DISTINCT version, first_known_at FROM record_version ORDER BY 1")
        assert rows == [(one.event.meta.version, NOON + timedelta(hours=3)) for one in versions]
        assert len(await projection.rows("SELECT FROM covered")) == 3
