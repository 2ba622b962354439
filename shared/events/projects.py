"""Project assets (扶贫项目资产) on `assets.ledger.v1`."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import Field

from shared.events.base import Event, Part, Short


class FundingShare(Part):
    """Money of one source in a project, in yuan (a decimal string on the wire)."""

    source: Short = Field(title="资金来源")
    amount: Decimal = Field(title="金额", ge=0)


class _Project(Event):
    """A project as the ledger has it. The sum of `funds` equals `total` to the fen."""

    TOPIC: ClassVar[str] = "assets.ledger.v1"

    project_id: Short = Field(title="项目编号")
    code: Short = Field(title="项目代码")
    name: Short = Field(title="项目名称")
    year: Annotated[int, Field(ge=1949, le=2100)] = Field(title="年度")
    kind: Short = Field(title="项目类别")
    status: Short = Field(title="项目状态")
    division_code: Short = Field(title="行政区划代码")
    total: Decimal = Field(title="总投资", ge=0)
    funds: list[FundingShare] = Field(title="资金构成")
    owner_department: Short | None = Field(None, title="主管部门")
    accepted_on: date | None = Field(None, title="验收日期")


class ProjectRegisteredV1(_Project):
    """A project was entered in the ledger. The sum of `funds` equals `total` to the fen."""

    TYPE: ClassVar[str] = "xianjie.project.registered.v1"
    TITLE: ClassVar[str] = "项目已登记"


class ProjectChangedV1(_Project):
    """A project as it is after its next step or with other funds. The sum of `funds` equals `total` to the fen."""

    TYPE: ClassVar[str] = "xianjie.project.changed.v1"
    TITLE: ClassVar[str] = "项目已变动"

    holds_on: date = Field(title="生效日期", description="the day from which the change holds")
    known_at: datetime = Field(title="平台知悉时间")
