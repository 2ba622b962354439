"""Keeps children running: one that ends is started again, with a pause that grows while it keeps
ending; nothing is started again once we stop."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from services.local import children
from services.local.errors import LocalError
from services.local.process import Process

_LOOK_SECONDS = 0.2
_STEADY_SECONDS = 30.0
_LONGEST_PAUSE_SECONDS = 10.0


@dataclass
class Child:
    """A process with the way to bring it back. `again` returns once it can be used."""

    name: str
    process: Process
    again: Callable[[], None]
    started: float = 0.0
    ends: int = 0
    """How often it ended in a row without running steadily in between."""
    due: float | None = None

    def pause_seconds(self) -> float:
        """How long to wait before the next start: at once after a steady run."""
        return 0.0 if self.ends <= 1 else min(2.0 ** (self.ends - 2), _LONGEST_PAUSE_SECONDS)


class Supervisor:
    """Looks after children in a thread of its own. `say` is told in one line what it did."""

    def __init__(self, say: Callable[[str], None], note: Path) -> None:
        self._say = say
        self._note = note
        self._children: list[Child] = []
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def add(self, name: str, process: Process, again: Callable[[], None] | None = None) -> Child:
        """Take over a process that runs; `again` starts it anew (default: just start it)."""
        child = Child(name, process, again or process.start, started=time.monotonic())
        with self._lock:
            self._children.append(child)
            self._write_note()
        return child

    def start(self) -> None:
        """Begin to look."""
        self._thread.start()

    def stop(self) -> None:
        """Start nothing any more; the children themselves are stopped by `stop_all`."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join(60)

    def stop_all(self, order: Iterable[Iterable[str]] = ()) -> None:
        """Stop the children named in `order`, group after group, then the rest, last added first."""
        self.stop()
        with self._lock:
            by_name = {child.name: child for child in self._children}
            groups = [[by_name.pop(name) for name in group if name in by_name] for group in order]
            groups += [[child] for child in reversed(by_name.values())]
            for group in groups:
                for child in group:
                    child.process.ask_to_stop()
                for child in group:
                    child.process.stop()
            self._children = []
            self._note.unlink(missing_ok=True)

    def trouble(self, ends: int = 3) -> Child | None:
        """A child that keeps ending, if there is one."""
        with self._lock:
            return next((child for child in self._children if child.ends >= ends), None)

    def _run(self) -> None:
        while not self._stopping.wait(_LOOK_SECONDS):
            with self._lock:
                for child in self._children:
                    if self._stopping.is_set():
                        return
                    self._look_at(child)

    def _look_at(self, child: Child) -> None:
        now = time.monotonic()
        if child.process.alive():
            if child.ends and now - child.started > _STEADY_SECONDS:
                child.ends = 0
            return
        if child.due is None:
            child.ends += 1
            child.due = now + child.pause_seconds()
            self._say(f"{child.name} 已结束（{child.process.ending()}），{child.pause_seconds():.0f} 秒后重新启动")
        if now < child.due:
            return
        child.due = None
        child.started = now
        try:
            child.again()
        except (LocalError, OSError) as error:
            self._say(f"{child.name} 没有起来：{error}")
        self._write_note()

    def _write_note(self) -> None:
        children.note(self._note, [child.process.pid for child in self._children if child.process.alive()])
