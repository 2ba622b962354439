"""One PostgreSQL and one broker a test run; a fresh database a test, copied from a template that
alembic migrated once. Unit tests ask for none of this and touch no socket."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

import services
from services.local.broker import Tansu
from services.local.kafka import Kafka
from services.local.postgres import Postgres
from shared import migrations
from tests.support.shares import Shares

# A loaded machine is no fault of the law that is tried.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

SERVICES = Path(services.__file__).parent
_ROOM_BYTES = 4 << 30


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Shares:
    """See Shares."""
    return Shares(config, log)


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A server of this run (of this xdist worker), its data thrown away afterwards: so it need not outlive the machine.
    Whoever kills a server starts one of their own, as it is in service."""
    base = in_memory() or tmp_path_factory.mktemp("postgres")
    thrown_away = {"fsync": "off", "full_page_writes": "off", "max_wal_size": "256MB"}
    server = Postgres.start(base / "data", log=base / "server.log", shared_buffers="512MB", **thrown_away)
    yield server
    server.stop()
    shutil.rmtree(base)


def in_memory() -> Path | None:
    """A new folder in memory where there is room: a database is three hundred files, which a disk makes in half a
    second, and the suite makes more than a thousand."""
    memory = Path("/dev/shm")  # noqa: S108 - mkdtemp makes the folder ours
    if not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < _ROOM_BYTES:
        return None
    return Path(tempfile.mkdtemp(prefix="xianjie-", dir=memory))


@pytest.fixture(scope="session")
def template(postgres: Postgres) -> Callable[[str], str]:
    """`template(service)` → name of a migrated database to copy from; migrated once a run."""
    made: dict[str, str] = {}

    def of(service: str) -> str:
        if service not in made:
            name = f"template_{service}"
            url = postgres.create_database(name)
            folder = SERVICES / service / "migrations"
            with ThreadPoolExecutor(1) as pool:  # a test may ask from inside its event loop
                pool.submit(migrations.upgrade, folder, url).result()
            made[service] = name
        return made[service]

    return of


@pytest.fixture
def database(postgres: Postgres, template: Callable[[str], str]) -> Iterator[Callable[[str | None], str]]:
    """`database(service)` → address of a fresh migrated database; `database(None)` an empty one.
    Dropped after the test, whoever is still connected."""
    names: list[str] = []

    def fresh(service: str | None = None) -> str:
        name = f"{service or 'empty'}_{uuid.uuid4().hex[:12]}"
        names.append(name)
        return postgres.create_database(name, template(service) if service else None)

    yield fresh
    for name in names:
        postgres.drop_database(name)


@pytest.fixture(scope="session")
def tansu(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Bootstrap address of an embedded broker that nobody kills; make your own to kill one."""
    broker = Tansu.start(log=tmp_path_factory.mktemp("tansu") / "broker.log")
    yield broker.bootstrap
    broker.kill()


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Bootstrap address of an Apache Kafka node; tests that ask for it are marked `kafka`."""
    broker = Kafka.start(tmp_path_factory.mktemp("kafka"))
    yield broker.bootstrap
    broker.kill()


@pytest.fixture
def topics() -> Callable[..., list[str]]:
    """`topics("a", "b")` → names that no other test uses, for tests that share a broker."""

    def unique(*names: str) -> list[str]:
        suffix = uuid.uuid4().hex[:8]
        return [f"{name}.{suffix}" for name in names]

    return unique
