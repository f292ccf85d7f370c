"""A real Home Assistant with the demonstration home, for tests to start, stop and look at."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
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
    """Wait until an entity has one of these states; give up after half a minute."""
    state = None
    for _ in range(150):
        if (state := (await client.states())[entity_id]["state"]) in wanted:
            return
        await asyncio.sleep(0.2)
    raise AssertionError(f"expected {entity_id} to become one of {wanted}, got {state}")
