"""The embedded servers: found again, killed and brought back."""

from __future__ import annotations

import asyncio
import socket
from pathlib import Path

import asyncpg
import pytest
from typer.testing import CliRunner

from services import cli
from services.local.broker import Tansu
from services.local.data import DataFolder
from services.local.errors import LocalError
from services.local.interrupt import Interrupt
from services.local.kafka import Kafka, console_consumer, jars
from services.local.postgres import Postgres
from services.local.stack import Plan, Stack, make_topics
from shared.events import topics
from shared.messaging.kafka import KafkaPublisher


async def _number(url: str, sql: str) -> int:
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval(sql))
    finally:
        await connection.close()


def test_a_killed_database_keeps_what_was_committed(tmp_path: Path) -> None:
    server = Postgres.start(tmp_path / "data", shared_buffers="16MB")
    try:
        url = server.create_database("one")
        asyncio.run(_number(url, "WITH made AS (SELECT 1) SELECT 1 FROM made"))
        assert asyncio.run(_number(url, "SELECT count(*) FROM pg_stat_activity WHERE datname = 'one'")) == 1
        server.kill()
        server.restart()
        assert server.create_database("one") == url
        copy = server.create_database("two", template="one")
        assert asyncio.run(_number(copy, "SELECT 2")) == 2
    finally:
        server.stop()
    again = Postgres.start(tmp_path / "data", shared_buffers="16MB")
    assert asyncio.run(_number(again.url("two"), "SELECT 3")) == 3
    again.stop()


def test_a_server_that_was_left_behind_is_taken_over(tmp_path: Path) -> None:
    left = Postgres.start(tmp_path / "data", shared_buffers="16MB")
    server = Postgres.start(tmp_path / "data", shared_buffers="16MB")
    assert not left.process.alive()
    server.stop()


def test_a_wrong_setting_is_one_line_and_nothing_is_left(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match="shared_buffers"):
        Postgres.start(tmp_path / "data", shared_buffers="much")
    assert not (tmp_path / "data" / "postmaster.pid").exists()


def test_the_embedded_broker_forgets_and_its_topics_are_made_again() -> None:
    broker = Tansu.start()
    try:
        make_topics(broker.bootstrap)
        broker.kill()
        with pytest.raises(LocalError, match="连接不上"):
            make_topics(broker.bootstrap)
        broker.restart()
        make_topics(broker.bootstrap)

        async def known() -> set[str]:
            publisher = KafkaPublisher(broker.bootstrap, idempotence=broker.idempotence)
            await publisher.start()
            try:
                return {topic for topic, _ in await publisher.end_offsets(topics.names())}
            finally:
                await publisher.stop()

        assert asyncio.run(known()) == set(topics.names())
    finally:
        broker.kill()


@pytest.mark.kafka
def test_apache_kafka_comes_back_after_a_kill_on_the_same_port(tmp_path: Path) -> None:
    broker = Kafka.start(tmp_path / "kafka")
    try:
        make_topics(broker.bootstrap)
        broker.kill()
        broker.restart()
        make_topics(broker.bootstrap)
        assert console_consumer(jars(), broker.bootstrap, topics.WARNINGS, count=1, seconds=1) == ""
    finally:
        broker.stop()


def test_a_taken_port_is_named_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = CliRunner().invoke(cli.app, ["up", "--data", str(tmp_path / "data"), "--port", str(port - 1)])
    assert isinstance(result.exception, LocalError)
    assert f"端口 {port} 已被占用" in str(result.exception)
    assert not (tmp_path / "data").exists()


def test_a_token_is_alone_on_standard_output(tmp_path: Path) -> None:
    run = CliRunner().invoke
    assert run(cli.app, ["secrets", "--data", str(tmp_path)]).exit_code == 0
    result = run(cli.app, ["token", "--data", str(tmp_path), "--department", "housing"])
    assert result.exit_code == 0
    assert result.stdout.count(".") == 2
    assert result.stdout.strip().count("\n") == 0


def test_the_broker_comes_back_on_its_port_or_says_why_not(tmp_path: Path) -> None:
    interrupt = Interrupt()
    said: list[str] = []
    ports: list[str] = []
    data = DataFolder.open(tmp_path / "data")

    def port_of_a_start() -> str:
        stack = Stack.of(Plan(data, {}, "tansu", None, demo=False), said.append, interrupt)
        try:
            stack.start_broker()
            return stack.bootstrap.rpartition(":")[2]
        finally:
            stack.stop()

    try:
        ports += [port_of_a_start(), port_of_a_start()]
        assert ports[0] == ports[1]
        assert said == []
        with socket.create_server(("127.0.0.1", int(ports[0]))):
            ports.append(port_of_a_start())
        assert ports[2] != ports[0]
        assert said == [f"消息总线上次的端口 {ports[0]} 已被别的程序占用，这次换一个端口"]
        assert port_of_a_start() == ports[2]
    finally:
        interrupt.release()
        data.close()
