"""Rules and parameters over HTTP: what is in force, since when, and on what basis."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from services.screening.rules import lacking, service
from services.screening.rules.errors import UnknownRuleError
from services.screening.rules.schemas import (
    MomentQuery,
    ParameterListOut,
    ParameterQuery,
    RuleHistoryOut,
    RuleListOut,
    RuleOut,
)
from shared.http.auth import allow
from shared.http.errors import DivisionNotFoundError, FutureDayError
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(tags=["规则和参数"])

RuleReader = Annotated[Principal, allow("rules:read")]
ParameterReader = Annotated[Principal, allow("parameters:read")]
RuleCode = Annotated[str, Path(title="规则代码", pattern=r"^[A-Z][0-9]{2}[a-z]?$", examples=["M01"])]


@router.get(
    "/v1/rules",
    summary="生效的规则",
    description="某日生效的全部规则，按代码排列：对象、条件（规则语言和文字）、等级、依据、证据和应有的帮扶措施。",
    responses=responses(FutureDayError),
)
async def list_rules(
    _principal: RuleReader, query: Annotated[MomentQuery, Query()], conn: ConnectionDep
) -> RuleListOut:
    """The rule versions live on a day, as known at an instant."""
    rules = await service.live_rules(conn, query.as_of, query.known_at)
    return RuleListOut(items=[RuleOut.of(rule) for rule in rules], next=None)


@router.get(
    "/v1/rules/{code}",
    summary="一条规则",
    description="一条规则的全部版本，以及某日生效的那一个。已发布的版本不再更改。",
    responses=responses(UnknownRuleError, FutureDayError),
)
async def get_rule(
    _principal: RuleReader, code: RuleCode, query: Annotated[MomentQuery, Query()], conn: ConnectionDep
) -> RuleHistoryOut:
    """All versions of a rule, newest first, and the live one."""
    live, versions = await service.rule_history(conn, code, query.as_of, query.known_at)
    return RuleHistoryOut(
        code=code, live=None if live is None else RuleOut.of(live), versions=[RuleOut.of(rule) for rule in versions]
    )


@router.get(
    "/v1/parameters",
    summary="参数",
    description=(
        "规则用到的标准和比例。不给区划时列出涉及本人管辖范围的全部值；给出区划时列出该区划当日生效的值，"
        "最近的区划优先。`missing` 指明哪些参数当日没有有效的值，以及哪些规则因此无法判断：给出区划时按该区划，"
        "不给时按本人管辖的整个范围（全市人员即鄂尔多斯市）。录入本地参数的接口尚未提供。"
    ),
    responses=responses(DivisionNotFoundError, FutureDayError),
)
async def list_parameters(
    principal: ParameterReader, query: Annotated[ParameterQuery, Query()], conn: ConnectionDep
) -> ParameterListOut:
    """Parameter values: all that touch the caller's scope, or those in force for one division."""
    scope = principal.scope_prefix()
    if query.division is None:
        return ParameterListOut.of(*await lacking.known_parameters(conn, scope, query.as_of, query.known_at))
    return ParameterListOut.of(*await lacking.parameters_of(conn, scope, query.division, query.as_of, query.known_at))
