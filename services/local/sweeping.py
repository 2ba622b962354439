"""`xianjie sweep`: start a run, work on it or watch whoever does, and show its report."""

from __future__ import annotations

import asyncio
import getpass
import logging
import signal
import sys
from collections.abc import Awaitable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import structlog
from asyncpg import PostgresError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from services.local import environment, sweep_report
from services.local.errors import LocalError
from services.local.run import settings_of
from services.screening.runs import execution, repository, service
from services.screening.runs.domain import KINDS, Run, Wanted
from services.screening.runs.errors import RunBusyError, RunEndedError
from services.screening.settings import Settings
from services.screening.worker import engine_of
from shared import clock
from shared.codes import divisions
from shared.db import transaction
from shared.errors import AppError

_POLL_SECONDS = 0.5
_FILE_WIDTH = 140
"""Columns when the output is no terminal."""
T = TypeVar("T")


def run(data: Path, as_of: str | None, division: str | None, kind: str, cancel: bool) -> int:
    """The exit code: 0 when the run is through (or cancelled as asked), 1 when it is not."""
    settings = joined(data)
    wanted = Wanted(_kind(kind), _day(as_of), _division(division))
    console = Console(highlight=False, width=None if sys.stdout.isatty() else _FILE_WIDTH)
    quiet()
    work = _cancel(settings, console) if cancel else _sweep(settings, wanted, console)
    return told(work, "再运行一次会从断点继续")


def quiet() -> None:
    """Only what goes wrong is logged: the person at the keyboard reads the report."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))


def joined(data: Path) -> Settings:
    """Screening's settings: this process's own, or those of the stack on `data`."""
    environment.join("screening", data)
    settings = settings_of("screening")
    if not isinstance(settings, Settings):
        raise TypeError(type(settings).__name__)
    return settings


def told(work: Awaitable[T], solace: str, whose: str = "screening") -> T:
    """Run `work`; what a person can mend becomes a LocalError of one line. `solace`: what is not lost;
    `whose` database it works on."""

    async def awaited() -> T:
        return await work

    try:
        return asyncio.run(awaited())
    except AppError as error:
        raise LocalError(error.detail) from None
    except (OSError, PostgresError, SQLAlchemyError) as error:
        reason = f"{type(error).__name__} {error}".splitlines()[0]
        raise LocalError(
            f"{whose} 的数据库连接不上或中断了：请确认 xianjie up 正在运行，{solace}（{reason}）"
        ) from None


async def _sweep(settings: Settings, wanted: Wanted, console: Console) -> int:
    engine = engine_of(settings)
    try:
        begun, ours = await _begin(engine, wanted)
        if not ours:
            console.print(
                f"同样的批次已由{begun.started_by}启动，以下是它的进度；Ctrl-C 只是不再看它。", soft_wrap=True
            )
        ended = await _follow(engine, begun, ours, console)
        if ended is None:
            console.print("批次仍在运行，xianjie sweep --cancel 可取消它。")
            return 1
        sweep_report.show(console, ended)
        return 0 if ended.state == "completed" else 1
    finally:
        await engine.dispose()


async def _begin(engine: AsyncEngine, wanted: Wanted) -> tuple[Run, bool]:
    """The run, and whether it is ours: a new one, or one of the same kind that we or nobody works on any more."""
    by = f"{getpass.getuser()}（命令行）"
    try:
        async with transaction(engine) as conn:
            return await service.start(conn, wanted, by), True
    except RunBusyError:
        async with transaction(engine) as conn:
            other = await repository.running(conn)
        if other is None or other.wanted != wanted:
            raise
        return other, other.started_by == by


async def _follow(engine: AsyncEngine, begun: Run, ours: bool, console: Console) -> Run | None:
    """The run as it ended; None when somebody at the keyboard had enough of a run of others. Ctrl-C cancels ours."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    working = asyncio.create_task(_work(engine, begun, stop))
    try:
        with _progress(console) as progress:
            task = progress.add_task(_words(begun), total=begun.tally["candidates"])
            while True:
                now = await _now(engine, begun)
                progress.update(
                    task, completed=now.tally["seen"], total=max(now.tally["candidates"], now.tally["seen"])
                )
                if now.state != "running":
                    return now
                if stop.is_set():
                    return await _stopped(engine, begun) if ours else None
                if working.done():
                    working.result()  # raises what ended it
                await asyncio.sleep(_POLL_SECONDS)
    finally:
        working.cancel()  # a page under way is rolled back, and whoever works on the run next does it again
        await asyncio.gather(working, return_exceptions=True)


async def _work(engine: AsyncEngine, begun: Run, stop: asyncio.Event) -> None:
    """Work on the run whenever nobody else does; a worker that is up may be quicker."""
    while not stop.is_set() and (await _now(engine, begun)).state == "running":
        await execution.once(engine, clock.now, stop)
        await asyncio.sleep(_POLL_SECONDS)


async def _now(engine: AsyncEngine, begun: Run) -> Run:
    async with transaction(engine) as conn:
        return await service.get(conn, begun.run_id, "")


async def _stopped(engine: AsyncEngine, begun: Run) -> Run:
    try:
        async with transaction(engine) as conn:
            return await service.cancel(conn, begun.run_id, "", begun.started_by)
    except RunEndedError:
        return await _now(engine, begun)


async def _cancel(settings: Settings, console: Console) -> int:
    engine = engine_of(settings)
    try:
        async with transaction(engine) as conn:
            other = await repository.running(conn)
            if other is None:
                console.print("没有批次在运行。")
                return 0
            await service.cancel(conn, other.run_id, "", f"{getpass.getuser()}（命令行）")
        console.print(f"已取消：{_words(other)}，由{other.started_by}启动。", soft_wrap=True)
        return 0
    finally:
        await engine.dispose()


def _progress(console: Console) -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TextColumn("户"))
    return Progress(*columns, TimeElapsedColumn(), console=console, transient=True)


def _words(run: Run) -> str:
    place = divisions.path(run.division_code)
    return f"{KINDS[run.kind]} · {place} · 截至 {run.as_of.isoformat()}"


def _kind(text: str) -> Any:
    if text not in KINDS:
        raise LocalError(f"--kind 只有 {'、'.join(f'{name}（{title}）' for name, title in KINDS.items())}，收到 {text}")
    return text


def _day(text: str | None) -> date:
    try:
        day = clock.today() if text is None else date.fromisoformat(text)
    except ValueError:
        raise LocalError(f"--as-of 应为 2026-11-24 这样的日期，收到 {text}") from None
    if day > clock.today():
        raise LocalError(f"--as-of 不能晚于今天（{clock.today()}）：将来的事还没有发生，收到 {day}")
    return day


def _division(text: str | None) -> str:
    code = divisions.CITY if text is None else text.ljust(12, "0")
    if divisions.get(code) is None:
        raise LocalError(f"没有代码为 {text} 的行政区划：应为 12 位，或前 9 位、前 6 位，例如 150621（达拉特旗）")
    return code
