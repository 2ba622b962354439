"""Good, bad and odd requests made from the document of lineage and assessments, with ids of things that there are: no
5xx, no answer that the document does not know."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.indicators.app import build
from tests.integration.indicators.conftest import World, observation, person
from tests.support.served import served


@pytest.fixture
async def ids(world: World) -> dict[str, str]:
    """What there is: a value, an observation and a snapshot, by their parameters."""
    await world.take(world.household("H1", person("A"), person("B")), world.enrolment(person("A")))
    taken = await world.observe(observation("9000"), observation("12000", side="urban"))
    assert taken.status_code == 201, taken.text
    await world.settle()
    wish = {"kind": "yearly", "year": 2026, "title": "2026年度督导考核"}
    made = await world.client.post("/v1/assessments", json=wish, headers=world.bearer())
    assert made.status_code == 201, made.text
    [value] = await world.rows(
        """SELECT value_id FROM indicator_value
           WHERE current AND number = 8 AND period = '2026' AND division_code = '150625000000'"""
    )
    return {
        "value_id": str(value["value_id"]),
        "observation_id": taken.json()["items"][0]["observation"]["observation_id"],
        "assessment_id": made.json()["assessment_id"],
    }


@pytest.fixture
def address(world: World, ids: dict[str, str]) -> Iterator[str]:
    with served(build(world.settings)) as found:
        yield found


def test_the_document_is_kept(address: str, world: World, ids: dict[str, str], tmp_path: Path) -> None:
    named = "\n".join(f'"path.{name}" = "{found}"' for name, found in ids.items())
    folder = tmp_path / "fuzz"
    folder.mkdir()
    (folder / "schemathesis.toml").write_text(f"[parameters]\n{named}\n", encoding="utf-8")
    command = [
        *(str(Path(sys.executable).parent / "schemathesis"), "run", f"{address}/openapi.json"),
        *("--header", f"Authorization: Bearer {world.issuer.sign('developer')}"),
        *("--include-path-regex", "contributions$|^/v1/records|^/v1/assessments|observation_id}/values$"),
        # Which year suits which kind of assessment no schema can say; two routes share an address.
        *(
            "--checks",
            "all",
            "--exclude-checks",
            "positive_data_acceptance,unsupported_method,allow_header_conformance",
        ),
        *("--max-examples", "10", "--seed", "7", "--no-color", "--generation-database", "none"),
    ]
    run = subprocess.run(command, capture_output=True, text=True, cwd=folder, check=False)
    assert run.returncode == 0, run.stdout
    assert "Selected: 7/" in run.stdout
