"""Every table of screening: the bus, the projection of the feeds, facts, rules, warnings."""

from __future__ import annotations

from alembic import op

from services.screening.facts import models as facts
from services.screening.rules import models as rules
from services.screening.warnings import models as warnings
from shared.messaging.outbox import models as messaging
from shared.versions import models as versions

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them in the order of the data."""
    for room in (messaging, versions, facts, rules, warnings):
        room.create(op)
