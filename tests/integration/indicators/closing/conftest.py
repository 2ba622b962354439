"""People who close periods, and what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.indicators.conftest import World

APRIL = "2026-04"


@dataclass
class Office:
    """The two persons it takes to close a period, and their routes."""

    world: World

    def as_(self, role: str, sub: str | None = None, **headers: str) -> dict[str, str]:
        """The header of a person of a role; by default each role is another person."""
        token = self.world.issuer.sign(role, sub=sub or role)
        return {"Authorization": f"Bearer {token}", **{name.replace("_", "-"): said for name, said in headers.items()}}

    async def propose(
        self,
        period: str = APRIL,
        note: str | None = None,
        *,
        sub: str = "owner",
        role: str = "developer",
        **headers: str,
    ) -> Any:
        """Propose to close a period."""
        said = {} if note is None else {"note": note}
        client = self.world.client
        return await client.post(f"/v1/periods/{period}/closings", json=said, headers=self.as_(role, sub, **headers))

    async def approve(self, closing_id: str, *, sub: str = "checker", role: str = "developer") -> Any:
        """Approve a closing."""
        return await self.world.client.post(f"/v1/closings/{closing_id}/approval", headers=self.as_(role, sub))

    async def reject(self, closing_id: str, *, sub: str = "checker", reason: str = "尚未核实") -> Any:
        """Send a closing back."""
        headers = self.as_("developer", sub)
        return await self.world.client.post(
            f"/v1/closings/{closing_id}/rejection", json={"reason": reason}, headers=headers
        )

    async def close(self, period: str = APRIL) -> dict[str, Any]:
        """Propose and approve, and nothing is in the way."""
        proposed = await self.propose(period)
        assert proposed.status_code == 201, proposed.text
        self.world.tick()
        closed = await self.approve(proposed.json()["closing_id"])
        assert closed.status_code == 200, closed.text
        self.world.tick()
        answer: dict[str, Any] = closed.json()
        return answer


@pytest.fixture
def office(world: World) -> Office:
    """Two persons over the one world."""
    return Office(world)
