"""After a closing, what comes late makes restatements with the right deltas and nothing else; what was closed is still
to be read as it was known then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from services.indicators.definitions import service as definitions
from shared.events.codec import Delivery
from tests.factories import oracle_indicators as oracle
from tests.integration.indicators.closing.conftest import Office, office
from tests.integration.indicators.conftest import World
from tests.integration.indicators.laws.conftest import lives, push

__all__ = ["office"]

CLOSED, LAST = "2026-09", date(2026, 9, 30)


def late(world: World, delivery: Delivery) -> Delivery:
    """The same record, but heard of only now."""
    meta = delivery.event.meta.model_copy(update={"known_at": world.tick()})
    return delivery._replace(event=delivery.event.model_copy(update={"meta": meta}), time=meta.known_at)


def closed_counts(events: Sequence[Delivery], known: datetime) -> dict[tuple[str, str], tuple[int, int]]:
    """(indicator, division) → numerator and denominator at the end of the closed period, as known at an instant."""
    town = oracle.town(events, LAST, known)
    found = {}
    for indicator in definitions.catalogue().indicators:
        if (name := indicator.formula.name) in oracle.CALCULATIONS and "month" in indicator.periods:
            for code, pair in oracle.counts(oracle.CALCULATIONS[name or ""](town)).items():
                if not indicator.divisions or code in indicator.divisions:
                    found[indicator.code, code] = pair
    return found


async def restated(world: World) -> dict[tuple[str, str], dict[str, Any]]:
    """All restatements of the closed period; a place has one at most."""
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        answer = await world.get("/v1/restatements", period=CLOSED, limit=500, **after)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if answer.json()["next"] is None:
            break
        after = {"after": answer.json()["next"]}
    by_place = {(one["code"], one["division_code"]): one for one in found}
    assert len(by_place) == len(found)
    return by_place


def numbers(figures: dict[str, Any] | None) -> tuple[int, int] | None:
    """Numerator and denominator of what has a value."""
    if figures is None or figures["value"] is None:
        return None
    return int(Decimal(figures["numerator"])), int(Decimal(figures["denominator"]))


async def check(world: World, office: Office, seed: int) -> int:
    """How many restatements there were."""
    random = Random(f"closing-{seed}")
    events = lives(random, 80)
    early, rest = events[: len(events) * 2 // 3], events[len(events) * 2 // 3 :]
    await push(world, early, random)
    closed_at = datetime.fromisoformat((await office.close(CLOSED))["decided_at"])
    then = await _values(world)
    rest = [late(world, one) for one in rest]
    world.tick()
    while rest:
        batch, rest = rest[: (size := random.randint(10, 60))], rest[size:]
        early = [*early, *batch]
        await world.take(*batch)
    await world.settle()
    before, now = closed_counts(early, closed_at), closed_counts(early, world.tick())
    said = await restated(world)
    for place in before | now:
        one, was, is_ = said.get(place), before.get(place), now.get(place)
        if one is None:
            assert was == is_ or then.get(place) is None, (seed, place, was, is_)
        else:
            _right(one, was, is_)
    assert await _values(world, known_at=closed_at.isoformat()) == then
    return len(said)


def _right(one: dict[str, Any], was: tuple[int, int] | None, now: tuple[int, int] | None) -> None:
    closed, found = numbers(one["closed"]), numbers(one["now"])
    assert closed in (None, was)
    assert found in (None, now)
    assert one["causes_count"] > 0, one
    if closed and found:
        delta = one["since_closing"]
        assert Decimal(delta["numerator"]) == found[0] - closed[0]
        assert Decimal(delta["denominator"]) == found[1] - closed[1]
        assert Decimal(delta["value"]) == Decimal(one["now"]["value"]) - Decimal(one["closed"]["value"])


async def _values(world: World, **asked: str) -> dict[tuple[str, str], tuple[Any, ...]]:
    """What is answered for the closed period, now or as known then; of what has a number."""
    found = [row for family in ("main", "other") for row in await _listed(world, family, asked)]
    return {
        (row["code"], row["division_code"]): (row["value_id"], row["value"], row["numerator"])
        for row in found
        if row["value"] is not None
    }


async def _listed(world: World, family: str, asked: dict[str, str]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after: dict[str, str] = {}
    while True:
        answer = await world.get("/v1/values", period=CLOSED, family=family, limit=500, **asked, **after)
        assert answer.status_code == 200, answer.text
        found += answer.json()["items"]
        if answer.json()["next"] is None:
            return found
        after = {"after": answer.json()["next"]}


@pytest.mark.parametrize("seed", range(2))
async def test_what_comes_late_is_restated_with_its_delta(world: World, office: Office, seed: int) -> None:
    assert await check(world, office, seed)


@pytest.mark.long
@pytest.mark.parametrize("seed", range(100, 120))
async def test_what_comes_late_is_restated_many_times(world: World, office: Office, seed: int) -> None:
    await check(world, office, seed)
