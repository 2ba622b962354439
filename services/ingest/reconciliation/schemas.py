"""Manifests as they are asked for and answered."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from services.ingest.equations.domain import Scope
from services.ingest.outcomes.domain import PERIOD
from services.ingest.reconciliation.repository import Made
from shared.feeds.catalogue import BY_NUMBER


class ReconcileBody(BaseModel):
    """要核对的范围"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"department": "medical-insurance", "kind": "settlement", "day": "2026-03-05"},
                {"department": "medical-insurance", "kind": "settlement", "period": "2026-02"},
            ]
        },
    )

    department: str = Field(title="部门", max_length=40)
    kind: str = Field(title="数据种类", max_length=40)
    day: date | None = Field(default=None, title="日期", description="北京时间的一天；与报送期二者填一")
    period: str | None = Field(
        default=None, title="报送期", description="已关闭的报送期", pattern=PERIOD, max_length=12
    )


class ManifestOut(BaseModel):
    """一份数据清单的摘要"""

    manifest_id: UUID = Field(title="清单编号")
    department: str = Field(title="部门", examples=["medical-insurance"])
    kind: str = Field(title="数据种类", examples=["settlement"])
    title: str = Field(title="名称", examples=["医疗费用结算"])
    number: int = Field(title="本类清单序号", description="从 1 起连续；缺号即缺清单")
    scope: Scope = Field(title="范围", description="`day` 北京时间的一天；`period` 一个已关闭的报送期")
    name: str = Field(title="日期或报送期", examples=["2026-02"])
    revision: int = Field(title="本范围第几版")
    made_at: datetime = Field(title="生成时间")
    balanced: bool = Field(title="是否平衡", description="没有不成立的等式；不成立的见 `GET /v1/incidents`")
    sha256: str = Field(title="摘要", description="所下载文件的 SHA-256，十六进制")
    manifest_url: str = Field(title="下载地址")

    @classmethod
    def of(cls, made: Made) -> ManifestOut:
        """`made` in the list."""
        feed = BY_NUMBER[made.feed]
        return cls(
            manifest_id=made.manifest_id,
            department=feed.department,
            kind=feed.kind,
            title=feed.title,
            number=made.number,
            scope=made.scope,
            name=made.name,
            revision=made.revision,
            made_at=made.made_at,
            balanced=made.balanced,
            sha256=made.sha256.hex(),
            manifest_url=f"/v1/manifests/{made.manifest_id}",
        )
