"""Secrets and signatures of Standard Webhooks, by the official library."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime
from uuid import UUID

from standardwebhooks import Webhook as Signer

from services.screening.hooks.domain import Message, Webhook
from shared.privacy.sealing import Sealer

SECRET_BYTES = 32


def new_secret() -> str:
    """`whsec_` and base64 of 32 random bytes; shown to the owner once."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()}"


def seal(sealer: Sealer, webhook_id: UUID, secret: str) -> str:
    """The secret as the database keeps it."""
    return sealer.seal(secret.encode(), _bound(webhook_id))


def headers(sealer: Sealer, webhook: Webhook, message: Message, now: datetime) -> dict[str, str]:
    """The three headers; two signatures while a former secret still counts. UnsealError when the key is another."""
    sealed = [webhook.secret]
    if webhook.former_secret is not None and webhook.former_until is not None and now < webhook.former_until:
        sealed.append(webhook.former_secret)
    signers = [Signer(sealer.open(text, _bound(webhook.webhook_id)).decode()) for text in sealed]
    body = message.payload.decode()
    return {
        "webhook-id": message.event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signer.sign(message.event_id, now, body) for signer in signers),
    }


def _bound(webhook_id: UUID) -> str:
    return f"webhook:{webhook_id}"
