"""`xianjie check`: can this configuration work? Each thing that a service needs, tried once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from asyncpg import PostgresError
from rich.console import Console

from services.local import environment, repository
from services.local.errors import LocalError
from services.local.run import settings_of
from shared.events import topics
from shared.http.keys import KeySet
from shared.messaging.domain import BrokerError
from shared.messaging.kafka import KafkaPublisher
from shared.settings import ServiceSettings

_WRONG = (OSError, PostgresError, BrokerError, LocalError, TimeoutError, ValueError)


def run(service: str, data: Path) -> int:
    """Print one line a thing; 0 when all are fine. A wrong setting raises SettingsError with its name."""
    environment.join(service, data)
    settings = settings_of(service)
    console = Console(highlight=False)
    tries: dict[str, Callable[[ServiceSettings], str]] = {
        "数据库": _database,
        "消息总线": _broker,
        "签发方公钥": _issuer,
    }
    good = True
    console.print("配置  可以读取")
    for title, attempt in tries.items():
        try:
            console.print(f"{title}  {attempt(settings)}")
        except _WRONG as error:
            good = False
            console.print(f"{title}  [red]不行：{type(error).__name__} {error}[/red]")
    return 0 if good else 1


def _database(settings: ServiceSettings) -> str:
    return "可以连接，版本 " + repository.ask(settings.database_url.get_secret_value(), repository.version)


def _broker(settings: ServiceSettings) -> str:
    async def ask() -> int:
        publisher = KafkaPublisher(settings.kafka_bootstrap, idempotence=settings.kafka_idempotence)
        try:
            await publisher.start()
            places = await publisher.end_offsets(topics.names())
        finally:
            await publisher.stop()
        return len({topic for topic, _ in places})

    found, wanted = asyncio.run(ask()), len(topics.names())
    if found < wanted:
        raise LocalError(f"应有 {wanted} 个主题，只有 {found} 个")
    return f"可以连接，{found} 个主题都在"


def _issuer(settings: ServiceSettings) -> str:
    keys = KeySet(settings.jwks)
    asyncio.run(keys.refresh())
    if not keys.loaded:
        raise LocalError(f"取不到 {settings.jwks}")
    return "已取得"
