"""`GET /v1/quarantine`: a department's refused records, and one of them with its content."""

from __future__ import annotations

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from services.ingest.quarantine import service
from services.ingest.quarantine.domain import ID_PATTERN, Entry, Key, State
from services.ingest.quarantine.errors import UnknownEntryError
from services.ingest.quarantine.schemas import Entry as EntrySchema
from services.ingest.quarantine.schemas import WholeEntry
from shared import clock, logging
from shared.feeds import catalogue
from shared.feeds.domain import Feed
from shared.feeds.errors import UnknownFeedError
from shared.http import paging, problems
from shared.http.auth import allow
from shared.http.permissions import Principal
from shared.http.session import ConnectionDep

Reader = Annotated[Principal, allow("feeds:read")]
EntryPath = Annotated[
    str,
    Path(
        title="隔离记录编号",
        description="见 `GET /v1/quarantine`、回执中未接收的行，或者错误工作簿",
        pattern=ID_PATTERN,
        examples=["018f3c1e-7b0a-7c11-9d4e-0f2f6b1c2a33.17"],
    ),
]
FeedQuery = Annotated[
    str | None,
    Query(
        title="数据种类",
        description="只看这一类；不填看本部门的全部",
        pattern=r"^[a-z-]{1,64}/[a-z-]{1,64}$",
        examples=["medical-insurance/settlement"],
    ),
]
StateQuery = Annotated[
    State | None,
    Query(title="状态", description="`open` 待更正、`closed` 已更正、`expired` 已过期；不填看全部", examples=["open"]),
]
CodeQuery = Annotated[
    str | None,
    Query(
        title="错误代码",
        description="只看有这种错误的记录",
        pattern=r"^[a-z][a-z0-9_]{0,63}$",
        examples=["amounts_do_not_add_up"],
    ),
]

router = APIRouter(prefix="/v1/quarantine", tags=["隔离区"])
log = logging.get()


@router.get(
    "",
    summary="隔离清单",
    response_description="一页隔离记录",
    responses=problems.responses(UnknownFeedError, paging.BadCursorError),
)
async def read_quarantine(
    request: Request,
    principal: Reader,
    conn: ConnectionDep,
    feed: FeedQuery = None,
    state: StateQuery = None,
    code: CodeQuery = None,
    after: paging.AfterQuery = None,
    limit: paging.LimitQuery = paging.DEFAULT_LIMIT,
) -> paging.Page[EntrySchema]:
    """本部门未被接收的记录，最早退回的在前：为什么没有接收、内容（已脱敏）、是否已经更正。

    更正一条：`POST /v1/quarantine/{编号}/resubmission`；也可以照常重新报送，同一记录主键的更正被接收后，这里自动关闭。
    """
    place = paging.position(after, UUID, int)
    feeds = _visible(principal, feed)
    found = await service.listed(conn, feeds, Key(*place) if place else None, limit + 1, code, state)
    page, following = paging.cut(found, limit, lambda entry: tuple(entry.key))
    sealer, now = request.app.state.intake.sealer, clock.now()
    items = [EntrySchema(**service.describe(entry, service.reveal(sealer, entry, now), now)) for entry in page]
    return paging.Page(items=items, next=following)


@router.get("/{quarantine_id}", summary="一条隔离记录", responses=problems.responses(UnknownEntryError))
async def read_entry(
    request: Request, response: Response, quarantine_id: EntryPath, principal: Reader, conn: ConnectionDep
) -> WholeEntry:
    """一条未被接收的记录；本部门有报送权限的账号同时看到报送时的原文，以便更正。每次查看原文都记入日志。"""
    entry = await service.find(conn, quarantine_id)
    feed = visible_feed(principal, entry)
    now = clock.now()
    record = service.reveal(request.app.state.intake.sealer, entry, now)
    described = service.describe(entry, record, now)
    response.headers["Cache-Control"] = "no-store"
    may_see = principal.may("feeds:push")
    if record is not None and may_see:
        log.info("quarantine_record_shown", quarantine_id=quarantine_id, feed=feed.name, caller=principal.sub)
    return WholeEntry(**described, record=record if may_see else None)


def visible_feed(principal: Principal, entry: Entry) -> Feed:
    """The entry's feed. UnknownEntryError when it is another department's."""
    feed = catalogue.BY_NUMBER[entry.feed]
    if not principal.may_department(feed.department):
        raise UnknownEntryError
    return feed


def _visible(principal: Principal, wanted: str | None) -> list[int]:
    """The numbers of the feeds to look at."""
    if wanted is not None:
        department, _, kind = wanted.partition("/")
        principal.require_department(department)
        return [catalogue.get(department, kind).number]
    return [feed.number for feed in catalogue.FEEDS.values() if principal.may_department(feed.department)]
