"""A department's own share of the process."""

from __future__ import annotations

import asyncio

import pytest

from services.ingest.admission.errors import DepartmentBusyError
from services.ingest.admission.service import RESERVED_CONNECTIONS, Admission


def test_the_share_is_the_departments_own_and_comes_back() -> None:
    admission = Admission(in_flight=2, pool_size=8)
    with admission.enter("health"), admission.enter("health"):
        with pytest.raises(DepartmentBusyError) as refused, admission.enter("health"):
            pass
        assert refused.value.headers == {"Retry-After": "1"}
        with admission.enter("housing"):
            pass
    with pytest.raises(ZeroDivisionError), admission.enter("health"):
        raise ZeroDivisionError
    with admission.enter("health"), admission.enter("health"):
        pass


@pytest.mark.parametrize(("pool", "slots"), [(8, 8 - RESERVED_CONNECTIONS), (2, 1), (1, 1)])
async def test_a_department_leaves_connections_to_the_others(pool: int, slots: int) -> None:
    admission = Admission(in_flight=99, pool_size=pool)
    held = admission.connection("health")
    for _ in range(slots):
        await held.acquire()
    assert held.locked()
    async with asyncio.timeout(1), admission.connection("housing"):
        pass


def test_streams_have_a_share_of_their_own_that_is_named_in_the_refusal() -> None:
    admission = Admission(in_flight=9, pool_size=8, streams=1)
    with admission.stream("health"):
        with pytest.raises(DepartmentBusyError) as refused, admission.stream("health"):
            pass
        assert refused.value.extra == {"limit_streams": 1}
        with admission.stream("housing"), admission.enter("health"):
            pass
    with admission.stream("health"):
        pass
