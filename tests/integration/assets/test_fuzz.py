"""Thousands of good, bad and odd requests made from the OpenAPI document itself: no 5xx, no answer
that the document does not know, no unknown caller let in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from services.assets.app import build
from services.assets.settings import Settings
from shared.http.issuer import DevIssuer
from tests.support.fuzz import fuzz
from tests.support.served import served


@pytest.fixture
def address(settings: Settings) -> Iterator[str]:
    with served(build(settings)) as found:
        yield found


def test_the_document_is_kept(address: str, issuer: DevIssuer, tmp_path: Path) -> None:
    # That funds sum to the total is a rule that no schema can say: valid by shape is not yet right.
    run = fuzz(address, issuer.sign("developer"), tmp_path, seed=5, apart=("positive_data_acceptance",))
    assert run.returncode == 0, run.stdout
