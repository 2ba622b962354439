"""A screening database whose changes are sent to receivers on this machine, by a dispatcher that the test steps."""

from __future__ import annotations

import asyncio
import base64
import ssl
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import httpx
import orjson
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from services.local.postgres import Postgres
from services.screening.app import build
from services.screening.hooks.addresses import Gate, Resolve, dns
from services.screening.hooks.dispatcher import Dispatcher
from services.screening.hooks.sender import Sender
from services.screening.rules import service as rules
from services.screening.warnings import service as warnings
from services.screening.warnings.domain import ChangeType, Decision, HouseholdWarning
from services.screening.worker import engine_of
from shared import clock, ids
from shared.db import driver, transaction
from shared.http.issuer import DevIssuer
from shared.messaging.outbox import TableStore
from shared.privacy.sealing import Sealer
from tests.integration.hooks.receiver import Receiver, receiving
from tests.integration.screening.conftest import TODAY, VILLAGE, settings_for

KEY = f"k1:{base64.b64encode(bytes(32)).decode()}"
HERE = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
TLS = ssl.create_default_context()
EMPTIED = "; ".join(
    f"DELETE FROM {table}"
    for table in (
        *("webhook", "warning_evidence", "warning", "warning_change", "clue", "clue_count", "warning_count"),
        *("outbox_new", "outbox_position", "outbox_published", "outbox_message"),
    )
)


@dataclass
class Hooks:
    """The API, and what a worker does. Dispatchers are made one a worker."""

    url: str
    engine: AsyncEngine
    clock_file: Path
    client: httpx.AsyncClient
    issuer: DevIssuer
    engines: list[AsyncEngine] = field(default_factory=list)
    warnings: dict[str, HouseholdWarning] = field(default_factory=dict)

    async def ask(
        self,
        method: str,
        path: str,
        json: Any = None,
        *,
        role: str = "downstream",
        division: str | None = "150600000000",
        sub: str = "app",
        tag: str | None = None,
        **query: Any,
    ) -> httpx.Response:
        headers = {"Authorization": f"Bearer {self.issuer.sign(role, division=division, sub=sub)}"}
        headers |= {} if tag is None else {"If-Match": tag}
        return await self.client.request(method, f"/v1/webhooks{path}", json=json, headers=headers, params=query)

    async def subscribe(self, receiver: Receiver, **body: Any) -> dict[str, Any]:
        """A subscription from the beginning, with its secret."""
        by = {name: body.pop(name) for name in ("division_of", "sub", "role") if name in body}
        caller = {"division" if name == "division_of" else name: value for name, value in by.items()}
        answer = await self.ask("POST", "", {"url": receiver.url, "after": "0", **body}, **caller)
        assert answer.status_code == 201, answer.text
        found: dict[str, Any] = answer.json()
        return found

    async def tell(self, *households: str, number: bool = True, **given: Any) -> None:
        """A warning of each of these households, or an update of the one there is, in one batch."""
        now = clock.now()
        decided: list[Decision] = []
        for no in households:
            before = self.warnings.get(no)
            after = replace(before or _warning(no, now), updated_at=now, **given)
            self.warnings[no] = after
            type_: ChangeType = "updated" if before else "raised"
            evidence: Any = None if before else {}
            decided.append(Decision(type_, "hit", after, evidence))
        async with transaction(self.engine) as conn:
            await warnings.store(conn, decided)
        if number:
            async with transaction(self.engine) as conn:
                await TableStore().number(conn)

    async def point(self, webhook_id: str, url: str) -> None:
        """Change where it sends to, unchecked."""
        async with transaction(self.engine) as conn:
            await (await driver(conn)).execute("UPDATE webhook SET url = $2 WHERE webhook_id = $1", webhook_id, url)

    async def disabled(self) -> list[dict[str, Any]]:
        """What the outbox tells of subscriptions that were disabled."""
        sql = "SELECT value FROM outbox_message WHERE topic = 'screening.webhooks.v1' ORDER BY id"
        async with transaction(self.engine) as conn:
            return [orjson.loads(row["value"]) for row in await (await driver(conn)).fetch(sql)]

    def worker(self, resolve: Resolve = dns, answer_seconds: float = 5.0) -> Dispatcher:
        """One more worker; no jitter."""
        engine = engine_of(settings_for(self.url))
        self.engines.append(engine)
        sender = Sender(Gate(HERE, plain_http=True, resolve=resolve), TLS, answer_seconds)
        return Dispatcher(engine, sender, Sealer.from_spec(KEY), lambda: 0.0, last_seconds=0.2)

    async def send(self, *workers: Dispatcher) -> int:
        """Send until nothing is due; how many attempts there were."""
        begun = 0
        while True:
            async with asyncio.TaskGroup() as group:
                found = sum(await asyncio.gather(*(worker.tick(group) for worker in workers)))
            if not found:
                return begun
            begun += found

    def later(self, **delta: float) -> None:
        """Turn the clock on."""
        self.clock_file.write_text((clock.now() + timedelta(**delta)).isoformat())


def _warning(household_no: str, now: datetime) -> HouseholdWarning:
    return HouseholdWarning(
        *(ids.uuid7(), household_no, VILLAGE, "M01", 1, "因病", "high", "open"),
        *(False, False, None, TODAY, now, now),
    )


@pytest.fixture(scope="module")
def shared_database(postgres: Postgres, template: Callable[[str], str]) -> Iterator[str]:
    """One database for the tests of a file: a copy for each would take longer than the tests."""
    name = f"hooks_{uuid.uuid4().hex[:12]}"
    yield postgres.create_database(name, template("screening"))
    postgres.drop_database(name)


@pytest.fixture
async def hooks(shared_database: str, tmp_path: Path) -> AsyncIterator[Hooks]:
    clock_file = tmp_path / "clock"
    clock_file.write_text(datetime(2026, 11, 20, 2, tzinfo=UTC).isoformat())
    clock.follow(clock_file)
    url, issuer = shared_database, DevIssuer(tmp_path / "issuer", environment="development")
    app = build(settings_for(url, jwks=str(issuer.jwks), bus_key=KEY, webhook_networks=HERE, webhook_plain_http=True))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://screening") as client:
        made = Hooks(url, engine_of(settings_for(url)), clock_file, client, issuer)
        async with transaction(made.engine) as conn:
            await rules.seed(conn, False)
        yield made
    clock.follow(None)
    async with transaction(made.engine) as conn:
        await (await driver(conn)).execute(EMPTIED)
    for engine in (made.engine, *made.engines, app.state.engine):
        await engine.dispose()


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as found:
        yield found
