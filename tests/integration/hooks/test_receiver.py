"""The receiver itself: what reaches it while it dies is closed and not lost."""

from __future__ import annotations

import asyncio
import socket

from tests.integration.hooks.receiver import Receiver


async def test_connections_of_the_turn_in_which_it_dies_are_closed() -> None:
    receiver = Receiver()
    async with receiver.listening():
        callers = [socket.create_connection(("127.0.0.1", receiver.port)) for _ in range(5)]
        await asyncio.sleep(0)
        for caller in callers:
            caller.shutdown(socket.SHUT_WR)
    for caller in callers:
        with caller:
            assert _ended(caller)
    assert receiver.open == 0


def _ended(caller: socket.socket) -> bool:
    """By an end or by a reset, which is what the queue of a closed listener gets."""
    try:
        return caller.recv(1) == b""
    except ConnectionResetError:
        return True
