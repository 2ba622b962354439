"""The small commands: development tokens, sending the outbox again."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from services.ingest.relay.service import Relay
from services.local import environment, stack
from services.local.data import DataFolder
from services.local.errors import LocalError
from services.local.run import settings_of
from shared import clock, db
from shared.codes import divisions
from shared.events import topics
from shared.feeds.catalogue import DEPARTMENTS
from shared.http.issuer import NAME, DevIssuer
from shared.http.permissions import ROLES, Role
from shared.messaging.outbox.repository import TableStore

_DEPARTMENT_ROLE = "department"


def token(data: Path, role: str | None, department: str | None, division: str | None, hours: float) -> str:
    """A development token signed with the key in the data folder of `xianjie up`."""
    if role is None and department is None:
        raise LocalError("请给出 --department 或 --role")
    folder = data.expanduser() / "issuer"
    if not folder.exists():
        raise LocalError(f"{data} 里没有签发密钥：请先运行 xianjie up，或用 --data 指出它的数据目录")
    chosen = _checked(role or _DEPARTMENT_ROLE, department, division)
    return DevIssuer(folder, environment="development").sign(chosen.name, department, division, hours)


def _checked(role: str, department: str | None, division: str | None) -> Role:
    """The role, if a service would accept such a token; LocalError names what there is."""
    if role not in ROLES:
        raise LocalError(f"没有角色 {role}：可用的有 {_listed({r.name: r.title for r in ROLES.values()})}")
    if department is not None and department not in DEPARTMENTS:
        raise LocalError(f"没有部门 {department}：可用的有 {_listed(DEPARTMENTS)}")
    if division is not None and divisions.get(division) is None:
        raise LocalError(f"没有代码为 {division} 的行政区划：应为 12 位，例如 {divisions.CITY}（鄂尔多斯市）")
    chosen = ROLES[role]
    if chosen.scope == "own_department" and department is None:
        raise LocalError(f"角色 {role}（{chosen.title}）只能看一个部门的数据，请给出 --department")
    if chosen.scope == "division" and division is None:
        raise LocalError(f"角色 {role}（{chosen.title}）只能看一个区划的数据，请给出 --division")
    return chosen


def _listed(titles: Mapping[str, str]) -> str:
    return "、".join(f"{name}（{title}）" for name, title in titles.items())


def republish(service: str, data: Path, days: int) -> str:
    """Make what was published in the last days wait again, in its old order; the service's leader sends
    it within seconds. Answers in one line how much that is."""
    environment.join(service, data)
    settings = settings_of(service)
    store = Relay(settings.kafka_partitions) if service == "ingest" else TableStore()

    async def again() -> int:
        engine = db.create_engine(settings.database_url.get_secret_value(), name="xianjie.republish", pool_size=1)
        try:
            async with db.transaction(engine) as conn:
                return await store.forget_published(conn, clock.now() - timedelta(days=days))
        finally:
            await engine.dispose()

    try:
        return f"{service}：{asyncio.run(again())} 条将按原来的次序重发"
    except OSError as error:
        raise LocalError(f"{service} 的数据库连接不上：{error}") from None


def secrets(data: Path) -> str:
    """The keys of a data folder as `.env` lines; keys and development issuer are made when missing."""
    folder = DataFolder.open(data)
    try:
        DevIssuer(folder.path / "issuer", environment="development")
        kept = folder.secrets()
    finally:
        folder.close()
    return "\n".join([f"XIANJIE_ISSUER={NAME}", *(f"XIANJIE_{name.upper()}={key}" for name, key in kept.items())])


def make_topics(bootstrap: str) -> str:
    """Make the topics that are missing on a broker; answers in one line."""
    stack.make_topics(bootstrap)
    return f"{bootstrap}：{len(topics.names())} 个主题都在"
