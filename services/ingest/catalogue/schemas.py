"""The catalogue as it is answered."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel
from pydantic import Field as Described


class Code(BaseModel):
    """代码表中的一项"""

    code: str = Described(title="代码")
    title: str = Described(title="含义")


class Field(BaseModel):
    """一个字段"""

    name: str = Described(title="字段名")
    title: str = Described(title="中文名")
    description: str | None = Described(title="说明")
    type: str = Described(title="JSON 类型")
    format: str | None = Described(title="格式")
    unit: str | None = Described(title="单位")
    required: bool = Described(title="必填")
    in_force: bool = Described(title="可以报送", description="有现行有效的法律依据；否则填了就会被退回")
    codes: list[Code] = Described(title="代码表")
    codes_source: str | None = Described(default=None, title="代码表来源")
    codes_note: str | None = Described(default=None, title="代码表说明")
    fields: list[Field] = Described(title="下级字段", description="列表中每一项的字段")


class LegalBasis(BaseModel):
    """法律依据"""

    document: str = Described(title="文件")
    article: str = Described(title="条款")
    valid_from: date = Described(title="生效日期")
    valid_to: date | None = Described(title="失效日期")
    in_force: bool = Described(title="现行有效")
    common: bool = Described(title="共同依据", description="对所有数据种类都适用")
    fields: list[str] = Described(title="只适用的字段", description="空为整类数据")


class Kind(BaseModel):
    """一类数据"""

    number: int = Described(title="编号")
    department: str = Described(title="部门")
    kind: str = Described(title="数据种类")
    title: str = Described(title="名称")
    description: str = Described(title="说明")
    shape: str = Described(title="事件或状态", description="`event` 或 `state`")
    shape_title: str = Described(title="版本的含义")
    subject: str = Described(title="主体", description="`person` 个人、`head` 户主、`household` 户")
    own_date: str = Described(title="自己的日期", description="不填 `effective_on` 时以它为生效日期")
    cadence: str = Described(title="报送频率")
    overdue_days: int = Described(title="逾期天数", description="超过这些天没有报送视为逾期")
    due_in_term: bool = Described(title="只计学期内的天数", description="为真时寒暑假不计入逾期天数，按校历计算")
    feedback_owner: str | None = Described(
        title="反馈单位", description="对所报情况负责核实、接收反馈的单位；为空即报送部门自己"
    )
    in_force: bool = Described(title="可以报送", description="整类数据有现行有效的法律依据；否则每条都会被退回")
    legal_basis: list[LegalBasis] = Described(title="法律依据")
    fields: list[Field] = Described(title="字段")
    retract_fields: list[Field] = Described(title="撤回时的字段")
    examples: list[dict[str, Any]] = Described(title="示例")
    submissions_url: str = Described(title="报送地址")
    json_schema: dict[str, Any] = Described(title="JSON Schema", description="一条记录，2020-12 版")


class Department(BaseModel):
    """一个部门"""

    department: str = Described(title="部门")
    title: str = Described(title="名称")
    kinds: list[Kind] = Described(title="可报送的数据种类", description="为空表示尚未接入")


class Catalogue(BaseModel):
    """报送目录"""

    items: list[Department] = Described(title="部门")
    next: str | None = Described(title="下一页", description="目录总是一页，恒为空")
