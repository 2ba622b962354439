"""Projects and assets, as the ledger's topic tells them."""

from __future__ import annotations

from types import ModuleType

from alembic import op

from services.indicators.holdings import models as holdings

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    rooms: tuple[ModuleType, ...] = (holdings,)
    for room in rooms:
        room.upgrade_0004(op)
