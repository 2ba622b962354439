"""What the bus was told of households outlives the projection: a rebuild mends what is kept of it and tells nobody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import orjson
import pytest
from rich.console import Console

from services.local import rebuilding
from services.screening.rebuild.domain import Outcome
from services.screening.rebuild.replay import Replay
from services.screening.status import keeping
from shared import clock
from shared.db import driver, transaction
from shared.events.assets import AssetRegisteredV1
from shared.events.codec import Delivery
from shared.ids import uuid7
from tests.factories import deliveries as made
from tests.integration.rebuild.kept import LOST, Kept
from tests.integration.screening.conftest import HEAD, TODAY, WIFE


@pytest.fixture
async def kept(make_world: Callable[[], Any]) -> Kept:
    """A lifted household that became monitored and has a measure to end, one that was lifted, and a general one."""
    world = Kept.on(await make_world())
    await world.take(world.household("H1", HEAD), world.household("H2", WIFE), world.household("H3", lifted=False))
    await world.take(
        made.record(23, "J1", clock.now(), made.monitored(date(2026, 6, 1)), household_no="H1"),
        made.record(19, "M1", clock.now(), made.assistance(date(2026, 7, 1), ended_on=TODAY), household_no="H1"),
    )
    await world.take(world.household("H2", WIFE, lifted=False, effective_on=date(2026, 9, 1)))
    await world.settle()
    return world


async def _seqs(kept: Kept) -> list[tuple[str, int, str]]:
    return [(no, (said := orjson.loads(value))["status_seq"], said["status_on"]) for no, value in await kept.statuses()]


def _words(outcome: Outcome) -> str:
    said = StringIO()
    rebuilding.report(outcome, Console(file=said, width=200))
    return said.getvalue()


async def test_the_next_message_after_a_loss_has_the_next_number_and_nothing_old_is_told_again(kept: Kept) -> None:
    told = await _seqs(kept)
    assert told == [
        ("H1", 1, "2025-01-01"),
        ("H2", 1, "2025-01-01"),
        ("H1", 2, "2026-06-01"),
        ("H1", 3, "2026-07-01"),
        ("H2", 2, "2026-09-01"),
    ]
    await kept.execute(f"DROP TABLE {', '.join(LOST)} CASCADE")
    outcome = await kept.rebuild()
    assert (outcome.restored.statuses, outcome.unsaid) == (2, 0)
    await kept.settle()
    assert await _seqs(kept) == told
    kept.at(TODAY + timedelta(days=1))
    await keeping.settle(kept.engine, kept.records.now)
    assert (await _seqs(kept))[len(told) :] == [("H1", 4, "2026-11-21")]


async def test_what_damage_made_the_worker_say_is_taken_back_once_all_was_looked_at_again(kept: Kept) -> None:
    await kept.execute("DELETE FROM record_version WHERE source_id = 'J1'")
    measure = made.assistance(date(2026, 7, 1), "finance")
    await kept.take(made.record(19, "M2", kept.records.now(), measure, household_no="H1"))
    told = await _seqs(kept)
    outcome = await kept.rebuild()
    assert outcome.unsaid == 1
    assert "1 户的状态应与已发出的不同" in _words(outcome)
    assert await _seqs(kept) == told
    await kept.settle()
    assert (await _seqs(kept))[len(told) :] == [("H1", 6, "2026-06-01"), ("H1", 7, "2026-07-01")]
    assert (await kept.rebuild()).identical


async def test_what_waits_for_its_day_is_no_damage(kept: Kept) -> None:
    kept.at(TODAY + timedelta(days=1))
    told = await _seqs(kept)
    outcome = await kept.rebuild()
    assert (outcome.restored.statuses, outcome.unsaid) == (0, 0)
    await keeping.settle(kept.engine, kept.records.now)
    assert (await _seqs(kept))[len(told) :] == [("H1", 4, "2026-11-21")]


async def test_whom_the_worker_has_not_come_to_yet_is_no_damage(kept: Kept) -> None:
    """A database of the last release: nobody was told of anything."""
    await kept.execute(
        "DELETE FROM outbox_message WHERE topic = 'screening.households.v1'",
        "DELETE FROM household_told",
        "DELETE FROM status_walk",
    )
    assert (await kept.rebuild()).identical
    assert await _seqs(kept) == []
    await kept.settle()
    assert {no for no, _, _ in await _seqs(kept)} == {"H1", "H2"}


async def test_what_nobody_here_takes_is_read_once(kept: Kept) -> None:
    """The ledger of assets tells of much that screening takes nothing of; it must not be read again while all wait."""
    event = AssetRegisteredV1(
        asset_id="A1", project_id="P1", code="c", name="n", asset_class="public", division_code="150625000000",
        original_value=Decimal("1.00"), acquired_on=TODAY, known_at=clock.now(),
    )  # fmt: skip
    told = Delivery(event, str(uuid7()), event.TYPE, event.TOPIC, 0, 0, "A1", "/xianjie/assets", clock.now())
    kept.log.deliveries[2:2] = [told] * 4
    outcome = await kept.rebuild()
    assert outcome.identical
    assert outcome.messages == len(kept.log.deliveries) - 4
    replay = Replay([kept.log], clock.now(), lambda _what, _count: None)
    async with transaction(kept.engine) as conn:
        assert len(await (await driver(conn)).fetch("SELECT event_id FROM inbox")) == outcome.messages
    await replay.bulk(kept.engine)
    assert replay.again == {kept.log.title: len(kept.log.deliveries)}
