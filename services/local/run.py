"""One API or one worker of one service against configured servers: what `xianjie serve` and
`xianjie work` do, here as in a container."""

from __future__ import annotations

import asyncio
import gc
import signal
import sys
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from socket import socket
from typing import Any

import uvicorn
import uvloop

import services
from shared import logging
from shared.settings import ServiceSettings, load

_GRACE_SECONDS = 10
_NOT_STARTED = 3
"""The exit code by which uvicorn says so."""
_GC_THRESHOLD = (50_000, 20, 50)
"""Records make many short-lived objects; a higher threshold is worth 4 to 20 % (performance.md)."""

Work = Callable[[Any, asyncio.Event], Awaitable[None]]
Upgrade = Callable[[Path, str], None]


class Server(uvicorn.Server):
    """uvicorn, and what an application with open streams needs of it: word that it stops, before it waits for them to
    end, and an end to a connection whose reader takes nothing more."""

    def __init__(self, app: Any, host: str, port: int) -> None:
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
        )
        super().__init__(config)
        self._stopping: asyncio.Event = app.state.stopping
        app.state.cut = self._cut

    async def shutdown(self, sockets: list[socket] | None = None) -> None:
        """See uvicorn."""
        self._stopping.set()
        await super().shutdown(sockets)

    def _cut(self, scope: Mapping[str, Any]) -> None:
        """Closing would wait until the reader has taken what is buffered, which may be never."""
        for connection in list(self.server_state.connections):
            transport: asyncio.Transport = connection.transport
            if transport.get_extra_info("peername")[:2] == tuple(scope["client"] or ()):
                transport.abort()


def settings_of(service: str) -> ServiceSettings:
    """The service's settings from the environment; SettingsError names what is wrong.

    A service's modules are imported by name so that each process loads its own service only.
    """
    kind: type[ServiceSettings] = import_module(f"services.{service}.settings").Settings
    return load(kind)


def serve(service: str) -> None:
    """Run the API until SIGTERM or SIGINT, then let requests finish for a while."""
    hold_collector()
    settings = settings_of(service)
    logging.configure(service, "api")
    app = import_module(f"services.{service}.app").build(settings)
    settle_memory()
    server = Server(app, settings.host, settings.port)
    with suppress(KeyboardInterrupt):
        server.run()
    if not server.started:
        sys.exit(_NOT_STARTED)


def work(service: str) -> None:
    """Run the worker until SIGTERM or SIGINT; whatever it raises ends the process with a non-zero
    code, for a supervisor to start it again."""
    hold_collector()
    settings = settings_of(service)
    logging.configure(service, "worker")
    run: Work = import_module(f"services.{service}.worker").run
    settle_memory()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_until_stopped(run, settings))


def migrate(service: str) -> None:
    """Bring the service's database to the newest revision. No other command needs alembic."""
    settings = settings_of(service)
    upgrade: Upgrade = import_module("shared.migrations").upgrade
    upgrade(migrations_of(service), settings.database_url.get_secret_value())


def migrations_of(service: str) -> Path:
    """The folder of a service's migrations."""
    return Path(services.__file__).parent / service / "migrations"


async def _until_stopped(run: Work, settings: ServiceSettings) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    await run(settings, stop)


def hold_collector() -> None:
    """Until `settle_memory`: what is loaded stays, and to look through it over and over takes an eighth of a start."""
    gc.disable()


def settle_memory() -> None:
    """Keep what was loaded out of the collector's way."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_GC_THRESHOLD)
    gc.enable()
