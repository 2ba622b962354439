"""Facts and rules over all kinds: typed columns, parameters with proposals, outcomes, runs."""

from __future__ import annotations

from alembic import op

from services.screening.facts import models as facts
from services.screening.outcomes import models as outcomes
from services.screening.parameters import models as parameters
from services.screening.register import models as register
from services.screening.rules import models as rules
from services.screening.runs import models as runs
from services.screening.warnings import models as warnings
from shared.versions import models as versions

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Change the tables in the order of the data."""
    for room in (versions, register, parameters, facts, rules, warnings, outcomes, runs):
        room.upgrade_0002(op)
