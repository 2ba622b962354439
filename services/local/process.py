"""One child process with a log file, in a session of its own so that a Ctrl-C at the terminal
reaches only the supervisor, which then stops the children in order."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Process:
    """A command that can be started, asked to stop, killed and started again.

    `user` is a (uid, gid) to switch to; only root may give one. Output is appended to `log`.
    """

    command: Sequence[str]
    log: Path
    env: Mapping[str, str] | None = None
    user: tuple[int, int] | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    _popen: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it; OSError when the program cannot be run."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        identity: dict[str, object] = {}
        if self.user is not None:
            identity = {"user": self.user[0], "group": self.user[1], "extra_groups": []}
        with self.log.open("ab") as log:
            self._popen = subprocess.Popen(  # type: ignore[call-overload]  # identity is typed by Popen per keyword
                list(self.command),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=dict(self.env) if self.env is not None else None,
                start_new_session=True,
                **identity,
            )

    @property
    def pid(self) -> int | None:
        """The process id, or None before the first start."""
        return self._popen.pid if self._popen else None

    def alive(self) -> bool:
        """Whether it runs."""
        return self._popen is not None and self._popen.poll() is None

    def ending(self) -> str:
        """How it ended, in words; empty while it runs."""
        code = self._popen.poll() if self._popen else None
        if code is None:
            return ""
        return f"信号 {-code}" if code < 0 else f"返回 {code}"

    def ask_to_stop(self) -> None:
        """Send the stop signal and do not wait."""
        if self._popen and self.alive():
            self._popen.send_signal(self.stop_signal)

    def stop(self, timeout_seconds: float = 15) -> None:
        """Ask, wait, and kill its whole session when it does not end in time."""
        if self._popen is None:
            return
        self.ask_to_stop()
        try:
            self._popen.wait(timeout_seconds)
        except subprocess.TimeoutExpired:
            self.kill()

    def kill(self) -> None:
        """End it and its children at once (signal 9)."""
        if self._popen is None:
            return
        if self.alive():
            os.killpg(self._popen.pid, signal.SIGKILL)
        self._popen.wait()

    def tail(self, lines: int = 5) -> str:
        """The last lines of its log, for an error text."""
        if not self.log.exists():
            return ""
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])
