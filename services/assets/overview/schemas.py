"""Totals and lives on the wire. Money is yuan as text."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import BaseModel, Field

from services.assets.entries.domain import Entry
from services.assets.ledger.schemas import AssetOut, EntryOut
from services.assets.overview.domain import Planned, Sum, Totals
from services.assets.overview.service import FIRST_YEAR, plan
from services.assets.overview.telling import told
from services.assets.terms.domain import yuan
from services.assets.terms.schemas import word
from shared.codes import divisions


class SumOut(BaseModel):
    """一项合计"""

    key: str = Field(title="代码")
    title: str = Field(title="名称")
    assets: int = Field(title="资产数", description="不含已处置的")
    value: str = Field(title="原值", description="元，不含已处置的")
    disposed_assets: int = Field(title="已处置资产数")
    disposed_value: str = Field(title="已处置原值", description="元")

    @classmethod
    def of(cls, key: str, title: str, found: Sum) -> SumOut:
        """As it is shown."""
        return cls(
            key=key,
            title=title,
            assets=found.assets,
            value=yuan(found.fen),
            disposed_assets=found.disposed_assets,
            disposed_value=yuan(found.disposed_fen),
        )


class SourceOut(BaseModel):
    """一个资金来源：本区划项目的资金 = 其形成的资产 + 未形成资产"""

    source: str = Field(title="资金来源代码")
    title: str = Field(title="资金来源")
    funds: str = Field(title="项目资金", description="元")
    value: str = Field(title="形成资产原值", description="元，按项目资金构成分摊到分，不含已处置的")
    disposed_value: str = Field(title="已处置原值", description="元")
    not_capitalised: str = Field(title="未形成资产", description="元；本区划项目的资金中尚未形成资产的")


class PlannedOut(BaseModel):
    """专栏7的一类项目与台账登记的对照"""

    kind: str = Field(title="项目类别代码")
    title: str = Field(title="项目类别")
    planned: int = Field(title="计划项目数")
    planned_by_year: dict[int, int] = Field(title="各年计划项目数")
    planned_total: str = Field(title="计划总投资", description="亿元")
    planned_special: str = Field(title="其中争取专项资金", description="亿元")
    registered: int = Field(title="已登记项目数", description="2021—2025 年")
    registered_by_year: dict[int, int] = Field(title="各年已登记项目数")
    registered_total: str = Field(title="已登记总投资", description="元")

    @classmethod
    def of(cls, found: Planned) -> PlannedOut:
        """As it is shown."""
        return cls(
            kind=found.kind,
            title=word("project_kind", found.kind),
            planned=found.projects,
            planned_by_year=dict(enumerate(found.years, FIRST_YEAR)),
            planned_total=found.total_yi,
            planned_special=found.special_yi,
            registered=sum(found.registered),
            registered_by_year=dict(enumerate(found.registered, FIRST_YEAR)),
            registered_total=yuan(found.registered_fen),
        )


class TotalsOut(BaseModel):
    """台账合计"""

    as_of: date = Field(title="截至日期")
    whole: SumOut = Field(title="合计")
    by_class: list[SumOut] = Field(title="按资产类别")
    by_banner: list[SumOut] = Field(title="按旗区")
    by_year: list[SumOut] = Field(title="按项目年度")
    by_state: list[SumOut] = Field(title="按资产状态")
    by_source: list[SourceOut] = Field(title="按资金来源")
    projects: int = Field(title="项目数")
    funds: str = Field(title="项目资金合计", description="元")
    capitalised: str = Field(title="形成资产", description="元，含已处置的；本区划项目形成的，坐落在别处的也在内")
    not_capitalised: str = Field(title="未形成资产", description="元；项目资金 = 形成资产 + 未形成资产")
    plan: list[PlannedOut] = Field(title="专栏7对照")
    plan_said: str = Field(title="规划自身的不一致")

    @classmethod
    def of(cls, found: Totals, day: date) -> TotalsOut:
        """As they are shown."""
        return cls(
            as_of=day,
            whole=SumOut.of("all", "合计", found.whole),
            by_class=[SumOut.of(key, word("asset_class", key), one) for key, one in found.by_class.items()],
            by_banner=[SumOut.of(key, divisions.path(key), one) for key, one in found.by_banner.items()],
            by_year=[SumOut.of(str(key), f"{key}年", one) for key, one in found.by_year.items()],
            by_state=[SumOut.of(key, word("asset_state", key), one) for key, one in found.by_state.items()],
            by_source=[_source(found, source) for source in found.sources],
            projects=found.projects,
            funds=yuan(sum(found.funds_fen.values())),
            capitalised=yuan(sum(found.formed_fen.values())),
            not_capitalised=yuan(found.not_capitalised_fen),
            plan=[PlannedOut.of(one) for one in found.plan],
            plan_said=plan()["said"],
        )


def _source(found: Totals, source: str) -> SourceOut:
    standing, disposed = found.by_source.get(source, (0, 0))
    funds = found.funds_fen.get(source, 0)
    return SourceOut(
        source=source,
        title=word("fund_source", source),
        funds=yuan(funds),
        value=yuan(standing),
        disposed_value=yuan(disposed),
        not_capitalised=yuan(funds - found.formed_fen.get(source, 0)),
    )


class ToldEntry(EntryOut):
    """一条分录和它的一句话"""

    told: str = Field(title="说明")
    reversed_by: UUID | None = Field(title="被哪条分录冲销", description="空表示有效")

    @classmethod
    def told_of(cls, entry: Entry, reversed_by: UUID | None) -> ToldEntry:
        """As it is shown."""
        return cls(**EntryOut.of(entry).model_dump(), told=told(entry), reversed_by=reversed_by)


class HistoryOut(BaseModel):
    """一项资产的全部经历"""

    asset: AssetOut = Field(title="现在的样子")
    entries: list[ToldEntry] = Field(title="分录", description="按生效日期；被冲销的也在内")
