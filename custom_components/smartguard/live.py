"""The live path: behaviors and ticks become judgements, in order, one executor job at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .const import DOMAIN
from .core.behavior import Behavior
from .core.memory import Memory
from .core.novelty import FirstTimes
from .core.policy import Judgement
from .core.watch import Watch

if TYPE_CHECKING:
    from .coordinator import SmartGuardConfigEntry

MOST_AT_ONCE: Final = 50
"""Behaviors judged in one job: what is told of them is told in one turn of the event loop."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """A judgement and the behavior that asked for it; None where a tick did."""

    behavior: Behavior | None
    judgement: Judgement


class Live:
    """Holds the memory of the home and everything that waits to be judged.

    Recording only queues. What is queued together is judged in one job, so many at most, by the guard that is
    in use when the job begins: a swap in between concerns the next job. During a job nobody else holds the
    memory. firsts: since when devices and their controls are known.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        entry: SmartGuardConfigEntry,
        watch: Callable[[FirstTimes], Watch | None],
        gone: Callable[[Iterable[str]], Iterable[str]],
        unseen: Callable[[Iterable[str]], frozenset[str]],
        judged: Callable[[Sequence[Verdict]], None],
    ) -> None:
        """Take what is asked before and told after each job, in the event loop.

        watch: who judges by what first times, None to remember only. gone: which of some entities will
        not be seen any more, asked at a tick; unseen: which are not seen at present, asked at the start too.
        Nobody knows whether these are still on.
        """
        self._hass = hass
        self._entry = entry
        self._watch = watch
        self._gone = gone
        self._unseen = unseen
        self._judged = judged
        self._memory: Memory | None = None
        self.firsts = FirstTimes()
        self._lock = asyncio.Lock()
        self._pending: list[Behavior] = []
        self._tick: float | None = None
        self._ticked: float | None = None
        self._task: asyncio.Task[None] | None = None

    @callback
    def record(self, behavior: Behavior) -> None:
        """Queue a behavior; it waits while there is no memory yet."""
        self._pending.append(behavior)
        self._wake()

    @callback
    def tick(self, now: float) -> None:
        """Ask for a judgement of what is on at `now` (UTC seconds)."""
        self._tick = now
        self._wake()

    @callback
    def go_on_from(self, newest: float | None) -> None:
        """Have what came shortly before the end of the last run judged by the first tick.

        newest: UTC seconds of the last behavior then; it had not settled.
        """
        self._ticked = newest

    async def async_start(
        self, past: Sequence[Behavior], firsts: FirstTimes, is_over: Callable[[str], bool]
    ) -> None:
        """Remember the past, which must be in time order, and begin to judge what is queued.

        What is queued was journalled as well, so the past may hold it too. is_over: says of an entity that
        what was on is off by now; where nobody saw it end, nobody knows for how long it was on.
        """
        queued = frozenset(self._pending)
        earlier = [behavior for behavior in past if behavior not in queued]
        self.firsts = firsts
        memory = await self._hass.async_add_executor_job(Memory.replay, earlier)
        seen = {behavior.entity for behavior in self._pending}
        now = dt_util.utcnow().timestamp()
        for entity in [on_time.begin.entity for on_time in memory.active(now)]:
            if entity not in seen and is_over(entity):
                memory.forget(entity)
        memory.unseen = self._unseen(memory.edges)
        self._memory = memory
        self._wake()

    @property
    def held(self) -> asyncio.Lock:
        """Return what holds judging up: behaviors queue meanwhile."""
        return self._lock

    async def async_ask[T](self, question: Callable[[Memory], T]) -> T:
        """Put a question to the memory in the executor, between two jobs."""
        async with self._lock:
            return await self._hass.async_add_executor_job(question, self._memory or Memory())

    async def async_stop(self) -> None:
        """Judge nothing any more, and wait for the job that runs."""
        self._memory = None
        if self._task is not None:
            await asyncio.wait([self._task])

    @property
    def _has_work(self) -> bool:
        return self._memory is not None and (bool(self._pending) or self._tick is not None)

    @callback
    def _wake(self) -> None:
        if self._task is None and self._has_work:
            self._task = self._entry.async_create_task(
                self._hass, self._async_drain(), f"{DOMAIN} judging", eager_start=False
            )

    async def _async_drain(self) -> None:
        try:
            while self._has_work:
                async with self._lock:
                    await self._async_job()
        finally:
            self._task = None

    async def _async_job(self) -> None:
        if (memory := self._memory) is None:
            return
        behaviors = self._pending[:MOST_AT_ONCE]
        del self._pending[:MOST_AT_ONCE]
        # A tick judges what is on after all that happened before it.
        tick = None
        if not self._pending:
            tick, self._tick = self._tick, None
        if tick is not None:
            for entity in self._gone(list(memory.edges)):
                memory.forget(entity)
            memory.unseen = self._unseen(memory.edges)
        watch = self._watch(self.firsts)
        verdicts = await self._hass.async_add_executor_job(
            _judge, watch, memory, self.firsts, behaviors, tick, self._ticked
        )
        self._ticked = self._ticked if tick is None else tick
        if self._memory is not None:
            self._judged(verdicts)


def _judge(
    watch: Watch | None,
    memory: Memory,
    firsts: FirstTimes,
    behaviors: Sequence[Behavior],
    tick: float | None,
    ticked: float | None,
) -> list[Verdict]:
    """Remember behaviors and judge each; then judge what is on at the tick and has settled since the last."""
    verdicts = []
    for behavior in behaviors:
        memory.observe(behavior)
        firsts.observe(behavior)
        if watch is not None:
            verdicts.append(Verdict(behavior, watch.judge(memory)))
    if watch is not None and tick is not None:
        verdicts.append(Verdict(None, watch.judge_open(memory, tick, ticked)))
    return verdicts
