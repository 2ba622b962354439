"""Assets and entries on the wire. Money is yuan as text; a day is a day in Shanghai."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, model_validator
from pydantic_core import PydanticCustomError

from services.assets.entries.domain import Entry, Note
from services.assets.entries.service import Draft as EntryDraft
from services.assets.ledger.domain import AMENDED, STATE_CHANGED, Asset, Draft
from services.assets.terms.domain import fen, yuan
from services.assets.terms.schemas import ONE_LINE, CodeOf, Day, Flag, Money, nobody
from shared.codes import divisions

AssetClass = Annotated[str, CodeOf("asset_class")]
AssetForm = Annotated[str, CodeOf("asset_form")]
AssetState = Annotated[str, CodeOf("asset_state")]
EntryState = Annotated[str, CodeOf("entry_state")]
EntryKind = Annotated[str, CodeOf("entry_kind")]
Text = Annotated[str, Field(min_length=2, max_length=200, pattern=ONE_LINE), AfterValidator(nobody)]
Terms = Annotated[str, Field(min_length=4, max_length=2000), AfterValidator(nobody)]

_EXAMPLE: dict[str, JsonValue] = {
    "project_id": "01a210b7-4c8d-7075-aec4-ece79ef7a1b5",
    "code": "HJ-2023-0017-01",
    "name": "锡尼镇肉羊养殖棚圈",
    "asset_class": "operating",
    "form": "fixed",
    "division_code": "150625100000",
    "place": "锡尼镇阿斯尔嘎查",
    "quantity": "12",
    "unit": "座",
    "original_value": "1200000.00",
    "useful_life_years": 15,
    "real_estate": False,
    "operation_plan": "由嘎查集体经济组织发包，承包期三年，年租金不低于原值的6%。",
    "risk_controls": "承包人缴纳一年租金的保证金；每半年核对一次棚圈完好情况。",
    "acquired_on": "2023-11-20",
    "document": "杭农牧验〔2023〕17号",
}


class AssetBody(BaseModel):
    """资产的登记内容"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [_EXAMPLE]})

    project_id: UUID = Field(title="项目编号")
    code: str = Field(
        title="资产编码",
        description="一经登记不再改变，随资产的每次转移保留",
        pattern=r"^[0-9A-Za-z][0-9A-Za-z._-]*$",
        min_length=2,
        max_length=48,
    )
    name: Text = Field(title="资产名称")
    asset_class: AssetClass = Field(title="资产类别")
    form: AssetForm = Field(title="资产形态")
    division_code: str = Field(title="行政区划", description="12 位区划代码", pattern=r"^[0-9]{12}$")
    place: Text = Field(title="坐落")
    quantity: str = Field(title="数量", pattern=r"^(0|[1-9][0-9]{0,9})(\.[0-9]{1,4})?$")
    unit: str = Field(title="计量单位", min_length=1, max_length=8, pattern=ONE_LINE)
    original_value: Money = Field(title="原值", description="元，大于 0")
    useful_life_years: int | None = Field(
        default=None, strict=True, title="使用年限", description="年；光伏 20 年", ge=1, le=100
    )
    real_estate: Flag = Field(title="是否不动产")
    photovoltaic: Flag = Field(default=False, title="是否光伏电站")
    operation_plan: Terms | None = Field(default=None, title="运营方案", description="经营性资产应有；没有的列为问题")
    risk_controls: Terms | None = Field(default=None, title="风险防控措施", description="经营性资产应有")
    equity_exit: Terms | None = Field(default=None, title="股权退出办法", description="权益类资产必填")
    equity_disposal: Terms | None = Field(default=None, title="股权处置方式", description="权益类资产必填")
    acquired_on: Day = Field(title="取得日期")
    document: Text = Field(title="依据文件", description="验收单、移交单等的名称和文号")

    def draft(self) -> Draft:
        """In the domain's terms."""
        said = self.model_dump(exclude={"original_value", "document"})
        return Draft(**said, original_value_fen=fen(self.original_value))


def example(**said: JsonValue) -> ConfigDict:
    """The configuration of a body with this example."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [said]})


class EntryBody(BaseModel):
    """分录的共同部分"""

    model_config = ConfigDict(extra="forbid")

    holds_on: Day = Field(title="生效日期", description="可以是过去的日期（补记）；不能晚于今天")
    document: Text = Field(title="依据文件")


class AmendmentBody(EntryBody):
    """资产信息变动：只写有变动的项"""

    model_config = example(holds_on="2024-02-01", document="锡尼镇更名通知", name="锡尼镇肉羊标准化棚圈")

    name: Text | None = Field(default=None, title="资产名称")
    division_code: str | None = Field(default=None, title="行政区划", pattern=r"^[0-9]{12}$")
    place: Text | None = Field(default=None, title="坐落")
    quantity: str | None = Field(default=None, title="数量", pattern=r"^(0|[1-9][0-9]{0,9})(\.[0-9]{1,4})?$")
    unit: str | None = Field(default=None, title="计量单位", min_length=1, max_length=8, pattern=ONE_LINE)
    original_value: Money | None = Field(default=None, title="原值", description="元；更正登记时的错误")
    useful_life_years: int | None = Field(default=None, strict=True, title="使用年限", ge=1, le=100)
    real_estate: Flag | None = Field(default=None, title="是否不动产")
    operation_plan: Terms | None = Field(default=None, title="运营方案")
    risk_controls: Terms | None = Field(default=None, title="风险防控措施")
    equity_exit: Terms | None = Field(default=None, title="股权退出办法")
    equity_disposal: Terms | None = Field(default=None, title="股权处置方式")

    @model_validator(mode="after")
    def _something_changed(self) -> AmendmentBody:
        if not self.model_dump(exclude={"holds_on", "document"}, exclude_none=True):
            raise PydanticCustomError("nothing_changed", "至少填写一项变动")
        return self

    def draft(self, asset_id: UUID) -> EntryDraft:
        """In the domain's terms."""
        body = self.model_dump(exclude={"holds_on", "document", "original_value"}, exclude_none=True)
        if self.original_value is not None:
            body["original_value_fen"] = fen(self.original_value)
        return EntryDraft(asset_id, AMENDED, self.holds_on, body, self.document)


class StateBody(EntryBody):
    """资产状态变动"""

    model_config = example(
        holds_on="2024-05-01", document="锡尼镇报告", state="idle", reason="承包人退出，尚未重新发包"
    )

    state: EntryState = Field(title="资产状态")
    reason: Text = Field(title="原因")
    investigation: Terms | None = Field(default=None, title="调查情况", description="灭失时必填")

    def draft(self, asset_id: UUID) -> EntryDraft:
        """In the domain's terms."""
        body = self.model_dump(exclude={"holds_on", "document"}, exclude_none=True)
        return EntryDraft(asset_id, STATE_CHANGED, self.holds_on, body, self.document)


class ReversalBody(BaseModel):
    """冲销一条分录"""

    model_config = example(document="登记时填错了日期，另行补记")

    document: Text = Field(title="依据", description="为什么冲销")


class AssetOut(BaseModel):
    """一项资产在某一天的样子"""

    asset_id: UUID = Field(title="资产编号", description="平台给出，终身不变")
    project_id: UUID = Field(title="项目编号")
    code: str = Field(title="资产编码")
    name: str = Field(title="资产名称")
    asset_class: AssetClass = Field(title="资产类别")
    form: AssetForm = Field(title="资产形态")
    division_code: str = Field(title="行政区划")
    division_name: str = Field(title="区划名称")
    place: str = Field(title="坐落")
    quantity: str = Field(title="数量")
    unit: str = Field(title="计量单位")
    original_value: str = Field(title="原值", description="元")
    useful_life_years: int | None = Field(title="使用年限")
    real_estate: bool = Field(title="是否不动产")
    photovoltaic: bool = Field(title="是否光伏电站")
    operation_plan: str | None = Field(title="运营方案")
    risk_controls: str | None = Field(title="风险防控措施")
    equity_exit: str | None = Field(title="股权退出办法")
    equity_disposal: str | None = Field(title="股权处置方式")
    acquired_on: date = Field(title="取得日期")
    state: AssetState = Field(title="资产状态")
    state_since: date = Field(title="状态自")

    @classmethod
    def of(cls, asset: Asset) -> AssetOut:
        """An asset as it is shown."""
        made = {"division_name", "original_value"}
        return cls(
            **{name: getattr(asset, name) for name in cls.model_fields if name not in made},
            division_name=divisions.path(asset.division_code),
            original_value=yuan(asset.original_value_fen),
        )


class EntryOut(BaseModel):
    """一条分录"""

    entry_id: UUID = Field(title="分录编号")
    kind: EntryKind = Field(title="分录种类")
    holds_on: date = Field(title="生效日期")
    body: dict[str, JsonValue] = Field(title="内容", description="金额为元")
    document: str = Field(title="依据文件")
    recorded_at: datetime = Field(title="登记时间")
    recorded_by: str = Field(title="登记人")
    takes_back: UUID | None = Field(title="冲销的分录", description="空表示不是冲销")

    @classmethod
    def of(cls, entry: Entry) -> EntryOut:
        """An entry as it is shown."""
        plain = {name: getattr(entry, name) for name in cls.model_fields if name != "body"}
        return cls(**plain, body=shown(entry.body))


class NoteOut(BaseModel):
    """一条提示：已登记，但请再核对"""

    code: str = Field(title="提示代码", examples=["household_not_known"])
    message: str = Field(title="说明")
    household_nos: list[str] = Field(title="户编号", description="所说的户")


class WrittenOut(EntryOut):
    """刚登记的一条分录和请再核对之处"""

    notes: list[NoteOut] = Field(title="提示", description="登记已成立；这些地方请再核对。没有的为空")

    @classmethod
    def written(cls, entry: Entry, notes: Sequence[Note]) -> WrittenOut:
        """As it is answered."""
        told = [NoteOut(code=n.code, message=n.message, household_nos=list(n.household_nos)) for n in notes]
        return cls(**EntryOut.of(entry).model_dump(), notes=told)


def shown(body: Mapping[str, Any]) -> dict[str, Any]:
    """A body with its money in yuan: `amount_fen: 5` becomes `amount: "0.05"`, at every depth."""
    return {name.removesuffix("_fen"): _shown(name, value) for name, value in body.items()}


def _shown(name: str, value: Any) -> Any:
    if isinstance(value, Mapping):
        return shown(value)
    if isinstance(value, list):
        return [_shown(name, one) for one in value]
    return yuan(value) if name.endswith("_fen") and value is not None else value
