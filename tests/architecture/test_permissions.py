"""Every route of every service states exactly one permission (trust §2)."""

from __future__ import annotations

from fastapi import FastAPI

from shared.http import routes


def test_every_route_states_one_permission(api: FastAPI) -> None:
    assert list(routes.facts(api))
    assert not routes.mistakes(api)
