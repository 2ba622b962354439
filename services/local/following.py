"""Waits until what was pushed has gone all the way: stored = published = applied, values computed."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import timedelta
from typing import NamedTuple

from rich.console import Console

from services.local import repository
from services.local.errors import LocalError
from services.local.interrupt import Interrupt
from shared import clock

CONSUMERS = ("screening", "indicators")
_RETAINED = timedelta(days=30)
_STANDSTILL_SECONDS = 120


class Progress(NamedTuple):
    """How far the records have come; all in records, `marks` are what indicators must still compute."""

    stored: int
    published: int
    applied: tuple[int, ...]
    marks: int

    @property
    def complete(self) -> bool:
        """Whether nothing is under way. An inbox may hold more: it remembers longer than the topics."""
        arrived = all(count >= self.stored for count in self.applied)
        return self.published >= self.stored and arrived and not self.marks


def progress(databases: Mapping[str, str]) -> Progress:
    """Look once."""
    since = clock.now() - _RETAINED
    stored, published = repository.ask(databases["ingest"], repository.published(since))
    applied = tuple(repository.ask(databases[service], repository.applied(since)) for service in CONSUMERS)
    return Progress(stored, published, applied, repository.ask(databases["indicators"], repository.waiting_marks))


def wait(databases: Mapping[str, str], console: Console, interrupt: Interrupt) -> Progress:
    """Wait until it is complete; LocalError when nothing has moved for two minutes."""
    last, moved = progress(databases), time.monotonic()
    with console.status("") as status:
        while not last.complete:
            applied = "、".join(f"{name} {count}" for name, count in zip(CONSUMERS, last.applied, strict=True))
            status.update(f"入库 {last.stored}，上总线 {last.published}，已处理 {applied}，待算指标 {last.marks}")
            interrupt.wait(0.2)
            seen = progress(databases)
            if seen != last:
                last, moved = seen, time.monotonic()
            elif time.monotonic() - moved > _STANDSTILL_SECONDS:
                raise LocalError(f"{_STANDSTILL_SECONDS} 秒没有进展：{last}；请看数据目录里的 logs")
    return last
