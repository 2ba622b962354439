"""Good, bad and odd requests made from screening's own document: no 5xx, no answer that the document does not know."""

from __future__ import annotations

import base64
import subprocess
import sys
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest

from services.screening.app import build
from shared.http.issuer import DevIssuer
from tests.integration.screening.conftest import World, settings_for
from tests.support.served import served


@pytest.fixture
async def filled(world: World) -> World:
    """A world with a household, warnings and a closed one."""
    await world.take(world.household(), world.settlement("12000"), world.appraisal("D"))
    await world.number()
    return world


@pytest.fixture
def issuer(tmp_path: Path) -> DevIssuer:
    return DevIssuer(tmp_path / "issuer", environment="development")


@pytest.fixture
def address(filled: World, issuer: DevIssuer) -> Iterator[str]:
    hooks = {"bus_key": f"k1:{base64.b64encode(bytes(32)).decode()}", "webhook_networks": [ip_network("127.0.0.0/8")]}
    with served(build(settings_for(filled.url, jwks=str(issuer.jwks), **hooks))) as found:
        yield found


def test_the_document_is_kept(address: str, issuer: DevIssuer, tmp_path: Path) -> None:
    command = [
        *(str(Path(sys.executable).parent / "schemathesis"), "run", f"{address}/openapi.json"),
        *("--header", f"Authorization: Bearer {issuer.sign('developer')}"),
        # The rooms of warnings and of who hears of them; a long poll and an event stream are no answer within ten
        # seconds.
        *("--include-path-regex", "clues|warnings|why-not|webhooks|feedback"),
        *("--exclude-path", "/v1/warnings/changes", "--exclude-path", "/v1/warnings/stream"),
        *("--exclude-path", "/v1/feedback/{department}/changes"),
        # That a reason goes with "not confirmed" alone no schema can say; two routes share an address.
        *(
            "--checks",
            "all",
            "--exclude-checks",
            "positive_data_acceptance,unsupported_method,allow_header_conformance",
        ),
        *("--max-examples", "10", "--seed", "7", "--no-color", "--generation-database", "none"),
    ]
    run = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert run.returncode == 0, run.stdout
