"""Home time against real time, measured over the API."""

from __future__ import annotations

import asyncio
import time

from .client import Client

SAMPLES = 8
NOW = {"template": "{{ utcnow().timestamp() }}"}


class HomeClock:
    """Converts between the real clock of this process and the clock that the home lives by."""

    def __init__(self, client: Client, rate: float) -> None:
        """Take the connection and the rate at which the home's clock was started."""
        self._client, self.rate = client, rate
        self._home = self._real = 0.0

    async def measure(self) -> None:
        """Ask the home for its time; the quickest of a few answers is the most exact."""
        best = float("inf")
        for _ in range(SAMPLES):
            sent = time.monotonic()
            home = float(await self._client.rest("POST", "/api/template", NOW))
            took = time.monotonic() - sent
            if took < best:
                best, self._home, self._real = took, home, sent + took / 2

    def now(self) -> float:
        """Return the home's time, UTC seconds."""
        return self._home + (time.monotonic() - self._real) * self.rate

    async def sleep_until(self, home: float) -> None:
        """Wait until the home's clock shows `home`."""
        await asyncio.sleep(max(0.0, (home - self.now()) / self.rate))

    async def sleep(self, home_seconds: float) -> None:
        """Wait for some seconds of home time."""
        await asyncio.sleep(home_seconds / self.rate)
