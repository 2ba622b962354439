"""`xianjie sweep` and `xianjie rebuild` as an operator runs them: processes, killed and started again."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
import structlog

from services.cli import main
from services.screening.register import service as register
from services.screening.runs import repository
from services.screening.runs.domain import Run
from shared.db import create_engine, transaction
from shared.versions import repository as versions
from tests.integration.screening.conftest import World

HOUSEHOLDS = 1_050
"""More than one page."""


@pytest.fixture
async def bare(world: World) -> World:
    """Households that nobody has judged yet, one over the line in each page."""
    homes = [(f"H{n:04d}", f"p1.{n:026d}") for n in range(HOUSEHOLDS)]
    events = [world.household(no, person) for no, person in homes]
    events += [world.settlement("12000", no, who=person) for no, person in (homes[0], homes[-1])]
    async with transaction(world.engine) as conn:
        await register.apply(conn, events)
    return world


def _variables(world: World) -> dict[str, str]:
    own = {
        "XIANJIE_ENVIRONMENT": "development",
        "XIANJIE_DATABASE_URL": world.url,
        "XIANJIE_KAFKA_BOOTSTRAP": "127.0.0.1:1",
        "XIANJIE_JWKS": "nowhere.json",
        "XIANJIE_ISSUER": "xianjie-development",
        "XIANJIE_CLOCK_FILE": str(world.clock_file),
        "COLUMNS": "200",
    }
    return {name: value for name, value in os.environ.items() if not name.startswith("XIANJIE_")} | own


@asynccontextmanager
async def held_back(world: World) -> AsyncIterator[None]:
    """The second page waits for one of its households until the end of the block."""
    engine = create_engine(world.url, name="test", pool_size=1)
    try:
        async with transaction(engine) as batch:
            await versions.lock_households(batch, [f"H{HOUSEHOLDS - 1:04d}"])
            yield
    finally:
        await engine.dispose()


@asynccontextmanager
async def command(world: World, *arguments: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """A process of the command line, ended with the block at the latest."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "services.cli", *arguments),
        env=_variables(world),
        cwd=Path(__file__).parents[3],
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def run_to_end(world: World, *arguments: str) -> tuple[int | None, str]:
    """(exit code, what it said)."""
    async with command(world, *arguments) as process:
        async with asyncio.timeout(120):
            said, _ = await process.communicate()
        return process.returncode, said.decode()


async def said_here(monkeypatch: pytest.MonkeyPatch, world: World, *arguments: str) -> tuple[object, str]:
    """The same in this process, which need not load everything again."""
    for name in [name for name in os.environ if name.startswith("XIANJIE_")]:
        monkeypatch.delenv(name)
    for name, value in _variables(world).items():
        monkeypatch.setenv(name, value)
    said = io.StringIO()

    def call() -> object:
        with redirect_stdout(said), redirect_stderr(said), pytest.raises(SystemExit) as ended:
            main(arguments)
        if isinstance(ended.value.code, str):  # what the interpreter does with it
            said.write(f"{ended.value.code}\n")
            return 1
        return ended.value.code

    logs = structlog.get_config()
    try:
        return await asyncio.to_thread(call), said.getvalue()
    finally:
        structlog.configure(**logs)


async def _until(world: World, true: Callable[[Run], bool]) -> Run:
    async with asyncio.timeout(60):
        while True:
            async with transaction(world.engine) as conn:
                run = await repository.running(conn)
            if run is not None and true(run):
                return run
            await asyncio.sleep(0.1)


async def test_a_sweep_that_was_killed_goes_on_when_it_is_started_again(bare: World) -> None:
    async with held_back(bare), command(bare, "sweep") as process:
        run = await _until(bare, lambda run: run.cursor != "")
        process.send_signal(signal.SIGKILL)
        await process.wait()
    code, said = await run_to_end(bare, "sweep")
    assert code == 0, said
    assert str(run.run_id) in said
    assert f"看过 {HOUSEHOLDS} / {HOUSEHOLDS} 户" in said
    assert "发出 2 件" in said
    assert "医疗保障" in said
    assert {pair for pair in await bare.standing() if pair[1] == "M01"} == {("H0000", "M01"), ("H1049", "M01")}
    code, said = await run_to_end(bare, "sweep")
    assert (code, "预警没有变更" in said) == (0, True), said


async def test_interrupted_a_sweep_is_cancelled_and_another_operator_is_told_who_runs(
    monkeypatch: pytest.MonkeyPatch, bare: World
) -> None:
    async with held_back(bare), command(bare, "sweep") as process:
        run = await _until(bare, lambda run: run.cursor != "")
        code, said = await said_here(monkeypatch, bare, "sweep", "--kind", "year-end")
        assert (code, run.started_by in said) == (1, True), said
        process.send_signal(signal.SIGINT)
        async with asyncio.timeout(10):
            await process.wait()
        assert await _state(bare, run) == "cancelled"
    assert {pair for pair in await bare.standing() if pair[1] == "M01"} == {("H0000", "M01")}


async def _state(world: World, run: Run) -> str:
    async with transaction(world.engine) as conn:
        found = await repository.get(conn, run.run_id, "")
    assert found is not None
    return found.state


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--as-of", "2026-11-21"], "不能晚于今天（2026-11-20）"),
        (["--as-of", "1990-01-01"], "1990-01-01 的情况无从筛查"),
        (["--as-of", "21.11.2026"], "应为 2026-11-24 这样的日期"),
        (["--division", "110000"], "没有代码为 110000 的行政区划"),
        (["--kind", "monthly"], "quarterly（季度排查）"),
    ],
)
async def test_what_cannot_be_swept_is_one_line(
    monkeypatch: pytest.MonkeyPatch, world: World, arguments: list[str], words: str
) -> None:
    code, said = await said_here(monkeypatch, world, "sweep", *arguments)
    assert code == 1
    assert words in said
    assert len(said.strip().splitlines()) == 1


async def test_without_a_database_one_line_says_what_to_do(monkeypatch: pytest.MonkeyPatch, world: World) -> None:
    away = World(f"{world.url.rsplit('@', 1)[0]}@127.0.0.1:1/nothing", world.engine, world.clock_file)
    code, said = await said_here(monkeypatch, away, "sweep")
    assert code == 1
    assert "xianjie up 正在运行" in said
    assert len(said.strip().splitlines()) == 1
