"""An indicators API behind a socket with households in every banner and figures sent in, for the browser. Everything
that needs an event loop runs in a thread of its own: the browser's loop may be running in this one."""

from __future__ import annotations

import asyncio
import threading
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
from rich.console import Console
from sqlalchemy.ext.asyncio import AsyncEngine

from services.indicators.settings import Settings
from services.indicators.values import service as values
from services.indicators.worker import engine_of
from services.local import observing
from services.local.interrupt import Interrupt
from services.local.ports import free_port
from services.local.postgres import Postgres
from shared import clock
from shared.codes import divisions
from shared.db import transaction
from shared.events.codec import Delivery
from shared.feeds import catalogue
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
    """Lifted households of three; the further down the list of banners, the more are not covered yet."""
    villages = [one.code for one in divisions.all_divisions() if one.rural and one.code.startswith(banner[:6])]
    chosen, short = (villages[0], villages[-1]), _banners().index(banner)
    for n in range(_A_BANNER):
        no, village = f"{banner[:6]}{n:06d}", chosen[n % 2]
        head, child = (f"p1.{banner[:6]}{part}{n:019d}" for part in "12")
        household = made.household(no, head, child) | {"resettlement": "site" if n % 6 == 0 else "none"}
        household["members"][1] |= {"birth_on": "2016-04-01", "labour": "none"}
        yield _sent(17, f"HU-{no}", household, household_no=no, division=village, effective_on=date(2024, 1, 1))
        for kind, source, data, subject in _records(n, n < short // 2, n < short, head, child):
            about = {"household_no": no} if catalogue.BY_NUMBER[kind].subject == "household" else {"subject": subject}
            yield _sent(kind, f"{source}-{no}", data, division=village, **about)


def _records(n: int, unsafe: bool, late: bool, head: str, child: str) -> Iterator[tuple[int, str, Any, str]]:
    """What departments sent of one household; `unsafe` and `late` say what of it falls short."""
    for who, name in ((head, "A"), (child, "B")):
        yield 7, f"CB25{name}", made.enrolment(2025), who
        if not late:
            yield 7, f"CB26{name}", made.enrolment(2026), who
    yield 9, "FW", made.appraisal(date(2025, 3, 1), "C" if unsafe else "B"), head
    yield 10, "GZ", made.renovation(2025, "accepted", date(2025, 9, 1)), head
    yield 11, "XJ", made.schooling(date(2026, 9, 10), "dropped_out" if unsafe else "enrolled"), child
    yield 18, "SR25", made.income(date(2025, 12, 1), "21000.00", members=2), head
    yield 18, "SR24", made.income(date(2024, 12, 1), "19200.00", members=2), head
    yield 20, "YS", made.water(date(2026, 4, 1), short_of="quality" if unsafe else None), head
    yield 22, "JY", made.employment(date(2025, 2, 1)), head
    if n % 3 == 0:
        yield 13, "CJ", made.certificate(date(2024, 5, 1)), child
    if not late:
        yield 21, "LY", made.linkage(date(2024, 1, 1)), head
    if n == 1:
        yield 23, "JC", made.monitored(date(2025, 6, 1)), head


def _sent(kind: int, source_id: str, data: dict[str, Any], **about: Any) -> Delivery:
    return made.record(kind, source_id, clock.now() - timedelta(days=3), data, **about)


class _Person:
    """Somebody with a token who asks the API of the service."""

    def __init__(self, made_site: Site, role: str, name: str) -> None:
        self._url = made_site.url
        self._who = {"Authorization": f"Bearer {made_site.issuer.sign(role, sub=name)}"}

    def get(self, service: str, path: str, **query: Any) -> Any:
        """The answer to a question."""
        return self._answer(httpx.get(self._url + path, params=query, headers=self._who, trust_env=False, timeout=60))

    def post(self, service: str, path: str, body: Any, key: str | None = None) -> Any:
        """The answer to what was sent."""
        headers = self._who | ({"Idempotency-Key": key} if key else {})
        return self._answer(httpx.post(self._url + path, json=body, headers=headers, trust_env=False, timeout=60))

    @staticmethod
    def _answer(answer: httpx.Response) -> Any:
        assert answer.is_success, answer.text
        return answer.json()


class _Never(Interrupt):
    """Nobody presses Ctrl-C; signals are the main thread's."""

    def __init__(self) -> None:
        self._wish = threading.Event()


def _observe(made_site: Site) -> None:
    """The sample's figures as two people send them."""
    maker, checker = (_Person(made_site, role, name) for role, name in observing.PEOPLE)
    observing.push(maker, checker, TODAY, Console(quiet=True), _Never())


__all__ = ["CITY", "HANGJIN", "Site", "site"]
