"""An event loop that lives on a home's clock: instead of waiting it moves the clock to what comes next.

While something runs in an executor (a judgement, a training) the clock stands. Everything else is
Home Assistant's own: timers fire in their order, at their times.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable
from typing import Any

from .clock import HomeClock

TURN_SECONDS = 1e-6
"""What a turn of the loop takes."""


class WarpLoop(asyncio.SelectorEventLoop):
    """A loop whose time is the clock's."""

    def __init__(self, clock: HomeClock) -> None:
        self._clock = clock
        self._working = 0
        super().__init__(_Leaping(self, clock))

    @property
    def is_working(self) -> bool:
        """Say whether an executor has work that the loop gave it."""
        return self._working > 0

    def time(self) -> float:
        """Return UTC seconds."""
        return self._clock.now

    def run_in_executor(self, executor: Any, func: Callable[..., Any], *args: Any) -> asyncio.Future[Any]:  # type: ignore[override]
        """Have a function run by an executor, and let the clock stand meanwhile."""
        self._working += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._worked)
        return future

    def _worked(self, _future: asyncio.Future[Any]) -> None:
        self._working -= 1


class _Leaping(selectors.DefaultSelector):
    """Waits for files only while there is work; else it leaps to the next timer."""

    def __init__(self, loop: WarpLoop, clock: HomeClock) -> None:
        super().__init__()
        self._loop, self._clock = loop, clock

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Return what is ready; where nothing is, some of the time that was to be waited has passed."""
        # A timer that rounding let fire early is set again for the rest: on a clock that stands, for ever.
        self._clock.now += TURN_SECONDS
        if timeout is None or timeout <= 0 or self._loop.is_working:
            return super().select(timeout)
        ready = super().select(0)
        if not ready:
            self._clock.now += timeout
        return ready
