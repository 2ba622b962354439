"""The API of assets: wiring only."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI

from services.assets.disposal import api as disposal
from services.assets.findings import api as findings
from services.assets.income import api as income
from services.assets.ledger import api as ledger
from services.assets.ledger.service import capitalised
from services.assets.overview import api as overview
from services.assets.overview import pages
from services.assets.projects import api as projects
from services.assets.projects.files import api as project_files
from services.assets.rights import api as rights
from services.assets.rules import RULES, TAKEN_BACK
from services.assets.settings import Settings
from services.assets.upkeep import api as upkeep
from shared import names
from shared.db import create_engine
from shared.events.asyncapi import asyncapi
from shared.http.app import create_app
from shared.privacy import PersonKeys

MIGRATIONS = Path(__file__).parent / "migrations"
DESCRIPTION = """\
扶贫项目资产台账：党的十八大以来用各级财政衔接（扶贫）资金、结对帮扶、地方债、易地搬迁、定点帮扶和捐赠等资金实施的**项目**，
项目形成的**资产**，以及资产的确权、管护、收益分配和处置。每一元从资金来源跟到受益的农牧户，分毫不差。

* **只增不改**：每件事是一条分录，自 `holds_on` 起生效；可以补记过去的事，登记错的冲销后另记。
  任一日期（`as_of`）的样子都可以查到。
* 违反规划和农村集体经济组织法的不予登记，`errors` 逐处写明依据的条款；补记使其后的分录不成立的，答 409。
* 拟定和审批是两个人：分配方案和处置由 `assets:approve` 的审批人批准，不能批准自己拟的。
* 金额一律为以元为单位的十进制文本，例如 `"1234.50"`；日期为北京时间的日期；份额为分数，例如 `"1/3"`。
* 登记请带 `Idempotency-Key`：网络中断后用同一个键重发，不会重复登记。批量登记用 XLSX 或 CSV 文件，逐行答复。
* 看得到的只有令牌所属区划之内的；范围之外的一律答 404。
* 项目、资产、确权、收益分配、收益中断和处置，随登记发布在主题 `assets.ledger.v1` 上，见 `/asyncapi.json`。
"""


def build(settings: Settings) -> FastAPI:
    """The application, its engine not yet connected."""
    engine = create_engine(
        settings.database_url.get_secret_value(), name="xianjie.assets.api", pool_size=settings.database_pool_size
    )
    keys = PersonKeys.from_spec(settings.pepper.get_secret_value())
    return create_app(
        service="assets",
        title=names.title("assets"),
        description=DESCRIPTION,
        routers=[
            project_files.router(),
            projects.router(capitalised),
            ledger.router(RULES, TAKEN_BACK),
            rights.router(RULES, keys),
            upkeep.router(RULES),
            income.router(RULES, settings.income_grace_days),
            disposal.router(RULES),
            findings.router,
            overview.router,
            pages.router,
        ],
        settings=settings,
        engine=engine,
        migrations=MIGRATIONS,
        asyncapi=asyncapi("assets"),
    )
