"""Webhooks: subscriptions and their queues."""

from __future__ import annotations

from typing import cast

from alembic import op
from alembic.operations import Operations

from services.screening.hooks import models as hooks

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two new tables; the previous release's code does not know them."""
    hooks.upgrade_0003(cast(Operations, op))  # alembic's `op` is a module that stands for the operations
