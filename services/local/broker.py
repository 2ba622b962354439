"""Tansu, the embedded Kafka-protocol broker: memory only, so a restart is a broker that forgot
everything (the outbox leader notices and publishes again, architecture §5)."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from services.local import wheels
from services.local.errors import LocalError
from services.local.ports import HOST, answers, free_port
from services.local.process import Process

_READY_SECONDS = 20


class Broker(Protocol):
    """What the stack and the tests need of a broker, whichever it is."""

    port: int
    process: Process

    @property
    def bootstrap(self) -> str: ...
    @property
    def idempotence(self) -> bool: ...
    @property
    def forgets(self) -> bool: ...
    def stop(self) -> None: ...
    def kill(self) -> None: ...
    def restart(self) -> None: ...


@dataclass
class Tansu:
    """A running embedded broker."""

    port: int
    process: Process
    idempotence: bool = False
    """It has no idempotent producer."""
    forgets: bool = True
    """Its log does not survive it: topics are made again after a restart."""

    @classmethod
    def start(cls, port: int = 0, *, log: Path | None = None) -> Tansu:
        """Start it (port 0: one the kernel calls free) and wait until it listens."""
        program = wheels.tansu_bin()
        if not os.access(program, os.X_OK):
            program.chmod(0o755)  # the bit may be lost when a wheel is unpacked
        port = port or free_port()
        address = f"tcp://{HOST}:{port}"
        command = [
            *(str(program), "broker", "--listener-url", address, "--advertised-listener-url", address),
            *("--storage-engine", "memory://tansu/"),
        ]
        broker = cls(port, Process(command, log or Path(os.devnull)))
        broker.restart()
        return broker

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""
        return f"{HOST}:{self.port}"

    def stop(self) -> None:
        """End it; everything it held is gone."""
        self.process.stop(5)

    def kill(self) -> None:
        """Signal 9."""
        self.process.kill()

    def restart(self) -> None:
        """Start it again, empty, on the same port, and wait until it listens."""
        self.process.start()
        wait_for_port(self.process, self.port, _READY_SECONDS, "消息总线 Tansu")


def wait_for_port(process: Process, port: int, seconds: float, name: str) -> None:
    """Wait until `process` listens on `port`; LocalError naming its log when it ends or takes too long."""
    deadline = time.monotonic() + seconds
    while process.alive() and time.monotonic() < deadline:
        if answers(port):
            return
        time.sleep(0.05)
    process.stop(5)
    raise LocalError(f"{name} 没有启动，见 {process.log}：{process.tail(1)}")
