"""Talk to a Home Assistant from outside: its REST and its WebSocket API."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Callable
from contextlib import AsyncExitStack, suppress
from typing import Any, Self

import aiohttp

from .errors import DemoError

USER, PASSWORD = "demo", "demo-only-here"
COMMAND_SECONDS = 120.0
CONNECTIONS, CONNECTION_PAUSE = 5, 1.0
"""How often to try, and seconds between: a busy Home Assistant closes connections before it greets them."""
INTERNET_SERVICES = ("google_translate", "met", "radio_browser", "shopping_list")
MAX_MESSAGE = 64 * 1024 * 1024

Listener = Callable[[dict[str, Any]], None]


async def wait_until_up(url: str, alive: Callable[[], None], timeout: float = 120.0) -> None:
    """Wait until the HTTP server answers; `alive` raises if the process has ended."""
    deadline = asyncio.get_running_loop().time() + timeout
    async with aiohttp.ClientSession() as session:
        while asyncio.get_running_loop().time() < deadline:
            alive()
            with suppress(aiohttp.ClientError):
                async with session.get(f"{url}/manifest.json") as response:
                    if response.status == 200:
                        return
            await asyncio.sleep(0.2)
    raise DemoError(f"expected an answer at {url} within {timeout:.0f} s, got none")


async def onboard(url: str) -> str:
    """Create the owner and finish the onboarding as the first visitor would; return a lasting token."""
    client_id = f"{url}/"
    async with aiohttp.ClientSession() as session:

        async def post(path: str, token: str = "", **request: Any) -> Any:
            headers = {"Authorization": f"Bearer {token}"} if token else {}
            async with session.post(url + path, headers=headers, **request) as response:
                if response.status >= 300:
                    raise DemoError(
                        f"{path}: expected success, got {response.status}: {await response.text()}"
                    )
                return await response.json() if response.content_length != 0 else None

        owner = {
            "name": "Demo",
            "username": USER,
            "password": PASSWORD,
            "client_id": client_id,
            "language": "en",
        }
        code = (await post("/api/onboarding/users", json=owner))["auth_code"]
        grant = {"grant_type": "authorization_code", "code": code, "client_id": client_id}
        access = str((await post("/auth/token", data=grant))["access_token"])
        await post("/api/onboarding/core_config", access, json={})
        await post("/api/onboarding/analytics", access, json={})
        redirect = {"client_id": client_id, "redirect_uri": f"{client_id}?auth_callback=1"}
        await post("/api/onboarding/integration", access, json=redirect)
    async with Client(url, access) as client:
        token = await client.command("auth/long_lived_access_token", client_name="demo", lifespan=365)
        # 2026.11 takes `http:` in YAML as a trial and stops after five minutes unless confirmed.
        with suppress(DemoError):
            await client.command("http/config/promote")
        await _remove_internet_services(client)
    return str(token)


async def _remove_internet_services(client: Client) -> None:
    """Remove what the onboarding adds for a home with internet: weather, radio, speech."""
    for entry in await client.command("config_entries/get"):
        if entry["domain"] in INTERNET_SERVICES:
            await client.rest("DELETE", f"/api/config/config_entries/entry/{entry['entry_id']}")


class Client:
    """One WebSocket connection, with REST beside it: `async with Client(url, token) as client`."""

    def __init__(self, url: str, token: str) -> None:
        """Take where to connect; nothing is opened yet."""
        self.url, self._token = url, token
        self.version = ""
        self._ids = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._listeners: dict[int, Listener] = {}
        self._closing = False

    async def __aenter__(self) -> Self:
        """Connect and authenticate."""
        # A fast clock makes the server close idle connections within a second: never keep one.
        session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(force_close=True),
            headers={"Authorization": f"Bearer {self._token}"},
        )
        async with AsyncExitStack() as undo:
            self._session = await undo.enter_async_context(session)
            await self._connect()
            undo.pop_all()
        return self

    async def _connect(self) -> None:
        """Connect, again if the other side closes at once: no event is missed, none is subscribed to yet."""
        for attempt in range(1, CONNECTIONS + 1):
            try:
                await self._authenticate()
                return
            except (aiohttp.ClientError, aiohttp.WSMessageTypeError) as err:
                if attempt == CONNECTIONS:
                    raise DemoError(f"expected a connection to {self.url}, got {err!r} each time") from err
            await asyncio.sleep(CONNECTION_PAUSE)

    async def _authenticate(self) -> None:
        self._socket = await self._session.ws_connect(f"{self.url}/api/websocket", max_msg_size=MAX_MESSAGE)
        await self._socket.receive_json()
        await self._socket.send_json({"type": "auth", "access_token": self._token})
        answer = await self._socket.receive_json()
        if answer["type"] != "auth_ok":
            raise DemoError(f"expected auth_ok, got {answer}")
        self.version = answer["ha_version"]
        self._reader = asyncio.create_task(self._read())

    async def __aexit__(self, *_: object) -> None:
        """Close the connection."""
        self._closing = True
        await self._socket.close()
        self._reader.cancel()
        await asyncio.gather(self._reader, return_exceptions=True)
        await self._session.close()

    @property
    def lost(self) -> bool:
        """Say whether the other side closed the connection."""
        return self._reader.done() and not self._closing

    async def _read(self) -> None:
        async for message in self._socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                parsed = message.json()
                for part in parsed if isinstance(parsed, list) else [parsed]:
                    self._take(part)
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(self._closed())

    def _closed(self) -> DemoError:
        """Say that the connection is gone; a new one would not have the events of meanwhile."""
        return DemoError(
            f"expected an answer, Home Assistant closed the connection ({self._socket.close_code})"
        )

    def _take(self, message: dict[str, Any]) -> None:
        number = message["id"]
        if message["type"] == "event":
            if number in self._listeners:
                self._listeners[number](message["event"])
        elif number in self._answers and not self._answers[number].done():
            self._answers[number].set_result(message)

    async def _ask(self, message: dict[str, Any], listener: Listener | None = None) -> dict[str, Any]:
        number = next(self._ids)
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()
        self._answers[number] = answer
        if listener is not None:
            self._listeners[number] = listener
        try:
            await self._socket.send_json({"id": number, **message})
            return await asyncio.wait_for(answer, COMMAND_SECONDS)
        except aiohttp.ClientConnectionError as err:
            raise self._closed() from err
        except TimeoutError as err:
            raise DemoError(f"{message['type']}: expected an answer within {COMMAND_SECONDS:.0f} s") from err
        finally:
            del self._answers[number]

    async def command(self, kind: str, **fields: Any) -> Any:
        """Send a WebSocket command and return its result; raises DemoError if it is refused."""
        answer = await self._ask({"type": kind, **fields})
        if not answer["success"]:
            raise DemoError(f"{kind}: expected success, got {answer['error']}")
        return answer["result"]

    async def ping(self) -> None:
        """Send a ping and wait for the pong, which the event loop of the other side answers itself."""
        await self._ask({"type": "ping"})

    async def subscribe(self, event_type: str, listener: Listener) -> None:
        """Call `listener` with every event of this type from now on."""
        answer = await self._ask({"type": "subscribe_events", "event_type": event_type}, listener)
        if not answer["success"]:
            raise DemoError(f"{event_type}: expected a subscription, got {answer['error']}")

    async def call(self, action: str, entity_id: str | None = None, **data: Any) -> Any:
        """Perform an action (`light.turn_on`) as the user; return after it is done."""
        domain, service = action.split(".", 1)
        target = {"target": {"entity_id": entity_id}} if entity_id else {}
        return await self.command("call_service", domain=domain, service=service, service_data=data, **target)

    async def answer_of(self, action: str, **data: Any) -> dict[str, Any]:
        """Perform an action that answers and return its response."""
        domain, service = action.split(".", 1)
        result = await self.command(
            "call_service", domain=domain, service=service, service_data=data, return_response=True
        )
        return dict(result["response"])

    async def rest(self, method: str, path: str, data: Any = None) -> Any:
        """Make a REST request and return the parsed answer; raises DemoError if it is refused."""
        async with self._session.request(method, self.url + path, json=data) as response:
            text = await response.text()
            if response.status >= 300:
                raise DemoError(f"{method} {path}: expected success, got {response.status}: {text}")
            return await response.json() if "json" in response.content_type else text

    async def wait_until_running(self, timeout: float = 120.0) -> None:
        """Wait until everything is set up; raises DemoError after `timeout` seconds."""
        deadline = asyncio.get_running_loop().time() + timeout
        while (state := (await self.command("get_config"))["state"]) != "RUNNING":
            if asyncio.get_running_loop().time() > deadline:
                raise DemoError(f"expected Home Assistant to be RUNNING after {timeout:.0f} s, it is {state}")
            await asyncio.sleep(0.1)

    async def states(self) -> dict[str, dict[str, Any]]:
        """Return every state by entity_id."""
        return {state["entity_id"]: state for state in await self.command("get_states")}
