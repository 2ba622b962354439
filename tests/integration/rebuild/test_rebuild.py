"""A projection made again equals the one that stands; what was lost or wrong is mended, nobody is told twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from services.screening.outcomes import service as outcomes
from services.screening.outcomes.domain import Verdict
from services.screening.rebuild import repository, service
from services.screening.rebuild.domain import MENDED, REPLACED
from services.screening.rebuild.errors import RebuildBusyError
from services.screening.runs import execution
from shared import clock
from shared.db import driver, transaction
from shared.http.permissions import ROLES, Principal
from shared.messaging.inbox import repository as inbox
from shared.rebuild.domain import SHADOW
from tests.integration.rebuild.kept import LOST, Kept
from tests.integration.screening.conftest import HEAD, WIFE


@pytest.fixture
async def kept(make_world: Callable[[], Any]) -> Kept:
    """A village in which warnings were raised, updated, eased, superseded and found not confirmed."""
    made = Kept.on(await make_world())
    await made.take(made.household("H1", HEAD), made.household("H2", WIFE), made.settlement("12000"))
    await made.take(made.settlement("13000", "S2", who=WIFE), made.appraisal("D"))
    await made.take(made.settlement("14000"))
    await made.take(made.renovation(date(2026, 11, 1)))
    await made.take(made.settlement("100", "S2", who=WIFE))
    await made.settle()
    return made


async def test_a_sound_projection_is_found_identical_and_left_alone(kept: Kept) -> None:
    before, warnings, told = await kept.dump(), await kept.canonical(history=True), await kept.changes()
    outcome = await kept.rebuild()
    assert outcome.identical, outcome
    assert (outcome.messages, outcome.households) == (len(kept.log.deliveries), 2)
    assert await kept.dump() == before
    assert await kept.canonical(history=True) == warnings
    assert await kept.changes() == told
    assert kept.log.deliveries


@pytest.mark.parametrize("how", ["TRUNCATE {} CASCADE", "DROP TABLE {} CASCADE"])
async def test_a_lost_projection_comes_back_the_same_and_nothing_is_told_again(kept: Kept, how: str) -> None:
    before, warnings, told = await kept.dump(), await kept.canonical(history=True), await kept.changes()
    await kept.execute(how.format(", ".join(LOST)))
    outcome = await kept.rebuild()
    assert not outcome.identical
    assert outcome.restored.warnings == len({line["warning"]["warning_id"] for line in told})
    assert outcome.restored.changes == len(told)
    assert outcome.undecided == {}
    assert await kept.dump() == before
    assert await kept.canonical(history=True) == warnings
    assert await kept.changes() == told
    await kept.settle()
    assert await kept.changes() == told
    assert (await kept.rebuild()).identical


async def test_damage_is_mended_and_said(kept: Kept) -> None:
    before, told = await kept.dump(), await kept.changes()
    await kept.execute(
        "UPDATE record_version SET amount_fen = 1 WHERE kind = 8 AND source_id = 'S1'",
        "DELETE FROM member WHERE household_no = 'H2'",
        "UPDATE household_facts SET lifted = NOT lifted",
        "UPDATE clue SET rank = 4 WHERE household_no = 'H1'",
        "DELETE FROM warning_evidence",
        "DELETE FROM warning",
    )
    outcome = await kept.rebuild()
    assert {(one.title, one.only_standing, one.only_rebuilt) for one in outcome.differences} == {
        ("部门数据版本", 2, 2),
        ("户的成员", 0, 1),
        ("户情指标", 2, 2),
        ("待核实线索", 1, 1),
    }
    assert outcome.restored.warnings == 3
    assert await kept.dump() == before
    assert await kept.changes() == told
    assert (await kept.rebuild()).identical


async def test_what_people_decided_comes_back_with_the_warning(kept: Kept) -> None:
    await kept.execute(
        "UPDATE warning SET state = 'verifying' WHERE rule_code = 'M01' AND household_no = 'H1'",
    )
    outcome = await kept.rebuild()
    assert outcome.restored.corrected == 1
    assert (await kept.standing())["H1", "M01"].warning.state == "open"


async def test_what_damage_made_the_worker_say_is_taken_back_by_the_sweep_that_follows(kept: Kept) -> None:
    """The worker withdrew a warning on a damaged record. That it stands after all is news, and told as such."""
    await kept.execute("UPDATE record_version SET amount_fen = 1 WHERE source_id = 'S1'")
    await kept.take(kept.settlement("1", "S7"))
    assert (await kept.standing())["H1", "M01"].warning.state == "superseded"
    told = await kept.told()
    outcome = await kept.rebuild()
    assert outcome.undecided == {"raised": 1}
    assert await kept.told() == told
    await kept.settle()
    assert (await kept.told())[len(told) :] == [("raised", "M01", "hit")]
    assert (await kept.rebuild()).identical


async def test_what_people_found_and_put_off_outlives_the_projection(kept: Kept) -> None:
    officer = Principal("王五", "banner_officer", None, "150625000000", ROLES["banner_officer"].permissions)
    async with transaction(kept.engine) as conn:
        standing = await kept.standing()
        one = standing["H1", "M01"].warning.warning_id
        await outcomes.decide(conn, officer, one, Verdict("not_confirmed", "below_impact", None))
    warnings, told, clues = await kept.canonical(history=True), await kept.changes(), await kept.dump(("clue",))
    await kept.execute(f"DROP TABLE {', '.join(LOST)} CASCADE")
    await kept.rebuild()
    assert await kept.canonical(history=True) == warnings
    assert (await kept.standing())["H1", "M01"].warning.state == "not_confirmed"
    assert await kept.dump(("clue",)) == clues
    async with transaction(kept.engine) as conn:
        assert [entry.act for entry in await outcomes.history(conn, one, "")] == ["not_confirmed"]
    await kept.execute("DELETE FROM warning_sweep")
    await kept.settle()  # everybody is judged again: what was found not confirmed stays muted
    assert await kept.changes() == told


async def test_a_rebuild_that_is_cut_leaves_what_stands_and_the_next_one_is_whole(kept: Kept) -> None:
    before, told = await kept.dump(), await kept.changes()

    class CutError(Exception):
        """Stands for the end of the process."""

    def cut(_what: str, messages: int) -> None:
        if messages > 3:
            raise CutError

    with pytest.raises(CutError):
        await service.rebuild(kept.engine, [kept.log], cut, kept.records.now)
    assert await kept.dump() == before
    assert (await kept.rebuild()).identical
    assert await kept.changes() == told


async def test_messages_on_their_way_are_left_to_the_worker(kept: Kept) -> None:
    waiting = kept.settlement("15000", "S9")
    kept.log.deliveries.insert(1, waiting)
    assert (await kept.rebuild()).identical
    assert "S9" not in str(await kept.dump())
    async with transaction(kept.engine) as conn:
        await inbox.new_ids(conn, [waiting.event_id], clock.now())
        await kept.records.apply(conn, [waiting])
    assert (await kept.rebuild()).identical
    assert "S9" in str(await kept.dump())


async def test_batches_that_come_while_it_is_made_again_are_in_it(kept: Kept) -> None:
    later = [kept.settlement(str(20000 + n), f"T{n}", who=WIFE) for n in range(12)]

    async def batches() -> None:
        for one in later:
            await kept.take(one)
            await asyncio.sleep(0.05)

    outcome, _ = await asyncio.gather(kept.rebuild(), batches())
    assert outcome.identical, outcome
    assert (await kept.rebuild()).identical
    assert str(await kept.dump()).count("'T11'") == 1


async def test_it_does_not_start_beside_a_run(kept: Kept) -> None:
    async with execution.alone(kept.engine, "run") as held:
        assert held is not None
        with pytest.raises(RebuildBusyError):
            await kept.rebuild()


async def test_the_shadow_has_the_tables_of_the_migrations(kept: Kept) -> None:
    columns = """
        SELECT table_name, column_name, data_type, is_nullable, collation_name FROM information_schema.columns
        WHERE table_schema = $1 AND table_name = ANY($2::text[])
    """
    async with transaction(kept.engine) as conn:
        await repository.begin(conn)
        raw = await driver(conn)
        found = [
            {tuple(row) for row in await raw.fetch(columns, schema, [*REPLACED, *MENDED])}
            for schema in ("public", SHADOW)
        ]
        indexes = [
            {
                row["indexdef"].replace(f"{schema}.", "")
                for row in await raw.fetch("SELECT indexdef FROM pg_indexes WHERE schemaname = $1", schema)
                if row["indexdef"].split(" ON ")[1].removeprefix("ONLY ").split(" ")[0].removeprefix(f"{schema}.")
                in {*REPLACED, *MENDED}
            }
            for schema in ("public", SHADOW)
        ]
    assert found[0] == found[1] != set()
    assert indexes[0] == indexes[1] != set()
