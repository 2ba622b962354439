"""What an integrator reads about every service, in the four documents as they are served."""

from __future__ import annotations

from fastapi import FastAPI

from shared.events.asyncapi import asyncapi
from shared.http import routes
from shared.names import title


def test_every_route_is_documented_in_chinese(api: FastAPI) -> None:
    assert not routes.undocumented(api)


def test_both_documents_call_the_service_the_same(api: FastAPI) -> None:
    assert api.title == asyncapi(api.state.service)["info"]["title"] == title(api.state.service)
