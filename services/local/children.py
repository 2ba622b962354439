"""Children that an `up` which was itself killed left behind: found by a note beside the data and
ended at the next start, so that a second start never fights the first one's ghosts."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_GRACE_SECONDS = 10.0


def note(file: Path, pids: Iterable[int | None]) -> None:
    """Write down the running children with their command lines (a pid alone is soon somebody else)."""
    running = {str(pid): command(pid) for pid in pids if pid is not None}
    part = file.with_suffix(".part")
    part.write_text(json.dumps(running))
    part.replace(file)


def end_leftovers(file: Path) -> int:
    """End what the note names and still runs the same command; answers how many there were."""
    if not file.exists():
        return 0
    noted: dict[str, str] = json.loads(file.read_text() or "{}")
    left = [int(pid) for pid, line in noted.items() if line and command(int(pid)) == line]
    _signal(left, signal.SIGTERM)
    deadline = time.monotonic() + _GRACE_SECONDS
    while any(map(command, left)) and time.monotonic() < deadline:
        time.sleep(0.1)
    _signal([pid for pid in left if command(pid)], signal.SIGKILL)
    file.unlink()
    return len(left)


def command(pid: int) -> str:
    """The command line of a process; empty when there is none."""
    file = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self/cmdline").exists():
        with suppress(OSError):
            return file.read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        return ""
    shown = subprocess.run(["ps", "-p", str(pid), "-o", "command="], capture_output=True, text=True, check=False)
    return shown.stdout.strip()


def _signal(pids: Iterable[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
