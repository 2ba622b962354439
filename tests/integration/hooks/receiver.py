"""A receiver of webhooks: answers as it is told, keeps what came, in the order of coming."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson


@dataclass
class Request:
    """One request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def place(self) -> tuple[str, int]:
        """Household and number."""
        data = self.json["data"]
        return data["warning"]["household_no"], data["household_seq"]


@dataclass
class Receiver:
    """`answer(request)` gives (code, headers), and may be changed; `seconds` is how long it thinks."""

    port: int = 0
    seconds: float = 0.0
    answer: Callable[[Request], tuple[int, dict[str, str]]] = lambda _request: (204, {})
    came: list[Request] = field(default_factory=list)
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    closing: asyncio.Event = field(default_factory=asyncio.Event)
    serving: set[asyncio.Task[Any]] = field(default_factory=set)
    open: int = 0
    most_open: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/warnings"

    @property
    def places(self) -> list[tuple[str, int]]:
        return [request.place for request in self.came]

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Nobody listens before and after; a free port of this machine is taken the first time.

        Not by asyncio's server: up to Python 3.11 it loses, open, the connections that it accepted in the turn of the
        loop in which it is closed.
        """
        loop = asyncio.get_running_loop()
        with socket.create_server(("127.0.0.1", self.port)) as listener:
            listener.setblocking(False)
            self.port = listener.getsockname()[1]
            loop.add_reader(listener, self._accept, listener)
            try:
                yield
            finally:
                loop.remove_reader(listener)
                listener.close()
                await asyncio.gather(*self.serving)

    def _accept(self, listener: socket.socket) -> None:
        with contextlib.suppress(BlockingIOError):
            task = asyncio.create_task(self._serve(listener.accept()[0]))
            self.serving.add(task)
            task.add_done_callback(self.serving.discard)

    async def _serve(self, connection: socket.socket) -> None:
        reader, writer = await asyncio.open_connection(sock=connection)
        self.open += 1
        self.most_open = max(self.most_open, self.open)
        try:
            with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
                await self._answer(reader, writer)
        finally:
            self.open -= 1
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)}
        body = await reader.readexactly(int(headers["content-length"]))
        request = Request(lines[0].split(" ")[1], headers, body)
        self.came.append(request)
        self.reached.set()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.closing.wait(), self.seconds)
        code, more = self.answer(request)
        head = "".join(f"{name}: {value}\r\n" for name, value in {**more, "content-length": "0"}.items())
        writer.write(f"HTTP/1.1 {code} x\r\n{head}\r\n".encode())
        await writer.drain()


@asynccontextmanager
async def receiving(**given: Any) -> AsyncIterator[Receiver]:
    """A receiver that stops thinking when it is left."""
    receiver = Receiver(**given)
    async with receiver.listening():
        try:
            yield receiver
        finally:
            receiver.closing.set()
