"""Entries of one day hold in the order in which they were recorded, whatever the clock says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from shared import clock
from tests.integration.assets.conftest import project
from tests.integration.assets.test_assets import asset


@pytest.fixture
def move(tmp_path: Path) -> Iterator[Callable[[timedelta], None]]:
    """Moves a clock that otherwise stands."""
    file = tmp_path / "clock"
    file.write_text(clock.now().isoformat())
    clock.follow(file)
    yield lambda by: _write(file, by)
    clock.follow(None)


def _write(file: Path, by: timedelta) -> None:
    file.write_text((clock.now() + by).isoformat())


@pytest.mark.parametrize("step", [timedelta(0), timedelta(seconds=-1)], ids=["stands still", "goes back"])
async def test_the_last_word_counts_though_the_clock(
    clerk: httpx.AsyncClient, move: Callable[[timedelta], None], step: timedelta
) -> None:
    made = await clerk.post("/v1/projects", json=project())
    stored = await clerk.post("/v1/assets", json=asset(made.json()["project_id"]))
    path = f"/v1/assets/{stored.json()['asset_id']}"
    for number in range(12):
        move(step)
        said = {"holds_on": "2024-02-01", "document": "更名通知", "name": f"第{number}次更名"}
        assert (await clerk.post(f"{path}/amendments", json=said)).status_code == 201
    assert (await clerk.get(path)).json()["name"] == "第11次更名"
    told = [one["body"].get("name") for one in (await clerk.get(f"{path}/history")).json()["entries"]]
    assert told[1:] == [f"第{number}次更名" for number in range(12)]
