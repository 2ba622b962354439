"""Lineage on the wire. Persons are named by their keys only."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field

from services.indicators.cohort.domain import Contribution
from services.indicators.holdings.domain import About
from services.indicators.lineage.domain import PARTS, Holding, Listing, Part, Share, Touch, place_of, words
from services.indicators.observations.schemas import ObservationOut
from services.indicators.values.domain import Stored
from shared.http.paging import cursor
from shared.numbers import Plain

_PART = " · ".join(f"{code} {title}" for code, title in PARTS.items())


class RecordRefOut(BaseModel):
    """判断所依据的数据记录"""

    event_id: str = Field(title="事件编号", description="总线上的事件，回执和主题里是同一个编号")
    department: str = Field(title="部门")
    kind: str = Field(title="数据种类")
    source_id: str = Field(title="记录主键")
    version: int = Field(title="记录版本")
    submission_id: str = Field(title="报送编号")
    known_at: datetime = Field(title="收到时间")


class HoldingOut(BaseModel):
    """台账里的一个项目或一项资产"""

    about: About = Field(title="种类", description="projects 项目 · assets 资产")
    holding_id: str = Field(title="编号", description="项目编号或资产编号，可在项目资产台账中查询")
    code: str = Field(title="编码")
    event_ids: list[str] = Field(title="事件编号", description="总线上告知它的事件；资产先是登记，后是确权")


class ContributionOut(BaseModel):
    """数值背后的一户、一人或一个观测值"""

    household_no: str | None = Field(title="户编号", description="观测值和不知属于哪一户的儿童为空")
    person_key: str | None = Field(title="人员标识", description="不是身份证号码；按户计算的和观测值为空")
    division_code: str = Field(title="行政区划代码")
    part: Part = Field(title="属于哪一部分", description=_PART)
    counts: Plain | None = Field(
        title="计入的数", description="一人或一户为 1，观测值为它的数；空表示这一部分不是各项之和"
    )
    covered: bool | None = Field(title="是否在分子里", description="观测值为空")
    recorded: bool | None = Field(title="有无记录", description="没有记录的按未保障计；观测值为空")
    detail: dict[str, int] | None = Field(title="明细", description="收入类：两年的纯收入（分）和人数")
    records: list[RecordRefOut] = Field(title="依据的记录")
    observation: ObservationOut | None = Field(title="观测值")
    holding: HoldingOut | None = Field(None, title="台账的项目或资产", description="户、人和观测值为空")

    @classmethod
    def of_unit(cls, unit: Contribution, part: Part, *, adds_up: bool) -> ContributionOut:
        """A person or household."""
        return cls(
            household_no=unit.household_no or None,
            person_key=unit.person_key,
            division_code=unit.division_code,
            part=part,
            counts=Decimal(1) if adds_up else None,
            covered=unit.covered,
            recorded=unit.recorded,
            detail=None if unit.detail is None else dict(unit.detail),
            records=[
                RecordRefOut(**{name: getattr(ref, name) for name in RecordRefOut.model_fields}) for ref in unit.records
            ],
            observation=None,
        )

    @classmethod
    def of_share(cls, share: Share) -> ContributionOut:
        """An observation."""
        return cls(
            household_no=None,
            person_key=None,
            division_code=share.observation.division_code,
            part=share.part,
            counts=share.counts,
            covered=None,
            recorded=None,
            detail=None,
            records=[],
            observation=ObservationOut.of(share.observation),
        )

    @classmethod
    def of_holding(cls, one: Holding, part: Part) -> ContributionOut:
        """A project or an asset."""
        return cls(
            household_no=None,
            person_key=None,
            division_code=one.division_code,
            part=part,
            counts=one.counts,
            covered=one.covered,
            recorded=None,
            detail=None,
            records=[],
            observation=None,
            holding=HoldingOut(
                about=one.about, holding_id=one.holding_id, code=one.code, event_ids=list(one.event_ids)
            ),
        )


class ContributionsOut(BaseModel):
    """为什么是这个数：一部分的逐项来源，以及重新计算的结果"""

    value_id: UUID = Field(title="数值编号")
    code: str = Field(title="指标代码")
    division_code: str = Field(title="行政区划代码")
    period: str = Field(title="期间")
    as_of: date = Field(title="截至日期")
    known_at: datetime = Field(title="知悉时间", description="按此刻为止收到的记录计算")
    formula_version: int = Field(title="公式版本")
    part: Part = Field(title="哪一部分", description=_PART)
    source: Literal["records", "observations", "ledger", "none"] = Field(
        title="来源",
        description="records 部门数据 · observations 观测值 · ledger 项目资产台账 · none 没有可列的来源",
    )
    published: Plain | None = Field(title="发布的数", description="数值的这一部分；空表示没有")
    recounted: Plain | None = Field(title="重新计算的数", description="按数值自己的截至日期和知悉时间")
    difference: Plain | None = Field(title="差", description="重新计算减发布；不为 0 的在说明里写明")
    adds_up: bool = Field(title="各项相加", description="各页“计入的数”与“无法逐项列出的数”之和等于重新计算的数")
    unlisted: Plain = Field(title="无法逐项列出的数", description="例如没有填报收入的嘎查村")
    text: str | None = Field(title="说明")
    items: list[ContributionOut] = Field(title="逐项来源")
    next: str | None = Field(title="下一页位置", description="作为 `after` 传入；null 表示已到末尾")

    @classmethod
    def of(cls, stored: Stored, part: Part, listing: Listing, limit: int) -> ContributionsOut:
        """The first `limit` of what was found."""
        value, compared = stored.value, listing.compared
        units, shares, held = listing.units[:limit], listing.shares[:limit], listing.holdings[:limit]
        more = max(map(len, (listing.units, listing.shares, listing.holdings))) > limit
        places = [*(place_of(unit) for unit in units), *(share.place for share in shares), *(one.place for one in held)]
        source: Literal["records", "observations", "ledger"] = "ledger" if held else "observations"
        source = "records" if units else source
        return cls(
            value_id=stored.value_id,
            **{name: getattr(value, name) for name in _OF_VALUE},
            part=part,
            source=source if places else "none",
            published=compared.published,
            recounted=compared.recounted,
            difference=compared.difference,
            adds_up=listing.adds_up,
            unlisted=listing.unlisted,
            text=words(compared, value),
            items=[
                *(ContributionOut.of_unit(unit, part, adds_up=listing.adds_up) for unit in units),
                *(ContributionOut.of_share(share) for share in shares),
                *(ContributionOut.of_holding(one, part) for one in held),
            ],
            next=cursor(*places[-1]) if more else None,
        )


_OF_VALUE = ("code", "division_code", "period", "as_of", "known_at", "formula_version")


class TouchOut(BaseModel):
    """用到它的一个数值"""

    value_id: UUID = Field(title="数值编号")
    number: int = Field(title="序号")
    code: str = Field(title="指标代码")
    title: str = Field(title="指标")
    division_code: str = Field(title="行政区划代码")
    period: str = Field(title="期间")
    as_of: date = Field(title="截至日期")
    known_at: datetime = Field(title="知悉时间")
    value: Plain | None = Field(title="数值")
    unit: str = Field(title="单位")
    current: bool = Field(title="是否现行", description="false 表示已由新值取代")
    part: Part | Literal["official"] | None = Field(
        title="属于哪一部分", description=f"只有观测值才有：{_PART} · official 公布的数，只并列，不参加计算"
    )
    numerator: int = Field(title="分子里的户或人数", description="这条记录所涉及的，计入分子的；观测值为 1 或 0")
    denominator: int = Field(title="分母里的户或人数", description="同上，计入分母的")
    later: bool = Field(title="晚于数值", description="true 表示它的最新版本是数值算出之后才收到的，数值还没有算入")

    @classmethod
    def of(cls, touch: Touch) -> TouchOut:
        """From the room's own."""
        value = touch.stored.value
        return cls(
            value_id=touch.stored.value_id,
            **{name: getattr(value, name) for name in _TOUCHED},
            title=touch.title,
            part=touch.part,
            current=touch.stored.replaced_at is None,
            numerator=touch.numerator,
            denominator=touch.denominator,
            later=touch.later,
        )


_TOUCHED = ("number", "code", "division_code", "period", "as_of", "known_at", "value", "unit")
