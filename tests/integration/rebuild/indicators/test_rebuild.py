"""`xianjie rebuild indicators`: what stands is compared with what is made again, mended, and nobody is told."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta
from io import StringIO
from random import Random

import pytest
from rich.console import Console

from services.indicators.rebuild import repository
from services.indicators.rebuild.domain import PROJECTION
from services.indicators.rebuild.errors import RebuildBusyError
from services.indicators.values import service as values
from services.local import rebuilding_indicators
from shared import clock
from shared.db import transaction
from shared.events.codec import Delivery
from shared.rebuild.domain import SHADOW
from tests.factories.ledger import drawn
from tests.factories.reconciled import changed
from tests.integration.indicators.conftest import HANGJIN, OTHER_VILLAGE, observation, person
from tests.integration.rebuild.indicators.conftest import Kept

A, B, C, D = (person(letter) for letter in "ABCD")


@pytest.fixture
async def full(kept: Kept) -> Kept:
    """Something in every table: two banners, values that were replaced, what ingest said and what people observed."""
    await kept.take(
        *(kept.household("H1", A, B), kept.household("H2", C, division=OTHER_VILLAGE)),
        *(kept.household("H3", D, lifted=False), kept.enrolment(A), kept.enrolment(C)),
        *(kept.appraisal(A, "A"), kept.appraisal(C, "D"), kept.renovation(C, date(2026, 6, 1))),
        *(_claim(7, 1), _claim(9, 99)),
        *drawn(Random(7), clock.now() - timedelta(days=3), projects=6, assets=6),
    )
    answers = [await kept.observe(observation("6800.00")), await kept.observe(observation("9000.00", side="urban"))]
    assert [answer.status_code for answer in answers] == [201, 201], answers[0].text
    await kept.settle()
    await kept.take(kept.enrolment(B))
    await kept.settle()
    return kept


def _claim(kind: int, published: int) -> Delivery:
    """Ingest says that a feed spoke the day before."""
    return changed(kind, HANGJIN, published, last_at=clock.now() - timedelta(days=1))


def said(outcome: object) -> str:
    out = StringIO()
    assert rebuilding_indicators.report(outcome, Console(file=out, width=300)) == 1, outcome  # type: ignore[arg-type]
    return out.getvalue()


async def test_what_is_sound_is_found_identical_and_left_alone(full: Kept) -> None:
    before, told = await full.whole(), await full.told()
    outcome = await full.rebuild()
    assert outcome.identical, outcome
    assert (outcome.messages, outcome.households) == (len(full.log.deliveries), 3)
    assert outcome.values > 0
    assert await full.whole() == before
    assert await full.told() == told
    assert not await full.rows(f"SELECT FROM pg_namespace WHERE nspname = '{SHADOW}'")


@pytest.mark.parametrize("how", ["TRUNCATE {} CASCADE", "DROP TABLE {} CASCADE"])
async def test_a_lost_projection_comes_back_and_nobody_is_told_again(full: Kept, how: str) -> None:
    before, told = await full.whole(), await full.told()
    await full.execute(how.format(", ".join(PROJECTION)))
    outcome = await full.rebuild()
    words = said(outcome)
    assert ("缺少的表已重建" if how.startswith("DROP") else "部门数据版本不同：原有 0 行") in words
    assert outcome.undecided == 0
    assert await full.whole() == before
    await full.settle()
    assert await full.told() == told
    assert (await full.rebuild()).identical


async def test_lost_values_come_back_as_they_were_told(full: Kept) -> None:
    before, told, observed = await full.whole(), await full.told(), await full.dump(["observation"])
    await full.execute("DELETE FROM indicator_value")
    outcome = await full.rebuild()
    assert outcome.restored == len(before["indicator_value"])
    assert f"指标数值 {outcome.restored} 个" in said(outcome)
    after = await full.whole()
    standing = [row for row in before["indicator_value"] if "('current', True)" in row]
    assert standing
    assert [row for row in after["indicator_value"] if "('current', True)" in row] == standing
    assert await full.dump(["observation"]) == observed
    await full.settle()
    assert await full.told() == told
    assert (await full.rebuild()).identical


DAMAGE = {
    "部门数据版本": "UPDATE record_version SET grade = 4 WHERE kind = 9",
    "户的情况": "UPDATE household_state SET base_status = 'general'",
    "户的成员": "DELETE FROM member WHERE household_no = 'H1'",
    "人员名册": "UPDATE person SET person_key = person_key || 'x'",
    "户名册": "DELETE FROM household",
    "数据时效": "DELETE FROM feed_arrival WHERE kind = 17",
    "收到数据的计数": "UPDATE applied_count SET versions = versions + 1",
    "待核对的报送说明": "UPDATE freshness_claim SET published = published + 1",
    "改正": "UPDATE indicator_value SET value = 12, numerator = 7 WHERE value IS NOT NULL",
    "说明或依据": "UPDATE indicator_value SET basis = '道听途说' WHERE current AND period = '2026'",
    "恢复": "DELETE FROM indicator_value WHERE NOT current",
}
_UNSEEN = ("applied_count", "freshness_claim")


async def test_damage_is_named_and_mended_and_nobody_is_told(full: Kept) -> None:
    told = await full.told()
    for title, damage in DAMAGE.items():
        before = await full.whole()
        await full.execute(damage)
        assert await full.whole() != before or any(table in damage for table in _UNSEEN), title
        outcome = await full.rebuild()
        assert title in said(outcome)
        assert (outcome.undecided, outcome.untold) == (0, 0), title
        after = await full.whole()
        if title == "恢复":  # of what stands no more, only what was told can come back
            assert len(after["indicator_value"]) == len(before["indicator_value"])
        else:
            assert after == before, title
        await full.execute("DELETE FROM dirty_mark")  # so that the next rebuild compares the values at once
    assert (await full.rebuild()).identical
    async with transaction(full.engine) as conn:
        await values.mark_everything(conn)
    await full.settle()
    assert await full.told() == told


async def test_records_that_an_older_release_did_not_keep_come_in_and_their_values_are_told(full: Kept) -> None:
    """As after an upgrade: what is computed from them is news, and goes the usual way."""
    await full.execute("DELETE FROM record_version WHERE kind = 7", "DELETE FROM feed_arrival WHERE kind = 7")
    async with transaction(full.engine) as conn:
        await repository.forget_counts(conn)
    await full.execute("INSERT INTO dirty_mark (number, since, known_at) VALUES (8, '2026-01-01', now())")
    await full.settle()
    assert (await full.board())[8]["value"] is None
    told = len(await full.told())
    outcome = await full.rebuild()
    assert outcome.undecided > 0
    assert "后台进程随即重新计算" in said(outcome)
    assert len(await full.told()) == told
    await full.settle()
    assert (await full.board())[8]["value"] == "100.00"
    assert len(await full.told()) > told
    assert (await full.rebuild()).identical


async def test_a_value_that_nobody_was_told_of_is_named_and_left_to_people(full: Kept) -> None:
    await full.execute(
        """INSERT INTO indicator_value (value_id, number, code, division_code, period, as_of, known_at, unit, status,
               beside, sources, formula_version, published_at, current)
           SELECT gen_random_uuid(), number, code, division_code, '2019', as_of, known_at, unit, status,
               beside, sources, formula_version, published_at, true FROM indicator_value WHERE current LIMIT 1"""
    )
    assert "1 个指标数值从未发出过" in said(await full.rebuild())
    assert await full.rows("SELECT FROM indicator_value WHERE period = '2019'")


async def test_the_worker_goes_on_beside_a_rebuild(full: Kept) -> None:
    full.log.deliveries.append(full.enrolment(D))  # on its way, and left to the worker
    outcome = await full.rebuild()
    assert outcome.identical
    assert outcome.messages == len(full.log.deliveries) - 1
    await full.take(full.enrolment(A, gone=True))  # applied, and not computed yet: no damage
    assert (await full.rebuild()).identical
    await full.settle()
    assert (await full.board())[8]["numerator"] == "2"
    async with transaction(full.engine) as conn:
        await repository.hold(conn)
        taking = asyncio.create_task(full.take(full.enrolment(B, gone=True)))
        await asyncio.sleep(0.3)
        assert not taking.done()
    await taking
    await full.settle()
    assert (await full.board())[8]["numerator"] == "1"
    assert (await full.rebuild()).identical


async def test_one_rebuild_at_a_time(kept: Kept) -> None:
    async with kept.engine.connect() as conn:
        assert await repository.try_alone(conn)
        with pytest.raises(RebuildBusyError):
            await kept.rebuild()
        await conn.invalidate()
    assert (await kept.rebuild()).messages == 0
