"""Thousands of good, bad and odd requests made from the OpenAPI document itself: no 5xx, no answer
that the document does not know, no unknown caller let in."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.assets.app import build
from services.assets.settings import Settings
from shared.http.issuer import DevIssuer
from tests.support.served import served

ROOT = Path(__file__).parents[3]


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    with served(build(settings)) as found:
        yield found


def test_the_document_is_kept(address: str, issuer: DevIssuer, tmp_path: Path) -> None:
    command = [
        *(str(Path(sys.executable).parent / "schemathesis"), "run", f"{address}/openapi.json"),
        *("--header", f"Authorization: Bearer {issuer.sign('developer')}"),
        # That funds sum to the total is a rule that no schema can say: valid by shape is not yet right.
        *("--checks", "all", "--exclude-checks", "positive_data_acceptance"),
        *("--max-examples", "10", "--seed", "5", "--no-color", "--generation-database", "none"),
    ]
    env = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.support.fuzzing", "PYTHONPATH": str(ROOT)}
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, env=env, check=False)
    assert run.returncode == 0, run.stdout
