"""Webhooks: subscriptions and their queues."""

from __future__ import annotations

from alembic import op

from services.screening.hooks import models as hooks

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two new tables; the previous release's code does not know them."""
    hooks.upgrade_0003(op)
