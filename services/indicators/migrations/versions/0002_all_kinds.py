"""The projection with the typed columns of all kinds, and freshness by the sender's own law."""

from __future__ import annotations

from types import ModuleType

from alembic import op

from shared.versions import models as versions

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    rooms: tuple[ModuleType, ...] = (versions,)
    for room in rooms:
        room.upgrade_0002(op)
