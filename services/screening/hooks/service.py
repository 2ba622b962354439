"""Use cases of owners: subscribe, change, rotate, try, send again, look into the log.

Whoever may not see a subscription is told that there is none. What it may send is fixed by the scope of its owner
when it was made, and never grows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncConnection

from services.screening.delivery import service as feed
from services.screening.delivery.service import Filter
from services.screening.hooks import payloads, signing
from services.screening.hooks.addresses import Gate, NotResolvedError, RefusedError
from services.screening.hooks.domain import Logged, Webhook, Wish
from services.screening.hooks.errors import (
    AddressRefusedError,
    FilterRuleError,
    MessageNotFoundError,
    RotationRunningError,
    TooManyWebhooksError,
    WebhookNotFoundError,
    WebhooksOffError,
)
from services.screening.hooks.repository import queue, subscriptions
from services.screening.hooks.site import Site
from services.screening.rules import repository as rules
from services.screening.warnings.service import narrowed
from shared import clock, ids
from shared.errors import FieldError
from shared.http.etags import etag, require_match
from shared.http.permissions import DEVELOPER, Principal
from shared.privacy.sealing import Sealer

MOST_WEBHOOKS = 20
REDELIVER_AT_ONCE = 1_000


@dataclass(frozen=True, slots=True)
class Shown:
    """A subscription and how many messages wait for it."""

    webhook: Webhook
    waiting: int

    @property
    def etag(self) -> str:
        """Of what an owner edits."""
        return etag(str(self.webhook.webhook_id), self.webhook.updated_at.isoformat())


@dataclass(frozen=True, slots=True)
class Requeued:
    """How many messages wait to be sent again, and the cursor of the range's rest, None when there is none."""

    queued: int
    next: int | None


async def checked(gate: Gate, url: str) -> None:
    """AddressRefusedError when the site does not send there. Asks DNS, so hold no connection meanwhile."""
    try:
        await gate.target(url)
    except (RefusedError, NotResolvedError) as reason:
        error = FieldError(pointer="/url", code=AddressRefusedError.code, message=str(reason), value_masked=None)
        raise AddressRefusedError(f"{reason}。", errors=[error]) from None


def sealer_of(site: Site) -> Sealer:
    """WebhooksOffError where there is no key."""
    if site.sealer is None:
        raise WebhooksOffError("本平台没有配置保存推送密钥所用的密钥，不能订阅推送，请联系运维人员。")
    return site.sealer


async def _known(conn: AsyncConnection, codes: Sequence[str] | None) -> None:
    there = {rule.code for rule in await rules.known_versions(conn, clock.now())} if codes else set()
    unknown = [code for code in codes or () if code not in there]
    if unknown:
        raise FilterRuleError(f"没有代码为 {'、'.join(unknown)} 的规则，见 GET /v1/rules。")


async def create(conn: AsyncConnection, sealer: Sealer, principal: Principal, wish: Wish) -> tuple[Shown, str]:
    """The new subscription and its secret, which is told only now; the address was `checked`.

    DivisionNotFoundError, CursorAheadError, CursorExpiredError, FilterRuleError, TooManyWebhooksError.
    """
    await _known(conn, wish.rules)
    if await subscriptions.count_alone(conn, principal.sub) >= MOST_WEBHOOKS:
        raise TooManyWebhooksError(f"每个订阅者最多 {MOST_WEBHOOKS} 个推送订阅，请先删除不用的。")
    prefix = narrowed(principal.scope_prefix(), wish.division)
    cursor = await feed.newest(conn) if wish.after is None else wish.after
    await feed.read(conn, Filter(prefix), cursor, 1)  # refuses a cursor that is none
    now, webhook_id, secret = clock.now(), ids.uuid7(), signing.new_secret()
    webhook = Webhook(
        webhook_id=webhook_id,
        owner=principal.sub,
        url=wish.url,
        description=wish.description,
        division=wish.division,
        scope_prefix=principal.scope_prefix(),
        prefix=prefix,
        rules=wish.rules,
        severities=wish.severities,
        enabled=True,
        disabled_reason=None,
        disabled_at=None,
        not_before=None,
        cursor=cursor,
        secret=signing.seal(sealer, webhook_id, secret),
        former_secret=None,
        former_until=None,
        created_at=now,
        updated_at=now,
    )
    await subscriptions.insert(conn, webhook)
    return Shown(webhook, 0), secret


async def change(
    conn: AsyncConnection, principal: Principal, webhook_id: UUID, wanted: Mapping[str, Any], if_match: str | None
) -> Shown:
    """The subscription after a change of some of `url`, `description`, `division`, `rules`, `severities`, `enabled`.

    Another filter counts for what waits too. Enabled again, it goes on where it stopped, with its whole schedule.
    WebhookNotFoundError, DivisionNotFoundError, FilterRuleError, PreconditionFailedError; CursorExpiredError when
    what it stopped at was purged from the feed.
    """
    await _known(conn, wanted.get("rules"))
    before = await _locked(conn, principal, webhook_id)
    if if_match is not None:
        require_match(if_match, Shown(before, 0).etag)
    now = clock.now()
    enabled = wanted.get("enabled", before.enabled)
    # Both are digits in front of `prefix`: the longer one is the narrower scope.
    scope = max(before.scope_prefix, principal.scope_prefix(), key=len)
    plain = {name: value for name, value in wanted.items() if name != "enabled"}
    after = replace(before, scope_prefix=scope, updated_at=now, **plain)
    after = replace(after, prefix=narrowed(scope, after.division))
    if (after.prefix, after.rules, after.severities) != (before.prefix, before.rules, before.severities):
        first = await queue.take_back(conn, webhook_id)
        after = replace(after, cursor=before.cursor if first is None else min(before.cursor, first - 1))
    if enabled and not before.enabled:
        await feed.read(conn, Filter(after.prefix), after.cursor, 1)
        after = replace(after, enabled=True, disabled_reason=None, disabled_at=None, not_before=None)
        await queue.renew(conn, webhook_id, now)
    elif before.enabled and not enabled:
        after = replace(after, enabled=False, disabled_reason="owner", disabled_at=now)
    await subscriptions.update(conn, after)
    return await _shown(conn, after)


async def webhook(conn: AsyncConnection, principal: Principal, webhook_id: UUID) -> Shown:
    """One subscription. WebhookNotFoundError."""
    found = await subscriptions.get(conn, webhook_id, _owner(principal), principal.scope_prefix())
    if found is None:
        raise _unseen()
    return await _shown(conn, found)


async def webhooks(conn: AsyncConnection, principal: Principal, after: UUID | None, limit: int) -> list[Shown]:
    """The caller's subscriptions, in the order of their making."""
    found = await subscriptions.page(conn, _owner(principal), principal.scope_prefix(), after, limit)
    waiting = await queue.waiting(conn, [one.webhook_id for one in found])
    return [Shown(one, waiting[one.webhook_id]) for one in found]


async def delete(conn: AsyncConnection, principal: Principal, webhook_id: UUID) -> None:
    """Send nothing more and forget the log. WebhookNotFoundError."""
    await _locked(conn, principal, webhook_id)
    await subscriptions.delete(conn, webhook_id)


async def rotate(
    conn: AsyncConnection, sealer: Sealer, principal: Principal, webhook_id: UUID, overlap: timedelta
) -> tuple[Shown, str]:
    """The subscription with a new secret, told only now; the former one signs beside it until `overlap` is over.
    Without `overlap` no other secret signs from now on. WebhookNotFoundError, RotationRunningError."""
    before = await _locked(conn, principal, webhook_id)
    now, secret = clock.now(), signing.new_secret()
    if overlap and before.former_until is not None and now < before.former_until:
        until = before.former_until.astimezone(clock.SHANGHAI)
        raise RotationRunningError(
            f"上次更换的并用期到 {until:%Y-%m-%d %H:%M} 为止，其间不能再换，以免仍用最早密钥的接收方被切断；"
            "新密钥遗失或泄露的，以 overlap_hours 为 0 更换，其余密钥立即作废。"
        )
    after = replace(
        before,
        secret=signing.seal(sealer, webhook_id, secret),
        former_secret=before.secret if overlap else None,
        former_until=now + overlap if overlap else None,
        updated_at=now,
    )
    await subscriptions.update(conn, after)
    return await _shown(conn, after), secret


async def test(conn: AsyncConnection, principal: Principal, webhook_id: UUID) -> str:
    """The event id of a test that will be sent once, to a disabled receiver too. WebhookNotFoundError."""
    await _locked(conn, principal, webhook_id)
    message_id, now = ids.uuid7(), clock.now()
    queued = payloads.of_test(message_id, webhook_id, now)
    await queue.put(conn, webhook_id, [(message_id, queued)], now)
    return queued.event_id


async def redeliver(conn: AsyncConnection, principal: Principal, webhook_id: UUID, event_id: str) -> Requeued:
    """One event once more, under its own id. WebhookNotFoundError, MessageNotFoundError."""
    await _locked(conn, principal, webhook_id)
    queued = await queue.put_again(conn, webhook_id, event_id, clock.now())
    if queued is None:
        raise MessageNotFoundError("这个订阅没有推送过这个事件，或者记录已超过保留期。")
    return Requeued(queued, None)


async def redeliver_range(
    conn: AsyncConnection, principal: Principal, webhook_id: UUID, after: int, until: int
) -> Requeued:
    """The changes with after < position ≤ until once more, also those from before the subscription, a thousand at
    most. What the feed has beyond the subscription's cursor comes anyway. WebhookNotFoundError, CursorAheadError,
    CursorExpiredError."""
    found = await _locked(conn, principal, webhook_id)
    wanted = Filter(found.prefix, found.rules, found.severities)
    page = await feed.read(conn, wanted, after, REDELIVER_AT_ONCE)
    last = min(until, found.cursor)
    messages = payloads.of_changes([change for change in page.items if change.position <= last])
    queued = await queue.put(conn, webhook_id, messages, clock.now(), again=True)
    return Requeued(queued, int(page.next) if int(page.next) < last else None)


async def log(
    conn: AsyncConnection,
    principal: Principal,
    webhook_id: UUID,
    event_id: str | None,
    state: str | None,
    after: UUID | None,
    limit: int,
) -> list[Logged]:
    """Messages with their attempts, newest first. WebhookNotFoundError."""
    await webhook(conn, principal, webhook_id)
    return await queue.log(conn, webhook_id, event_id, state, after, limit)


async def _locked(conn: AsyncConnection, principal: Principal, webhook_id: UUID) -> Webhook:
    found = await subscriptions.get(conn, webhook_id, _owner(principal), principal.scope_prefix(), lock=True)
    if found is None:
        raise _unseen()
    return found


async def _shown(conn: AsyncConnection, found: Webhook) -> Shown:
    return Shown(found, (await queue.waiting(conn, [found.webhook_id]))[found.webhook_id])


def _owner(principal: Principal) -> str | None:
    return None if principal.role == DEVELOPER else principal.sub


def _unseen() -> WebhookNotFoundError:
    return WebhookNotFoundError("没有这个推送订阅，或者不是您的。")
