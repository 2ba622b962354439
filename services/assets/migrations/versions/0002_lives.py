"""Assets and their lives of entries.

Revision ID: 0002
"""

from __future__ import annotations

from types import ModuleType

from alembic import op

from services.assets.beneficiaries import models as beneficiaries
from services.assets.disposal import models as disposal
from services.assets.entries import models as entries
from services.assets.findings import models as findings
from services.assets.income import models as income
from services.assets.ledger import models as ledger
from services.assets.projects import models as projects
from services.assets.rights import models as rights
from services.assets.upkeep import models as upkeep

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create the tables of all rooms."""
    rooms: tuple[ModuleType, ...] = (
        entries,
        projects,
        ledger,
        rights,
        beneficiaries,
        upkeep,
        income,
        disposal,
        findings,
    )
    for room in rooms:
        room.upgrade_0002(op)
