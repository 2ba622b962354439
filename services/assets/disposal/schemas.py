"""Disposals and proceeds on the wire. Money is yuan as text."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field

from services.assets.disposal.domain import (
    APPRAISED,
    ASSIGNED,
    DECIDED,
    NOTICED,
    PROPOSED,
    RECEIVED,
    REJECTED,
    SPENT,
    Ending,
)
from services.assets.entries.service import Draft
from services.assets.ledger.domain import DISPOSED
from services.assets.ledger.schemas import EntryBody, Text, example
from services.assets.terms.domain import fen, yuan
from services.assets.terms.schemas import CodeOf, Day, Key, Minutes, Money

Reason = Annotated[str, CodeOf("disposal_reason")]
Use = Annotated[str, CodeOf("proceeds_use")]


class ProposalBody(EntryBody):
    """处置申请"""

    model_config = example(
        holds_on="2026-03-02", document="处置申请", reason="end_of_life", explanation="棚圈已不能修缮"
    )

    reason: Reason = Field(title="处置原因")
    explanation: Text = Field(title="说明")

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        return Draft(
            asset_id, PROPOSED, self.holds_on, {"reason": self.reason, "explanation": self.explanation}, self.document
        )


class AppraisalBody(EntryBody):
    """评估"""

    model_config = example(holds_on="2026-03-09", document="评估报告", amount="120000.00", appraiser="某资产评估事务所")

    amount: Money = Field(title="评估价值", description="元；可以为 0")
    appraiser: Text = Field(title="评估机构")

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        body = {"amount_fen": fen(self.amount), "appraiser": self.appraiser}
        return Draft(asset_id, APPRAISED, self.holds_on, body, self.document)


class DecisionBody(Minutes, EntryBody):
    """民主表决：会议记录"""

    model_config = example(
        holds_on="2026-03-20", document="成员大会会议记录", of="members", members_total=96, present=80, in_favour=75,
        against=5,
    )  # fmt: skip

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        body = self.model_dump(exclude={"holds_on", "document"})
        return Draft(asset_id, DECIDED, self.holds_on, body, self.document)


class NoticeBody(EntryBody):
    """公示"""

    model_config = example(holds_on="2026-03-21", document="公示照片和文本", until="2026-03-31", place="嘎查公示栏")

    until: Day = Field(title="公示截止日期", description="不少于 10 日")
    place: Text = Field(title="公示地点")

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        body = {"until": self.until.isoformat(), "place": self.place}
        return Draft(asset_id, NOTICED, self.holds_on, body, self.document)


class ApprovalBody(EntryBody):
    """审批同意；审批层级由资产类别和原值决定"""

    model_config = example(holds_on="2026-04-02", document="批复")


class RejectionBody(EntryBody):
    """审批不同意"""

    model_config = example(holds_on="2026-04-02", document="审批意见", reason="尚可修缮使用")

    reason: Text = Field(title="理由")

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        return Draft(asset_id, REJECTED, self.holds_on, {"reason": self.reason}, self.document)


class DisposalBody(EntryBody):
    """处置完成"""

    model_config = example(holds_on="2026-04-20", document="转让合同", way="公开转让", receiver="某养殖公司")

    way: Text = Field(title="处置方式")
    receiver: Text | None = Field(default=None, title="受让人")

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        body = self.model_dump(exclude={"holds_on", "document"}, exclude_none=True)
        return Draft(asset_id, DISPOSED, self.holds_on, body, self.document)


class ProceedsBody(EntryBody):
    """处置收入到账"""

    model_config = example(holds_on="2026-04-25", document="银行回单", amount="130000.00")

    amount: Money = Field(title="金额", description="元")

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        return Draft(asset_id, RECEIVED, self.holds_on, {"amount_fen": fen(self.amount)}, self.document)


class AssignmentBody(EntryBody):
    """处置收入安排用途"""

    model_config = example(
        holds_on="2026-05-10", document="成员大会决议", use_id="1", use="revitalisation", purpose="新建饲草料库",
        amount="130000.00",
    )  # fmt: skip

    use_id: Key = Field(title="用途编号", description="在这项资产之内不重复")
    use: Use = Field(title="处置收入用途")
    purpose: Text = Field(title="具体用途")
    amount: Money = Field(title="金额", description="元")

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        body = {"use_id": self.use_id, "use": self.use, "purpose": self.purpose, "amount_fen": fen(self.amount)}
        return Draft(asset_id, ASSIGNED, self.holds_on, body, self.document)


class SpendingBody(EntryBody):
    """处置收入使用"""

    model_config = example(holds_on="2026-07-01", document="支付凭证", use_id="1", amount="130000.00")

    use_id: Key = Field(title="用途编号")
    amount: Money = Field(title="金额", description="元")

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        return Draft(
            asset_id, SPENT, self.holds_on, {"use_id": self.use_id, "amount_fen": fen(self.amount)}, self.document
        )


class UseOut(BaseModel):
    """处置收入的一项用途"""

    use_id: str = Field(title="用途编号")
    use: Use = Field(title="处置收入用途")
    assigned: str = Field(title="安排", description="元")
    spent: str = Field(title="已用", description="元")


class EndingOut(BaseModel):
    """一项资产的处置"""

    asset_id: UUID = Field(title="资产编号")
    reason: Reason | None = Field(title="处置原因", description="空表示没有正在办理或已完成的处置")
    proposed_on: date | None = Field(title="申请日期")
    appraisal: str | None = Field(title="评估价值", description="元")
    decided_on: date | None = Field(title="表决日期")
    notice_until: date | None = Field(title="公示截止日期")
    level: str | None = Field(title="审批层级")
    approved_on: date | None = Field(title="审批日期")
    disposed_on: date | None = Field(title="处置日期")
    received: str = Field(title="处置收入", description="元")
    unassigned: str = Field(title="尚未安排", description="元")
    unspent: str = Field(title="尚未使用", description="元")
    uses: list[UseOut] = Field(title="用途")

    @classmethod
    def of(cls, asset_id: UUID, found: Ending) -> EndingOut:
        """As it is shown."""
        disposal, proceeds = found.disposal, found.proceeds
        plain = ("reason", "proposed_on", "decided_on", "notice_until", "level", "approved_on")
        appraisal = None if disposal is None or disposal.appraisal_fen is None else yuan(disposal.appraisal_fen)
        return cls(
            asset_id=asset_id,
            **{name: getattr(disposal, name, None) for name in plain},
            appraisal=appraisal,
            disposed_on=found.disposed_on,
            received=yuan(proceeds.received_fen),
            unassigned=yuan(proceeds.unassigned_fen),
            unspent=yuan(proceeds.unspent_fen),
            uses=[
                UseOut(use_id=use_id, use=use, assigned=yuan(amount), spent=yuan(proceeds.spent_fen.get(use_id, 0)))
                for use_id, (use, amount) in proceeds.assigned.items()
            ],
        )
