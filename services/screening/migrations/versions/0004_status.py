"""What the bus was told of households' status."""

from __future__ import annotations

from typing import cast

from alembic import op
from alembic.operations import Operations

from services.screening.status import models as status

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two new tables; the previous release's code does not know them."""
    status.upgrade_0004(cast(Operations, op))  # alembic's `op` is a module that stands for the operations
