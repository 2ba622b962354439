"""Waits until what was pushed has gone all the way: stored = published = applied, everybody judged, values computed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from rich.console import Console

from services.indicators.holdings import service as holdings
from services.local import repository
from services.local.errors import LocalError
from services.local.interrupt import Interrupt
from services.screening.runs import sweep
from shared import clock
from shared.db import create_engine

CONSUMERS = ("screening", "indicators")
_LEDGER = [event.TYPE for event in holdings.EVENTS]
_RETAINED = timedelta(days=30)
_STANDSTILL_SECONDS = 120


class Progress(NamedTuple):
    """How far the records have come; all in records, `marks` are what indicators must still compute, `banners` those
    that screening must still judge again, because a feed speaks there now, and `ledger` the newest events of the
    ledger of assets that indicators has not heard."""

    stored: int
    published: int
    applied: tuple[int, ...]
    marks: int
    banners: int = 0
    ledger: int = 0

    @property
    def arrived(self) -> bool:
        """Whether all consumers have taken everything. An inbox may hold more: it remembers longer than the topics."""
        return self.published >= self.stored and all(count >= self.stored for count in self.applied)

    @property
    def complete(self) -> bool:
        """Whether nothing is under way."""
        return self.arrived and not self.marks and not self.banners and not self.ledger


def progress(databases: Mapping[str, str]) -> Progress:
    """Look once."""
    since = clock.now() - _RETAINED
    stored, published = repository.ask(databases["ingest"], repository.published(since))
    applied = tuple(repository.ask(databases[service], repository.applied(since)) for service in CONSUMERS)
    told = repository.ask(databases["assets"], repository.told(_LEDGER, since))
    ledger = repository.ask(databases["indicators"], repository.unheard(told))
    marks = repository.ask(databases["indicators"], repository.waiting_marks)
    seen = Progress(stored, published, applied, marks, ledger=ledger)
    return seen._replace(banners=asyncio.run(_due(databases["screening"]))) if seen.arrived else seen


async def _due(url: str) -> int:
    engine = create_engine(url, name="xianjie.up", pool_size=1)
    try:
        return await sweep.due(engine)
    finally:
        await engine.dispose()


def wait(databases: Mapping[str, str], console: Console, interrupt: Interrupt) -> Progress:
    """Wait until it is complete; LocalError when nothing has moved for two minutes."""
    last, moved = progress(databases), time.monotonic()
    with console.status("") as status:
        while not last.complete:
            applied = "、".join(f"{name} {count}" for name, count in zip(CONSUMERS, last.applied, strict=True))
            left = f"待算指标 {last.marks}，待重判旗区 {last.banners}，台账事件待收 {last.ledger}"
            status.update(f"入库 {last.stored}，上总线 {last.published}，已处理 {applied}，{left}")
            interrupt.wait(0.2)
            seen = progress(databases)
            if seen != last:
                last, moved = seen, time.monotonic()
            elif time.monotonic() - moved > _STANDSTILL_SECONDS:
                raise LocalError(f"{_STANDSTILL_SECONDS} 秒没有进展：{last}；请看数据目录里的 logs")
    return last
