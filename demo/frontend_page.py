"""A page with card and panel and a made-up home, without Home Assistant: for tests and for measurements.

`python -m demo.frontend_page` reads lines of JSON and answers each with a line: a text is the body of
an async function that is run in the page, null loads it anew; the answer is {"value": …} or {"error": …}.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from .errors import DemoError
from .homeassistant import ROOT, free_port
from .screenshot import Page, browser_page

_STEP_SECONDS = 240.0
_TEST = ROOT / "frontend" / "test"
_COMPONENT = ROOT / "custom_components" / "smartguard"


class HomePage:
    """The open page; `run` evaluates the body of an async function in it and returns its result."""

    def __init__(self, page: Page, url: str) -> None:
        """Take the browser's page and where the files are served."""
        self.page, self.url = page, url

    async def open(self) -> None:
        """Load the page anew, until its modules are there."""
        await self.page.command("Page.navigate", url=f"{self.url}/page.html")
        await self.page.wait_for("!!window.home && !!customElements.get('smartguard-panel')")

    async def run(self, body: str) -> Any:
        """Return what a piece of JavaScript returns; raises DemoError for what it throws."""
        answer = await self.page.command(
            "Runtime.evaluate",
            expression=f"(async () => {{ {body} }})()",
            awaitPromise=True,
            returnByValue=True,
        )
        if "exceptionDetails" in answer:
            raise DemoError(f"expected no error in the page, got {json.dumps(answer['exceptionDetails'])}")
        return answer["result"].get("value")


@asynccontextmanager
async def home_page(width: int = 1200, height: int = 900) -> AsyncIterator[HomePage]:
    """Serve the files on this machine and open them in a browser for the body."""
    app = web.Application()
    app.router.add_get("/en.json", _file(_COMPONENT / "translations" / "en.json"))
    for name in ("page.html", "home.js"):
        app.router.add_get(f"/{name}", _file(_TEST / name))
    app.router.add_static("/", _COMPONENT / "www")
    runner = web.AppRunner(app)
    await runner.setup()
    port = free_port()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        async with browser_page(width, height) as page:
            await page.command("Page.enable")
            await page.command("Runtime.enable")
            await page.command("Emulation.setFocusEmulationEnabled", enabled=True)
            home = HomePage(page, f"http://127.0.0.1:{port}")
            await home.open()
            yield home
    finally:
        await runner.cleanup()


async def serve_lines() -> None:
    """Answer each line of the standard input, until it ends."""
    loop = asyncio.get_running_loop()
    async with home_page() as home:
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            body = json.loads(line)
            try:
                step = home.open() if body is None else home.run(body)
                answer = {"value": await asyncio.wait_for(step, _STEP_SECONDS)}
            except (DemoError, TimeoutError) as err:
                answer = {"error": str(err) or "expected an answer in time, got none"}
            print(json.dumps(answer), flush=True)


def _file(path: Any) -> Any:
    async def answer(_request: web.Request) -> web.FileResponse:
        return web.FileResponse(path)

    return answer


if __name__ == "__main__":
    asyncio.run(serve_lines())
