"""The whole stack as children of this process: database, broker, four APIs, four workers."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx

from services.local import children, environment, repository
from services.local.broker import Broker, Tansu
from services.local.data import DataFolder
from services.local.errors import LocalError
from services.local.interrupt import Interrupt
from services.local.kafka import Kafka
from services.local.layout import Address
from services.local.ports import is_free
from services.local.postgres import Postgres
from services.local.process import Process
from services.local.run import migrations_of
from services.local.supervisor import Supervisor
from shared import migrations
from shared.events import topics
from shared.http.issuer import NAME, DevIssuer
from shared.messaging.domain import BrokerError
from shared.messaging.kafka import KafkaAdmin
from shared.names import SERVICES

_READY_SECONDS = 60


@dataclass
class Plan:
    """What to start: our own database and broker unless addresses are given."""

    data: DataFolder
    addresses: dict[str, Address]
    broker: str
    """`tansu`, `kafka`, or `host:port` of one that is there."""
    database: str | None
    """`postgresql://…` of a server that is there, or None."""
    demo: bool
    """Whether the demonstration parameters apply."""


@dataclass
class Stack:
    """A running stack; `stop` ends all of it, also when `start` got only half the way."""

    plan: Plan
    interrupt: Interrupt
    supervisor: Supervisor
    say: Callable[[str], None]
    issuer: DevIssuer
    databases: dict[str, str] = field(default_factory=dict)
    bootstrap: str = ""
    idempotence: bool = True

    @classmethod
    def of(cls, plan: Plan, say: Callable[[str], None], interrupt: Interrupt) -> Stack:
        """A stack that is not started yet."""
        note = plan.data.path / "children.json"
        issuer = DevIssuer(plan.data.path / "issuer", environment="development")
        return cls(plan, interrupt, Supervisor(say, note), say, issuer)

    def start(self) -> None:
        """Start everything in order and wait until all four APIs are ready; LocalError in one line."""
        children.end_leftovers(self.plan.data.path / "children.json")
        self._start_database()
        self.start_broker()
        self.supervisor.start()
        for service in SERVICES:
            self.interrupt.check()
            self._start_service(service)
        self._wait_until_ready()

    def stop(self) -> None:
        """Stop all children: first who takes requests and records, then the broker, the database last."""
        own = [f"{service} {role}" for service in SERVICES for role in ("API", "worker")]
        self.supervisor.stop_all([own, ["broker"], ["database"]])

    def _start_database(self) -> None:
        given = self.plan.database
        if given is None:
            server = Postgres.start(self.plan.data.path / "postgres", log=self.plan.data.log("database"))
            self.supervisor.add("database", server.process, server.restart)
            given = server.url()
        for service in SERVICES:
            self.databases[service] = _database(given, f"xianjie_{service}")
            migrations.upgrade(migrations_of(service), self.databases[service])

    def start_broker(self) -> None:
        """The broker and its topics, on the port of the last start of this data folder when that is free."""
        if self.plan.broker not in ("tansu", "kafka"):
            self.bootstrap = self.plan.broker
            make_topics(self.bootstrap)
            return
        broker = self._own_broker(self._broker_port(), self.plan.data.log("broker"))
        self.plan.data.remember(broker_port=broker.port)
        self.bootstrap, self.idempotence = broker.bootstrap, broker.idempotence

        def again() -> None:
            broker.restart()
            if broker.forgets:
                make_topics(self.bootstrap)

        self.supervisor.add("broker", broker.process, again)
        make_topics(self.bootstrap)

    def _own_broker(self, port: int, log: Path) -> Broker:
        if self.plan.broker == "tansu":
            return Tansu.start(port, log=log)
        return Kafka.start(self.plan.data.path / "kafka", port, log=log)

    def _broker_port(self) -> int:
        """The port of the last start, so that whoever listens to the bus finds it again; 0 for any."""
        last: int = self.plan.data.state.get("broker_port", 0)
        if last and not is_free(last):
            self.say(f"消息总线上次的端口 {last} 已被别的程序占用，这次换一个端口")
            return 0
        return last

    def _start_service(self, service: str) -> None:
        variables = environment.of(service, self.plan.data, self._settings(service))
        for role, verb in (("API", "serve"), ("worker", "work")):
            name = f"{service} {role}"
            command = [sys.executable, "-m", "services.cli", verb, service]
            log = self.plan.data.log(f"{service}-{role.lower()}")
            process = Process(command, log, env=variables)
            process.start()
            self.supervisor.add(name, process)

    def _settings(self, service: str) -> dict[str, str]:
        return {
            "environment": "development",
            "port": str(self.plan.addresses[service].port),
            "database_url": self.databases[service],
            "kafka_bootstrap": self.bootstrap,
            "kafka_idempotence": str(self.idempotence).lower(),
            "jwks": str(self.issuer.jwks),
            "issuer": NAME,
            "demo_parameters": str(self.plan.demo).lower(),
            # Receivers of webhooks that somebody tries on this machine.
            "webhook_networks": json.dumps(["127.0.0.0/8", "::1/128"]),
            "webhook_plain_http": "true",
            "pages": json.dumps({name: address.url for name, address in self.plan.addresses.items()}),
        }

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_SECONDS
        waiting = dict(self.plan.addresses)
        with httpx.Client(timeout=2, trust_env=False) as client:
            while waiting:
                for service, address in list(waiting.items()):
                    if _ready(client, address):
                        del waiting[service]
                self._give_up_when_hopeless(deadline, list(waiting))
                self.interrupt.wait(0.1)

    def _give_up_when_hopeless(self, deadline: float, waiting: list[str]) -> None:
        child = self.supervisor.trouble()
        if child is not None:
            raise LocalError(f"{child.name} 起不来，见 {child.process.log}：{child.process.tail(1)}")
        if waiting and time.monotonic() > deadline:
            raise LocalError(
                f"{waiting[0]} 在 {_READY_SECONDS} 秒内没有就绪，见 {self.plan.data.log(waiting[0] + '-api')}"
            )


def _ready(client: httpx.Client, address: Address) -> bool:
    try:
        return client.get(f"{address.url}/readyz").is_success
    except httpx.TransportError:
        return False


def _database(server: str, name: str) -> str:
    """The address of database `name` on `server`, made when it is not there."""
    parts = urlsplit(server)
    base = urlunsplit(parts._replace(path=parts.path if len(parts.path) > 1 else "/postgres"))
    try:
        repository.ask(base, repository.creates(name))
    except (OSError, TimeoutError) as error:
        raise LocalError(f"数据库 {parts.hostname}:{parts.port or 5432} 连接不上：{error}") from None
    return urlunsplit(parts._replace(path=f"/{name}"))


def make_topics(bootstrap: str) -> None:
    """Make the topics that are missing; LocalError when the broker is away."""
    making = KafkaAdmin(bootstrap).ensure_topics(topics.names(), partitions=topics.PARTITIONS)
    try:
        asyncio.run(making)
    except BrokerError as error:
        raise LocalError(f"消息总线 {bootstrap} 连接不上：{error}") from None
