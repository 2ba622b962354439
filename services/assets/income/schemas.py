"""Income and plans on the wire. Money is yuan as text."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.assets.entries.service import Draft
from services.assets.income.kinds import (
    APPROVED,
    DECIDED,
    DRAFTED,
    DUE,
    NOTICED,
    RECEIVED,
    RETURNED,
    REVERSED,
    REVIEWED,
)
from services.assets.ledger.schemas import EntryBody, Text, example
from services.assets.terms.domain import fen
from services.assets.terms.schemas import CodeOf, Day, Flag, Household, Key, Minutes, Money
from shared.ids import uuid7

IncomeKind = Annotated[str, CodeOf("income_kind")]
Purpose = Annotated[str, CodeOf("purpose")]
Basis = Annotated[str, CodeOf("basis")]
Spending = Annotated[str, CodeOf("spending")]
PeriodText = Annotated[str, Field(pattern=r"^(19|20)[0-9]{2}(-(0[1-9]|1[0-2])|-Q[1-4])?$")]
PLAN = "01a210b7-4c8d-7075-aec4-ece79ef7a1d7"


class DueBody(EntryBody):
    """应收收益"""

    model_config = example(
        holds_on="2025-01-01", document="承包合同", due_id="2025", period="2025", kind="rent", amount="72000.00",
        due_on="2025-12-20", contract="锡农承〔2023〕6号",
    )  # fmt: skip

    due_id: Key = Field(title="应收编号", description="在这项资产之内不重复")
    period: PeriodText = Field(title="所属期间", examples=["2025"])
    kind: IncomeKind = Field(title="收益种类")
    amount: Money = Field(title="应收金额", description="元")
    due_on: Day = Field(title="应收日期", description="此日之后若干天仍未收到即为收益中断")
    contract: Text = Field(title="合同")

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        body = {**_plain(self, "amount"), "amount_fen": fen(self.amount), "due_on": self.due_on.isoformat()}
        return Draft(asset_id, DUE, self.holds_on, body, self.document)


class ReceiptBody(EntryBody):
    """实收收益：可以分次"""

    model_config = example(holds_on="2025-12-18", document="银行回单", due_id="2025", amount="72000.00")

    due_id: Key = Field(title="应收编号")
    amount: Money = Field(title="实收金额", description="元")

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        body = {"due_id": self.due_id, "amount_fen": fen(self.amount)}
        return Draft(asset_id, RECEIVED, self.holds_on, body, self.document)


class LineBody(BaseModel):
    """分配方案的一行"""

    model_config = ConfigDict(extra="forbid")

    line_id: Key = Field(title="行号")
    purpose: Purpose = Field(title="分配用途")
    amount: Money = Field(title="金额", description="元")
    use: Spending | None = Field(default=None, title="支出方向")
    household_no: Household | None = Field(default=None, title="户编号", description="发给农牧户（钱或物）的行必填")
    basis: Basis | None = Field(default=None, title="分配依据", description="有户编号的行必填")
    reference: Text | None = Field(default=None, title="依据出处", description="岗位名称、工单、个案编号等")
    in_kind: Flag = Field(default=False, title="是否实物")


class PlanBody(EntryBody):
    """收益分配方案"""

    model_config = example(
        holds_on="2026-01-05", document="方案草案", period="2025", amount="60000.00", opened_on="2026-01-05",
        lines=[
            {"line_id": "1", "purpose": "works", "amount": "50000.00", "use": "water"},
            {"line_id": "2", "purpose": "post", "amount": "10000.00", "household_no": "150625100201000017",
             "basis": "post", "reference": "护水员"},
        ],
    )  # fmt: skip

    period: PeriodText = Field(title="所属期间")
    amount: Money = Field(title="分配金额", description="元；不超过当日可分配的收益")
    opened_on: Day = Field(title="向成员公开的日期", description="不早于拟定，不晚于今天；表决前至少公开 10 日")
    lines: list[LineBody] = Field(
        title="分配明细", description="各行之和须与分配金额分毫不差", min_length=1, max_length=5000
    )
    rule: Text | None = Field(
        default=None, title="面向全体成员的规则", description="受益对象由脱贫户向村集体成员转变时，写明所用的规则"
    )
    decisions: dict[Household, Text] = Field(
        default_factory=dict,
        title="继续受益的理由",
        description="户编号 → 理由：上一方案的受益户已不是脱贫户或监测对象时",
    )

    def draft(self, asset_id: UUID) -> Draft:
        """The entry, its plan with a new number, before the standing of its households is known."""
        lines = [
            {**line.model_dump(exclude={"amount"}, exclude_none=True), "amount_fen": fen(line.amount)}
            for line in self.lines
        ]
        body = {
            "plan_id": str(uuid7()),
            "period": self.period,
            "amount_fen": fen(self.amount),
            "opened_on": self.opened_on.isoformat(),
            "lines": lines,
            "rule": self.rule,
        }
        return Draft(asset_id, DRAFTED, self.holds_on, body, self.document)


class StepBody(EntryBody):
    """方案的一步"""

    plan_id: UUID = Field(title="分配方案编号")

    def step(self, asset_id: UUID, kind: str, **body: Any) -> Draft:
        """The entry of this kind."""
        return Draft(asset_id, kind, self.holds_on, {"plan_id": str(self.plan_id), **body}, self.document)


class DecisionBody(Minutes, StepBody):
    """民主表决：会议记录"""

    model_config = example(
        holds_on="2026-01-16", document="成员大会会议记录", plan_id=PLAN, of="members", members_total=96, present=80,
        in_favour=75, against=5,
    )  # fmt: skip

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        return self.step(asset_id, DECIDED, **_plain(self, "plan_id"))


class NoticeBody(StepBody):
    """公示"""

    model_config = example(
        holds_on="2026-01-17", document="公示照片和文本", plan_id=PLAN, until="2026-01-27", place="嘎查公示栏"
    )

    until: Day = Field(title="公示截止日期", description="不少于 10 日")
    place: Text = Field(title="公示地点")

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        return self.step(asset_id, NOTICED, until=self.until.isoformat(), place=self.place)


class ReviewBody(StepBody):
    """苏木乡镇审核"""

    model_config = example(holds_on="2026-01-28", document="锡尼镇审核意见", plan_id=PLAN, unit="锡尼镇人民政府")

    unit: Text = Field(title="审核单位")

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        return self.step(asset_id, REVIEWED, unit=self.unit)


class ApprovalBody(StepBody):
    """批准"""

    model_config = example(holds_on="2026-01-29", document="批复", plan_id=PLAN)

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        return self.step(asset_id, APPROVED)


class ReturnBody(StepBody):
    """退回"""

    model_config = example(holds_on="2026-01-29", document="退回意见", plan_id=PLAN, reason="受益户与岗位不符")

    reason: Text = Field(title="退回原因")

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        return self.step(asset_id, RETURNED, reason=self.reason)


class PaymentBody(StepBody):
    """支付"""

    model_config = example(holds_on="2026-02-02", document="银行代发清单", plan_id=PLAN, lines=["1", "2"])

    lines: list[Key] | None = Field(
        default=None, title="行号", description="不填为全部尚未支付的行", min_length=1, max_length=5000
    )


class PayBackBody(StepBody):
    """冲回：支付错了的一行退回，或部分退回"""

    model_config = example(holds_on="2026-02-10", document="退款回单", plan_id=PLAN, line_id="2", amount="100.00")

    line_id: Key = Field(title="行号")
    amount: Money = Field(title="金额", description="元，不超过已支付的金额")

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        return self.step(asset_id, REVERSED, line_id=self.line_id, amount_fen=fen(self.amount))


def _plain(body: EntryBody, *left_out: str) -> dict[str, Any]:
    return body.model_dump(exclude={"holds_on", "document", *left_out}, exclude_none=True)


class Held(BaseModel):
    """某一天的账"""

    as_of: date = Field(title="截至日期")
    received: str = Field(title="已收", description="元")
    paid: str = Field(title="已付", description="元，冲回已减去")
    in_hand: str = Field(title="结存", description="元；已收减已付")
    free: str = Field(title="可分配", description="元；结存减去在途方案")
