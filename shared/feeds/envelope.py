"""The envelope (信封): what every record of every kind carries, by the subject it is about (design: feeds §1)."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from shared.feeds.fields import (
    Day,
    DivisionCode,
    HouseholdNo,
    IdNumber,
    Instant,
    PersonName,
    SourceId,
    Text,
    described,
)

_SOURCE_ID = "本部门系统中这条记录的主键，同一类数据内永远代表同一条记录；不要用身份证号作主键"
_UPDATED = "本部门系统最后修改这条记录的时间，必须带时区；它就是版本号：时间较新的为准，与送达先后无关"


class Model(BaseModel):
    """Strict: no unknown field, no silent conversion between JSON types."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Record(Model):
    """新增或更新一条记录：各类数据共有的字段。"""

    source_id: SourceId = described("记录主键", _SOURCE_ID, example="YB-2026-000123", required=True)
    source_updated_at: Instant = described("数据变更时间", _UPDATED, example="2026-03-05T09:30:00+08:00", required=True)
    op: Literal["upsert"] = Field(default="upsert", title="操作", description="upsert（新增或更新，默认）")
    effective_on: Day | None = described(
        "生效日期", "所述事实从哪一天起成立（北京时间）；不填时按本类数据自己的日期", example="2026-03-01"
    )


class _Placed(Record):
    division_code: DivisionCode | None = described(
        "行政区划代码",
        "12 位统计用区划代码，或其前 9 位（苏木乡镇）、前 6 位（旗区）；填名称时按别名表换成代码并在回执中提示",
        example="150625100201",
    )


class PersonRecord(_Placed):
    """关于一个人的记录。"""

    id_number: IdNumber = described("身份证号", "18 位公民身份号码", example="150625197001019948", required=True)
    name: PersonName = described("姓名", "与证件一致", example="某某", required=True)


class HeadRecord(_Placed):
    """关于一户、以户主指明的记录。"""

    id_number: IdNumber = described("户主身份证号", "18 位公民身份号码", example="150625197001019948", required=True)
    name: PersonName = described("户主姓名", "与证件一致", example="某某", required=True)


class HouseholdRecord(Record):
    """关于一户、以户编号指明的记录。"""

    household_no: HouseholdNo = described("户编号", "全国防返贫系统中的户编号", example="150625000001", required=True)


class Retract(Model):
    """撤回一条记录：对所有日期撤回，历史仍可查；之后更新的新增或更新会使它恢复。"""

    source_id: SourceId = described("记录主键", "要撤回的记录的主键", example="YB-2026-000123", required=True)
    source_updated_at: Instant = described("数据变更时间", _UPDATED, example="2026-03-06T10:00:00+08:00", required=True)
    op: Literal["retract"] = Field(title="操作", description="retract（撤回）")
    retract_reason: Text = described("撤回原因", "为什么撤回；不要写姓名或号码", example="重复登记", required=True)
    division_code: DivisionCode | None = described("行政区划代码", "可不填", example="150625100201")


class PersonRetract(Retract):
    """撤回一条关于人（或以户主指明）的记录。"""

    id_number: IdNumber = described("身份证号", "原记录中的身份证号", example="150625197001019948", required=True)


class HouseholdRetract(Retract):
    """撤回一条以户编号指明的记录。"""

    household_no: HouseholdNo = described("户编号", "原记录中的户编号", example="150625000001", required=True)


ENVELOPE = frozenset(
    {"source_id", "source_updated_at", "op", "effective_on", "division_code", "id_number", "name", "household_no"}
)
"""Names that do not go into a record's `data` on the bus."""
