"""The ingest API: wiring only."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from sqlalchemy.ext.asyncio import AsyncEngine

from services.ingest.admission.service import Admission, Turns
from services.ingest.catalogue import api as catalogue
from services.ingest.deliveries import api as deliveries
from services.ingest.equations import api as equations
from services.ingest.equations.service import measure as measure_incidents
from services.ingest.files import api as files
from services.ingest.freshness import api as freshness
from services.ingest.freshness.service import measure as measure_freshness
from services.ingest.intake.service import intake_of
from services.ingest.overview import pages as overview
from services.ingest.quarantine import api as quarantine
from services.ingest.receipts import api as receipts
from services.ingest.reconciliation import api as reconciliation
from services.ingest.resubmissions import api as resubmissions
from services.ingest.settings import Settings
from services.ingest.streams import api as streams
from services.ingest.submissions import api as submissions
from services.ingest.tally.service import measure as measure_counting
from shared import names
from shared.db import create_engine
from shared.events.asyncapi import asyncapi
from shared.http.app import create_app

MIGRATIONS = Path(__file__).parent / "migrations"
DESCRIPTION = (
    "部门数据的入口：七个部门和户籍底册主管（乡村振兴）按报送目录推送记录，"
    "平台逐条校验、保存并给出回执，再发布到 Kafka。"
    "答复 2xx 即已持久保存。先看 `GET /v1/catalogue`。"
)

KEYED_PLANS = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}
"""Every statement here looks rows up by key. A plan is made once a connection, perhaps while the tables are empty, and
must not be the scan that is cheapest then."""


def engine_of(settings: Settings, name: str) -> AsyncEngine:
    """The pool of this service."""
    url, size = settings.database_url.get_secret_value(), settings.database_pool_size
    return create_engine(url, name=name, pool_size=size, **KEYED_PLANS)


def build(settings: Settings) -> FastAPI:
    """The application. SettingsError when a setting cannot be used."""
    intake = intake_of(*(key.get_secret_value() for key in (settings.pepper, settings.vault_key, settings.bus_key)))
    app = create_app(
        service="ingest",
        title=names.title("ingest"),
        description=DESCRIPTION,
        routers=[
            catalogue.router,
            submissions.router(),
            receipts.router,
            quarantine.router,
            resubmissions.router,
            files.router,
            deliveries.router,
            freshness.router,
            reconciliation.router,
            equations.router,
            overview.router,
        ],
        settings=settings,
        engine=engine_of(settings, "xianjie.ingest.api"),
        migrations=MIGRATIONS,
        asyncapi=asyncapi("ingest"),
        wider=[streams.LIMIT, *files.LIMITS],
        gauges=[measure_freshness, measure_incidents, measure_counting],
    )
    app.state.intake = intake
    app.state.admission = Admission(settings.department_in_flight, settings.database_pool_size)
    app.state.turns = Turns(app.state.engine)
    return app
