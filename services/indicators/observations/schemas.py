"""Observations on the wire."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from services.indicators.definitions.periods import PATTERN
from services.indicators.observations.domain import STATES, Draft, Observation, Outcome, State
from shared.http.paging import DEFAULT_LIMIT, AfterQuery, LimitQuery
from shared.numbers import Plain

STATE_WORDS = " · ".join(f"{state} {words}" for state, words in STATES.items())
_EXAMPLE: dict[str, JsonValue] = {
    "input": "rural_allowance_standard",
    "division_code": "150625000000",
    "period": "2025",
    "value": "9072",
    "unit": "元/人·年",
    "document": "示例文件：2025年城乡居民最低生活保障标准",
    "document_on": "2025-01-15",
}

ONE_LINE = r"^[^\x00-\x1f\x7f]*[^\s\x00-\x1f\x7f][^\x00-\x1f\x7f]*$"
"""What people write in a line: something to be seen, and no control characters."""


class ObservationIn(BaseModel):
    """观测值（填报）"""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [_EXAMPLE]})

    input: str = Field(
        title="观测项代码",
        max_length=64,
        pattern=r"^[a-z0-9_]+$",
        description="见 `/v1/indicators` 的 `inputs`；已公布的数字为 `official_value`",
    )
    indicator: str | None = Field(
        None, title="指标代码", max_length=64, description="只在 `official_value` 时填写，且必填"
    )
    division_code: str = Field(title="行政区划代码", pattern=r"^[0-9]{12}$")
    period: str = Field(title="期间", description="年 `2025`、季度 `2025-Q1` 或月 `2025-03`", pattern=PATTERN)
    value: Decimal = Field(title="数值", max_digits=20, allow_inf_nan=False)
    unit: str = Field(title="单位", min_length=1, max_length=16)
    numerator: Decimal | None = Field(
        None, title="分子", max_digits=20, allow_inf_nan=False, description="只在 `official_value` 时可填，与分母一起填"
    )
    denominator: Decimal | None = Field(None, title="分母", max_digits=20, allow_inf_nan=False)
    document: str = Field(title="依据文件", min_length=2, max_length=200, pattern=ONE_LINE)
    document_on: date | None = Field(default=None, title="文件日期")
    supersedes: UUID | None = Field(
        default=None, title="更正的观测值编号", description="更正现行观测值时必填；原值保留"
    )
    restatement_reason: str | None = Field(
        None,
        title="重报原因",
        description="期间已经审定后补报或更正时必填；一律由另一人审核，生效后形成重述值",
        min_length=2,
        max_length=200,
        pattern=ONE_LINE,
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
    indicator: str | None = Field(title="指标代码", description="已公布的数字（`official_value`）才有")
    division_code: str = Field(title="行政区划代码")
    period: str = Field(title="期间")
    value: Plain = Field(title="数值")
    unit: str = Field(title="单位")
    numerator: Plain | None = Field(title="分子")
    denominator: Plain | None = Field(title="分母")
    document: str = Field(title="依据文件")
    document_on: date | None = Field(title="文件日期")
    supersedes: UUID | None = Field(title="更正的观测值编号")
    restatement_reason: str | None = Field(title="重报原因")
    state: State = Field(title="状态", description=STATE_WORDS)
    submitted_by: str = Field(title="填报人")
    known_at: datetime = Field(title="收到时间")
    checked_by: str | None = Field(title="审核人", description="不需要审核的为空")
    checked_at: datetime | None = Field(title="审核时间")
    note: str | None = Field(title="审核意见")
    in_force_from: datetime | None = Field(title="生效时间", description="从此刻起参加计算；待审核和已退回的为空")

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


class ApprovalBody(BaseModel):
    """同意一个观测值"""

    model_config = ConfigDict(extra="forbid", frozen=True, json_schema_extra={"examples": [{"note": "与公报一致"}]})

    note: str | None = Field(None, title="审核意见", max_length=200, pattern=ONE_LINE)


class RejectionBody(BaseModel):
    """退回一个观测值"""

    model_config = ConfigDict(
        extra="forbid", frozen=True, json_schema_extra={"examples": [{"reason": "与公报不一致，请核对增速口径"}]}
    )

    reason: str = Field(title="退回原因", min_length=2, max_length=200, pattern=ONE_LINE)


class ObservationQuery(BaseModel):
    """观测值的筛选"""

    model_config = ConfigDict(extra="forbid")

    input: str | None = Field(
        None,
        title="观测项代码",
        description="例如 `rural_allowance_standard`；见 `/v1/indicators` 的 `inputs`",
        max_length=64,
    )
    indicator: str | None = Field(None, title="指标代码", description="已公布的数字属于哪一项指标", max_length=64)
    division: str | None = Field(None, title="行政区划代码", description="含其下级", pattern=r"^[0-9]{12}$")
    period: str | None = Field(None, title="期间", pattern=PATTERN)
    state: State | None = Field(None, title="状态", description=STATE_WORDS)
    after: AfterQuery = None
    limit: LimitQuery = DEFAULT_LIMIT


class TakenRow(BaseModel):
    """一行的结果"""

    row: int = Field(title="行号", description="与表格软件显示的一致")
    outcome: Outcome = Field(title="结果")
    observation: ObservationOut = Field(title="观测值")


class FileReport(BaseModel):
    """文件的处理结果"""

    name: str = Field(title="文件名")
    accepted: int = Field(title="新收")
    corrected: int = Field(title="更正")
    proposed: int = Field(title="待审核")
    duplicate: int = Field(title="与现行值相同，未再保存")
    rows: list[TakenRow] = Field(title="逐行结果", description="按文件中的次序")
