"""The demonstration's client against a server that closes connections, as a busy Home Assistant does."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import pytest

pytest.importorskip("homeassistant", reason="the demonstration runs a real Home Assistant")

from aiohttp import web
from aiohttp.test_utils import TestServer

from demo import client
from demo.client import CONNECTIONS, Client
from demo.errors import DemoError

pytestmark = pytest.mark.usefixtures("socket_enabled")


class Closing:
    """Greets after it has closed some connections, and closes the ones that ask for it."""

    def __init__(self) -> None:
        self.to_close = 0
        self.connections = 0

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.connections += 1
        if self.connections <= self.to_close:
            await socket.close()
            return socket
        await socket.send_json({"type": "auth_required"})
        await socket.receive_json()
        await socket.send_json({"type": "auth_ok", "ha_version": "2026.11.0"})
        async for message in socket:
            asked = message.json()
            if asked["type"] == "close":
                break
            await socket.send_json({"id": asked["id"], "type": "result", "success": True, "result": asked})
        await socket.close()
        return socket


@pytest.fixture
def closing(monkeypatch: pytest.MonkeyPatch) -> Closing:
    monkeypatch.setattr(client, "CONNECTION_PAUSE", 0)
    return Closing()


@pytest.fixture
async def connect(closing: Closing) -> AsyncIterator[Callable[[], Client]]:
    app = web.Application()
    app.router.add_get("/api/websocket", closing.serve)
    async with TestServer(app) as server:
        yield lambda: Client(f"http://{server.host}:{server.port}", "token")


async def test_a_connection_that_is_closed_at_once_is_made_again(
    closing: Closing, connect: Callable[[], Client]
) -> None:
    closing.to_close = CONNECTIONS - 1
    async with connect() as found:
        assert (await found.command("hello"))["type"] == "hello"
    assert closing.connections == CONNECTIONS


async def test_after_some_times_it_gives_up_and_says_why(
    closing: Closing, connect: Callable[[], Client]
) -> None:
    closing.to_close = CONNECTIONS
    with pytest.raises(DemoError, match="expected a connection to http"):
        await connect().__aenter__()
    assert closing.connections == CONNECTIONS


async def test_a_connection_that_is_lost_later_says_so_at_each_question(
    closing: Closing, connect: Callable[[], Client]
) -> None:
    async with connect() as found:
        for question in ("close", "hello"):
            with pytest.raises(DemoError, match="Home Assistant closed the connection"):
                await found.command(question)
        assert found.lost
        assert closing.connections == 1
