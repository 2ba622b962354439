"""Children are brought back, and all of them end when we stop."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from services.local import children
from services.local.process import Process
from services.local.supervisor import Supervisor

FOREVER = [sys.executable, "-c", "import time; time.sleep(600)"]


def eventually(true: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(tmp_path: Path, said: list[str]) -> Iterator[Supervisor]:
    made = Supervisor(said.append, tmp_path / "children.json")
    yield made
    made.stop_all()


def test_a_killed_child_is_started_again(supervisor: Supervisor, said: list[str], tmp_path: Path) -> None:
    process = Process(FOREVER, tmp_path / "log")
    process.start()
    first = process.pid
    supervisor.add("worker", process)
    supervisor.start()
    process.kill()
    eventually(lambda: process.alive() and process.pid != first)
    assert any("worker 已结束（信号 9）" in line for line in said)


def test_what_must_be_done_before_it_goes_on_is_done_each_time(supervisor: Supervisor, tmp_path: Path) -> None:
    process, topics_made = Process(FOREVER, tmp_path / "log"), []

    def again() -> None:
        process.start()
        topics_made.append(process.pid)

    process.start()
    supervisor.add("broker", process, again)
    supervisor.start()
    process.kill()
    eventually(lambda: bool(topics_made))
    assert topics_made == [process.pid]


def test_a_child_that_keeps_ending_is_found(supervisor: Supervisor, tmp_path: Path) -> None:
    process = Process([sys.executable, "-c", "raise SystemExit('no database')"], tmp_path / "log")
    process.start()
    supervisor.add("api", process)
    supervisor.start()
    eventually(lambda: supervisor.trouble() is not None)
    assert process.tail(1) == "no database"


def test_stop_all_ends_everything_in_the_order_asked_for(supervisor: Supervisor, tmp_path: Path) -> None:
    ended: list[str] = []

    class Noted(Process):
        def stop(self, timeout_seconds: float = 15) -> None:
            super().stop(timeout_seconds)
            ended.append(self.log.name)

    processes = [Noted(FOREVER, tmp_path / name) for name in ("database", "broker", "api", "other")]
    for process in processes:
        process.start()
        supervisor.add(process.log.name, process)
    supervisor.start()
    supervisor.stop_all([["api"], ["broker"], ["database"]])
    assert ended == ["api", "broker", "database", "other"]
    assert not any(process.alive() for process in processes)


def test_children_of_a_killed_supervisor_are_ended_at_the_next_start(tmp_path: Path) -> None:
    note = tmp_path / "children.json"
    left = subprocess.Popen(FOREVER)
    other = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(601)"])
    try:
        eventually(lambda: "600" in children.command(left.pid))
        children.note(note, [left.pid, None])
        noted = note.read_text().replace(str(left.pid), str(other.pid))  # the pid is somebody else's by now
        assert children.end_leftovers(note) == 1
        assert left.wait(10) is not None
        note.write_text(noted)
        assert children.end_leftovers(note) == 0
        assert other.poll() is None
    finally:
        for process in (left, other):
            process.kill()
            process.wait()
