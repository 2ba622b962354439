from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.contract.messaging.bus import Bus


@pytest.fixture(params=["twin", "tansu", pytest.param("kafka", marks=pytest.mark.kafka)])
async def bus(request: pytest.FixtureRequest) -> AsyncIterator[Bus]:
    """The same suite on the twin, on the embedded broker and on Apache Kafka."""
    bootstrap = None if request.param == "twin" else request.getfixturevalue(request.param)
    made = Bus(bootstrap, idempotence=request.param != "tansu")
    yield made
    await made.close()
