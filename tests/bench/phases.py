"""The parts of `scripts/bench events`: what is asked of one running core, one function each."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from statistics import median
from typing import Any, Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from custom_components.smartguard.coordinator import SmartGuardCoordinator
from custom_components.smartguard.live import Verdict
from trainer.lag import Lag, watched
from trainer.memory import kilobytes

from .core import ENTRY_ID, coordinator_of
from .traffic import Traffic

CHUNK, USES_A_CHUNK = 100, 5
"""State changes between two turns of the loop, and how many of them are behaviors: 5 %."""
PAUSE: Final = 0.01
PACE: Final = 200
"""State changes a second of a big home that is busy; 5 % of them behaviors, which no home has for long."""
REPORTS_A_ROUND, USES_A_ROUND = 20_000, 100


@dataclass
class Verdicts:
    """How many behaviors were judged, and in how many jobs."""

    behaviors: int = 0
    jobs: int = 0
    pass_on: Callable[[Sequence[Verdict]], None] = field(default=lambda _verdicts: None)

    def take(self, verdicts: Sequence[Verdict]) -> None:
        """Count, and pass on."""
        self.jobs += 1
        self.behaviors += sum(verdict.behavior is not None for verdict in verdicts)
        self.pass_on(verdicts)

    @classmethod
    def of(cls, home: SmartGuardCoordinator) -> Verdicts:
        """Count what a home judges from now on."""
        verdicts = cls(pass_on=home.live._judged)
        home.live._judged = verdicts.take
        return verdicts


async def in_turns[T](
    hass: HomeAssistant, live: Callable[[], Awaitable[T]], rounds: int, *, trains: bool
) -> tuple[list[T], list[T]]:
    """Live with SmartGuard (while it trains, if asked) and without, in turns, in one process."""
    with_us, without_us = [], []
    for _ in range(rounds):
        async with training(coordinator_of(hass), wanted=trains):
            with_us.append(await live())
        await hass.config_entries.async_unload(ENTRY_ID)
        without_us.append(await live())
        await hass.config_entries.async_setup(ENTRY_ID)
        await hass.async_block_till_done(wait_background_tasks=True)
    return with_us, without_us


async def added_us(
    hass: HomeAssistant, traffic: Traffic, rounds: int, *, trains: bool
) -> tuple[dict[str, float], dict[str, float]]:
    """Measure what SmartGuard adds to the loop's processor time, and what there is without, in µs.

    A busy machine changes these figures; `added_calls` counts what does not depend on it.

    ignored: an event of no guarded entity. callback: the event of a behavior, until everybody has heard of
    it. behavior: all that the loop does for a behavior, judging told and shown, when many come at once.
    behavior_alone: the same when it comes alone.
    """
    more, less = await in_turns(hass, lambda: _costs(hass, traffic), rounds, trains=trains)
    return _added(more, less, 1e6)


async def added_calls(hass: HomeAssistant, traffic: Traffic) -> tuple[dict[str, float], dict[str, float]]:
    """Count the functions called on the loop for an event, with SmartGuard and without, as `added_us`."""
    more, less = await in_turns(hass, lambda: _calls(hass, traffic), 1, trains=False)
    return _added(more, less, 1)


type _Costs = Mapping[str, float]


def _added(
    more: Sequence[_Costs], less: Sequence[_Costs], unit: float
) -> tuple[dict[str, float], dict[str, float]]:
    """Return the median of what was added, figure by figure, and of what there was without."""
    added = [{key: cost - w[key] for key, cost in m.items()} for m, w in zip(more, less, strict=True)]
    return _medians(added, unit), _medians(less, unit)


def _medians(rows: Sequence[_Costs], unit: float) -> dict[str, float]:
    """Return the median of each figure."""
    return {key: round(unit * median(row[key] for row in rows), 2) for key in rows[0]}


async def _costs(hass: HomeAssistant, traffic: Traffic) -> dict[str, float]:
    """Return the seconds of one event of each kind."""
    await hass.async_block_till_done()
    ignored = traffic.report(REPORTS_A_ROUND) / REPORTS_A_ROUND
    await hass.async_block_till_done()
    begun = time.thread_time()
    called = traffic.use(USES_A_ROUND) / USES_A_ROUND
    await hass.async_block_till_done()
    together = (time.thread_time() - begun) / USES_A_ROUND
    begun = time.thread_time()
    for _ in range(USES_A_ROUND):
        traffic.use(1)
        await hass.async_block_till_done()
    alone = (time.thread_time() - begun) / USES_A_ROUND
    return {"ignored": ignored, "callback": called, "behavior": together, "behavior_alone": alone}


async def _calls(hass: HomeAssistant, traffic: Traffic) -> dict[str, float]:
    """Return the calls of one event of each kind."""
    await hass.async_block_till_done()
    with _counted() as ignored:
        traffic.report(USES_A_ROUND)
    await hass.async_block_till_done()
    with _counted() as called:
        traffic.use(USES_A_ROUND)
    with _counted() as afterwards:
        await hass.async_block_till_done()
    found = {"ignored": ignored.calls, "callback": called.calls, "behavior": called.calls + afterwards.calls}
    return {key: calls / USES_A_ROUND for key, calls in found.items()}


@dataclass
class _Calls:
    """How many functions were called, in Python and below."""

    calls: int = 0

    def heard(self, _frame: object, event: str, _argument: object) -> None:
        """Count one, as `sys.setprofile` tells it."""
        self.calls += event in {"call", "c_call"}


@contextmanager
def _counted() -> Iterator[_Calls]:
    """Count what this thread, the loop's, calls."""
    calls = _Calls()
    sys.setprofile(calls.heard)
    try:
        yield calls
    finally:
        sys.setprofile(None)


async def flood(hass: HomeAssistant, traffic: Traffic, events: int) -> dict[str, Any]:
    """Fire events as fast as the loop takes them, and wait until all are judged."""
    memory, wall, spent = kilobytes("VmRSS"), time.perf_counter(), time.thread_time()
    async with watched() as lag:
        for _ in range(events // CHUNK):
            traffic.report(CHUNK - USES_A_CHUNK)
            traffic.use(USES_A_CHUNK)
            await asyncio.sleep(0)
        fired = time.perf_counter() - wall
        await hass.async_block_till_done()
    wall, spent = time.perf_counter() - wall, time.thread_time() - spent
    gc.collect()
    return {
        "events": events // CHUNK * CHUNK,
        "events_per_s": round(events / wall),
        "fired_per_s": round(events / fired),
        "loop_us_per_event": round(1e6 * spent / events, 2),
        "loop_lag_ms": lag.shown(),
        "rss_growth_mb": round((kilobytes("VmRSS") - memory) / 1024, 1),
    }


async def strolls(
    hass: HomeAssistant, traffic: Traffic, seconds: float, rounds: int, *, trains: bool
) -> dict[str, dict[str, float]]:
    """Live at a steady pace with SmartGuard and without, in turns; return the loop's lag in ms."""
    more, less = await in_turns(hass, lambda: _stroll(traffic, seconds), rounds, trains=trains)
    return {"with": Lag.pooled(more).shown(), "without": Lag.pooled(less).shown()}


async def _stroll(traffic: Traffic, seconds: float) -> Lag:
    """Fire events at a steady pace."""
    end, due, owed = time.perf_counter() + seconds, time.perf_counter(), 0.0
    async with watched() as lag:
        while due < end:
            traffic.report(round(PACE * PAUSE))
            owed += PACE * PAUSE * USES_A_CHUNK / CHUNK
            traffic.use(int(owed))
            owed -= int(owed)
            due += PAUSE
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
    return lag


async def burst(
    hass: HomeAssistant, traffic: Traffic, home: SmartGuardCoordinator, number: int
) -> dict[str, Any]:
    """Let behaviors come within a second, all devices in turn, and see what becomes of them."""
    await hass.async_block_till_done()
    before, verdicts = await hass.async_add_executor_job(home.journal.count), Verdicts.of(home)
    begun, spent = time.perf_counter(), time.thread_time()
    for done in range(1, number + 1):
        traffic.storm()
        await asyncio.sleep(max(0.0, begun + done / number - time.perf_counter()))
    fired = time.perf_counter() - begun
    await hass.async_block_till_done()
    judged = time.perf_counter() - begun
    return {
        "behaviors": number,
        "fired_s": round(fired, 2),
        "judged_s": round(judged, 2),
        "judged": verdicts.behaviors,
        "jobs": verdicts.jobs,
        "journaled": await hass.async_add_executor_job(home.journal.count) - before,
        "loop_us_per_behavior": round(1e6 * (time.thread_time() - spent) / number, 1),
    }


@asynccontextmanager
async def training(home: SmartGuardCoordinator, *, wanted: bool) -> AsyncIterator[list[dict[str, Any]]]:
    """Train again and again until the block ends, if wanted; gives the reports of those that ended."""
    reports: list[dict[str, Any]] = []
    if not wanted:
        yield reports
        return

    async def again() -> None:
        while True:
            reports.append(await home.async_train("bench"))

    task = asyncio.create_task(again())
    await asyncio.sleep(1.0)  # past the imports of the child
    try:
        yield reports
    finally:
        if task.done():
            task.result()  # it ends by an error alone
        task.cancel()
        await home.async_stop_training()
        with suppress(asyncio.CancelledError, HomeAssistantError):
            await task
