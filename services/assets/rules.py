"""The rules of all rooms together: no entry of one room may break what another room wrote."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from services.assets.beneficiaries import service as beneficiaries
from services.assets.disposal import domain as disposal
from services.assets.disposal.service import keep as keep_proceeds
from services.assets.entries.domain import Entry, Fault, Note
from services.assets.entries.service import Rules
from services.assets.income import domain as income
from services.assets.income.kinds import PAID, REVERSED
from services.assets.income.service import keep as keep_income
from services.assets.income.service import told as tell_of_payment
from services.assets.ledger import domain as ledger
from services.assets.ledger.routes import Wrote
from services.assets.ledger.service import keep as keep_assets
from services.assets.ledger.service import told as tell_of_asset
from services.assets.rights import domain as rights
from services.assets.rights.service import keep as keep_rights
from services.assets.rights.service import told as tell_of_right
from services.assets.upkeep import domain as upkeep
from services.assets.upkeep.service import keep as keep_upkeep


def law(entries: Sequence[Entry]) -> list[Fault]:
    """Everything wrong with an asset's standing entries, given in their order.

    A life that is not in order in the ledger is looked at no further: the other rooms read an asset.
    """
    found = ledger.law(entries)
    return found or [*rights.law(entries), *upkeep.law(entries), *income.law(entries), *disposal.law(entries)]


_NAMED = 5


async def notes(conn: AsyncConnection, entry: Entry, prefix: str) -> list[Note]:
    """Households that an entry names and of which the ledger was never told: unknown is said, and nobody is refused
    for it."""
    named = {*rights.households(entry), *upkeep.households(entry), *income.households(entry)}
    unknown = await beneficiaries.unheard_of(conn, named, prefix) if named else []
    if not unknown:
        return []
    some = "、".join(unknown[:_NAMED]) + (f" 等 {len(unknown)} 户" if len(unknown) > _NAMED else "")
    told = f"从未收到本辖区 {some}的脱贫户或监测对象信息：一般农牧户本台账不掌握，请核对户编号没有填错。"
    return [Note("household_not_known", told, tuple(unknown))]


TAKEN_BACK: Mapping[str, Wrote] = {
    ledger.AMENDED: tell_of_asset,
    ledger.DISPOSED: tell_of_asset,
    **dict.fromkeys((PAID, REVERSED), tell_of_payment),
    rights.CONFIRMED: tell_of_right,
    rights.TRANSFERRED: tell_of_right,
    rights.ENDED: tell_of_right,
}
"""What the bus is told when an entry that it was told of is taken back."""
RULES = Rules(law, (keep_assets, keep_rights, keep_upkeep, keep_income, keep_proceeds), notes)
