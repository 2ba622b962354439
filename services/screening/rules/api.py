"""Rules and parameters over HTTP: what is in force, since when, and on what basis."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from services.screening.register.moments import MomentQuery
from services.screening.rules import drafts, lacking, service
from services.screening.rules.draft_schemas import CheckedOut, DraftBody
from services.screening.rules.errors import RuleInvalidError, UnknownRuleError
from services.screening.rules.language import RuleTextError
from services.screening.rules.schemas import (
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
    "/v1/rules/{code}/versions/{version}",
    summary="规则的一个版本",
    description="已发布的一个版本，条件既用规则语言也用文字写出；发布之后不再更改，预警据此可以长期复核。",
    responses=responses(UnknownRuleError),
)
async def get_rule_version(
    _principal: RuleReader,
    code: RuleCode,
    version: Annotated[int, Path(title="版本", ge=1, le=9_999, examples=[1])],
    conn: ConnectionDep,
) -> RuleOut:
    """One version, whether it is live or not."""
    return RuleOut.of(await service.rule_version(conn, code, version))


@router.post(
    "/v1/rules/check",
    summary="检查规则草稿",
    description=(
        "草稿是否可以发布：表达式能否读懂，名称、类型和单位是否相符，有没有写明依据。可以的，答复它用文字怎么说、"
        "用到哪些指标和参数；不可以的，答复 422，一次指明全部问题：在哪一项（`pointer`）和原因，"
        "表达式的另给第几行（`line`）第几个字符（`column`）。只检查，不保存。"
    ),
    responses=responses(RuleTextError, RuleInvalidError),
)
async def check_rule(_principal: Annotated[Principal, allow("rules:check")], body: DraftBody) -> CheckedOut:
    """What a draft says and reads; nothing is stored."""
    return CheckedOut.of(drafts.check_draft(body.draft()))


@router.get(
    "/v1/parameters",
    summary="参数",
    description=(
        "规则用到的标准和比例。不给区划时列出涉及本人管辖范围的全部值；给出区划时列出该区划当日生效的值，"
        "最近的区划优先。`missing` 指明哪些参数当日没有有效的值，以及哪些规则因此无法判断：给出区划时按该区划，"
        "不给时按本人管辖的整个范围（全市人员即鄂尔多斯市）。"
        "本地的值由 `PUT /v1/parameters/{name}` 起草，另一人批准后生效。"
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
