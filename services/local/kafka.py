"""Apache Kafka in KRaft mode, one node, without Docker: its jars by `deploy/kafka/pom.xml`, Java ≥ 17.

Same shape as the embedded broker; its log survives a kill.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import services
from services.local.broker import Broker
from services.local.errors import LocalError
from services.local.ports import HOST, free_port
from services.local.process import Process

_ROOT = Path(services.__file__).resolve().parents[1]
_CLUSTER = "hLLXGkBtQkuxF5pUbnDxnQ"
"""KRaft wants a 22-character cluster id; one node of ours needs no other."""


def jars(root: Path = _ROOT) -> Path:
    """The folder with Kafka's jars, fetched by Maven when it is not there yet."""
    folder, pom = root / ".kafka" / "libs", root / "deploy" / "kafka" / "pom.xml"
    if folder.is_dir() and folder.stat().st_mtime >= pom.stat().st_mtime:
        return folder
    for program in ("mvn", "java"):
        if shutil.which(program) is None:
            raise LocalError(f"运行 Apache Kafka 需要 {program}（Java ≥ 17），本机没有；默认的内置总线不需要")
    if not pom.exists():
        raise LocalError(f"没有 {pom}：请在源码目录中运行，或用 --broker 指定已有的 Kafka")
    fresh = folder.with_name("libs.new")
    shutil.rmtree(fresh, ignore_errors=True)
    fetched = subprocess.run(
        ["mvn", "-q", "-B", "-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={fresh}"],
        capture_output=True,
        text=True,
        check=False,
    )
    if fetched.returncode:
        raise LocalError(f"下载 Apache Kafka 失败：{(fetched.stdout.strip().splitlines() or ['?'])[0]}")
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)
    return folder


class Kafka(Broker):
    """One Apache Kafka node."""

    title = "Apache Kafka"
    idempotence = True
    forgets = False
    ready_seconds = 60
    stop_seconds = 30

    @classmethod
    def start(cls, folder: Path, port: int = 0, *, log: Path | None = None) -> Kafka:
        """Start on `folder` (formatted when new) and wait until it listens; LocalError in one line."""
        libs = jars()
        folder = folder.resolve()
        folder.mkdir(parents=True, exist_ok=True)
        port, properties = port or free_port(), folder / "server.properties"
        properties.write_text(_properties(folder / "log", port, free_port()))
        if not (folder / "log" / "meta.properties").exists():
            _java(libs, "kafka.tools.StorageTool", "format", "-t", _CLUSTER, "-c", str(properties))
        command = ["java", "-Xmx768m", "-Xms256m", *_class_path(libs), "kafka.Kafka", str(properties)]
        broker = cls(port, Process(command, log or folder / "server.log"))
        broker.restart()
        return broker


def console_consumer(libs: Path, bootstrap: str, topic: str, count: int, seconds: int = 60) -> str:
    """What Kafka's own console consumer prints for the first `count` messages of `topic`: headers,
    key and value, tab-separated, one message a line."""
    shown = [f"--formatter-property=print.{part}=true" for part in ("headers", "key")]
    return _java(
        libs,
        "org.apache.kafka.tools.consumer.ConsoleConsumer",
        *("--bootstrap-server", bootstrap, "--topic", topic, "--from-beginning"),
        *("--max-messages", str(count), "--timeout-ms", str(seconds * 1000), *shown),
    )


def _java(libs: Path, program: str, *arguments: str) -> str:
    done = subprocess.run(
        ["java", *_class_path(libs), program, *arguments], capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = ((done.stderr or done.stdout).strip().splitlines() or ["?"])[-1]
        raise LocalError(f"{program} 失败：{last}")
    return done.stdout


def _class_path(libs: Path) -> list[str]:
    return ["-cp", f"{libs}{os.sep}*"]


def _properties(log: Path, port: int, controller: int) -> str:
    settings = {
        "process.roles": "broker,controller",
        "node.id": 1,
        "controller.quorum.voters": f"1@{HOST}:{controller}",
        "listeners": f"PLAINTEXT://{HOST}:{port},CONTROLLER://{HOST}:{controller}",
        "advertised.listeners": f"PLAINTEXT://{HOST}:{port}",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "log.dirs": log,
        "broker.session.timeout.ms": 3000,  # a killed node is let in again this soon
        "broker.heartbeat.interval.ms": 500,
        "num.partitions": 12,
        "auto.create.topics.enable": "false",
        "offsets.topic.replication.factor": 1,
        "offsets.topic.num.partitions": 4,
        "transaction.state.log.replication.factor": 1,
        "transaction.state.log.min.isr": 1,
        "share.coordinator.state.topic.replication.factor": 1,
        "share.coordinator.state.topic.min.isr": 1,
        "group.initial.rebalance.delay.ms": 0,
        "log.retention.hours": 720,
    }
    return "".join(f"{name}={value}\n" for name, value in settings.items())
