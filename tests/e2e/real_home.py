"""A real Home Assistant with the demonstration home, for tests to start, stop and look at."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from demo.client import Client, wait_until_up
from demo.evening import Evening, evening
from demo.homeassistant import free_port
from demo.house import ZONE
from demo.installation import Installation, install
from tests.quiet import is_complaint
from trainer.simulate import Home

PATIENCE, LOOK_AGAIN = 180.0, 0.2
TRAIN_SECONDS = 900.0


@dataclass
class RealHome:
    """A demonstration home with a short history in its recorder."""

    home: Home
    past: Evening
    installation: Installation

    @classmethod
    async def make(cls, folder: Path, days: int) -> RealHome:
        """Install it; its history ends half a minute ago."""
        home = Home.demonstration(ZONE)
        past = evening(home, 1, datetime.now(ZoneInfo(ZONE)) - timedelta(seconds=30), days=days)
        return cls(
            home, past, await install(home, past, folder, Path(sys.executable), free_port(), faked=False)
        )

    @asynccontextmanager
    async def running(self) -> AsyncIterator[Client]:
        """Start it for the body and stop it afterwards."""
        process = self.installation.process
        process.start()
        try:
            await wait_until_up(process.url, process.check_alive)
            async with Client(process.url, self.installation.token) as client:
                await client.wait_until_running()
                yield client
        finally:
            process.stop()

    def entity(self, key: str) -> str:
        """Return the entity id of a key of the simulation."""
        return self.installation.entities.observed[key]

    def kept_files(self) -> list[str]:
        """Return what SmartGuard keeps on disk."""
        folder = self.installation.process.config / ".storage" / "smartguard"
        return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))

    def complaints(self) -> list[str]:
        """Return what Home Assistant's log holds against SmartGuard."""
        lines = self.installation.process.output.read_text(errors="replace").splitlines()
        serious = [
            line for line in lines if any(f" {level} " in line for level in ("WARNING", "ERROR", "CRITICAL"))
        ]
        return [line for line in serious if is_complaint(line)]


async def wait_for(client: Client, entity_id: str, *wanted: str) -> None:
    """Wait until an entity has one of these states; give up after minutes, for machines are slow."""

    async def look() -> str:
        return str((await client.states())[entity_id]["state"])

    await wait_until(look, lambda state: state in wanted)


async def wait_until[T](look: Callable[[], Awaitable[T]], is_right: Callable[[T], object]) -> T:
    """Look again and again until what is seen is right, and return it; fail with what was seen last."""
    for _ in range(int(PATIENCE / LOOK_AGAIN)):
        if is_right(seen := await look()):
            return seen
        await asyncio.sleep(LOOK_AGAIN)
    raise AssertionError(f"expected what is right within {PATIENCE:.0f} s, got {seen}")
