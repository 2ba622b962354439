"""Registering assets, writing what happens to them, reading them on any day."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from asyncpg import UniqueViolationError
from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.entries import service as entries
from services.assets.entries.domain import Entry, standing, until
from services.assets.entries.service import Draft as EntryDraft
from services.assets.entries.service import Rules
from services.assets.ledger import repository, telling
from services.assets.ledger.domain import (
    AMENDED,
    APPROVERS,
    DISPOSAL_PROPOSED,
    DISPOSED,
    PLAN_DRAFTED,
    REGISTERED,
    Asset,
    Draft,
    fold,
)
from services.assets.ledger.errors import (
    ApproversActError,
    AssetCodeTakenError,
    AssetNotFoundError,
    AssetRefusedError,
    RegistrationStaysError,
)
from services.assets.ledger.repository import Wanted
from services.assets.projects import service as projects
from services.assets.projects.domain import Project
from services.assets.terms.domain import LEVEL_DIGITS, yuan
from shared import clock
from shared.codes import divisions
from shared.errors import FieldError
from shared.http.permissions import Principal
from shared.ids import uuid7
from shared.messaging import outbox

BASIS = "规划第三章第四节一（一）“摸清扶贫项目资产底数”：资产原值之和不超过项目资金"


async def register(conn: AsyncConnection, principal: Principal, draft: Draft, document: str, rules: Rules) -> Asset:
    """Register an asset of a project in the caller's scope.

    AssetCodeTakenError; else as `register_all`.
    """
    if await repository.by_code(conn, [draft.code]):
        raise AssetCodeTakenError("这个资产编码已登记过，请核对；资产有变动请登记变动分录。")
    return (await register_all(conn, principal, [(draft, document)], rules))[0]


async def register_all(
    conn: AsyncConnection, principal: Principal, drafts: Sequence[tuple[Draft, str]], rules: Rules
) -> list[Asset]:
    """Register assets whose codes are new, all or none. AssetRefusedError, EntryRefusedError, NotFoundError
    for a division or project out of scope."""
    found, _ = await projects.by_reference(conn, {draft.project_id for draft, _ in drafts}, ())
    alone = len(drafts) == 1  # then the body that was sent is that one asset
    wrong = [
        fault
        for index, (draft, _) in enumerate(drafts)
        for fault in _faults(draft, found, principal, "" if alone else f"/assets/{index}")
    ]
    if wrong:
        raise AssetRefusedError(f"资产信息有 {len(wrong)} 处不符合要求，请按说明修改。", errors=wrong)
    for draft, _ in drafts:
        principal.require_division(draft.division_code)
    await repository.lock_projects(conn, list(found))
    stored = await store(conn, principal, drafts, rules)
    await _hold_sums(conn, found.values(), "/original_value" if alone else "/assets")
    return stored


async def store(
    conn: AsyncConnection, principal: Principal, drafts: Sequence[tuple[Draft, str]], rules: Rules
) -> list[Asset]:
    """Store assets that were looked at, in the order given, and tell the bus: what every way of registering comes to.

    AssetCodeTakenError where somebody else registered one of the codes in this moment; EntryRefusedError.
    """
    made = [EntryDraft(uuid7(), REGISTERED, draft.acquired_on, draft.body(), document) for draft, document in drafts]
    try:
        written = await entries.write(conn, made, principal.sub, rules, new_lives=True)
    except UniqueViolationError:
        raise AssetCodeTakenError("有资产编码刚刚由他人登记，全部未保存，请核对后再试。") from None
    stored = await repository.find(conn, [one.asset_id for one in made])
    await outbox.add(conn, telling.registered((entry, stored[entry.asset_id]) for entry in written))
    return [stored[one.asset_id] for one in made]


def _faults(draft: Draft, found: Mapping[UUID, Project], principal: Principal, at: str) -> Iterable[FieldError]:
    return (
        FieldError(pointer=f"{at}/{name}", code=code, message=message, value_masked=None)
        for name, code, message in faults(draft, found.get(draft.project_id), principal)
    )


def faults(draft: Draft, project: Project | None, principal: Principal) -> Iterable[tuple[str, str, str]]:
    """What is wrong with a new asset beside its project, the register of divisions and the calendar:
    (field, code, text)."""
    if project is None or not principal.may_division(project.division_code):
        yield "project_id", "unknown_project", "没有这个项目，或者不在您的权限范围内"
    if divisions.get(draft.division_code) is None:
        yield "division_code", "unknown_division", "“行政区划”不是现行的 12 位区划代码"
    if draft.acquired_on > clock.today():
        yield "acquired_on", "date_in_future", "“取得日期”不能晚于今天"
    if project is not None and draft.acquired_on.year < project.year:
        yield "acquired_on", "acquired_before_project", "“取得日期”不能早于项目年度"


async def _hold_sums(conn: AsyncConnection, of: Iterable[Project], at: str) -> None:
    by_id = {project.project_id: project for project in of}
    for project_id, fen in (await repository.capitalised(conn, list(by_id))).items():
        over = fen - by_id[project_id].total_fen
        if over > 0:
            told = f"项目 {by_id[project_id].code} 的资产原值之和 {yuan(fen)} 元，超过项目资金 {yuan(over)} 元"
            wrong = FieldError(
                pointer=at,
                code="assets_exceed_funds",
                message=f"{told}（依据：{BASIS}）",
                value_masked=None,
            )
            raise AssetRefusedError(f"{told}。", errors=[wrong])


def _no_division() -> FieldError:
    told = "“行政区划”不是现行的 12 位区划代码"
    return FieldError(pointer="/division_code", code="unknown_division", message=told, value_masked=None)


async def capitalised(conn: AsyncConnection, project_id: UUID) -> int:
    """The original value (fen) of all assets of a project, disposed ones included."""
    return (await repository.capitalised(conn, [project_id])).get(project_id, 0)


async def write(conn: AsyncConnection, principal: Principal, drafts: Sequence[EntryDraft], rules: Rules) -> list[Entry]:
    """Entries on assets in the caller's scope, by whatever room: all or none. AssetNotFoundError,
    EntryRefusedError, LaterEntryConflictError; no entry may hold from a day to come."""
    assets = await _reachable(conn, principal, {draft.asset_id for draft in drafts})
    if any(draft.holds_on > clock.today() for draft in drafts):
        wrong = FieldError(pointer="/holds_on", code="date_in_future", message="日期不能晚于今天", value_masked=None)
        raise AssetRefusedError("分录的日期不能晚于今天。", errors=[wrong])
    for draft in drafts:
        if draft.kind == AMENDED and "division_code" in draft.body:
            if divisions.get(draft.body["division_code"]) is None:
                raise AssetRefusedError("没有这个行政区划代码。", errors=[_no_division()])
            principal.require_division(draft.body["division_code"])
    revalued = any(draft.kind == AMENDED and "original_value_fen" in draft.body for draft in drafts)
    owners = {asset.project_id for asset in assets.values()}
    if revalued:
        await repository.lock_projects(conn, owners)
    written = await entries.write(conn, drafts, principal.sub, rules)
    if revalued:
        await _hold_sums(conn, (await projects.by_reference(conn, owners, ()))[0].values(), "/original_value")
    return written


class Reversal(NamedTuple):
    """Why an entry is taken back, and whether by an approver."""

    document: str
    approver: bool


_WHOSE = {
    False: "批准、退回和审批处置是审批人的行为，由审批人冲销。",
    True: "这里只冲销批准、退回和审批处置；其他分录由经办人冲销。",
}


async def take_back(
    conn: AsyncConnection, principal: Principal, asset_id: UUID, entry_id: UUID, said: Reversal, rules: Rules
) -> Entry:
    """Reverse an entry. AssetNotFoundError, EntryNotFoundError, ApproversActError, RegistrationStaysError; else as
    `write`. Without its registering entry an asset does not exist: that one is amended, and reversed by nobody."""
    asset = (await _reachable(conn, principal, [asset_id]))[asset_id]
    await repository.lock_projects(conn, [asset.project_id])
    await entries.hold(conn, [asset_id])
    life = await entries.life(conn, asset_id)
    about = next((one for one in life if one.entry_id == entry_id), None)
    if about is not None:
        _may_take_back(principal, life, about, said)
    reversal = await entries.take_back(conn, asset_id, entry_id, said.document, principal.sub, rules)
    await _hold_sums(conn, (await projects.by_reference(conn, [asset.project_id], ()))[0].values(), "")
    return reversal


def _may_take_back(principal: Principal, life: Sequence[Entry], about: Entry, said: Reversal) -> None:
    """Raises for what is nobody's, or not this caller's, to take back."""
    if about.kind == REGISTERED:
        raise RegistrationStaysError("资产登记不能冲销：填错的内容请登记变动更正；资产不再存在的，请办理处置。")
    if (about.kind in APPROVERS) != said.approver:
        raise ApproversActError(_WHOSE[said.approver])
    if said.approver and principal.sub == _maker(life, about):
        raise ApproversActError("这是您自己拟定的方案或提出的处置，对它的审批由其他审批人冲销。")
    level = about.body.get("level")
    if said.approver and level is not None and len(principal.scope_prefix()) > LEVEL_DIGITS[level]:
        raise ApproversActError("这是上一级审批人的审批，由其所在一级冲销。")
    then = fold(one for one in life if one.entry_id != about.entry_id)
    if then is None or not principal.may_division(then.division_code):
        raise AssetNotFoundError("冲销以后这项资产不在您的权限范围内，请由上一级办理。")


def _maker(life: Sequence[Entry], about: Entry) -> str | None:
    """Who drafted the plan, or proposed the disposal, that an approver decided on."""
    plan_id = about.body.get("plan_id")
    begun = [
        one.recorded_by
        for one in life
        if one.place < about.place
        and (
            one.kind == DISPOSAL_PROPOSED
            if plan_id is None
            else one.kind == PLAN_DRAFTED and one.body["plan_id"] == plan_id
        )
    ]
    return begun[-1] if begun else None


async def told(conn: AsyncConnection, entry: Entry) -> None:
    """Tell the bus of an amendment, or of a reversal, that changes where an asset is or whether it stands."""
    history = await entries.history(conn, entry.asset_id)
    about = next((one for one in history if one.entry_id == (entry.takes_back or entry.entry_id)), entry)
    then = fold(until(standing(history), entry.holds_on))
    if then is not None and (about.kind == DISPOSED or "division_code" in about.body):
        await outbox.add(conn, [telling.changed(entry, then)])


async def keep(conn: AsyncConnection, lives: Mapping[UUID, Sequence[Entry]]) -> None:
    """Store assets as they are now from their standing entries: the projection of this room."""
    await repository.put(conn, [asset for life in lives.values() if (asset := fold(life)) is not None])


async def _reachable(conn: AsyncConnection, principal: Principal, asset_ids: Collection[UUID]) -> dict[UUID, Asset]:
    found = await repository.find(conn, asset_ids)
    for asset_id in asset_ids:
        if asset_id not in found or not principal.may_division(found[asset_id].division_code):
            raise AssetNotFoundError("没有这项资产，或者不在您的权限范围内。")
    return found


async def get(conn: AsyncConnection, principal: Principal, asset_id: UUID) -> Asset:
    """An asset as it is now. AssetNotFoundError."""
    return (await _reachable(conn, principal, [asset_id]))[asset_id]


async def current(conn: AsyncConnection, asset_ids: Collection[UUID]) -> dict[UUID, Asset]:
    """Assets as they are now, whoever asks: for the other rooms, which have looked at the scope."""
    return await repository.find(conn, asset_ids)


async def on(
    conn: AsyncConnection, principal: Principal, asset_id: UUID, day: date, known_at: datetime | None = None
) -> Asset:
    """An asset on a day, as known at an instant (None: now), for who may see it now or saw it on that day.
    AssetNotFoundError also before it existed."""
    asset = fold(until(await entries.life(conn, asset_id, known_at), day))
    if asset is None or not principal.may_division(asset.division_code):
        await _reachable(conn, principal, [asset_id])
    if asset is None:
        raise AssetNotFoundError(f"{day.isoformat()} 时这项资产尚未取得。")
    return asset


async def history(conn: AsyncConnection, principal: Principal, asset_id: UUID) -> list[Entry]:
    """All entries of an asset, those taken back included. AssetNotFoundError."""
    await _reachable(conn, principal, [asset_id])
    return await entries.history(conn, asset_id)


async def listed(conn: AsyncConnection, wanted: Wanted, before: UUID | None, limit: int) -> list[Asset]:
    """Assets, the last registered first: as they are now, or as they were on `wanted.day`."""
    if wanted.day is None:
        return await repository.page(conn, wanted, before, limit)
    found: list[Asset] = []
    more = True
    while more and len(found) < limit:
        page = await repository.page(conn, wanted._replace(state=None), before, limit)
        lives = await entries.lives(conn, [asset.asset_id for asset in page])
        then = [fold(until(standing(lives[asset.asset_id]), wanted.day)) for asset in page]
        found += [one for one in then if one is not None and one.division_code.startswith(wanted.prefix)]
        before, more = (page[-1].asset_id if page else before), len(page) == limit
    return found[:limit]
