"""An indicators API behind a socket with households in every banner and figures sent in, for the browser. Everything
that needs an event loop runs in a thread of its own: the browser's loop may be running in this one."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncEngine

from services.indicators.settings import Settings
from services.indicators.values import service as values
from services.indicators.worker import engine_of
from services.local.ports import free_port
from services.local.postgres import Postgres
from shared import clock
from shared.codes import divisions
from shared.db import transaction
from shared.events.codec import Delivery
from shared.http.issuer import NAME, DevIssuer
from tests.bench.ingest_stack import serve
from tests.browser.workbench_site import wait_for
from tests.factories import deliveries as made
from tests.integration.indicators.conftest import CITY, HANGJIN, TODAY

_A_BANNER = 18
"""Households in each banner, half of them in its first township."""


@dataclass(frozen=True)
class Site:
    """Where it listens, and who signs tokens."""

    url: str
    issuer: DevIssuer

    def token(self, role: str = "developer", division: str | None = None) -> str:
        """A caller's."""
        return self.issuer.sign(role, division=division)


@contextmanager
def site(postgres: Postgres, template: Callable[[str], str], folder: Path) -> Iterator[Site]:
    """The database filled, the API started; both gone afterwards. The clock stands at noon of `TODAY`."""
    clock_file, name = folder / "clock", f"board_{uuid.uuid4().hex[:12]}"
    clock_file.write_text(datetime(TODAY.year, TODAY.month, TODAY.day, 4, tzinfo=UTC).isoformat())
    clock.follow(clock_file)
    url = postgres.create_database(name, template("indicators"))
    issuer = DevIssuer(folder / "issuer", environment="development")
    port = free_port()
    process = serve(url, port, issuer, {"clock_file": str(clock_file)}, folder / "api.log", "indicators")
    made_site = Site(f"http://127.0.0.1:{port}", issuer)
    try:
        wait_for(made_site.url, process, folder / "api.log")
        with ThreadPoolExecutor(1) as pool:
            pool.submit(lambda: asyncio.run(_fill(url, made_site))).result()
        yield made_site
    finally:
        process.terminate()
        process.wait(20)
        postgres.drop_database(name)
        clock.follow(None)


async def _fill(url: str, made_site: Site) -> None:
    """Households of all banners, then figures as a person sends them, then all that a worker would compute."""
    engine = engine_of(
        Settings(
            environment="development",
            database_url=SecretStr(url),
            kafka_bootstrap="127.0.0.1:1",
            jwks=str(made_site.issuer.jwks),
            issuer=NAME,
        )
    )
    async with transaction(engine) as conn:
        await values.absorb(conn, [record for banner in _banners() for record in _households(banner)])
    await asyncio.to_thread(_observe, made_site)
    await _settle(engine)
    await engine.dispose()


async def _settle(engine: AsyncEngine) -> None:
    while True:
        async with transaction(engine) as conn:
            if not await values.run_pass(conn):
                return


def _banners() -> list[str]:
    return [one.code for one in divisions.all_divisions() if one.level == "banner"]


def _households(banner: str) -> Iterator[Delivery]:
    """Lifted households; the further down the list of banners, the more are not covered yet."""
    villages = [one.code for one in divisions.all_divisions() if one.rural and one.code.startswith(banner[:6])]
    chosen, short = (villages[0], villages[-1]), _banners().index(banner)
    now = clock.now() - timedelta(days=3)
    for n in range(_A_BANNER):
        no, who, village = f"{banner[:6]}{n:06d}", f"p1.{banner[:6]}{n:020d}", chosen[n % 2]
        yield made.record(
            17, f"HU-{no}", now, made.household(no, who), household_no=no, effective_on=date(2024, 1, 1),
            division=village,
        )  # fmt: skip
        for year in (2025, 2026):
            if n >= short - (year - 2025):
                yield made.record(
                    7, f"CB-{no}-{year}", now, made.enrolment(year), subject=who, division=village,
                    effective_on=date(year, 1, 1),
                )  # fmt: skip
        grade = "C" if n < short // 2 else "B"
        yield made.record(9, f"FW-{no}", now, made.appraisal(date(2025, 3, 1), grade), subject=who, division=village)


def _observe(made_site: Site) -> None:
    """The allowance standards of four years, rising faster in the country than in town."""
    sent = [
        _figure(f"{side}_allowance_standard", HANGJIN, str(year), str(base + step * (year - 2022)))
        for year in range(2022, 2027)
        for side, base, step in (("rural", 6600, 260), ("urban", 9240, 200))
    ]
    headers = {"Authorization": f"Bearer {made_site.token()}"}
    answer = httpx.post(
        f"{made_site.url}/v1/observations", json={"observations": sent}, headers=headers, trust_env=False
    )
    assert answer.is_success, answer.text


def _figure(name: str, division: str, period: str, value: str, unit: str = "元/人·年") -> dict[str, Any]:
    return {
        "input": name, "division_code": division, "period": period, "value": value, "unit": unit,
        "document": "示例：统计公报",
    }  # fmt: skip


__all__ = ["CITY", "HANGJIN", "Site", "site"]
