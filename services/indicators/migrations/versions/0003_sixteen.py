"""All sixteen indicators: marks by division, official and checked observations, closing, restatements, assessments."""

from __future__ import annotations

from types import ModuleType

from alembic import op

from services.indicators.assessments import models as assessments
from services.indicators.closing import models as closing
from services.indicators.observations import models as observations
from services.indicators.restatements import models as restatements
from services.indicators.values import models as values

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables."""
    rooms: tuple[ModuleType, ...] = (observations, closing, values, restatements, assessments)
    for room in rooms:
        room.upgrade_0003(op)
