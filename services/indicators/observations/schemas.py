"""Observations on the wire."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from services.indicators.observations.domain import Draft, Observation, Outcome

_EXAMPLE: dict[str, JsonValue] = {
    "input": "rural_allowance_standard",
    "division_code": "150625000000",
    "period": "2025",
    "value": "9072",
    "unit": "元/人·年",
    "document": "示例文件：2025年城乡居民最低生活保障标准",
    "document_on": "2025-01-15",
}


class ObservationIn(BaseModel):
    """观测值（填报）"""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [_EXAMPLE]})

    input: str = Field(
        title="观测项代码", max_length=64, pattern=r"^[a-z0-9_]+$", description="见 `/v1/indicators` 的 `inputs`"
    )
    division_code: str = Field(title="行政区划代码", pattern=r"^[0-9]{12}$")
    period: str = Field(title="期间", description="年 `2025` 或月 `2025-03`", pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2]))?$")
    value: Decimal = Field(title="数值", max_digits=20, allow_inf_nan=False)
    unit: str = Field(title="单位", min_length=1, max_length=16)
    document: str = Field(
        title="依据文件",
        min_length=2,
        max_length=200,
        pattern=r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$",
    )
    document_on: date | None = Field(default=None, title="文件日期")
    supersedes: UUID | None = Field(
        default=None, title="更正的观测值编号", description="更正现行观测值时必填；原值保留"
    )

    def draft(self) -> Draft:
        """As the room works with it."""
        return Draft(**self.model_dump())


class ObservationsIn(BaseModel):
    """观测值清单（填报）：全部保存或全部不保存；也可以直接给一条，等同于只有一条的清单"""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [{"observations": [_EXAMPLE]}, _EXAMPLE]}
    )

    observations: list[ObservationIn] = Field(title="观测值", min_length=1, max_length=1000)

    @model_validator(mode="before")
    @classmethod
    def _one_is_a_list_of_one(cls, body: Any) -> Any:
        if isinstance(body, dict) and "input" in body and "observations" not in body:
            return {"observations": [body]}
        return body


class ObservationOut(BaseModel):
    """观测值"""

    observation_id: UUID = Field(title="观测值编号")
    input: str = Field(title="观测项代码")
    division_code: str = Field(title="行政区划代码")
    period: str = Field(title="期间")
    value: Decimal = Field(title="数值")
    unit: str = Field(title="单位")
    document: str = Field(title="依据文件")
    document_on: date | None = Field(title="文件日期")
    supersedes: UUID | None = Field(title="更正的观测值编号")
    submitted_by: str = Field(title="填报人")
    known_at: datetime = Field(title="收到时间")

    @classmethod
    def of(cls, observation: Observation) -> ObservationOut:
        """From the room's own."""
        return cls(**{name: getattr(observation, name) for name in cls.model_fields})


class TakenObservation(BaseModel):
    """一条填报的结果"""

    outcome: Outcome = Field(
        title="结果",
        description="accepted 新收；corrected 更正了旧值；proposed 待另一人审核；duplicate 与现行值相同，未再保存",
    )
    observation: ObservationOut = Field(title="观测值")

    @classmethod
    def of(cls, observation: Observation, outcome: Outcome) -> TakenObservation:
        """From the room's own."""
        return cls(outcome=outcome, observation=ObservationOut.of(observation))


class TakenObservations(BaseModel):
    """填报结果"""

    items: list[TakenObservation] = Field(title="逐条结果", description="与填报顺序相同")
