"""The application factory: every service's API is made here and nowhere else."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi_offline import FastAPIOffline
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine
from starlette.middleware import Middleware
from starlette.middleware.exceptions import ExceptionMiddleware

from shared.http import documents, failures, health, pages
from shared.http.auth import Authenticator
from shared.http.edge import BODY_LIMIT_BYTES, Edge, Wider
from shared.settings import ServiceSettings

Measure = Callable[[AsyncConnection], Awaitable[None]]
VERSION = "1.0.0"
"""Of the `/v1` interface, as the documents state it."""


def create_app(  # noqa: PLR0913 - the wiring of a process, each named once
    *,
    service: str,
    title: str,
    description: str,
    routers: Sequence[APIRouter],
    settings: ServiceSettings,
    engine: AsyncEngine,
    migrations: Path | None = None,
    asyncapi: Mapping[str, Any] | None = None,
    gauges: Sequence[Measure] = (),
    body_limit: int = BODY_LIMIT_BYTES,
    wider: Sequence[Wider] = (),
) -> FastAPI:
    """An API with everything that is the same in each: problems, limits, identity, health, documents.

    A router states its own prefix. `migrations` is the service's alembic folder: `/readyz` waits
    until the database stands at its head. `gauges` set metrics from the database whenever `/metrics` is
    asked. `wider`: where a body may be larger than `body_limit`. The engine is closed with the
    application. On `app.state`: `engine`, `settings`, `authenticator`, `stopping` (set by a server that begins
    to stop). Raises SettingsError when the settings would trust the wrong issuer.
    """
    app: FastAPI = FastAPIOffline(
        title=title,
        description=description,
        version=VERSION,
        redirect_slashes=False,
        lifespan=_lifespan,
        exception_handlers=failures.HANDLERS,
        middleware=[
            Middleware(Edge, limit=body_limit, wider=wider),
            # Starlette answers an unexpected exception and raises it again, which would put its
            # text, values included, into the server's log. This layer ends it inside.
            Middleware(ExceptionMiddleware, handlers={Exception: failures.on_bug}),
        ],
        swagger_ui_parameters={"persistAuthorization": True, "docExpansion": "list", "filter": True},
    )
    app.state.service = service
    app.state.engine = engine
    app.state.settings = settings
    app.state.authenticator = Authenticator(settings)
    app.state.gauges = gauges
    app.state.stopping = asyncio.Event()
    app.state.revisions = health.revisions(migrations)
    for router in (*routers, pages.router, health.router):
        # Not include_router: it matches every path twice, through a copy of each route made for
        # prefixes and overrides that we do not use (70 µs a request with ingest's 25 routes).
        app.router.routes.extend(router.routes)
    documents.install(app, asyncapi)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    yield
    await app.state.engine.dispose()
