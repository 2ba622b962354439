"""Custody, inspections and repairs on the wire."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from services.assets.entries.service import Draft
from services.assets.ledger.schemas import EntryBody, Text, example
from services.assets.terms.domain import fen, yuan
from services.assets.terms.schemas import HOUSEHOLD_NO, CodeOf, Money
from services.assets.upkeep.domain import ASSIGNED, ENDED, ENTRUSTED, INSPECTED, OWN, REPAIRED, Upkeep

Mode = Annotated[str, CodeOf("custody_mode")]
Result = Annotated[str, CodeOf("inspection_result")]
Photo = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class CustodyBody(EntryBody):
    """管护责任：自生效日起，替代此前的管护责任"""

    model_config = example(
        holds_on="2024-01-01", document="管护协议", mode="unit", unit="锡尼镇阿斯尔嘎查", post="资产管护员",
        duties="每季度巡查棚圈和围栏，及时报修。", interval_days=90, funds="3600.00",
    )  # fmt: skip

    mode: Mode = Field(title="管护方式")
    unit: Text = Field(title="责任单位或农户", description="到户类资产填户编号")
    post: Text | None = Field(default=None, title="管护岗位", description="经营性、公益性资产必填")
    duties: Annotated[str, Field(min_length=4, max_length=2000)] = Field(title="管护职责")
    interval_days: int | None = Field(
        default=None, title="巡查周期", description="天；经营性、公益性资产必填", strict=True, ge=1, le=1100
    )
    funds: Money | None = Field(default=None, title="年管护经费", description="元")

    @field_validator("unit")
    @classmethod
    def _household(cls, unit: str, info: ValidationInfo) -> str:
        if info.data.get("mode") in (OWN, ENTRUSTED) and not re.fullmatch(HOUSEHOLD_NO, unit):
            raise PydanticCustomError(
                "bad_household_no", "应为户编号（6 至 32 位字母、数字和短横线）：到户类资产由农户管护"
            )
        return unit

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        body = self.model_dump(exclude={"holds_on", "document", "funds"}, exclude_none=True)
        if self.funds is not None:
            body["funds_fen"] = fen(self.funds)
        return Draft(asset_id, ASSIGNED, self.holds_on, body, self.document)


class CustodyEndBody(EntryBody):
    """管护责任终止"""

    model_config = example(holds_on="2025-12-31", document="协议到期", reason="协议到期未续签")

    reason: Text = Field(title="原因")

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        return Draft(asset_id, ENDED, self.holds_on, {"reason": self.reason}, self.document)


class InspectionBody(EntryBody):
    """巡查"""

    model_config = example(
        holds_on="2024-04-01", document="巡查记录", result="good", note="围栏、棚圈完好", photos=["0" * 63 + "1"]
    )

    result: Result = Field(title="巡查结果")
    note: Text | None = Field(default=None, title="说明")
    photos: list[Photo] = Field(
        default_factory=list, title="照片摘要", description="照片文件的 SHA-256（64 位小写十六进制）", max_length=50
    )

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        body = self.model_dump(exclude={"holds_on", "document"}, exclude_none=True)
        return Draft(asset_id, INSPECTED, self.holds_on, body, self.document)


class RepairBody(EntryBody):
    """维修"""

    model_config = example(holds_on="2024-05-10", document="维修结算单", cost="1800.00", note="更换围栏 40 米")

    cost: Money = Field(title="维修费用", description="元")
    note: Text = Field(title="说明")

    def draft(self, asset_id: UUID) -> Draft:
        """The entry."""
        return Draft(asset_id, REPAIRED, self.holds_on, {"cost_fen": fen(self.cost), "note": self.note}, self.document)


class UpkeepOut(BaseModel):
    """一项资产在某一天的管护"""

    asset_id: UUID = Field(title="资产编号")
    as_of: date = Field(title="截至日期")
    mode: Mode | None = Field(title="管护方式", description="空表示当日没有管护责任")
    unit: str | None = Field(title="责任单位或农户")
    post: str | None = Field(title="管护岗位")
    duties: str | None = Field(title="管护职责")
    interval_days: int | None = Field(title="巡查周期", description="天")
    funds: str | None = Field(title="年管护经费", description="元")
    since: date | None = Field(title="管护责任自")
    inspected_on: date | None = Field(title="最近一次巡查")
    result: Result | None = Field(title="巡查结果")
    broken_since: date | None = Field(title="损坏自", description="空表示完好或已维修")

    @classmethod
    def of(cls, asset_id: UUID, day: date, found: Upkeep) -> UpkeepOut:
        """As it is shown."""
        custody = found.custody
        plain = ("mode", "unit", "post", "duties", "interval_days", "since")
        funds = None if custody is None or custody.funds_fen is None else yuan(custody.funds_fen)
        return cls(
            asset_id=asset_id,
            as_of=day,
            **{name: getattr(custody, name, None) for name in plain},
            funds=funds,
            inspected_on=found.inspected_on,
            result=found.result,
            broken_since=found.broken_since,
        )
