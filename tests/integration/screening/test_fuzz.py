"""Good, bad and odd requests made from screening's own document: no 5xx, no answer that the document does not know."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import pytest

from services.screening.app import build
from shared.http.issuer import DevIssuer
from tests.integration.screening.conftest import World, settings_for
from tests.support.fuzz import fuzz
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
    rooms = (
        *("--include-path-regex", "clues|warnings|why-not|webhooks|feedback"),
        # A long poll and an event stream are no answer within ten seconds.
        *("--exclude-path", "/v1/warnings/changes", "--exclude-path", "/v1/warnings/stream"),
        *("--exclude-path", "/v1/feedback/{department}/changes"),
    )
    # That a reason goes with "not confirmed" alone no schema can say; two routes share an address.
    apart = ("positive_data_acceptance", "unsupported_method", "allow_header_conformance")
    run = fuzz(address, issuer.sign("developer"), tmp_path, *rooms, seed=7, apart=apart)
    assert run.returncode == 0, run.stdout
