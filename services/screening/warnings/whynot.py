"""Why a household has no warning of a rule, or has one: the rule's verdict on any household at any (D, T).

Everything is computed for the day and the instant asked, by the definitions of the live path; what is
said of warnings is said of the present only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.facts import service as facts
from services.screening.register import service as register
from services.screening.rules import repository as rules
from services.screening.rules.domain import RuleVersion
from services.screening.rules.errors import UnknownRuleError
from services.screening.warnings import assembly, repository
from services.screening.warnings.domain import ACTIVE, HouseholdWarning
from services.screening.warnings.errors import RuleNotInForceError
from services.screening.warnings.evidence import Evidence, joins
from shared import clock

WARNINGS_SHOWN = 20
_STATES = {"open": "待核实", "verifying": "核实中", "confirmed": "已核实为属实"}


@dataclass(frozen=True, slots=True)
class WhyNot:
    """The verdict with all that it rests on; `text` says it as one would to the household; `warnings` are
    those there are or were of this household and rule, newest first, as they are now."""

    evidence: Evidence
    text: str
    warnings: list[HouseholdWarning]


async def why_not(
    conn: AsyncConnection,
    household_no: str,
    code: str,
    scope: str,
    as_of: date,
    known_at: datetime,
    *,
    present: bool,
) -> WhyNot:
    """What the rule in force on `as_of`, as known at `known_at`, says of the household then; `present` when that is
    today by all that is known, so that what stands can be spoken of.

    HouseholdNotFoundError (not there then, or outside `scope`), UnknownRuleError, RuleNotInForceError.
    """
    await register.household(conn, household_no, scope, as_of, known_at)
    rule = await _in_force(conn, code, as_of, known_at)
    rows = await facts.rows(conn, facts.computed([household_no], as_of, known_at))
    evidence, explained = await assembly.judged(conn, rows[household_no], rule, as_of, known_at)
    warnings = await repository.of_pair(conn, (household_no, code), scope, WARNINGS_SHOWN)
    moment = f"截至{_minute(known_at)}" if present else f"按{_day(as_of)}的情况、以{_minute(known_at)}所知"
    text = f"{moment}，规则 {rule.code}“{rule.title}”对这一户{explained.text}。"
    if explained.demo and explained.verdict != "unknown":
        text += "所用标准中有演示用的示例，本市并未采用。"
    if present:
        text += await _at_present(conn, evidence, warnings)
    return WhyNot(evidence, text, warnings)


async def _in_force(conn: AsyncConnection, code: str, as_of: date, known_at: datetime) -> RuleVersion:
    for rule in await rules.live(conn, as_of, known_at):
        if rule.code == code:
            return rule
    versions = await rules.known_versions(conn, clock.now(), code)
    if not versions:
        raise UnknownRuleError(f"没有编号为“{code}”的规则。")
    known = [version for version in versions if version.known_at <= known_at]
    if not known:
        when = _minute(min(version.known_at for version in versions))
        raise RuleNotInForceError(f"规则 {code} 于{when}才录入平台，以更早所知没有这条规则。")
    begins = _day(min(version.valid_from for version in known))
    raise RuleNotInForceError(f"规则 {code} 在{_day(as_of)}还没有施行或已经停止（最早自{begins}起施行）。")


async def _at_present(conn: AsyncConnection, evidence: Evidence, warnings: Sequence[HouseholdWarning]) -> str:
    """What that means for the warnings of the household and rule as they are now."""
    active = next((warning for warning in warnings if warning.state in ACTIVE), None)
    if active is not None:
        return _of_active(active, evidence)
    if evidence["verdict"] == "clear":
        return "条件不满足，所以没有预警。"
    if evidence["verdict"] == "unknown":
        return "数据不全时，平台不发出预警，也不把这一户当作没有风险。"
    muted_by = next((warning for warning in warnings if warning.state == "not_confirmed"), None)
    if muted_by is not None:
        seen = (await repository.evidence_of(conn, [muted_by.warning_id]))[muted_by.warning_id]
        if not joins(seen, evidence):
            day = _day(clock.business_date(muted_by.updated_at))
            return f"{day}已核实为“不属实”，此后没有新的数据、规则或参数加入，所以不再重复发出预警。"
    return "条件满足，筛查到这一户时即发出预警。"


def _of_active(active: HouseholdWarning, evidence: Evidence) -> str:
    raised = f"已有一件预警，{_day(clock.business_date(active.raised_at))}发出，{_STATES[active.state]}"
    if active.snoozed_until is not None and active.snoozed_until > clock.today():
        raised += f"，暂缓至{_day(active.snoozed_until)}"
    if evidence["verdict"] == "hit":
        return f"{raised}。"
    if evidence["verdict"] == "unknown":
        return f"{raised}；数据不全，既不撤销也不缓解，仍须核实。"
    return f"{raised}；条件已不再满足，{'已标为“已缓解”，' if active.eased else ''}数据不会自行关闭预警，仍须核实。"


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _minute(moment: datetime) -> str:
    local = moment.astimezone(clock.SHANGHAI)
    return f"{_day(local.date())}{local:%H:%M}"
