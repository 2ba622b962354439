"""The broker that runs as our child: what both kinds share, and Tansu, the embedded one: memory only, so
a restart is a broker that forgot everything (the outbox leader publishes again, architecture §5)."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from services.local import wheels
from services.local.errors import LocalError
from services.local.ports import HOST, answers, free_port
from services.local.process import Process


@dataclass
class Broker:
    """A Kafka-protocol broker as a child of ours; `restart` starts it, the first time as well."""

    port: int
    process: Process
    title: ClassVar[str]
    idempotence: ClassVar[bool]
    """Whether it has an idempotent producer."""
    forgets: ClassVar[bool]
    """Whether its log does not survive it: topics are made again after a restart."""
    ready_seconds: ClassVar[float]
    stop_seconds: ClassVar[float]

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""
        return f"{HOST}:{self.port}"

    def stop(self) -> None:
        """Ask it to end, and wait."""
        self.process.stop(self.stop_seconds)

    def kill(self) -> None:
        """Signal 9."""
        self.process.kill()

    def restart(self) -> None:
        """Start it on its port with whatever log it kept, and wait until it listens; LocalError naming
        its log when it ends or takes too long."""
        self.process.start()
        deadline = time.monotonic() + self.ready_seconds
        while self.process.alive() and time.monotonic() < deadline:
            if answers(self.port):
                return
            time.sleep(0.05)
        self.process.stop(5)
        raise LocalError(f"{self.title} 没有启动，见 {self.process.log}：{self.process.tail(1)}")


class Tansu(Broker):
    """The embedded broker."""

    title = "消息总线 Tansu"
    idempotence = False
    forgets = True
    ready_seconds = 20
    stop_seconds = 5

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
