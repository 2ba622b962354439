"""A screening API behind a socket with some households in it, for the browser. Everything that needs an event loop runs
in a thread of its own: the browser's loop may be running in this one."""

from __future__ import annotations

import asyncio
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx

from services.local.ports import free_port
from services.local.postgres import Postgres
from services.screening.rules import service as rules
from services.screening.warnings.consumer import Records
from services.screening.worker import engine_of
from shared import clock
from shared.db import transaction
from shared.events.codec import Delivery
from shared.http.issuer import DevIssuer
from tests.bench.ingest_stack import serve
from tests.factories import deliveries as made
from tests.integration.screening.conftest import TODAY, settings_for

TOWNSHIP = "150625100000"
VILLAGES = ("150625100201", "150625100202", "150602101201")
FULL = "150625000001"
"""The household with the most to tell: bills, a dangerous house, nobody insured."""
_HOUSEHOLDS = 60


@dataclass(frozen=True)
class Site:
    """Where it listens, and who signs tokens."""

    url: str
    issuer: DevIssuer

    @property
    def token(self) -> str:
        """A township officer's."""
        return self.issuer.sign("township_officer", division=TOWNSHIP)


@contextmanager
def site(postgres: Postgres, template: Callable[[str], str], folder: Path) -> Iterator[Site]:
    """The database filled, the API started; both gone afterwards. The clock stands at noon of `TODAY`."""
    clock_file, name = folder / "clock", f"workbench_{uuid.uuid4().hex[:12]}"
    clock_file.write_text(datetime(TODAY.year, TODAY.month, TODAY.day, 4, tzinfo=UTC).isoformat())
    clock.follow(clock_file)
    url = postgres.create_database(name, template("screening"))
    issuer = DevIssuer(folder / "issuer", environment="development")
    port = free_port()
    beside = {"clock_file": str(clock_file), "demo_parameters": "true"}
    process = serve(url, port, issuer, beside, folder / "api.log", "screening")
    try:
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: asyncio.run(_fill(url, clock_file))).result()
        wait_for(f"http://127.0.0.1:{port}", process, folder / "api.log")
        yield Site(f"http://127.0.0.1:{port}", issuer)
    finally:
        process.terminate()
        process.wait(20)
        postgres.drop_database(name)
        clock.follow(None)


async def _fill(url: str, clock_file: Path) -> None:
    """Sixty households over five days, so that some are overdue; of most departments nothing."""
    engine = engine_of(settings_for(url))
    end = clock.now()
    async with transaction(engine) as conn:
        await rules.seed(conn, demo=True, known_at=datetime(2026, 1, 1, tzinfo=UTC), demo_from=date(2024, 1, 1))
    for days in range(4, -1, -1):
        await asyncio.to_thread(clock_file.write_text, (end - timedelta(days=days)).isoformat())
        records = [d for n in range(days, _HOUSEHOLDS, 5) for d in _household(n)]
        async with transaction(engine) as conn:
            await Records().apply(conn, records)
    await engine.dispose()


def _household(n: int) -> list[Delivery]:
    """One household: most have a large bill, some a dangerous house, the fullest no insurance."""
    no, head, wife = f"150625{n:06d}", f"p1.{n:026d}", f"p1.{n + 1000:026d}"
    village, now = VILLAGES[n % 3] if no != FULL else VILLAGES[0], clock.now()
    found = [
        made.record(
            17, f"HU-{n}", now, made.household(no, head, wife, lifted=n % 2 == 1),
            household_no=no, effective_on=date(2024, 1, 1), division=village,
        ),
        made.record(
            8, f"YB-2026-{n:06d}", now, made.settlement(TODAY - timedelta(days=30), f"{9000 + 900 * n}.00"),
            subject=head, division=village,
        ),
    ]  # fmt: skip
    if n % 4 == 1:
        found.append(
            made.record(9, f"FW-{n}", now, made.appraisal(date(2026, 9, 1), "D"), subject=head, division=village)
        )
    if no == FULL:
        found.append(made.record(7, f"CB-{n}", now, made.enrolment(2025), subject=wife, division=village))
    return found


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Until the API is ready; fails when it ends or takes a minute."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()
        try:
            if httpx.get(f"{address}/readyz", trust_env=False).is_success:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("the API did not start")
