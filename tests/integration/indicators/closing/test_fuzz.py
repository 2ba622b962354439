"""Good, bad and odd requests made from the OpenAPI document itself: no 5xx, no answer that the document does not
know, no unknown caller let in."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from tests.integration.indicators.closing.test_closing import idle
from tests.integration.indicators.conftest import World
from tests.support.served import served


async def test_the_document_is_kept(world: World, tmp_path: Path) -> None:
    await idle(world)
    with served(world.app) as address:
        command = [
            *(str(Path(sys.executable).parent / "schemathesis"), "run", f"{address}/openapi.json"),
            *("--header", f"Authorization: Bearer {world.issuer.sign('developer')}"),
            *("--include-path-regex", "closings|restatements|changes"),
            # That a period has ended is a rule that no schema can say: valid by shape is not yet right.
            *("--checks", "all", "--exclude-checks", "positive_data_acceptance"),
            *("--max-examples", "10", "--seed", "5", "--no-color", "--generation-database", "none"),
        ]
        run = await asyncio.create_subprocess_exec(*command, cwd=tmp_path, stdout=PIPE, stderr=PIPE)
        said, _ = await run.communicate()
    assert run.returncode == 0, said.decode()
