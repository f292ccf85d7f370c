"""Take pictures of the running demonstration's dashboard with a headless Chromium.

`python -m demo.screenshot docs/images/dashboard.png --path /demo-home/smartguard`
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import itertools
import json
import shutil
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp

from .client import PASSWORD, USER
from .errors import DemoError
from .house import ZONE

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
    # nothing but the local server: no look-ups of brand pictures or map tiles
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-port=0",
)
PATH = "/demo-home/smartguard"
SIZE = (1440, 748)
# The page takes the home's clock for its own.
CLOCK = """
(() => {
  const Real = Date, begun = Real.now(), now = () => %f + (Real.now() - begun) * %f;
  window.Date = class extends Real {
    constructor(...a) { if (a.length) super(...a); else super(now()); }
    static now() { return now(); }
  };
})();
"""
START_SECONDS, PAGE_SECONDS, SETTLE_SECONDS = 90.0, 180.0, 4.0
# The page is drawn when neither a loading screen nor an empty panel is left, shadow roots included.
DRAWN = """
(() => {
  const deep = (n, out = []) => { for (const e of n.querySelectorAll('*')) {
    out.push(e.localName); if (e.shadowRoot) deep(e.shadowRoot, out); } return out; };
  const all = deep(document);
  return all.includes('hui-root') && !all.includes('ha-init-page') && !all.includes('hass-loading-screen')
    && all.length > 300;
})()
"""


async def log_in(url: str, user: tuple[str, str] = (USER, PASSWORD)) -> dict[str, Any]:
    """Log in by name and password; return what the frontend keeps in the browser."""
    client_id = f"{url}/"
    async with aiohttp.ClientSession() as session:

        async def post(path: str, **request: Any) -> dict[str, Any]:
            async with session.post(url + path, **request) as response:
                if response.status >= 300:
                    raise DemoError(f"{path}: expected success, got {response.status}")
                return dict(await response.json())

        begin = {"client_id": client_id, "handler": ["homeassistant", None], "redirect_uri": client_id}
        flow = await post("/auth/login_flow", json=begin)
        answer = {"client_id": client_id, "username": user[0], "password": user[1]}
        code = (await post(f"/auth/login_flow/{flow['flow_id']}", json=answer))["result"]
        grant = {"grant_type": "authorization_code", "code": code, "client_id": client_id}
        tokens = await post("/auth/token", data=grant)
    expires = int((time.time() + tokens["expires_in"]) * 1000)
    return {**tokens, "hassUrl": url, "clientId": client_id, "expires": expires}


class Page:
    """One page of a browser, spoken to by the DevTools protocol."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        """Take the page's connection."""
        self._socket, self._ids = socket, itertools.count(1)

    async def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command and return its result."""
        number = next(self._ids)
        await self._socket.send_json({"id": number, "method": method, "params": parameters})
        while True:
            message = await self._socket.receive_json()
            if message.get("id") == number:
                if "error" in message:
                    raise DemoError(f"{method}: expected success, got {message['error']}")
                return dict(message["result"])

    async def wait_for(self, expression: str) -> None:
        """Wait until a JavaScript expression is true."""
        for _ in range(int(PAGE_SECONDS / 0.25)):
            result = (await self.command("Runtime.evaluate", expression=expression))["result"]
            if result.get("value") is True:
                return
            await asyncio.sleep(0.25)
        raise DemoError(f"expected the page to be drawn within {PAGE_SECONDS:.0f} s, it is not")

    async def save(self, out: Path) -> None:
        """Save a picture of what is shown now (PNG)."""
        picture = await self.command("Page.captureScreenshot", format="png")
        await asyncio.get_running_loop().run_in_executor(None, _write, out, base64.b64decode(picture["data"]))


@asynccontextmanager
async def browser_page(width: int, height: int) -> AsyncIterator[Page]:
    """Start a browser with an empty profile for the body; yield its page."""
    program = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if program is None:
        raise DemoError(
            f"expected a browser ({', '.join(BROWSERS)}), found none; scripts/setup browser installs one"
        )
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        window = (f"--user-data-dir={profile}", f"--window-size={width},{height}")
        process = await asyncio.create_subprocess_exec(
            program, *FLAGS, *window, "about:blank", stdout=DEVNULL, stderr=DEVNULL
        )
        try:
            async with aiohttp.ClientSession() as session:
                address = await _debugger(session, Path(profile) / "DevToolsActivePort")
                async with session.ws_connect(address, max_msg_size=0) as socket:
                    yield Page(socket)
        finally:
            process.terminate()
            await process.wait()


async def _debugger(session: aiohttp.ClientSession, port_file: Path) -> str:
    """Return where the first page's DevTools listen."""
    deadline = time.monotonic() + START_SECONDS
    while (port := _first_line(port_file)) is None:
        if time.monotonic() > deadline:
            raise DemoError(f"expected the browser to start within {START_SECONDS:.0f} s, it did not")
        await asyncio.sleep(0.1)
    async with session.get(f"http://127.0.0.1:{port}/json/list") as response:
        pages = [target for target in await response.json() if target["type"] == "page"]
    return str(pages[0]["webSocketDebuggerUrl"])


def _write(out: Path, data: bytes) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_bytes(data)


def _first_line(file: Path) -> str | None:
    lines = file.read_text().splitlines() if file.exists() else []
    return lines[0] if lines else None


@asynccontextmanager
async def dashboard(
    url: str,
    path: str,
    size: tuple[int, int] = SIZE,
    clock: tuple[float, float] | None = None,
    drawn: str = DRAWN,
    user: tuple[str, str] = (USER, PASSWORD),
    dark: bool = False,
) -> AsyncIterator[Page]:
    """Show one path of the frontend for the body.

    clock: home time (UTC seconds) and rate of a home that does not live by the clock of this machine.
    drawn: JavaScript that is true once the page can be looked at. user: name and password of who looks.
    dark: the browser asks for a dark theme.
    """
    kept = {"hassTokens": json.dumps(await log_in(url, user)), "dockedSidebar": '"always_hidden"'}
    script = f"Object.assign(localStorage, {json.dumps(kept)});"
    if clock is not None:
        script += CLOCK % (clock[0] * 1000, clock[1])
    screen = {"width": size[0], "height": size[1], "deviceScaleFactor": 1, "mobile": False}
    async with browser_page(*size) as page:
        await page.command("Page.enable")
        await page.command("Page.addScriptToEvaluateOnNewDocument", source=script)
        await page.command("Emulation.setDeviceMetricsOverride", **screen)
        await page.command("Emulation.setTimezoneOverride", timezoneId=ZONE)
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        await page.command("Emulation.setEmulatedMedia", features=[scheme])
        await page.command("Page.navigate", url=url + path)
        await page.wait_for(drawn)
        await asyncio.sleep(SETTLE_SECONDS)
        yield page


async def take(url: str, path: str, out: Path, size: tuple[int, int]) -> None:
    """Save a picture of one path of the frontend."""
    async with dashboard(url, path, size) as page:
        await page.save(out)


def main() -> int:
    """Read the command line and take the picture; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m demo.screenshot", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--url", default="http://127.0.0.1:8123")
    parser.add_argument("--path", default=PATH)
    parser.add_argument("--width", type=int, default=SIZE[0])
    parser.add_argument("--height", type=int, default=SIZE[1])
    given = parser.parse_args()
    try:
        asyncio.run(take(given.url, given.path, given.out, (given.width, given.height)))
    except DemoError as err:
        print(f"screenshot: {err}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
