"""All tables of the service's first release."""

from alembic import op

from services.indicators.observations import models as observations
from services.indicators.values import models as values
from shared.http import models as http
from shared.messaging.outbox import models as messaging
from shared.versions import models as versions

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create them."""
    for room in (versions, messaging, http, observations, values):
        room.create(op)
