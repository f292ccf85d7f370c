"""How late an event loop wakes."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from typing import Final

import numpy as np

TICK: Final = 0.005


class Lag:
    """The delays of a probe that wakes every few milliseconds."""

    def __init__(self) -> None:
        self.seconds: list[float] = []

    @classmethod
    def pooled(cls, lags: Iterable[Lag]) -> Lag:
        """Put the delays of several together."""
        pooled = cls()
        for lag in lags:
            pooled.seconds += lag.seconds
        return pooled

    def shown(self) -> dict[str, float]:
        """Return p50, p99 and the longest in ms."""
        ms = 1e3 * np.array(self.seconds or [0.0])
        p50, p99 = np.percentile(ms, (50, 99))
        return {"p50": round(float(p50), 2), "p99": round(float(p99), 2), "max": round(float(ms.max()), 2)}


@asynccontextmanager
async def watched() -> AsyncIterator[Lag]:
    """Watch the running loop until the block ends."""
    lag = Lag()
    probe = asyncio.create_task(_probe(lag))
    try:
        yield lag
    finally:
        probe.cancel()


async def _probe(lag: Lag) -> None:
    while True:
        begun = time.perf_counter()
        await asyncio.sleep(TICK)
        lag.seconds.append(time.perf_counter() - begun - TICK)
