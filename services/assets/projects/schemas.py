"""What goes in and out of the room over HTTP, in the field's words. Money is yuan as text."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.assets.projects.domain import Change, Changed, Draft, Fund, Project, in_order
from services.assets.terms.domain import fen, yuan
from services.assets.terms.schemas import LISTS, ONE_LINE, CodeOf, Day, Money
from shared.codes import divisions

ProjectKind = Annotated[str, CodeOf("project_kind")]
ProjectStatus = Annotated[str, CodeOf("project_status")]
FundSource = Annotated[str, CodeOf("fund_source")]


class FundBody(BaseModel):
    """一项资金来源"""

    model_config = ConfigDict(extra="forbid")

    source: FundSource = Field(title="资金来源")
    amount: Money = Field(title="金额", description="元，最多两位小数，大于 0", examples=["1200000.00"])


class ProjectBody(BaseModel):
    """项目的登记内容"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "code": "HJ-2023-0017",
                    "name": "锡尼镇肉羊养殖合作社圈舍建设项目",
                    "year": 2023,
                    "kind": "farming_processing_services",
                    "status": "accepted",
                    "division_code": "150625000000",
                    "owner_department": "杭锦旗农牧局",
                    "total": "1500000.00",
                    "funds": [
                        {"source": "central_fiscal", "amount": "1200000.00"},
                        {"source": "banner_fiscal", "amount": "300000.00"},
                    ],
                    "accepted_on": "2023-11-20",
                }
            ]
        },
    )

    code: str = Field(
        title="项目编码",
        description="主管部门自己的编码，一经登记不再改变",
        pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]*$",
        min_length=2,
        max_length=40,
    )
    name: str = Field(title="项目名称", min_length=2, max_length=100, pattern=ONE_LINE)
    year: int = Field(title="年度", description="2012 年起；入库项目可为下一年度", strict=True, ge=1, le=9999)
    kind: ProjectKind = Field(title="项目类别")
    status: ProjectStatus = Field(title="项目状态")
    division_code: str = Field(
        title="行政区划", description="12 位区划代码，须在令牌的区划之内", pattern=r"^[0-9]{12}$"
    )
    owner_department: str = Field(title="主管部门", min_length=2, max_length=60, pattern=ONE_LINE)
    total: Money = Field(title="总投资", description="元，必须等于各来源资金之和")
    funds: list[FundBody] = Field(
        title="资金构成", description="每个来源列一次", min_length=1, max_length=len(LISTS["fund_source"]["values"])
    )
    accepted_on: Day | None = Field(default=None, title="验收日期", description="状态为验收时必填，其他状态不填")

    def draft(self) -> Draft:
        """In the domain's terms."""
        return Draft(
            code=self.code,
            name=self.name.strip(),
            year=self.year,
            kind=self.kind,
            status=self.status,
            division_code=self.division_code,
            owner_department=self.owner_department.strip(),
            total_fen=fen(self.total),
            funds=tuple(Fund(fund.source, fen(fund.amount)) for fund in self.funds),
            accepted_on=self.accepted_on,
        )


class ChangeBody(BaseModel):
    """项目变动：走到下一步，或更正资金"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "holds_on": "2024-03-15",
                    "document": "杭财农〔2024〕8号",
                    "total": "1600000.00",
                    "funds": [
                        {"source": "central_fiscal", "amount": "1200000.00"},
                        {"source": "banner_fiscal", "amount": "400000.00"},
                    ],
                }
            ]
        },
    )

    holds_on: Day = Field(title="生效日期", description="不能晚于今天；验收的即验收日期")
    document: str = Field(title="依据文件", min_length=2, max_length=200, pattern=ONE_LINE)
    status: ProjectStatus | None = Field(default=None, title="项目状态", description="只能向前；不填为不变")
    total: Money | None = Field(default=None, title="总投资", description="元；与资金构成一起填")
    funds: list[FundBody] | None = Field(
        default=None,
        title="资金构成",
        description="更正后的全部来源，每个来源列一次；不填为不变",
        min_length=1,
        max_length=len(LISTS["fund_source"]["values"]),
    )

    @model_validator(mode="after")
    def _total_with_its_funds(self) -> ChangeBody:
        if (self.total is None) != (self.funds is None):
            raise ValueError("“总投资”和“资金构成”须一起填写")
        return self

    def change(self) -> Change:
        """In the domain's terms."""
        funds = None if self.funds is None else tuple(Fund(fund.source, fen(fund.amount)) for fund in self.funds)
        return Change(
            self.holds_on,
            self.document.strip(),
            self.status,
            None if self.total is None else fen(self.total),
            None if funds is None else in_order(funds),
        )


class FundOut(BaseModel):
    """一项资金来源"""

    source: FundSource = Field(title="资金来源")
    amount: str = Field(title="金额", description="元", examples=["1200000.00"])


class ProjectOut(BaseModel):
    """已登记的项目"""

    project_id: UUID = Field(title="项目编号", description="平台给出，终身不变")
    code: str = Field(title="项目编码")
    name: str = Field(title="项目名称")
    year: int = Field(title="年度")
    kind: ProjectKind = Field(title="项目类别")
    status: ProjectStatus = Field(title="项目状态")
    division_code: str = Field(title="行政区划")
    division_name: str = Field(title="区划名称", examples=["杭锦旗"])
    owner_department: str = Field(title="主管部门")
    total: str = Field(title="总投资", description="元", examples=["1500000.00"])
    funds: list[FundOut] = Field(title="资金构成", description="金额大的在前")
    accepted_on: date | None = Field(title="验收日期")
    registered_at: datetime = Field(title="登记时间")

    @classmethod
    def of(cls, project: Project) -> ProjectOut:
        """A project as it is shown."""
        return cls(
            project_id=project.project_id,
            code=project.code,
            name=project.name,
            year=project.year,
            kind=project.kind,
            status=project.status,
            division_code=project.division_code,
            division_name=divisions.path(project.division_code),
            owner_department=project.owner_department,
            total=yuan(project.total_fen),
            funds=_funds(project.funds),
            accepted_on=project.accepted_on,
            registered_at=project.registered_at,
        )


class StateOut(BaseModel):
    """变动以前的内容"""

    status: ProjectStatus = Field(title="项目状态")
    accepted_on: date | None = Field(title="验收日期")
    total: str = Field(title="总投资", description="元")
    funds: list[FundOut] = Field(title="资金构成")


class ChangeOut(BaseModel):
    """一次项目变动"""

    change_id: UUID = Field(title="变动编号")
    holds_on: date = Field(title="生效日期")
    document: str = Field(title="依据文件")
    status: ProjectStatus | None = Field(title="项目状态", description="空表示不变")
    total: str | None = Field(title="总投资", description="元；空表示不变")
    funds: list[FundOut] | None = Field(title="资金构成", description="空表示不变")
    was: StateOut = Field(title="变动以前")
    recorded_at: datetime = Field(title="登记时间")
    recorded_by: str = Field(title="登记人")

    @classmethod
    def of(cls, changed: Changed) -> ChangeOut:
        """A change as it is shown."""
        was = changed.was
        plain = ("change_id", "holds_on", "document", "status", "recorded_at", "recorded_by")
        return cls(
            **{name: getattr(changed, name) for name in plain},
            total=None if changed.total_fen is None else yuan(changed.total_fen),
            funds=None if changed.funds is None else _funds(changed.funds),
            was=StateOut(
                status=was.status, accepted_on=was.accepted_on, total=yuan(was.total_fen), funds=_funds(was.funds)
            ),
        )


def _funds(funds: tuple[Fund, ...]) -> list[FundOut]:
    return [FundOut(source=fund.source, amount=yuan(fund.amount_fen)) for fund in funds]
