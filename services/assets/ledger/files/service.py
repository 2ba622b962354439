"""A filled sheet taken row by row: good rows are registered, the others are told what is wrong with them. And the
ledger given out under the same titles."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.entries import service as entries
from services.assets.entries.domain import Entry
from services.assets.entries.service import Draft as EntryDraft
from services.assets.entries.service import Rules
from services.assets.ledger import repository
from services.assets.ledger import service as ledger
from services.assets.ledger.domain import REGISTERED, Asset, Draft
from services.assets.ledger.files.layout import LAYOUT, PROJECT, Said, record, said
from services.assets.ledger.repository import Wanted
from services.assets.projects import service as projects
from services.assets.projects.domain import Project
from services.assets.terms.domain import yuan
from services.assets.terms.sheets.reading import Row
from services.assets.terms.sheets.reports import Taken
from shared.errors import FieldError
from shared.http.permissions import Principal
from shared.sheets.domain import MAX_ROWS

_NOBODY = UUID(int=0)
_KNOWN = "已登记的资产不能用表格改写，请登记变动"


@dataclass(slots=True)
class Books:
    """What the rows are judged by: projects by code, assets that have one of the codes with their registering
    entries, what each project has capitalised (fen; rows that are taken are added), rows taken by code."""

    projects: Mapping[str, Project]
    stored: Mapping[str, Asset]
    lives: Mapping[UUID, Sequence[Entry]]
    capitalised: dict[UUID, int]
    taken: dict[str, Draft] = field(default_factory=dict)


async def take(conn: AsyncConnection, principal: Principal, rows: Sequence[Row], rules: Rules) -> list[Taken]:
    """Register what the rows say. AssetCodeTakenError where somebody else registers a code in this very moment."""
    read = {row.number: one for row in rows if (one := said(row)) is not None}
    books = await _books(conn, list(read.values()))
    good: dict[int, tuple[Draft, str]] = {}
    known: dict[int, UUID | None] = {}
    for row in rows:
        if row.number not in read:
            continue
        one = read[row.number]
        project = books.projects.get(one.project_code)
        draft = replace(one.draft, project_id=project.project_id if project else _NOBODY)
        if (stored := _same(books, draft, principal)) is not None:
            known[row.number] = stored.asset_id if isinstance(stored, Asset) else None
        elif _allowed(row, books, draft, project, principal, rules):
            good[row.number] = (draft, one.document)
            books.taken[draft.code] = draft
            books.capitalised[draft.project_id] += draft.original_value_fen
    made = await ledger.store(conn, principal, list(good.values()), rules)
    ids = {**known, **{number: asset.asset_id for number, asset in zip(good, made, strict=True)}}
    by_code = {asset.code: asset.asset_id for asset in made}
    return [_taken(row, ids, by_code, row.number in good) for row in rows]


def _taken(row: Row, ids: Mapping[int, UUID | None], by_code: Mapping[str, UUID], new: bool) -> Taken:
    code = row.said.get("code")
    if row.number not in ids:
        return Taken(row.number, code, "rejected", None, row.faults, row.notes)
    stored = ids[row.number] or by_code.get(str(code))
    return Taken(row.number, code, "accepted" if new else "duplicate", stored, (), row.notes)


async def given(conn: AsyncConnection, wanted: Wanted) -> list[Mapping[str, Any]]:
    """Assets as rows of the ledger, the last registered first; at most 200,000, what a sheet may hold."""
    assets = await ledger.listed(conn, wanted, None, MAX_ROWS)
    by_id, _ = await projects.by_reference(conn, {asset.project_id for asset in assets}, ())
    papers = await entries.documents(conn, [asset.asset_id for asset in assets], REGISTERED)
    return [record(asset, by_id[asset.project_id].code, papers[asset.asset_id]) for asset in assets]


async def _books(conn: AsyncConnection, read: Sequence[Said]) -> Books:
    """Projects first: they are locked, and who waited for them then sees what the other file registered."""
    _, by_code = await projects.by_reference(conn, (), {one.project_code for one in read})
    ids = [project.project_id for project in by_code.values()]
    await repository.lock_projects(conn, ids)
    stored = await repository.by_code(conn, [one.draft.code for one in read])
    lives = await entries.lives(conn, [asset.asset_id for asset in stored.values()])
    sums = await repository.capitalised(conn, ids)
    return Books(by_code, stored, lives, defaultdict(int, sums))


def _same(books: Books, draft: Draft, principal: Principal) -> Asset | Draft | None:
    """What says the same already: an asset as it is now or as it was once registered, or a row above. Of an asset out
    of scope nothing is said but that its code is taken."""
    asset = books.stored.get(draft.code)
    if asset is not None and not principal.may_division(asset.division_code):
        return None
    if asset is None:
        above = books.taken.get(draft.code)
        return above if above == draft else None
    if draft.same_as(asset):
        return asset
    first = next(entry for entry in books.lives[asset.asset_id] if entry.kind == REGISTERED)
    return asset if (first.body, first.holds_on) == (draft.body(), draft.acquired_on) else None


def _allowed(
    row: Row, books: Books, draft: Draft, project: Project | None, principal: Principal, rules: Rules
) -> bool:  # fmt: skip
    """Whether a new asset may be registered; why not is added to the row's faults."""

    def wrong(name: str, code: str, predicate: str) -> None:
        row.faults.append(LAYOUT.wrong(row.number, PROJECT if name == "project_id" else name, code, predicate))

    if draft.code in books.stored:
        wrong("code", "asset_code_taken", _differing(books.stored[draft.code], draft, principal))
        return False
    if draft.code in books.taken:
        wrong("code", "code_repeated", "与上面的行相同，内容却不同")
        return False
    for name, code, told in ledger.faults(draft, project, principal):
        wrong(name, code, told.removeprefix(f"“{_title(name)}”"))
    if not row.faults and not principal.may_division(draft.division_code):
        wrong("division_code", "unknown_division", "不在您的权限范围内")
    row.faults.extend(_located(row.number, error) for error in _unlawful(draft, principal, rules))
    if project is not None and not row.faults:
        over = books.capitalised[project.project_id] + draft.original_value_fen - project.total_fen
        if over > 0:
            told = f"加上这一项，项目 {project.code} 的资产原值之和超过项目资金 {yuan(over)} 元（依据：{ledger.BASIS}）"
            wrong("original_value", "assets_exceed_funds", f"不能登记：{told}")
    return not row.faults


def _title(name: str) -> str:
    column = LAYOUT.column(PROJECT if name == "project_id" else name)
    return column.title if column else name


def _differing(asset: Asset, draft: Draft, principal: Principal) -> str:
    if not principal.may_division(asset.division_code):
        return "已被使用"
    names = [column.title for column in LAYOUT.columns if _at(asset, column.name) != _at(draft, column.name)]
    return f"已登记过，内容不同（{'、'.join(names) or '所属项目'}）；{_KNOWN}"


def _at(said: Asset | Draft, name: str) -> object:
    return getattr(said, "original_value_fen" if name == "original_value" else name, None)


def _unlawful(draft: Draft, principal: Principal, rules: Rules) -> list[FieldError]:
    entry = EntryDraft(_NOBODY, REGISTERED, draft.acquired_on, draft.body(), "")
    return entries.beginning(entry, principal.sub, rules)


def _located(number: int, error: FieldError) -> FieldError:
    name = error["pointer"].removeprefix("/")
    own = f"“{_title(name)}”"
    told = error["message"]
    return LAYOUT.wrong(number, name, error["code"], told.removeprefix(own) if told.startswith(own) else f"：{told}")
