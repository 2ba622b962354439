"""Subscriptions over HTTP. An address is checked before a connection is taken: DNS may be slow."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request, Response

from services.screening.delivery.errors import CursorAheadError, CursorExpiredError
from services.screening.hooks import service
from services.screening.hooks.domain import MessageState
from services.screening.hooks.errors import (
    AddressRefusedError,
    FilterRuleError,
    MessageNotFoundError,
    RotationRunningError,
    TooManyWebhooksError,
    WebhookNotFoundError,
    WebhooksOffError,
)
from services.screening.hooks.schemas import (
    DeliveryPageOut,
    QueuedOut,
    RedeliveryBody,
    RedeliveryOut,
    RotationBody,
    WebhookBody,
    WebhookChangeBody,
    WebhookListOut,
    WebhookOut,
    WebhookSecretOut,
)
from services.screening.hooks.service import Shown
from services.screening.hooks.site import Site
from shared.db import transaction
from shared.http.auth import allow
from shared.http.errors import DivisionNotFoundError
from shared.http.etags import IfMatchHeader, PreconditionFailedError
from shared.http.paging import DEFAULT_LIMIT, AfterQuery, BadCursorError, LimitQuery, cut, position
from shared.http.permissions import Principal
from shared.http.problems import responses
from shared.http.session import ConnectionDep

router = APIRouter(prefix="/v1/webhooks", tags=["推送"])

Owner = Annotated[Principal, allow("webhooks")]
WebhookId = Annotated[UUID, Path(title="订阅编号")]
EventIdQuery = Annotated[str | None, Query(title="事件编号", min_length=1, max_length=200)]
StateQuery = Annotated[MessageState | None, Query(title="状态")]


@router.post(
    "",
    summary="订阅推送",
    status_code=201,
    responses=responses(
        *(DivisionNotFoundError, AddressRefusedError, CursorAheadError, CursorExpiredError),
        *(FilterRuleError, TooManyWebhooksError, WebhooksOffError),
    ),
)
async def create_webhook(principal: Owner, body: WebhookBody, request: Request, response: Response) -> WebhookSecretOut:
    """管辖范围内预警的变更一有即推送到所给的地址，格式和签名按 Standard Webhooks。`secret` 只在这里给出一次。

    同一户的变更逐条推送，前一条送达后才推送下一条；各户之间互不等待。可能重复，接收方按 `webhook-id` 去重。
    答复 2xx 为送达；其他答复和重定向为失败，隔 5 秒、5 分钟、30 分钟、2、5、10、14、20、24 小时再试，仍不送达即停用；
    答复 410 立即停用；`Retry-After` 照办。正文的 `data` 与变更流的一条相同。"""
    site = _site(request)
    sealer = service.sealer_of(site)
    await service.checked(site.gate, body.url)
    async with transaction(request.app.state.engine) as conn:
        shown, secret = await service.create(conn, sealer, principal, body.wish())
    response.headers["Location"] = f"{router.prefix}/{shown.webhook.webhook_id}"
    response.headers["ETag"] = shown.etag
    return WebhookSecretOut.with_secret(shown, secret)


@router.get("", summary="推送订阅清单", responses=responses(BadCursorError))
async def list_webhooks(
    principal: Owner, conn: ConnectionDep, after: AfterQuery = None, limit: LimitQuery = DEFAULT_LIMIT
) -> WebhookListOut:
    """本人的推送订阅。"""
    place = position(after, UUID)
    found = await service.webhooks(conn, principal, None if place is None else place[0], limit + 1)
    items, more = cut(found, limit, lambda shown: (shown.webhook.webhook_id,))
    return WebhookListOut(items=[WebhookOut.of(shown) for shown in items], next=more)


@router.get("/{webhook_id}", summary="一个推送订阅", responses=responses(WebhookNotFoundError))
async def get_webhook(principal: Owner, webhook_id: WebhookId, conn: ConnectionDep, response: Response) -> WebhookOut:
    """订阅的内容、是否停用及原因、待送达的条数。"""
    return _shown(await service.webhook(conn, principal, webhook_id), response)


@router.patch(
    "/{webhook_id}",
    summary="更改推送订阅",
    responses=responses(
        *(WebhookNotFoundError, DivisionNotFoundError, AddressRefusedError, PreconditionFailedError),
        *(CursorExpiredError, FilterRuleError),
    ),
)
async def change_webhook(
    principal: Owner,
    webhook_id: WebhookId,
    body: WebhookChangeBody,
    request: Request,
    response: Response,
    if_match: IfMatchHeader = None,
) -> WebhookOut:
    """只改所写的各项。更改筛选条件，尚未送达的也按新的条件；重新启用，从停下的地方继续推送，重试从头计。"""
    if body.url is not None:
        await service.checked(_site(request).gate, body.url)
    async with transaction(request.app.state.engine) as conn:
        return _shown(await service.change(conn, principal, webhook_id, body.wanted(), if_match), response)


@router.delete("/{webhook_id}", summary="取消推送订阅", status_code=204, responses=responses(WebhookNotFoundError))
async def delete_webhook(principal: Owner, webhook_id: WebhookId, conn: ConnectionDep) -> None:
    """不再推送，推送记录一并删除。"""
    await service.delete(conn, principal, webhook_id)


@router.post(
    "/{webhook_id}/secret",
    summary="更换推送密钥",
    responses=responses(WebhookNotFoundError, RotationRunningError, WebhooksOffError),
)
async def rotate_secret(
    principal: Owner,
    webhook_id: WebhookId,
    body: RotationBody,
    request: Request,
    conn: ConnectionDep,
    response: Response,
) -> WebhookSecretOut:
    """给出新的密钥，只此一次。并用期内每次推送带两个签名，接收方用新旧任一密钥都能核对；并用期内不能再换，
    除非 `overlap_hours` 为 0，那样其余密钥立即作废。"""
    sealer = service.sealer_of(_site(request))
    overlap = timedelta(hours=body.overlap_hours)
    shown, secret = await service.rotate(conn, sealer, principal, webhook_id, overlap)
    response.headers["ETag"] = shown.etag
    return WebhookSecretOut.with_secret(shown, secret)


@router.post("/{webhook_id}/test", summary="测试推送", status_code=202, responses=responses(WebhookNotFoundError))
async def test_webhook(principal: Owner, webhook_id: WebhookId, conn: ConnectionDep) -> QueuedOut:
    """发一条不含预警的测试推送，只发一次，停用的订阅也发；结果在推送记录中。"""
    return QueuedOut(event_id=await service.test(conn, principal, webhook_id))


@router.post(
    "/{webhook_id}/redeliveries",
    summary="重新推送",
    status_code=202,
    responses=responses(WebhookNotFoundError, MessageNotFoundError, CursorAheadError, CursorExpiredError),
)
async def redeliver(
    principal: Owner, webhook_id: WebhookId, body: RedeliveryBody, conn: ConnectionDep
) -> RedeliveryOut:
    """重新推送一个事件，或变更流的一段，也可以是订阅之前的。编号与原来相同，接收方去重的会丢弃。"""
    if body.event_id is not None:
        found = await service.redeliver(conn, principal, webhook_id, body.event_id)
    else:
        found = await service.redeliver_range(conn, principal, webhook_id, int(body.after or 0), int(body.until or 0))
    return RedeliveryOut(queued=found.queued, next=None if found.next is None else str(found.next))


@router.get("/{webhook_id}/deliveries", summary="推送记录", responses=responses(WebhookNotFoundError, BadCursorError))
async def list_deliveries(
    principal: Owner,
    webhook_id: WebhookId,
    conn: ConnectionDep,
    event_id: EventIdQuery = None,
    state: StateQuery = None,
    after: AfterQuery = None,
    limit: LimitQuery = DEFAULT_LIMIT,
) -> DeliveryPageOut:
    """每条推送的状态和各次尝试的响应码、毫秒数，新的在前；有结果的保留 30 天。"""
    place = position(after, UUID)
    start = None if place is None else place[0]
    found = await service.log(conn, principal, webhook_id, event_id, state, start, limit + 1)
    return DeliveryPageOut.of(found, limit)


def _site(request: Request) -> Site:
    site: Site = request.app.state.webhooks
    return site


def _shown(shown: Shown, response: Response) -> WebhookOut:
    response.headers["ETag"] = shown.etag
    return WebhookOut.of(shown)
