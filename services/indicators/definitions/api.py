"""Reading the definitions."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query

from services.indicators.definitions import methods, service
from services.indicators.definitions.errors import UnknownIndicatorError
from services.indicators.definitions.method_schemas import MethodsOut
from services.indicators.definitions.schemas import IndicatorList, IndicatorOut
from shared.http.auth import allow
from shared.http.permissions import Principal
from shared.http.problems import responses

router = APIRouter(tags=["指标定义"])


@router.get("/v1/indicators", summary="指标定义")
async def list_indicators(
    _: Annotated[Principal, allow("indicators:read")],
    family: Annotated[
        Literal["main", "other", "all"],
        Query(title="指标族", description="`main` 专栏1的十六项；`other` 规划的其他目标；`all` 全部"),
    ] = "main",
) -> IndicatorList:
    """按规划顺序给出指标：原文、属性、基期和目标、公式及其来源、数据来源、可填报的观测项。不填指标族为专栏1的十六项。"""
    catalogue = service.catalogue()
    indicators = catalogue.indicators if family == "all" else catalogue.family(family)
    return IndicatorList(
        document=catalogue.plan.document,
        place=catalogue.plan.place if family == "main" else None,
        items=[IndicatorOut.of(indicator, catalogue.plan) for indicator in indicators],
    )


@router.get("/v1/indicators/{code}", summary="一项指标的定义", responses=responses(UnknownIndicatorError))
async def get_indicator(
    code: Annotated[str, Path(title="指标代码", max_length=64, examples=["medical_insurance"])],
    _: Annotated[Principal, allow("indicators:read")],
) -> IndicatorOut:
    """按指标代码给出定义，专栏1的和其他目标的都可以。"""
    return IndicatorOut.of(service.get(code), service.catalogue().plan)


@router.get("/v1/methods", summary="状态判定方法")
async def get_methods(_: Annotated[Principal, allow("indicators:read")]) -> MethodsOut:
    """公布的判定方法：基期、路径、取整、逐条的状态条件，各项指标各年应达到的数，以及规划中前后不一致之处和处理办法。"""
    return MethodsOut.of(methods.methods(), service.catalogue(), methods.contradictions())
