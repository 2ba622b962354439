"""Screening's API: the routers of all rooms on the one application factory."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI

from services.screening.clues import api as clues
from services.screening.delivery import api as delivery
from services.screening.delivery.watching import ChangeFeed
from services.screening.facts import api as facts
from services.screening.feedback import api as feedback
from services.screening.hooks import api as hooks
from services.screening.hooks.site import site_of
from services.screening.outcomes import api as outcomes
from services.screening.parameters import api as parameters
from services.screening.register import api as register
from services.screening.rules import api as rules
from services.screening.runs import api as runs
from services.screening.settings import Settings
from services.screening.stream import api as stream
from services.screening.stream.service import Streams
from services.screening.warnings import api as warnings
from services.screening.workbench import pages as workbench
from shared import names
from shared.db import create_engine
from shared.events.asyncapi import asyncapi
from shared.http.app import create_app

NAME = "screening"
MIGRATIONS = Path(__file__).parent / "migrations"
DESCRIPTION = (
    "户册、户情指标、规则和预警。预警由规则对每一户的判定产生，附全部依据；数据更正则撤销，此后的变化使其缓解，"
    "核实由人作出。变更流 `GET /v1/warnings/changes` 与 Kafka 主题 `screening.warnings.v1` 内容一致。"
)


def build(settings: Settings) -> FastAPI:
    """The API over the configured database; it neither reads nor writes the bus."""
    engine = create_engine(
        settings.database_url.get_secret_value(),
        name="xianjie.screening.api",
        pool_size=settings.database_pool_size,
        plan_cache_mode="force_custom_plan",
    )
    app = create_app(
        service=NAME,
        title=names.title(NAME),
        description=DESCRIPTION,
        # The change feed stands before /v1/warnings/{warning_id}.
        routers=[
            *(
                delivery.router,
                stream.router,
                outcomes.router,
                warnings.router,
                clues.router,
                rules.router,
                parameters.router,
                facts.router,
                register.router,
            ),
            hooks.router,
            feedback.router,
            runs.router,
            workbench.router,
        ],
        settings=settings,
        engine=engine,
        migrations=MIGRATIONS,
        asyncapi=asyncapi(NAME),
    )
    feed = ChangeFeed(engine, settings.change_retention_days)
    app.state.changes = feed
    app.state.streams = Streams(feed, app.state.stopping, settings.max_streams, settings.stream_send_seconds)
    app.state.webhooks = site_of(settings)
    return app
