"""Dues, plans and benefits as they are shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from services.assets.income.books import Due, Line, Money, Plan
from services.assets.income.repository.books import Benefit, PlanRow
from services.assets.income.schemas import Basis, Held, IncomeKind, Purpose
from services.assets.ledger.schemas import AssetClass
from services.assets.rights.repository import Holding
from services.assets.rights.schemas import RightName
from services.assets.terms.domain import yuan
from shared.http.paging import Page

STATES = {
    "drafted": "已拟定",
    "decided": "已表决",
    "noticed": "公示中",
    "reviewed": "已审核",
    "approved": "已批准",
    "paid": "已付清",
    "returned": "已退回",
}
_STATE = " · ".join(f"{state} {title}" for state, title in STATES.items())


class DueOut(BaseModel):
    """一笔应收"""

    due_id: str = Field(title="应收编号")
    period: str = Field(title="所属期间")
    kind: IncomeKind = Field(title="收益种类")
    amount: str = Field(title="应收金额", description="元")
    received: str = Field(title="已收金额", description="元")
    due_on: date = Field(title="应收日期")
    contract: str = Field(title="合同")

    @classmethod
    def of(cls, due: Due) -> DueOut:
        """As it is shown."""
        return cls(
            **{name: getattr(due, name) for name in ("due_id", "period", "kind", "due_on", "contract")},
            amount=yuan(due.amount_fen),
            received=yuan(due.received_fen),
        )


class LineOut(BaseModel):
    """分配方案的一行"""

    line_id: str = Field(title="行号")
    purpose: Purpose = Field(title="分配用途")
    amount: str = Field(title="金额", description="元")
    paid: str = Field(title="已付", description="元")
    use: str | None = Field(title="支出方向")
    household_no: str | None = Field(title="户编号")
    basis: Basis | None = Field(title="分配依据")
    reference: str | None = Field(title="依据出处")
    standing: str | None = Field(
        title="拟定时的身份",
        description="lifted 脱贫户；monitored 监测对象；general 一般农牧户；shareholder 份额持有人",
    )
    in_kind: bool = Field(title="是否实物")

    @classmethod
    def of(cls, line: Line, paid_fen: int) -> LineOut:
        """As it is shown."""
        made = {"amount", "paid"}
        plain = {name: getattr(line, name) for name in cls.model_fields if name not in made}
        return cls(**plain, amount=yuan(line.amount_fen), paid=yuan(paid_fen))


class PlanOut(BaseModel):
    """一个分配方案"""

    plan_id: UUID = Field(title="分配方案编号")
    asset_id: UUID = Field(title="资产编号")
    period: str = Field(title="所属期间")
    state: str = Field(title="状态", description=_STATE)
    amount: str = Field(title="分配金额", description="元")
    left: str = Field(title="尚未支付", description="元")
    rule: str | None = Field(title="面向全体成员的规则")
    drafted_on: date = Field(title="拟定日期")
    drafted_by: str = Field(title="拟定人")
    opened_on: date = Field(title="向成员公开的日期")
    decided_on: date | None = Field(title="表决日期")
    notice_until: date | None = Field(title="公示截止日期")
    reviewed_on: date | None = Field(title="审核日期")
    approved_on: date | None = Field(title="批准日期")
    returned_on: date | None = Field(title="退回日期")
    lines: list[LineOut] = Field(title="分配明细")

    @classmethod
    def of(cls, asset_id: UUID, plan: Plan) -> PlanOut:
        """As it is shown."""
        made = {"plan_id", "asset_id", "amount", "left", "lines"}
        return cls(
            **{name: getattr(plan, name) for name in cls.model_fields if name not in made},
            plan_id=UUID(plan.plan_id),
            asset_id=asset_id,
            amount=yuan(plan.amount_fen),
            left=yuan(plan.left_fen),
            lines=[LineOut.of(line, plan.paid_fen.get(line.line_id, 0)) for line in plan.lines],
        )


class PlanItem(BaseModel):
    """清单中的一个分配方案"""

    plan_id: UUID = Field(title="分配方案编号")
    asset_id: UUID = Field(title="资产编号")
    asset_code: str = Field(title="资产编码")
    asset_name: str = Field(title="资产名称")
    division_code: str = Field(title="行政区划")
    period: str = Field(title="所属期间")
    state: str = Field(title="状态", description=_STATE)
    amount: str = Field(title="分配金额", description="元")
    paid: str = Field(title="已付", description="元")
    drafted_on: date = Field(title="拟定日期")
    marked: list[str] = Field(
        title="身份已变的受益户", description="拟定时是脱贫户或监测对象、现在不是的户；下一个方案须逐户答复"
    )

    @classmethod
    def of(cls, row: PlanRow) -> PlanItem:
        """As it is shown."""
        made = {"amount", "paid"}
        plain = {name: getattr(row, name) for name in cls.model_fields if name not in made}
        return cls(**plain, amount=yuan(row.amount_fen), paid=yuan(row.paid_fen))


class BenefitOut(BaseModel):
    """一户在一个方案中的一行"""

    plan_id: UUID = Field(title="分配方案编号")
    asset_id: UUID = Field(title="资产编号")
    asset_name: str = Field(title="资产名称")
    period: str = Field(title="所属期间")
    line_id: str = Field(title="行号")
    purpose: Purpose = Field(title="分配用途")
    basis: Basis | None = Field(title="分配依据")
    reference: str | None = Field(title="依据出处")
    amount: str = Field(title="金额", description="元")
    paid: str = Field(title="已付", description="元")
    state: str = Field(title="方案状态", description=_STATE)
    in_kind: bool = Field(title="是否实物")

    @classmethod
    def of(cls, row: Benefit) -> BenefitOut:
        """As it is shown."""
        made = {"amount", "paid"}
        plain = {name: getattr(row, name) for name in cls.model_fields if name not in made}
        return cls(**plain, amount=yuan(row.amount_fen), paid=yuan(row.paid_fen))


class HoldingOut(BaseModel):
    """一户现在持有的一份权利"""

    asset_id: UUID = Field(title="资产编号")
    asset_name: str = Field(title="资产名称")
    asset_class: AssetClass = Field(title="资产类别")
    right: RightName = Field(title="权利")
    share: str = Field(title="份额", examples=["1/3"])


class BenefitsOut(Page[BenefitOut]):
    """一户从资产得到的收益和它现在持有的权利"""

    held: list[HoldingOut] = Field(title="现在持有的权利", description="到户类资产、收益权份额等；已处置的资产不在内")

    @classmethod
    def told(cls, rows: Sequence[Benefit], holdings: Sequence[Holding]) -> BenefitsOut:
        """As they are shown."""
        held = [HoldingOut(**{**one._asdict(), "share": str(one.share)}) for one in holdings]
        return cls(items=[BenefitOut.of(row) for row in rows], next=None, held=held)


class BooksOut(BaseModel):
    """一项资产的收益账"""

    asset_id: UUID = Field(title="资产编号")
    held: Held = Field(title="结存")
    dues: list[DueOut] = Field(title="应收")
    plans: list[PlanOut] = Field(title="分配方案")

    @classmethod
    def of(cls, asset_id: UUID, found: Money, day: date) -> BooksOut:
        """As they are shown."""
        return cls(
            asset_id=asset_id,
            held=Held(
                as_of=day,
                received=yuan(found.received_fen),
                paid=yuan(found.paid_fen),
                in_hand=yuan(found.in_hand_fen),
                free=yuan(found.free_fen),
            ),
            dues=[DueOut.of(due) for due in found.dues.values()],
            plans=[PlanOut.of(asset_id, plan) for plan in found.plans.values()],
        )
