"""The indicators API: wiring only."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI

from services.indicators.assessments import api as assessments
from services.indicators.board import pages as board
from services.indicators.board.snapshots import pages as snapshots
from services.indicators.board.traces import pages as traces
from services.indicators.changes import api as changes
from services.indicators.closing import api as closing
from services.indicators.closing import service as closings
from services.indicators.definitions import api as definitions
from services.indicators.lineage import api as lineage
from services.indicators.observations import api as observations
from services.indicators.restatements import api as restatements
from services.indicators.settings import Settings
from services.indicators.values import api as values
from services.indicators.values import closable, service
from services.indicators.values.files import api as files
from shared import names
from shared.db import create_engine
from shared.events.asyncapi import asyncapi
from shared.http.app import create_app

NAME = "indicators"
MIGRATIONS = Path(__file__).parent / "migrations"
DESCRIPTION = (
    "规划专栏1的十六项指标：定义、填报的观测值、按市、旗区、苏木乡镇发布的数值。"
    "每个数值附分子、分母、截至日期、知悉时间和各来源的数据时效；算不出的写明原因，绝不填 0。"
    "数值变化同时发布到 Kafka 主题 `indicators.values.v1`。先看 `GET /v1/board`。"
)


def build(settings: Settings) -> FastAPI:
    """The API over the configured database; it neither reads nor writes the bus."""
    engine = create_engine(
        settings.database_url.get_secret_value(),
        name="xianjie.indicators.api",
        pool_size=settings.database_pool_size,
        plan_cache_mode="force_custom_plan",
    )
    return create_app(
        service=NAME,
        title=names.title(NAME),
        description=DESCRIPTION,
        routers=[
            definitions.router,
            observations.router(service.observed, closings.closed_at),
            closing.router(closable.readiness, closable.missing),
            restatements.router(closable.place_of),
            changes.router(settings.change_retention_days),
            values.router,
            files.router,
            lineage.router,
            assessments.router,
            board.router,
            snapshots.router,
            traces.router,
        ],
        settings=settings,
        engine=engine,
        migrations=MIGRATIONS,
        asyncapi=asyncapi(NAME),
    )
